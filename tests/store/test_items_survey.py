"""Rounds of listing over a fleet: how many at once, how gently, and when to stop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.domain.page import Page
from dedalus_tui.store.changes import Changes
from dedalus_tui.store.items_survey import (
    AT_ONCE,
    GENTLE_SECONDS,
    QUICK_COUNT,
    ROUND_SECONDS,
    ItemsSurvey,
)
from dedalus_tui.store.machine_items import MachineItems
from tests.store.stepped_clock import HastyClock, SteppedClock, turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dedalus_tui.store.clock import Clock


class Fleet:
    """Machines whose only thing is their own name; notes when each was asked."""

    def __init__(self, count: int, clock: Clock) -> None:
        self.clock = clock
        self.machine_ids = [f"m{number}" for number in range(count)]
        self.asked: list[tuple[float, str]] = []
        self.under_way = 0
        self.most_under_way = 0
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.may_ask = True
        self.book: MachineItems[str] = MachineItems(
            "things", self._pages, lambda item: item, lambda _: None, clock, Changes()
        )
        self.survey = ItemsSurvey(self.book, clock, lambda: self.machine_ids, lambda: self.may_ask)

    async def _pages(self, machine_id: str) -> AsyncIterator[Page[str]]:
        self.asked.append((self.clock.monotonic(), machine_id))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.is_open.wait()
            yield Page(items=(machine_id,), next_cursor=None)
        finally:
            self.under_way -= 1


async def test_few_are_asked_at_once() -> None:
    fleet = Fleet(40, SteppedClock())
    fleet.is_open.clear()
    going = asyncio.create_task(fleet.survey.go_round())
    await turns()
    assert fleet.under_way == AT_ONCE
    fleet.is_open.set()
    await going
    assert fleet.most_under_way == AT_ONCE
    assert sorted(name for _, name in fleet.asked) == sorted(fleet.machine_ids)


async def test_a_large_fleet_is_asked_gently_after_the_first_ones() -> None:
    fleet = Fleet(QUICK_COUNT + 40, HastyClock())
    await fleet.survey.go_round()
    moments = [moment for moment, _ in fleet.asked]
    assert moments[QUICK_COUNT - 1] <= GENTLE_SECONDS
    gentle = [moment for moment in moments if moment > GENTLE_SECONDS]
    assert gentle[-1] - gentle[0] >= GENTLE_SECONDS * (len(gentle) - 2)
    assert len(gentle) >= 35
    # Later rounds have no quick ones: the fleet is known by then.
    fleet.asked.clear()
    await fleet.survey.go_round()
    assert fleet.asked[-1][0] - fleet.asked[0][0] >= GENTLE_SECONDS * (QUICK_COUNT + 30)


async def test_a_small_fleet_is_asked_again_every_ten_seconds() -> None:
    clock = SteppedClock()
    fleet = Fleet(3, clock)
    running = asyncio.create_task(fleet.survey.run())
    await clock.step(ROUND_SECONDS * 3.5)
    running.cancel()
    assert [moment for moment, name in fleet.asked if name == "m0"] == [0.0, 10.0, 20.0, 30.0]


async def test_a_broken_off_round_goes_on_where_it_was() -> None:
    clock = SteppedClock()
    fleet = Fleet(20, clock)
    await fleet.book.load("m0")
    await clock.step(60)
    fleet.machine_ids.append("m20")
    fleet.asked.clear()
    await fleet.survey.go_round()
    assert fleet.asked[-1][1] == "m0"


async def test_nothing_is_asked_where_asking_makes_no_sense() -> None:
    fleet = Fleet(20, SteppedClock())
    fleet.may_ask = False
    await fleet.survey.go_round()
    assert fleet.asked == []
