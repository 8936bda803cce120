"""Lists all machines on a rhythm: never two at once, jittered, backing off when it fails."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault, LockedOut
from dedalus_tui.store.clock import sleep_unless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.store.cloud import Store

LOOKED_AT_SECONDS = 3.0
"""Between lists while the machines screen is looked at."""
OTHERWISE_SECONDS = 15.0
RESTS = 2.0
"""A list that takes long is asked for less often, up to the slower rhythm: so many times as long as
it took lies before the next. With 10,000 machines a list is fifty requests; the machines on the
move are watched meanwhile."""
CEILING_SECONDS = 30.0
"""No back-off is longer."""
JITTER = 0.2
"""Every pause is this fraction longer or shorter, so that many dashboards spread out."""
PAGE_ROWS = 100
LARGE_PAGE_ROWS = 200
"""Once rows are known they decode quickly, and fewer requests cost less: with 1,000 machines a list
takes 66 ms of this process by pages of 100, 36 by 200, 22 by 500. Limits are undocumented, so the
step is small."""
SLICE_ROWS = 100
"""Rows taken in before the loop gets its turn: about a millisecond's work."""


class Poller:
    """The list, again and again."""

    def __init__(self, store: Store, *, looked_at_seconds: float = LOOKED_AT_SECONDS) -> None:
        """Needs `run` to do anything."""
        self._store = store
        self._looked_at_seconds = looked_at_seconds
        self._asked = asyncio.Event()
        self._is_looked_at = True
        self._failures = 0
        self._listed_at: float | None = None
        self._took = 0.0
        """Seconds that the last whole list was on its way."""
        self.lists_done = 0
        """Complete lists taken in so far."""

    def ask(self) -> None:
        """List now, or right after the list that is under way."""
        self._asked.set()

    def look(self, *, is_looked_at: bool) -> None:
        """Say whether the machines screen is looked at; coming back to old rows lists at once."""
        came_back = is_looked_at and not self._is_looked_at
        self._is_looked_at = is_looked_at
        if came_back and self._age() > self._looked_at_seconds:
            self.ask()

    async def run(self) -> None:
        """List for as long as the store runs."""
        while True:
            self._asked.clear()
            try:
                await self._list()
            except CloudFault as fault:
                self._failures += 1
                self._store.health.failed(fault)
                pause = self._back_off(fault)
            else:
                self._failures = 0
                pause = self._pause()
            pause *= random.uniform(1 - JITTER, 1 + JITTER)
            clock = self._store.clock
            self._store.health.will_try(clock.now() + timedelta(seconds=pause))
            await sleep_unless(clock, pause, self._asked)

    async def _list(self) -> None:
        began, began_at = self._store.clock.now(), self._store.clock.monotonic()
        listing = self._store.machines.begin_listing()
        limit = LARGE_PAGE_ROWS if self.lists_done else PAGE_ROWS
        async for page in self._store.client.machines.pages(limit=limit):
            self._store.heard()
            for rows in _slices(page.items):
                listing.add(rows)
                await asyncio.sleep(0)
        listing.finish()
        self._store.recorder.note_list(began)
        self._listed_at = self._store.clock.monotonic()
        self._took = self._listed_at - began_at
        self.lists_done += 1

    def _pause(self) -> float:
        wanted = RESTS * self._took if self._is_looked_at else OTHERWISE_SECONDS
        return max(self._looked_at_seconds, min(OTHERWISE_SECONDS, wanted))

    def _back_off(self, fault: CloudFault) -> float:
        if isinstance(fault, LockedOut):
            return CEILING_SECONDS
        pause = min(CEILING_SECONDS, 2.0 ** (self._failures - 1))
        return min(CEILING_SECONDS, max(pause, fault.retry_after or 0.0))

    def _age(self) -> float:
        if self._listed_at is None:
            return float("inf")
        return self._store.clock.monotonic() - self._listed_at


def _slices(items: Iterable[Machine]) -> Iterator[tuple[Machine, ...]]:
    rest = iter(items)
    while rows := tuple(islice(rest, SLICE_ROWS)):
        yield rows
