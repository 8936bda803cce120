"""What a search found in a terminal, and which hit is the current one. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from dedalus_tui.domain.time_limit import TookTooLongError, within

if TYPE_CHECKING:
    from dedalus_tui.emulator.emulator import Emulator
    from dedalus_tui.emulator.search import Match

PATIENCE_SECONDS = 1.0
"""Processor time an expression may take for all that went by."""


class Hits:
    """Hits in the order of the text. A pattern between slashes is a regular expression.

    Lower-case patterns ignore case; one capital letter makes case count.
    """

    def __init__(self, emulator: Emulator) -> None:
        """None yet."""
        self._emulator = emulator
        self._found: list[Match] = []
        self._lines: list[int] = []
        self.pattern = ""
        self.problem = ""
        """Why the pattern cannot be searched for; empty when it can."""
        self.current: int | None = None

    def __len__(self) -> int:
        return len(self._found)

    @property
    def current_match(self) -> Match | None:
        """The hit the person is at."""
        return None if self.current is None else self._found[self.current]

    @property
    def current_from_below(self) -> int:
        """Which hit the current one is, counted from the last: searching goes upwards."""
        return 0 if self.current is None else len(self._found) - self.current

    def search(self, pattern: str, *, near: int) -> None:
        """Find everything; the current hit is the last one on or above the line `near`."""
        self.pattern = pattern
        self.problem = ""
        is_regex = len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/")
        text = pattern[1:-1] if is_regex else pattern

        def find() -> list[Match]:
            return self._emulator.search(text, is_regex=is_regex, ignore_case=text == text.lower())

        try:
            self._found = within(PATIENCE_SECONDS, find) if is_regex else find()
        except TookTooLongError:
            self._found = []
            self.problem = "takes too long"
        except re.error as error:
            self._found = []
            self.problem = str(error)
        self._lines = [match.line for match in self._found]
        self.current = max(0, bisect_right(self._lines, near) - 1) if self._found else None

    def clear(self) -> None:
        """Forget the search."""
        self._found, self._lines = [], []
        self.pattern = self.problem = ""
        self.current = None

    def step(self, count: int) -> Match | None:
        """Go on by so many hits, round the ends; negative is up."""
        if self.current is None:
            return None
        self.current = (self.current + count) % len(self._found)
        return self._found[self.current]

    def spans(self, line: int, columns: int) -> list[tuple[int, int, bool]]:
        """The hits on a line: first column, column after the last, and whether it is current."""
        spans: list[tuple[int, int, bool]] = []
        # A hit may begin lines above where it ends, if the text wraps; a few lines are enough.
        index = bisect_left(self._lines, line - 8)
        while index < len(self._found) and self._lines[index] <= line:
            match = self._found[index]
            if match.end_line >= line:
                start = match.column if match.line == line else 0
                end = match.end_column if match.end_line == line else columns
                spans.append((start, end, index == self.current))
            index += 1
        return spans

    def marked_rows(self, first_line: int, total: int, rows: int) -> frozenset[int]:
        """Rows of a scroll bar of that height that have a hit."""
        if total <= 0:
            return frozenset()
        return frozenset((line - first_line) * rows // total for line in self._lines)
