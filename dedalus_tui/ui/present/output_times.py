"""The time column of a log, and the words for spans of time in it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache

MICROSECONDS = 1_000_000


class TimeColumn(Enum):
    """What the time column shows; the order is the order of the key."""

    OFF = "off"
    LOCAL = "local"
    UTC = "UTC"
    SINCE_START = "since start"
    DELTA = "since the line before"

    @property
    def next(self) -> TimeColumn:
        """What the key leads to."""
        members = list(TimeColumn)
        return members[(members.index(self) + 1) % len(members)]


def time_width(column: TimeColumn) -> int:
    """Cells the column takes."""
    match column:
        case TimeColumn.OFF:
            return 0
        case TimeColumn.LOCAL | TimeColumn.UTC:
            return len("11:18:02.114")
        case TimeColumn.SINCE_START | TimeColumn.DELTA:
            return len("+0:01:48.114")


def time_cell(column: TimeColumn, at_us: int, start_us: int, before_us: int) -> str:
    """The cell of a line; blank when its time is unknown (0)."""
    width = time_width(column)
    if not at_us or not width:
        return " " * width
    match column:
        case TimeColumn.LOCAL:
            return _clock_time(at_us // MICROSECONDS, is_utc=False) + _milliseconds(at_us)
        case TimeColumn.UTC:
            return _clock_time(at_us // MICROSECONDS, is_utc=True) + _milliseconds(at_us)
        case TimeColumn.SINCE_START:
            return _span(at_us - start_us).rjust(width)
        case _:
            return _span(at_us - before_us).rjust(width) if before_us else " " * width


@lru_cache(maxsize=4096)
def _clock_time(seconds: int, *, is_utc: bool) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return (moment if is_utc else moment.astimezone()).strftime("%H:%M:%S")


def _milliseconds(at_us: int) -> str:
    return f".{at_us % MICROSECONDS // 1000:03d}"


def _span(microseconds: int) -> str:
    seconds, rest = divmod(max(0, microseconds), MICROSECONDS)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"+{hours}:{minutes:02d}:{seconds:02d}.{rest // 1000:03d}"
    if minutes:
        return f"+{minutes}:{seconds:02d}.{rest // 1000:03d}"
    return f"+{seconds}.{rest // 1000:03d}"


def iso_time(at_us: int) -> str:
    """A line's time in a saved file: ISO 8601, UTC, microseconds; blank when unknown."""
    if not at_us:
        return ""
    moment = datetime.fromtimestamp(at_us / MICROSECONDS, UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
