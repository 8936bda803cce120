"""A clock for retries: waiting takes no time and is remembered."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class QuickClock:
    """Time that passes only when somebody waits for it."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._elapsed = 0.0

    def now(self) -> datetime:
        """Starts at a fixed moment."""
        return datetime(2026, 11, 22, 12, 0, tzinfo=UTC) + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Starts at zero."""
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        """Move time on."""
        self.waits.append(seconds)
        self._elapsed += seconds
        await asyncio.sleep(0)
