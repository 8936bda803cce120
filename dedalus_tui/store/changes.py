"""What changed: gathers the changes of one turn of the loop and tells listeners once.

Also counts work in the foreground, so that tests can await the moment when nothing is under way.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Key = tuple[str, ...]
"""What changed: a noun and its ids, as in ("machine", "dm-1") or ("health",)."""


class Changes:
    """One place through which all change is told."""

    def __init__(self) -> None:
        """Nothing changed, nobody listens."""
        self._gathered: set[Key] = set()
        self._listeners: list[Callable[[frozenset[Key]], None]] = []
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def touch(self, *keys: Key) -> None:
        """Say that these changed; listeners hear of it once, at the end of this turn."""
        if not self._gathered:
            asyncio.get_running_loop().call_soon(self._tell)
            self._idle.clear()
        self._gathered.update(keys)

    def listen(self, callback: Callable[[frozenset[Key]], None]) -> Callable[[], None]:
        """Call `callback` with what changed, from now until the returned function is called."""
        self._listeners.append(callback)

        def unlisten() -> None:
            if callback in self._listeners:
                self._listeners.remove(callback)

        return unlisten

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While inside, work somebody waits for is under way. Polling is not such work."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            self._settle()

    async def idle(self) -> None:
        """Return when no work is under way and every change has been told."""
        await self._idle.wait()

    def _tell(self) -> None:
        gathered = frozenset(self._gathered)
        self._gathered.clear()
        for listener in tuple(self._listeners):
            listener(gathered)
        self._settle()

    def _settle(self) -> None:
        if not self._busy and not self._gathered:
            self._idle.set()
