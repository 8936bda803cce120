"""Whole lines of plain text at once: what a flood consists of.

A line that enters at the bottom moves every other one, so feeding lines one by one does most of its
work for lines that nobody will see. Here lines that go straight through the screen are packed for
the history as they come, and only those that stay become rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.emulator.drawing import Drawing
from dedalus_tui.emulator.grid import Row
from dedalus_tui.emulator.scrollback import PackedRow

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_LINES = 4
"""Fewer lines are not worth the preparations."""


class PlainLines(Drawing):
    """Lines of printable ASCII, each ended by CR LF."""

    def draw_lines(self, lines: Sequence[str]) -> None:
        """Write each line and start the next one; the same as doing so one by one, but quick."""
        for position, line in enumerate(lines):
            if len(lines) - position >= LEAST_LINES and self._enters_blank_bottom():
                self._scroll_in(lines[position:])
                return
            if line:
                self.draw_ascii(line)
            self.start_next_line()

    def _enters_blank_bottom(self) -> bool:
        """Whether lines come in at the bottom of a region, below which there is nothing to keep."""
        if (
            self.y != self.bottom
            or self.x
            or self.pending_wrap
            or not self.autowrap
            or not self.has_plain_margins
            or self.plain_limit != self.columns
        ):
            return False
        row = self.rows[self.y]
        return not row.chars and not row.marks and row.fill == self.blank_style

    def _scroll_in(self, lines: Sequence[str]) -> None:
        pieces, wrapped = self._wrapped_pieces(lines)
        rows, top, bottom = self.rows, self.top, self.bottom
        height = bottom - top
        staying = min(len(pieces), height)
        passing = len(pieces) - staying
        leaving = rows[top : top + staying]
        if top == 0 and not self.is_alternate:
            for row in leaving:
                self.scrollback.push(row)
            if passing:
                self.scrollback.extend(self._packed(pieces[:passing], wrapped))
        entering = [
            self._row(text, number in wrapped)
            for number, text in enumerate(pieces[passing:], passing)
        ]
        rows[top : bottom + 1] = [*rows[top + staying : bottom], *entering, self._row("", False)]
        self.last_text = next((text for text in reversed(pieces) if text), self.last_text)

    def _wrapped_pieces(self, lines: Sequence[str]) -> tuple[Sequence[str], frozenset[int]]:
        """The lines cut to the width, and which pieces go on in the next one."""
        columns = self.columns
        if len(max(lines, key=len)) <= columns:
            return lines, frozenset()
        pieces: list[str] = []
        wrapped: set[int] = set()
        for line in lines:
            first = len(pieces)
            pieces += [line[at : at + columns] for at in range(0, len(line), columns)] or [""]
            wrapped.update(range(first, len(pieces) - 1))
        return pieces, frozenset(wrapped)

    def _row(self, text: str, is_wrapped: bool) -> Row:
        row = Row(self.blank_style, self.serial)
        row.chars = list(text)
        row.styles = [self.style] * len(text)
        row.wrapped = is_wrapped
        return row

    def _packed(self, pieces: Sequence[str], wrapped: frozenset[int]) -> list[PackedRow]:
        """The pieces as lines of the history; equal ones are one object, as nothing changes it."""
        style, fill = self.style, self.blank_style
        if wrapped:
            return [
                PackedRow(text, style if text else 0, None, fill, number in wrapped, ())
                for number, text in enumerate(pieces)
            ]
        made = {
            text: PackedRow(text, style if text else 0, None, fill, False, ())
            for text in dict.fromkeys(pieces)
        }
        return [made[text] for text in pieces]
