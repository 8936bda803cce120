"""The picture of a table's rows and header, from cells, a layout and the theme's ink."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from dedalus_tui.ui.present.text import pad
from dedalus_tui.ui.widgets.table_layout import GAP, GUTTER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.ui.themes import Ink
    from dedalus_tui.ui.widgets.table_layout import TableColumn, TableLayout

Cell = tuple[str, str]
"""Text, already fit for one line, and the role it is drawn in."""


class TableSigns(NamedTuple):
    """The signs a table draws itself, each one cell wide."""

    cursor: str = "▌"
    mark: str = "●"
    rising: str = "▲"
    falling: str = "▼"
    more_left: str = "◂"
    more_right: str = "▸"
    ellipsis: str = "…"


ASCII_SIGNS = TableSigns(">", "#", "^", "v", "<", ">", "~")


def paint_row(
    cells: Sequence[Cell],
    layout: TableLayout,
    ink: Ink,
    *,
    width: int,
    ground: str,
    gutter: tuple[str, str],
    is_stale: bool,
    ellipsis: str,
) -> Strip:
    """A row: cursor and mark sign in the gutter, then each placed column's cell."""
    cursor, mark = gutter
    segments = [
        Segment(cursor, ink.style("accent", ground)),
        Segment(mark + " ", ink.style("mark", ground)),
    ]
    for place in layout.placed:
        text, role = cells[place.number]
        is_right = place.column.is_right_aligned
        shown = pad(text, place.width, right=is_right, ellipsis=ellipsis)
        segments.append(Segment(shown + " " * GAP, ink.style(role, ground, is_stale=is_stale)))
    return Strip(segments).adjust_cell_length(width, ink.style("text", ground))


def paint_header(
    layout: TableLayout,
    ink: Ink,
    signs: TableSigns,
    *,
    width: int,
    sorted_by: tuple[str, bool] | None,
) -> Strip:
    """The titles, the sign of the sort column, and signs that there are more columns."""
    left = signs.more_left if layout.hides_left else " "
    segments = [Segment(left.rjust(GUTTER), ink.style("accent", "bar"))]
    for place in layout.placed:
        column = place.column
        title, role = column.title, "muted"
        if sorted_by and sorted_by[0] == column.key:
            sign = signs.falling if sorted_by[1] else signs.rising
            title, role = _with_sign(column, sign, place.width), "key"
        text = _fitted(title, place.width, column)
        segments.append(Segment(text, ink.style(role, "bar")))
    if layout.hides_right:
        used = sum(len(segment.text) for segment in segments)
        blank = " " * max(0, width - used - 1)
        segments.append(Segment(blank + signs.more_right, ink.style("accent", "bar")))
    return Strip(segments).adjust_cell_length(width, ink.style("text", "bar"))


def _with_sign(column: TableColumn, sign: str, width: int) -> str:
    is_tight = column.is_right_aligned or len(column.title) + 1 >= width + GAP - 1
    return f"{column.title}{sign}" if is_tight else f"{column.title} {sign}"


def _fitted(title: str, width: int, column: TableColumn) -> str:
    """The title over its column; a sort sign hangs into the gap rather than cut or shift it."""
    if column.is_right_aligned:
        hangs = len(title) > len(column.title)
        aligned = pad(title, width + (1 if hangs else 0), right=True)
        return pad(aligned, width + GAP)
    return pad(title, width + GAP - 1) + " "
