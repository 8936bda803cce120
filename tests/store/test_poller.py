"""The rhythm of the list, on a clock that the test moves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.api.client import CloudClient
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.domain.faults import CloudFault, NotAuthenticated, RateLimited, Unreachable
from dedalus_tui.domain.machine import Machine
from dedalus_tui.domain.page import Page
from dedalus_tui.journal.journal import Journal
from dedalus_tui.store.cloud import Store
from dedalus_tui.store.poller import (
    CEILING_SECONDS,
    JITTER,
    LARGE_PAGE_ROWS,
    LOOKED_AT_SECONDS,
    OTHERWISE_SECONDS,
    PAGE_ROWS,
    RESTS,
    Poller,
)
from tests.store.stepped_clock import SteppedClock, turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Lists:
    """Stands where the client's machines are: lists only, held back or failing as wanted."""

    def __init__(self) -> None:
        self.asked = 0
        self.limits: list[int] = []
        self.at_once = 0
        self.fault: CloudFault | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def pages(self, *, limit: int) -> AsyncIterator[Page[Machine]]:
        self.asked += 1
        self.limits.append(limit)
        self.at_once += 1
        assert self.at_once == 1, "two lists at once"
        try:
            await self.gate.wait()
            if self.fault is not None:
                raise self.fault
            yield Page(items=(Machine(machine_id="m1", phase="running"),))
        finally:
            self.at_once -= 1


@pytest.fixture
async def lists() -> Lists:
    return Lists()


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
async def store(lists: Lists, clock: SteppedClock) -> AsyncIterator[Store]:
    journal = Journal(None, cloud="test")
    client = CloudClient(base_url="http://127.0.0.1:9", credentials=Credentials(api_key="none"))
    client.machines = lists  # type: ignore[assignment]  # only lists are asked for
    yield Store(client, journal, clock=clock)
    await client.aclose()
    journal.close()


@pytest.fixture
async def polling(store: Store) -> AsyncIterator[None]:
    task = asyncio.create_task(store.poller.run())
    await turns()
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def line_of(store: Store) -> str:
    """How the line is now."""
    return store.health.state.line


def within(seconds: float, around: float) -> bool:
    """Inside the jitter around a pause."""
    return around * (1 - JITTER) <= seconds <= around * (1 + JITTER)


@pytest.mark.usefixtures("polling")
async def test_the_rhythm_follows_who_looks(
    store: Store, lists: Lists, clock: SteppedClock
) -> None:
    """3 s while looked at, 15 s otherwise, at once on coming back to old rows."""
    assert lists.asked == 1
    assert within(clock.sleeping()[0], LOOKED_AT_SECONDS)
    await clock.step(LOOKED_AT_SECONDS * (1 + JITTER))
    assert lists.asked == 2
    store.look(screen_is_current=False, selected=None)
    await clock.step(clock.sleeping()[0])
    assert within(clock.sleeping()[0], OTHERWISE_SECONDS)
    await clock.step(OTHERWISE_SECONDS / 2)
    before = lists.asked
    store.look(screen_is_current=True, selected=None)
    await turns()
    assert lists.asked == before + 1
    assert within(clock.sleeping()[0], LOOKED_AT_SECONDS)


@pytest.mark.usefixtures("polling")
async def test_pages_grow_once_the_rows_are_known(store: Store, lists: Lists) -> None:
    """The first list is taken in by small steps."""
    store.refresh()
    await turns()
    assert lists.limits == [PAGE_ROWS, LARGE_PAGE_ROWS]


@pytest.mark.usefixtures("polling")
async def test_never_two_lists_at_once(store: Store, lists: Lists, clock: SteppedClock) -> None:
    """A list asked for while one is under way comes right after it."""
    lists.gate.clear()
    store.refresh()
    await turns()
    assert lists.asked == 2
    store.refresh()
    store.refresh()
    await clock.step(100)
    assert lists.asked == 2
    lists.gate.set()
    await turns()
    assert lists.asked == 3


@pytest.mark.parametrize(
    ("took", "pause"), [(1, LOOKED_AT_SECONDS), (4, RESTS * 4), (60, OTHERWISE_SECONDS)]
)
@pytest.mark.usefixtures("polling")
async def test_a_list_that_takes_long_is_asked_for_less_often(
    store: Store, lists: Lists, clock: SteppedClock, took: float, pause: float
) -> None:
    """But never less often than while nobody looks, and after a quick one as often as before."""
    lists.gate.clear()
    store.refresh()
    await turns()
    await clock.step(took)
    lists.gate.set()
    await turns()
    assert within(clock.sleeping()[0], pause)
    store.refresh()
    await turns()
    assert within(clock.sleeping()[0], LOOKED_AT_SECONDS)


async def test_who_wants_few_lists_gets_no_more_while_nobody_looks(
    store: Store, clock: SteppedClock
) -> None:
    poller = Poller(store, looked_at_seconds=3600)
    poller.look(is_looked_at=False)
    task = asyncio.create_task(poller.run())
    await turns()
    assert within(clock.sleeping()[0], 3600)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("polling")
async def test_failures_back_off_to_a_ceiling(
    store: Store, lists: Lists, clock: SteppedClock
) -> None:
    """Doubling from one second; a good answer ends it."""
    lists.fault = Unreachable("refused")
    pauses = []
    store.refresh()
    for _ in range(7):
        await turns()
        pauses.append(clock.sleeping()[0])
        next_try = store.health.state.next_try
        assert next_try is not None
        assert (next_try - clock.now()).total_seconds() == pytest.approx(pauses[-1], abs=0.001)
        await clock.step(pauses[-1])
    expected = [1, 2, 4, 8, 16, CEILING_SECONDS, CEILING_SECONDS]
    assert all(map(within, pauses, expected)), pauses
    assert line_of(store) == "offline"
    assert store.machines.get("m1") is not None
    lists.fault = None
    store.refresh()
    await turns()
    assert line_of(store) == "talking"
    assert within(clock.sleeping()[0], LOOKED_AT_SECONDS)


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        (RateLimited("slow down", retry_after=12), 12),
        (RateLimited("slow down", retry_after=600), CEILING_SECONDS),
        (NotAuthenticated("bad key"), CEILING_SECONDS),
    ],
)
@pytest.mark.usefixtures("polling")
async def test_pauses_that_the_answer_asks_for(
    store: Store, lists: Lists, clock: SteppedClock, fault: CloudFault, pause: float
) -> None:
    """Within the ceiling; a bad key is not asked again in a hurry."""
    lists.fault = fault
    store.refresh()
    await turns()
    assert within(clock.sleeping()[0], pause)
