"""Time: a clock that never runs back, and due actions in their order."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from dedalus_tui.local.clock import Clock, rfc3339
from dedalus_tui.local.timetable import Timetable

if TYPE_CHECKING:
    import pytest


def test_the_clock_goes_on_when_the_computers_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    start = 1_000_000.0
    monkeypatch.setattr(time, "time", lambda: start)
    assert clock.now() == start
    monkeypatch.setattr(time, "time", lambda: start - 3600)
    assert clock.now() == start
    monkeypatch.setattr(time, "time", lambda: start - 3595)
    assert clock.now() == start + 5


def test_a_frozen_clock_moves_only_by_steps_and_runs_on_from_there() -> None:
    clock = Clock()
    clock.freeze()
    frozen = clock.now()
    clock.step(60)
    assert clock.now() == frozen + 60
    clock.thaw()
    assert frozen + 60 <= clock.now() < frozen + 70


def test_moments_are_written_in_utc_with_milliseconds() -> None:
    assert rfc3339(0.25) == "1970-01-01T00:00:00.250Z"


def test_due_actions_run_in_order_with_their_own_time() -> None:
    clock = Clock()
    clock.freeze()
    now = clock.now()
    timetable = Timetable(clock)
    seen: list[tuple[str, float]] = []

    def chain(due: float) -> None:
        seen.append(("first", due - now))
        timetable.set("chained", due + 5, lambda due: seen.append(("chained", due - now)))

    timetable.set("late", now + 20, lambda due: seen.append(("late", due - now)))
    timetable.set("first", now + 10, chain)
    timetable.set("replaced", now + 1, lambda _due: seen.append(("wrong", 0)))
    timetable.set("replaced", now + 30, lambda due: seen.append(("replaced", due - now)))
    timetable.set("dropped", now + 2, lambda _due: seen.append(("wrong", 0)))
    timetable.cancel("dropped")
    clock.step(25)
    timetable.run_due()
    assert seen == [("first", 10), ("chained", 15), ("late", 20)]


async def test_it_waits_for_the_real_clock_and_hears_of_new_entries() -> None:
    timetable = Timetable(clock := Clock())
    done = asyncio.Event()
    running = asyncio.create_task(timetable.run())
    await asyncio.sleep(0)
    timetable.set("soon", clock.now() + 0.01, lambda _due: done.set())
    async with asyncio.timeout(5):
        await done.wait()
    running.cancel()
