"""Feeding: what a program writes never keeps the loop from its other work for long."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from dedalus_tui.emulator.emulator import Emulator
from dedalus_tui.store import terminal_feed
from dedalus_tui.store.right_of_way import RightOfWay
from dedalus_tui.store.terminal_feed import LARGEST_SLICE, SMALLEST_SLICE, TURN_SECONDS, Feed
from dedalus_tui.store.terminal_outbox import Outbox
from tests.store.stepped_clock import SteppedClock


class Cost:
    """An emulator whose every byte costs the same time, on a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds_a_byte: float) -> None:
        self.now = 0.0
        self.seconds_a_byte = seconds_a_byte
        self.sizes: list[int] = []
        self.emulator = Emulator(80, 24)
        self._feed = self.emulator.feed
        monkeypatch.setattr(self.emulator, "feed", self._take)
        monkeypatch.setattr(terminal_feed, "perf_counter", lambda: self.now)

    def _take(self, data: bytes) -> None:
        self.sizes.append(len(data))
        self.now += len(data) * self.seconds_a_byte
        self._feed(data)


def feed_of(emulator: Emulator) -> Feed:
    return Feed(
        emulator,
        Outbox(),
        SteppedClock(),
        RightOfWay(),
        changed=lambda: None,
        tell=lambda event: None,
    )


@pytest.mark.parametrize("seconds_a_byte", [1e-8, 1e-7, 1e-6, 4e-6])
async def test_the_loop_has_turns_however_dear_the_output_is(
    monkeypatch: pytest.MonkeyPatch, seconds_a_byte: float
) -> None:
    cost = Cost(monkeypatch, seconds_a_byte)
    feed = feed_of(cost.emulator)
    turns_at: list[float] = []

    async def other_work() -> None:
        while True:
            turns_at.append(cost.now)
            await asyncio.sleep(0)

    other = asyncio.create_task(other_work())
    await feed.take(b"y\r\n" * 300_000, is_replay=False)
    turns_at.append(cost.now)
    other.cancel()
    settled = turns_at[len(turns_at) // 2 :]
    assert max(after - before for before, after in pairwise(settled)) <= 2 * TURN_SECONDS
    assert SMALLEST_SLICE <= max(cost.sizes) <= LARGEST_SLICE


async def test_cheap_output_is_taken_in_large_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    cost = Cost(monkeypatch, 1e-8)
    await feed_of(cost.emulator).take(b"y\r\n" * 300_000, is_replay=False)
    assert cost.sizes[-2] == LARGEST_SLICE


async def test_all_of_it_arrives_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    cost = Cost(monkeypatch, 1e-6)
    data = b"".join(b"%d\r\n" % number for number in range(3000))
    await feed_of(cost.emulator).take(data, is_replay=False)
    texts = [row.text for _, row in cost.emulator.lines()]
    assert texts == [*map(str, range(3000)), ""]
