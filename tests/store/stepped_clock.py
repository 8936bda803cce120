"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


class SteppedClock:
    """Time that only `step` moves; sleepers wake in order."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        sleeper = (self._seconds + seconds, woken)
        self._sleepers.append(sleeper)
        try:
            await woken
        finally:
            self._sleepers.remove(sleeper)

    def sleeping(self) -> tuple[float, ...]:
        """For each sleeper, the seconds until it wakes."""
        return tuple(sorted(at - self._seconds for at, _ in self._sleepers))

    async def step(self, seconds: float) -> None:
        """Move on; whoever is due runs at its own time."""
        await turns()
        end = self._seconds + seconds
        while True:
            due = [at for at, woken in self._sleepers if at <= end and not woken.done()]
            if not due:
                break
            self._seconds = max(self._seconds, min(due))
            for at, woken in tuple(self._sleepers):
                if at <= self._seconds and not woken.done():
                    woken.set_result(None)
            await turns()
        self._seconds = end
        await turns()


async def turns(count: int = 12) -> None:
    """Give everybody who is ready a few turns of the loop."""
    for _ in range(count):
        await asyncio.sleep(0)


class HastyClock(SteppedClock):
    """A clock for what should not be waited for: every sleep is over at once, and counts."""

    async def sleep(self, seconds: float) -> None:
        self._seconds += seconds
        await asyncio.sleep(0)
