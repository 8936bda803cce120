"""Whole lines of plain text at once: what a flood consists of.

A line that enters at the bottom moves every other one, so feeding lines one by one does most of its
work for lines that nobody will see. Here lines that go straight through the screen are packed for
the history as they come, and only those that stay are unpacked into rows.
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
    """Lines of printable ASCII, each ended by CR LF; in one style, or packed by the caller."""

    def draw_lines(self, lines: Sequence[str]) -> None:
        """Write each line and start the next one; the same as doing so one by one, but quick."""
        for position, line in enumerate(lines):
            if len(lines) - position >= LEAST_LINES and self.enters_blank_bottom():
                self.scroll_in(self._packed(lines[position:]))
                return
            if line:
                self.draw_ascii(line)
            self.start_next_line()

    def enters_blank_bottom(self) -> bool:
        """Whether lines come in at the bottom of a region, and nothing stands there yet."""
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

    def scroll_in(self, entering: Sequence[PackedRow]) -> None:
        """Let lines come in at the blank bottom; a blank one in the current style follows them."""
        rows, top, bottom = self.rows, self.top, self.bottom
        staying = min(len(entering), bottom - top)
        passing = len(entering) - staying
        if top == 0 and not self.is_alternate:
            for row in rows[top : top + staying]:
                self.scrollback.push(row)
            if passing:
                self.scrollback.extend(entering[:passing])
        serial = self.serial
        rows[top : bottom + 1] = [
            *rows[top + staying : bottom],
            *[row.unpack(serial) for row in entering[passing:]],
            Row(self.blank_style, serial),
        ]
        last = next((row.text for row in reversed(entering) if row.text), "")
        self.last_text = last or self.last_text

    def _packed(self, lines: Sequence[str]) -> list[PackedRow]:
        """The lines, wrapped; equal ones are one object, as nothing changes it."""
        columns, style, fill = self.columns, self.style, self.blank_style

        def pack(text: str, *, is_wrapped: bool = False) -> PackedRow:
            return PackedRow(text, style if text else 0, None, fill, is_wrapped, ())

        if len(max(lines, key=len)) <= columns:
            made = {text: pack(text) for text in dict.fromkeys(lines)}
            return [made[text] for text in lines]
        packed: list[PackedRow] = []
        for line in lines:
            last = max(len(line) - 1, 0) // columns * columns
            packed += [
                pack(line[at : at + columns], is_wrapped=True) for at in range(0, last, columns)
            ]
            packed.append(pack(line[last:]))
        return packed
