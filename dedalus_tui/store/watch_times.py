"""Since when, and with which breaks, the machines have been watched."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dedalus_tui.journal.watches import Watch

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.journal.watches import Watches

LONGEST_PAUSE = timedelta(seconds=60)
"""Between two lists of one span: twice the slowest rhythm, and little enough to miss little."""
SAVE_EVERY = timedelta(seconds=30)


class WatchTimes:
    """Hears of every complete list; the recorder writes what it says."""

    def __init__(self, kept: Watches) -> None:
        """Earlier spans are read when first asked for."""
        self._kept = kept
        self._earlier: tuple[Watch, ...] | None = None
        self._ended: list[Watch] = []
        self._current: Watch | None = None
        self._saved_until: datetime | None = None

    def note(self, began: datetime, ended: datetime) -> bool:
        """A complete list was read from `began` to `ended`. True when it is time to write."""
        current = self._current
        if current is not None and timedelta() <= began - current.ended <= LONGEST_PAUSE:
            self._current = current._replace(ended=ended)
        else:
            if current is not None:
                self._ended.append(current)
            self._current = Watch(began, ended)
            self._saved_until = None
        return self._saved_until is None or ended - self._saved_until >= SAVE_EVERY

    def save(self) -> None:
        """Write the span under way; meant for a thread."""
        current = self._current
        if current is not None and self._saved_until != current.ended:
            self._saved_until = current.ended
            self._kept.save(current)

    def all(self) -> tuple[Watch, ...]:
        """Every span, oldest first, those of earlier runs too."""
        if self._earlier is None:
            self._earlier = self._kept.all()
        own = [*self._ended, *([self._current] if self._current is not None else [])]
        began = {watch.began for watch in own}
        return (*(each for each in self._earlier if each.began not in began), *own)
