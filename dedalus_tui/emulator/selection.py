"""Text out of cells, for copying: wrapped lines joined, blanks at the end dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.emulator.emulator import Emulator
    from dedalus_tui.emulator.row_view import RowView

Position = tuple[int, int]
"""Absolute line and 0-based column."""


def text_between(emulator: Emulator, start: Position, end: Position, *, block: bool) -> str:
    """The text of ``Emulator.text_between``."""
    if end < start:
        start, end = end, start
    first = max(start[0], emulator.first_line)
    left, right = (min(start[1], end[1]), max(start[1], end[1])) if block else (0, 0)
    parts: list[str] = []
    for line, row in emulator.lines(first):
        if line > end[0]:
            break
        if block:
            parts.append(slice_text(row, left, right).rstrip() + "\n")
            continue
        begin = start[1] if line == start[0] else 0
        stop = end[1] if line == end[0] else row.columns
        text = slice_text(row, begin, stop)
        if row.is_wrapped and line < end[0]:
            parts.append(text)
        else:
            parts.append(text.rstrip() + "\n")
    return "".join(parts).removesuffix("\n")


def slice_text(row: RowView, start: int, end: int) -> str:
    """The text of the columns from `start` up to `end`; a wide character touched is taken whole."""
    cells = row.cells
    start = max(start, 0)
    if start < len(cells) and start < end:
        while start > 0 and not cells[start]:
            start -= 1
    return "".join(cells[start:end])
