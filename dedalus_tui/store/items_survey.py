"""Listing the small things of a whole fleet, gently, for as long as somebody looks.

Machines are asked one by one, asleep or awake: listing wakes none. A large fleet is asked slowly,
the machines listed longest ago first, so that a round that was broken off goes on where it was.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.machine_items import MachineItems

AT_ONCE = 4
ROUND_SECONDS = 10.0
"""From the start of one round to that of the next, if it was over by then."""
QUICK_COUNT = 200
"""So many machines are asked without waiting in between."""
GENTLE_SECONDS = 0.25
"""Between two machines after those."""


class ItemsSurvey:
    """Rounds through the machines of a fleet, for one kind of thing."""

    def __init__(
        self,
        book: MachineItems[Any],
        clock: Clock,
        machine_ids: Callable[[], Iterable[str]],
        may_ask: Callable[[], bool],
    ) -> None:
        """`may_ask` says whether asking on makes sense: the line is there, the route is offered."""
        self._book = book
        self._clock = clock
        self._machine_ids = machine_ids
        self._may_ask = may_ask
        self._quick_left = QUICK_COUNT

    async def run(self) -> None:
        """One round after the other, until cancelled."""
        while True:
            began = self._clock.monotonic()
            await self.go_round()
            spent = self._clock.monotonic() - began
            await self._clock.sleep(max(1.0, ROUND_SECONDS - spent))

    async def go_round(self) -> None:
        """Ask every machine once. Faults end in the states of the book."""
        machine_ids = self._longest_ago_first()
        if len(machine_ids) <= QUICK_COUNT:
            self._quick_left = QUICK_COUNT
        slots = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for machine_id in machine_ids:
                if self._quick_left > 0:
                    self._quick_left -= 1
                else:
                    await self._clock.sleep(GENTLE_SECONDS)
                await slots.acquire()
                if not self._may_ask():
                    return
                task = group.create_task(self._book.load(machine_id), name=f"list {machine_id}")
                task.add_done_callback(lambda _: slots.release())

    def _longest_ago_first(self) -> list[str]:
        def rank(machine_id: str) -> float:
            listed_at = self._book.state(machine_id).listed_at
            return listed_at.timestamp() if listed_at else 0.0

        return sorted(self._machine_ids(), key=rank)
