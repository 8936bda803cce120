"""Hours that nobody waits for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dedalus_tui.store.clock import SystemClock

if TYPE_CHECKING:
    from datetime import datetime


class ShiftedClock(SystemClock):
    """The real clock; time that nobody waits for can be put before now."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.skipped)

    def monotonic(self) -> float:
        return super().monotonic() + self.skipped
