"""Follows machines on the move by their status streams; without streams, by asking each second.

Streams only make things quicker: the list is right without them. The service ends a stream when
the machine arrived (contract 4.5), so only moving machines are followed, and few at a time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault, Refused
from dedalus_tui.domain.lifecycle import is_moving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.cloud import Store

AT_ONCE = 8
POLL_SECONDS = 1.0
"""Between looks at one moving machine where streams are not offered."""
DOWN_SECONDS = 5.0
"""Between looks whether the line is back; the list finds out."""
BACK_OFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


class Watcher:
    """Decides who is followed, and follows."""

    def __init__(self, store: Store) -> None:
        """Needs `run` to do anything."""
        self._store = store
        self._selected: str | None = None
        self._followed: dict[str, asyncio.Task[None]] = {}
        self._bookmarks: dict[str, str] = {}
        self._look_again = asyncio.Event()

    def select(self, machine_id: str | None) -> None:
        """This machine comes first when there are more than can be followed."""
        if machine_id != self._selected:
            self._selected = machine_id
            self._look_again.set()

    def followed(self) -> frozenset[str]:
        """Ids of the machines being followed now."""
        return frozenset(self._followed)

    async def run(self) -> None:
        """Follow for as long as the store runs."""
        unlisten = self._store.changes.listen(self._note)
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    self._look_again.clear()
                    self._choose(group)
                    await self._look_again.wait()
        finally:
            unlisten()

    def _note(self, keys: frozenset[Key]) -> None:
        if any(key[0] in {"machine", "machines"} for key in keys):
            self._look_again.set()

    def _choose(self, group: asyncio.TaskGroup) -> None:
        moving = self._store.machines.moving()
        for machine_id, task in tuple(self._followed.items()):
            if machine_id not in moving or task.done():
                self._leave(machine_id)
        waiting = sorted(moving - self._followed.keys())
        if self._selected in waiting:
            waiting.remove(self._selected)
            waiting.insert(0, self._selected)
            if len(self._followed) >= AT_ONCE:
                self._leave(next(iter(self._followed)))
        for machine_id in waiting[: AT_ONCE - len(self._followed)]:
            task = group.create_task(self._follow(machine_id), name=f"follow {machine_id}")
            self._followed[machine_id] = task

    def _leave(self, machine_id: str) -> None:
        self._followed.pop(machine_id).cancel()
        self._bookmarks.pop(machine_id, None)

    async def _follow(self, machine_id: str) -> None:
        failures, clock = 0, self._store.clock
        offers = self._store.client.abilities.offers
        while self._is_moving(machine_id):
            if self._store.health.is_down:
                await clock.sleep(DOWN_SECONDS)
                continue
            was_news = offers("status_stream") is not False and await self._stream(machine_id)
            self._store.lookups.ask(machine_id)
            if offers("status_stream") is False:
                await clock.sleep(POLL_SECONDS)
                continue
            failures = 0 if was_news else failures + 1
            await clock.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])

    async def _stream(self, machine_id: str) -> bool:
        """Read one stream to its end; True when it brought news.

        A fault of a stream is not one of the line: the list speaks for that.
        """
        sightings = 0
        try:
            async for sighting in self._events(machine_id):
                sightings += sighting
        except CloudFault as fault:
            if isinstance(fault, Refused) and machine_id in self._bookmarks:
                del self._bookmarks[machine_id]
                self._store.refresh()  # it no longer knows the bookmark: list, and start over
        return sightings > 0

    async def _events(self, machine_id: str) -> AsyncIterator[int]:
        """Take in the events of one stream; yields 1 for each that carried the machine.

        All carry the ticket taken when the stream was opened: a late one must not beat an answer
        that was asked for since, where revisions do not tell.
        """
        machines = self._store.machines
        ticket = machines.take_ticket()
        bookmark = self._bookmarks.get(machine_id)
        events = self._store.client.machines.watch(machine_id, last_event_id=bookmark)
        async for event in events:
            if event.id:
                self._bookmarks[machine_id] = event.id
            if event.machine is not None:
                machines.sight(event.machine, ticket)
                yield 1

    def _is_moving(self, machine_id: str) -> bool:
        record = self._store.machines.get(machine_id)
        return record is not None and is_moving(record.confirmed)
