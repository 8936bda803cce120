"""What one line of a log looks like before it is coloured: its screen rows."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import get_character_cell_size

from dedalus_tui.ui.present.output_ansi import StyledText, styled_text
from dedalus_tui.ui.present.output_pretty import pretty_lines
from dedalus_tui.ui.present.text import plain

MOST_ROWS = 2000
"""Screen rows one line takes at most; 64 KiB in a narrow window would be more."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One screen row: a stretch of a text."""

    styled: StyledText
    start: int
    end: int
    is_spread: bool = False
    """Whether it belongs to a record spread over several lines, not to the line as written."""


def rows_of(text: str, *, width: int, is_wrapped: bool, is_spread: bool) -> tuple[LogRow, ...]:
    """The screen rows of a line; `width` in cells matters for wrapped ones only."""
    styled = styled_text(text)
    spread = pretty_lines(styled.text) if is_spread else None
    if spread is not None:
        rows = (StyledText(plain(line)) for line in spread)
        return tuple(
            LogRow(row, start, end, is_spread=True)
            for row in rows
            for start, end in _stretches(row.text, width if is_wrapped else 0)
        )[:MOST_ROWS]
    stretches = _stretches(styled.text, width if is_wrapped else 0)
    return tuple(LogRow(styled, start, end) for start, end in stretches[:MOST_ROWS])


def _stretches(text: str, width: int) -> list[tuple[int, int]]:
    """Begin and end of each piece of `text` that fits `width` cells; 0 = one piece."""
    if width <= 0 or len(text) * 2 <= width:
        return [(0, len(text))]
    if text.isascii():
        return [(at, min(at + width, len(text))) for at in range(0, len(text), width)] or [(0, 0)]
    stretches: list[tuple[int, int]] = []
    begin = used = 0
    for place, char in enumerate(text):
        cells = get_character_cell_size(char)
        if used + cells > width and place > begin:
            stretches.append((begin, place))
            begin, used = place, 0
        used += cells
    stretches.append((begin, len(text)))
    return stretches
