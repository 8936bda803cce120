"""What a person types to find lines, and the quick way through millions of them.

Plain text, or `/a regular expression/`. Without capitals it matches either case. Sequences that
colour a line are never part of what is matched. An expression that takes too long for one line is
given up, so that none can hold the program.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from dedalus_tui.domain.time_limit import TookTooLongError, within
from dedalus_tui.store.output_literal import Literal, required_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedalus_tui.store.output_spool import OutputSpool

SLICE_BYTES = 256 * 1024
"""How much is searched between two looks at the clock: under 3 ms for all but odd expressions."""
PATIENCE_SECONDS = 0.04
"""Processor time an expression may take for a slice; for a single line, it is then given up."""
MANY_CANDIDATES = 200
"""From so many in a slice on, looking at each line beats looking for the next one."""

Found = TypeVar("Found")

_ESCAPE = b"\x1b"
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;:?<=>]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")


class InvalidPatternError(ValueError):
    """The text is no regular expression; the message says why."""


class LinePattern:
    """One compiled query. Raises `InvalidPatternError` for a bad regular expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_expression = len(text) > 1 and text.startswith("/")
        body = text[1:].removesuffix("/") if self.is_expression else text
        self.ignores_case = body == body.lower() or (self.is_expression and not _has_capitals(body))
        flags = re.IGNORECASE if self.ignores_case else re.NOFLAG
        try:
            self._expression = re.compile(body if self.is_expression else re.escape(body), flags)
        except (re.error, OverflowError, RecursionError) as error:
            raise InvalidPatternError(str(error)) from None
        self.is_given_up = False
        """It took too long for a line; it matches nothing from then on."""
        held = required_text(body, flags) if self.is_expression else body
        self._literal = _literal(held, ignores_case=self.ignores_case)
        self._word = self._literal.longest_word if self._literal is not None else None
        self._most = SLICE_BYTES // 4 if self.is_expression else SLICE_BYTES
        self._slice = self._most
        self._is_literal = not self.is_expression and body.isascii()
        self._literal_text = body.lower() if self.ignores_case else body

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the hits in one line of text are; empty hits are left out."""

        def find() -> list[tuple[int, int]]:
            matches = self._expression.finditer(text)
            return [match.span() for match in matches if match.group()]

        return self._guarded(find) or []

    def matches(self, raw: bytes) -> bool:
        """Whether one line as it came holds a hit, its colours aside."""
        return bool(self._guarded(lambda: self._is_in(raw)))

    def _guarded(self, work: Callable[[], Found]) -> Found | None:
        """Work on one line; None when the expression is given up."""
        if not self.is_expression:
            return work()
        if self.is_given_up:
            return None
        try:
            return within(PATIENCE_SECONDS, work)
        except TookTooLongError:
            self.is_given_up = True
            return None

    def _is_in(self, raw: bytes) -> bool:
        text = raw.rstrip(b"\r\n").decode("utf-8", "replace")
        if "\x1b" in text:
            text = _ESCAPES.sub("", text)
        return self._expression.search(text) is not None

    def matching(self, spool: OutputSpool, first: int, last: int) -> tuple[list[int], int]:
        """The complete lines in [first, last) that hold a hit, and up to where was looked.

        Less is looked at when the expression is slow, so that nobody waits for it: try on from
        there, after serving others.
        """
        if first >= last or self.is_given_up:
            return [], last
        if not self.is_expression:
            return self._found(spool, spool.block(first, last), first, last), last
        last = min(last, spool.line_at_most(first, self._slice))
        block = spool.block(first, last)
        try:
            found = within(PATIENCE_SECONDS, lambda: self._found(spool, block, first, last))
        except TookTooLongError:
            self.is_given_up = last - first == 1
            self._slice = self._slice // 8
            return [], first
        self._slice = min(self._most, self._slice + self._slice // 4 + 1)
        return found, last

    def _found(self, spool: OutputSpool, block: bytes, first: int, last: int) -> list[int]:
        is_coloured = _ESCAPE in block
        literal = self._word if is_coloured else self._literal
        if literal is None:
            return self._from_every_line(spool, block, first, last)
        index, base = spool.index, spool.index.offset(first)
        found: list[int] = []
        looked_at, end = 0, 0
        is_sure = self._is_literal and not is_coloured and block.isascii()
        for offset in literal.offsets(block):
            if is_sure and offset < end:
                continue
            looked_at += 1
            if looked_at > MANY_CANDIDATES:
                return self._from_every_line(spool, block, first, last)
            line = index.line_at(base + offset)
            begin, end = index.offset(line) - base, index.offset(line + 1) - base
            if is_sure or self._is_in(block[begin:end]):
                found.append(line)
        if is_coloured:
            split = index.lines_styled_inside_word(first, last)
            found += (line for line in split if self._is_in(spool.raw_line(line)))
        return found if is_sure else sorted({*found})

    def _from_every_line(
        self, spool: OutputSpool, block: bytes, first: int, last: int
    ) -> list[int]:
        lines: Sequence[str]
        if spool.lines_follow_newlines:
            lines = block.decode("utf-8", "replace").split("\n")[: last - first]
        else:
            raw_lines = spool.raw_lines(first, last)
            lines = [raw.rstrip(b"\r\n").decode("utf-8", "replace") for raw in raw_lines]
        if b"\r" in block:
            lines = [line.rstrip("\r\n") for line in lines]
        if _ESCAPE in block:
            lines = [_ESCAPES.sub("", line) if "\x1b" in line else line for line in lines]
        if self._is_literal and block.isascii():
            text = self._literal_text
            if self.ignores_case:
                return [number for number, line in enumerate(lines, first) if text in line.lower()]
            return [number for number, line in enumerate(lines, first) if text in line]
        search = self._expression.search
        return [number for number, line in enumerate(lines, first) if search(line)]


def _literal(held: str, *, ignores_case: bool) -> Literal | None:
    """What to look for first; other letters than ASCII change case in ways bytes do not show."""
    sure = r"[\x00-\x7f]+" if ignores_case else r"[^\ufffd\ud800-\udfff]+"
    held = max(re.findall(sure, held), key=len, default="")
    return Literal(held.encode(), ignores_case=ignores_case) if held else None


def _has_capitals(expression: str) -> bool:
    """Whether an expression holds a capital letter that is not the name of a class like \\S."""
    return re.search(r"[A-Z]", re.sub(r"\\.", "", expression)) is not None
