"""Looks at single machines: why and when is others' business, how many at once is this room's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault, NotFound

if TYPE_CHECKING:
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.store.cloud import Store

AT_ONCE = 4
"""A list of thin rows may give many reasons to look at once; the service has rate limits."""


class Lookups:
    """Fetches machines that somebody asked to look at: each once, a few at a time."""

    def __init__(self, store: Store) -> None:
        """Needs `run` to do anything."""
        self._store = store
        self._wanted: dict[str, None] = {}
        self._under_way: set[str] = set()
        self._asked = asyncio.Event()

    def ask(self, machine_id: str, *, is_urgent: bool = False) -> None:
        """Look at this machine soon; asking twice looks once."""
        if is_urgent:
            self._wanted = {machine_id: None, **self._wanted}
        else:
            self._wanted[machine_id] = None
        self._asked.set()

    async def run(self) -> None:
        """Look for as long as the store runs."""
        slots = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            while True:
                await self._asked.wait()
                await slots.acquire()
                machine_id = self._next()
                if machine_id is None:
                    slots.release()
                    continue
                self._under_way.add(machine_id)
                task = group.create_task(self._look(machine_id), name=f"look {machine_id}")
                task.add_done_callback(lambda _: slots.release())

    def _next(self) -> str | None:
        """The first wanted machine not being fetched already; that one waits for its turn."""
        for machine_id in self._wanted:
            if machine_id not in self._under_way:
                del self._wanted[machine_id]
                return machine_id
        self._asked.clear()
        return None

    async def _look(self, machine_id: str) -> None:
        try:
            await self.fetch(machine_id)
        except CloudFault as fault:
            if not isinstance(fault, NotFound):
                self._store.health.failed(fault)
        finally:
            self._under_way.discard(machine_id)
            if self._wanted:
                self._asked.set()

    async def fetch(self, machine_id: str) -> Machine:
        """Fetch one machine now and take the answer in. Raises CloudFault."""
        machines = self._store.machines
        ticket = machines.take_ticket()
        try:
            machine = await self._store.client.machines.get(machine_id)
        except NotFound:
            machines.gone(machine_id)
            raise
        self._store.heard()
        machines.sight(machine, ticket)
        return machine
