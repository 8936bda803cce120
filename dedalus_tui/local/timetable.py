"""What is to happen when: one heap of due actions, run in order of their time.

An action is called with the moment it was due rather than the present one, so a clock that jumps
an hour plays the hour through in order and every time stamp written on the way is true.
"""

from __future__ import annotations

import asyncio
import heapq
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from dedalus_tui.local.clock import Clock

_LONGEST_WAIT_SECONDS = 5.0
"""A jump of the computer's clock is noticed at the latest after this."""


class Timetable:
    """Due actions by key; setting a key again replaces its earlier entry."""

    def __init__(self, clock: Clock) -> None:
        """Tell time by `clock`."""
        self._clock = clock
        self._heap: list[tuple[float, int, Hashable]] = []
        self._actions: dict[Hashable, tuple[int, Callable[[float], None]]] = {}
        self._numbers = count()
        self._changed = asyncio.Event()

    def set(self, key: Hashable, due: float, action: Callable[[float], None]) -> None:
        """Call `action(due)` once the clock has reached `due`."""
        number = next(self._numbers)
        self._actions[key] = (number, action)
        heapq.heappush(self._heap, (due, number, key))
        self._changed.set()

    def cancel(self, key: Hashable) -> None:
        """Forget a key; unknown ones are no matter."""
        self._actions.pop(key, None)

    def run_due(self) -> None:
        """Call everything that is due by now, including what those calls make due."""
        while (due := self._next_due()) is not None and due <= self._clock.now():
            _, _, key = heapq.heappop(self._heap)
            _, action = self._actions.pop(key)
            action(due)

    def wake(self) -> None:
        """Look at the clock again: it was stepped or thawed."""
        self._changed.set()

    async def run(self) -> None:
        """Call actions as they fall due, until cancelled."""
        while True:
            self.run_due()
            self._changed.clear()
            due = self._next_due()
            wait = _LONGEST_WAIT_SECONDS
            if due is not None and not self._clock.is_frozen:
                wait = min(wait, max(0.0, due - self._clock.now()))
            try:
                async with asyncio.timeout(wait):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _next_due(self) -> float | None:
        """When the first live entry is due; drops those replaced or cancelled on the way."""
        while self._heap:
            due, number, key = self._heap[0]
            entry = self._actions.get(key)
            if entry is not None and entry[0] == number:
                return due
            heapq.heappop(self._heap)
        return None
