"""What a person types to find lines, and the quick way through millions of them.

Plain text, or `/a regular expression/`. Without capitals it matches either case. Sequences that
colour a line are never part of what is matched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.store.output_spool import OutputSpool

SLICE_BYTES = 256 * 1024
"""How much is searched between two looks at the clock: under 3 ms for all but odd expressions."""
MANY_HITS = 200
"""From so many hits in a slice on, looking at each line beats looking for the next hit."""

_ESCAPES = re.compile(r"\x1b(?:\[[0-9;:?<=>]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_NEEDS_LINES = re.compile(r"\$|\^|\\[AZ]|\(\?")
"""What would mean something else in a block of lines than in one line."""


class InvalidPatternError(ValueError):
    """The text is no regular expression; the message says why."""


class LinePattern:
    """One compiled query. Raises `InvalidPatternError` for a bad regular expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        is_regex = len(text) > 1 and text.startswith("/")
        body = text[1:].removesuffix("/") if is_regex else text
        self.ignores_case = body == body.lower() or (is_regex and not _has_capitals(body))
        flags = re.IGNORECASE if self.ignores_case else re.NOFLAG
        try:
            self.expression = re.compile(body if is_regex else re.escape(body), flags)
            """Finds the hits in the decoded text of one line."""
            self._block: re.Pattern[bytes] | None = None
            if is_regex and body.isascii() and not _NEEDS_LINES.search(body):
                self._block = re.compile(body.encode(), flags)
        except (re.error, OverflowError, RecursionError) as error:
            raise InvalidPatternError(str(error)) from None
        is_literal = not is_regex and (body.isascii() or not self.ignores_case)
        self._needle = body.encode("utf-8", "replace") if is_literal else None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the hits in one line of text are; empty hits are left out."""
        return [match.span() for match in self.expression.finditer(text) if match.group()]

    def matches(self, raw: bytes) -> bool:
        """Whether one line as it came holds a hit, its colours aside."""
        text = raw.rstrip(b"\r\n").decode("utf-8", "replace")
        if "\x1b" in text:
            text = _ESCAPES.sub("", text)
        return self.expression.search(text) is not None

    def matching(self, spool: OutputSpool, first: int, last: int) -> list[int]:
        """The numbers of the complete lines in [first, last) that hold a hit."""
        if first >= last:
            return []
        if self._needle is None and self._block is None:
            lines = spool.raw_lines(first, last)
            return [number for number, raw in enumerate(lines, first) if self.matches(raw)]
        found = self._from_block(spool, first, last)
        split = spool.index.styled_inside_word
        if split and split[-1] >= first:
            missed = [
                line
                for line in spool.index.lines_styled_inside_word(first, last)
                if self.matches(spool.raw_line(line))
            ]
            found = sorted({*found, *missed}) if missed else found
        return found

    def _from_block(self, spool: OutputSpool, first: int, last: int) -> list[int]:
        """The matching lines, found by searching the block as a whole."""
        block = spool.block(first, last)
        base = spool.index.offset(first)
        if self._needle is not None and self.ignores_case:
            block = block.lower()
        found: list[int] = []
        offset = self._next(block, 0)
        while offset >= 0:
            if len(found) > MANY_HITS and self._needle is not None:
                return found + self._from_lines(spool, found[-1] + 1, last)
            line = spool.index.line_at(base + offset)
            begin, end = spool.index.offset(line) - base, spool.index.offset(line + 1) - base
            is_exact = self._needle is not None and block.find(b"\x1b", begin, end) < 0
            if is_exact or self.matches(spool.raw_line(line)):
                found.append(line)
            offset = self._next(block, end)
        return found

    def _next(self, block: bytes, offset: int) -> int:
        if self._needle is not None:
            return block.find(self._needle, offset)
        assert self._block is not None
        match = self._block.search(block, offset)
        return match.start() if match and match.start() < len(block) else -1

    def _from_lines(self, spool: OutputSpool, first: int, last: int) -> list[int]:
        """The lines that hold the literal, found line by line."""
        needle = self._needle
        assert needle is not None
        lines = spool.raw_lines(first, last)
        looked = [raw.lower() for raw in lines] if self.ignores_case else lines
        return [
            number
            for number, raw in enumerate(looked, first)
            if needle in raw and (b"\x1b" not in raw or self.matches(lines[number - first]))
        ]


def _has_capitals(expression: str) -> bool:
    """Whether an expression holds a capital letter that is not the name of a class like \\S."""
    return re.search(r"[A-Z]", re.sub(r"\\.", "", expression)) is not None
