"""What a program wrote: records as the service sends them, lines as people read them.

Times are whole microseconds since 1970 UTC: a million of them must fit in a few megabytes, and
the service sends nothing finer that a person could use.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Stream(IntEnum):
    """Where a piece of output came from."""

    STDOUT = 0
    STDERR = 1
    LIFECYCLE = 2
    """Said by the service about the run, not written by the program."""


class Severity(IntEnum):
    """How alarming a line reads; the order is the order of alarm."""

    NONE = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class OutputRecord:
    """One piece of output, which may hold many lines or half of one."""

    sequence: int
    """Rises within one source; a record at or below the last one taken is a repeat."""
    at_us: int
    stream: Stream
    data: bytes
    source: int = 0
    """Which run wrote it, where several are merged in one log."""


@dataclass(frozen=True, slots=True)
class OutputLine:
    """One line with its terminator, if it had one, as raw bytes."""

    number: int
    """Counts from 0 over the whole log, whatever is hidden."""
    raw: bytes
    at_us: int
    """When the line's last byte arrived."""
    stream: Stream
    source: int
    severity: Severity
    is_complete: bool
    """False for the last line of a stream while its end is still awaited."""

    @property
    def text(self) -> str:
        """The line without its terminator; bytes that are not UTF-8 become U+FFFD."""
        return self.raw.rstrip(b"\r\n").decode("utf-8", "replace")
