"""Looks closer than the list: what runs on the selected machine, and slowly on the others.

The list is enough to know what a machine is. What runs on it, and in newer generations its full
status, take requests of their own; the service limits how often it may be asked, so the selected
machine comes first, once the cursor rests, and a large fleet is not walked at all. Of the selected
machine the previews are listed, too: a port that anybody can reach should not go unnoticed.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.store.activity import is_awake
from dedalus_tui.store.clock import sleep_unless

if TYPE_CHECKING:
    from dedalus_tui.store.cloud import Store

REST_SECONDS = 0.4
"""How long the cursor must stay on a machine."""
REPEAT_SECONDS = 15.0
"""Between looks at the selected machine."""
WALK_SECONDS = 5.0
"""Between looks at others, one at a time, while the list of machines is looked at."""
PREVIEWS_SECONDS = 60.0
"""Between listings of the previews of the selected machine."""
WALKED_MOST = 24
"""With more candidates than this, what would be seen is too old to tell anything."""


class Attention:
    """Which machine is selected, and the looks at it and its neighbours."""

    def __init__(self, store: Store) -> None:
        """Needs `run` to do anything."""
        self._store = store
        self._selected: str | None = None
        self._is_current = False
        self._moved = asyncio.Event()
        self._looked: dict[str, float] = {}
        """Machine id → when, by the monotonic clock."""
        self._listed: dict[str, float] = {}
        """The same, for its previews."""

    def look(self, *, screen_is_current: bool, selected: str | None) -> None:
        """Say what the person looks at."""
        if (selected, screen_is_current) != (self._selected, self._is_current):
            self._selected, self._is_current = selected, screen_is_current
            self._moved.set()

    async def run(self) -> None:
        """Look for as long as the store runs."""
        clock = self._store.clock
        while True:
            self._moved.clear()
            if await sleep_unless(clock, REST_SECONDS, self._moved):
                continue
            has_just_rested = True
            while not self._moved.is_set():
                machine_id = self._next(has_just_rested=has_just_rested)
                has_just_rested = False
                if machine_id is not None:
                    await self._look_at(machine_id)
                await sleep_unless(clock, WALK_SECONDS, self._moved)

    def _next(self, *, has_just_rested: bool) -> str | None:
        """The selected machine when its time has come, else the one looked at longest ago.

        One the cursor came to that was only looked at as a neighbour has its previews still to be
        listed, so its time has come, too.
        """
        selected = self._selected
        is_new = has_just_rested and selected not in self._listed
        if selected and (is_new or self._age(selected) >= REPEAT_SECONDS):
            return selected
        if not self._is_current:
            return None
        candidates = [
            record.machine_id
            for record in self._store.machines.records()
            if is_awake(record.confirmed)
            and record.confirmed.autosleep_seconds
            and not record.is_stale
        ]
        if len(candidates) > WALKED_MOST:
            return None
        oldest = max(candidates, key=self._age, default=None)
        return oldest if oldest and self._age(oldest) >= REPEAT_SECONDS else None

    def _age(self, machine_id: str) -> float:
        looked = self._looked.get(machine_id)
        return float("inf") if looked is None else self._store.clock.monotonic() - looked

    async def _look_at(self, machine_id: str) -> None:
        record = self._store.machines.get(machine_id)
        if record is None or record.is_stale or self._store.health.is_down:
            return
        self._looked[machine_id] = self._store.clock.monotonic()
        if self._store.machines.has_thin_rows:
            self._store.refresh(machine_id)
        if is_awake(record.confirmed):
            # The list speaks for the line; what was seen keeps its age.
            with suppress(CloudFault):
                await self._store.activity.look(machine_id)
            if machine_id == self._selected:
                await self._list_previews(machine_id)

    async def _list_previews(self, machine_id: str) -> None:
        """Only of a machine that is awake, so that no generation of the service could wake it, and
        never where the service does not offer them: ports, which some have in their place, have
        no visibility that would have to show by itself."""
        now, listed = self._store.clock.monotonic(), self._listed.get(machine_id)
        if listed is not None and now - listed < PREVIEWS_SECONDS:
            return
        if self._store.client.abilities.offers("previews") is False or self._store.health.is_down:
            return
        self._listed[machine_id] = now
        await self._store.previews.load(machine_id)
