"""Where each line of a log begins, when it came and from which stream, in a few bytes a line.

A million lines cost 5 MB plus at most 14 MB when every line has a time of its own. Offsets are
kept as four bytes relative to a base per block of lines, so a log may grow beyond 4 GiB.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from dedalus_tui.domain.output import Severity, Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

LINES_PER_BASE = 4096
STREAM_BITS = 2

SEVERITY_MASK = 0b0011
SUPERSEDED = 0b0100
"""The line ended in a lone carriage return: what follows was written over it."""
STYLED_INSIDE_WORD = 0b1000
"""A colour sequence stands inside a word, so a byte search can miss the word."""

_STREAMS = tuple(Stream)
_SEVERITIES = tuple(Severity)
"""By number: making a member of an enumeration from its number costs more than all else here."""


class LineIndex:
    """Line numbers to byte offsets, times, streams and flags; grows only at the end."""

    def __init__(self) -> None:
        self._bases = array("Q", [0])
        self._relative = array("I", [0])
        self._flags = bytearray()
        self._run_first = array("I")
        self._run_at = array("q")
        self._run_kind = array("H")
        self.errors = array("I")
        """Numbers of the lines that read as errors, rising."""
        self.warnings = array("I")
        self.superseded_count = 0
        self.styled_inside_word = array("I")

    @property
    def line_count(self) -> int:
        """How many complete lines there are."""
        return len(self._relative) - 1

    @property
    def end(self) -> int:
        """The offset after the last line."""
        return self.offset(self.line_count)

    def offset(self, line: int) -> int:
        """Where `line` begins; for the number after the last line, where the log ends."""
        return self._bases[line // LINES_PER_BASE] + self._relative[line]

    def lengths(self, first: int, last: int) -> list[int]:
        """Bytes of each line of [first, last)."""
        offsets = [self.offset(line) for line in range(first, last + 1)]
        return [high - low for low, high in pairwise(offsets)]

    def line_at(self, offset: int) -> int:
        """The number of the line that holds the byte at `offset`."""
        block = bisect_right(self._bases, offset) - 1
        low = block * LINES_PER_BASE
        high = min(low + LINES_PER_BASE, len(self._relative))
        return bisect_right(self._relative, offset - self._bases[block], low, high) - 1

    def extend(self, lengths: Sequence[int], at_us: int, stream: Stream, source: int = 0) -> None:
        """Add lines of these lengths in bytes, which all came at one time from one stream."""
        if not lengths:
            return
        self._open_run(at_us, source << STREAM_BITS | stream)
        self._flags.extend(bytes(len(lengths)))
        ends = list(accumulate(lengths, initial=self.end))[1:]
        relative = self._relative
        taken = 0
        while taken < len(ends):
            room = LINES_PER_BASE - len(relative) % LINES_PER_BASE
            if room == LINES_PER_BASE:
                self._bases.append(ends[taken])
            base = self._bases[-1]
            relative.extend([end - base for end in ends[taken : taken + room]])
            taken += room

    def _open_run(self, at_us: int, kind: int) -> None:
        if self._run_at and self._run_at[-1] == at_us and self._run_kind[-1] == kind:
            return
        self._run_first.append(self.line_count)
        self._run_at.append(at_us)
        self._run_kind.append(kind)

    def _run(self, line: int) -> int:
        return bisect_right(self._run_first, line) - 1

    def at_us(self, line: int) -> int:
        """When `line` came."""
        return self._run_at[self._run(line)]

    def origin(self, line: int) -> tuple[int, Stream, int]:
        """When `line` came, from which stream and which source."""
        run = self._run(line)
        kind = self._run_kind[run]
        return self._run_at[run], _STREAMS[kind & 0b11], kind >> STREAM_BITS

    def runs(self, first: int, last: int) -> list[tuple[int, int, Stream, int]]:
        """Stretches of one stream within [first, last): first line, end, stream, source."""
        found: list[tuple[int, int, Stream, int]] = []
        run = self._run(first) if first < last else len(self._run_first)
        while run < len(self._run_first) and self._run_first[run] < last:
            begin = max(first, self._run_first[run])
            is_last = run + 1 == len(self._run_first)
            end = last if is_last else min(last, self._run_first[run + 1])
            kind = self._run_kind[run]
            found.append((begin, end, Stream(kind & 0b11), kind >> STREAM_BITS))
            run += 1
        return found

    def first_line_since(self, at_us: int) -> int:
        """The first line that came at `at_us` or later; the line count if there is none."""
        run = bisect_left(self._run_at, at_us)
        return self._run_first[run] if run < len(self._run_first) else self.line_count

    def severity(self, line: int) -> Severity:
        """How `line` was classified."""
        return _SEVERITIES[self._flags[line] & SEVERITY_MASK]

    def mark_severity(self, line: int, severity: Severity) -> None:
        """Record a classification; lines must be marked in rising order, each once."""
        self._flags[line] |= severity
        (self.errors if severity is Severity.ERROR else self.warnings).append(line)

    def is_superseded(self, line: int) -> bool:
        """Whether a later state of a progress display replaced this line."""
        return bool(self._flags[line] & SUPERSEDED)

    def mark_superseded(self, line: int) -> None:
        """Record that what follows was written over `line`."""
        self._flags[line] |= SUPERSEDED
        self.superseded_count += 1

    def mark_styled_inside_word(self, line: int) -> None:
        """Record that colour sequences split a word of `line`; in rising order."""
        if self._flags[line] & STYLED_INSIDE_WORD:
            return
        self._flags[line] |= STYLED_INSIDE_WORD
        self.styled_inside_word.append(line)

    def lines_styled_inside_word(self, first: int, last: int) -> Sequence[int]:
        """Lines of [first, last) in which colours split a word."""
        marked = self.styled_inside_word
        return marked[bisect_left(marked, first) : bisect_left(marked, last)]

    def flags(self, first: int, last: int) -> bytes:
        """The flag bytes of lines [first, last)."""
        return bytes(self._flags[first:last])
