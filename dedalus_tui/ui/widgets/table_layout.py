"""Where the columns of a table stand: pure arithmetic of widths, shared by drawing and mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

GUTTER = 3
"""Cells before the first column: cursor, mark, blank."""

GAP = 2
"""Blank cells between columns."""


class TableColumn(NamedTuple):
    """One column of a table. Widths are in cells and without the gap."""

    key: str
    title: str
    width: int
    max_width: int = 0
    """How far it may grow into spare room; 0 = it stays at `width`."""
    is_right_aligned: bool = False
    grows_first: bool = False
    """Spare room goes to it before the others."""


class PlacedColumn(NamedTuple):
    """A column with its place on the line."""

    number: int
    """Its number among all columns, which is also that of its cell."""
    column: TableColumn
    left: int
    width: int


class TableLayout(NamedTuple):
    """The columns that are on the line, and whether some are not."""

    placed: tuple[PlacedColumn, ...]
    hides_left: bool
    hides_right: bool

    def column_at(self, x: int) -> TableColumn | None:
        """The column under a cell of the line; the gap after a column belongs to it."""
        for place in reversed(self.placed):
            if x >= place.left:
                return place.column if x < place.left + place.width + GAP else None
        return None


def lay_out(columns: Sequence[TableColumn], width: int, skipped: int = 0) -> TableLayout:
    """Place columns on a line: the first always, then all after the `skipped` ones that fit.

    Spare room goes to columns that may grow: those that grow first, then from the left. A column
    that fits only in part is left out, except the first, which is cut.
    """
    if not columns:
        return TableLayout((), hides_left=False, hides_right=False)
    room = max(1, width - GUTTER)
    chosen: list[tuple[int, int]] = [(0, min(columns[0].width, room))]
    used = chosen[0][1]
    hides_right = False
    for index in range(1 + skipped, len(columns)):
        needed = GAP + columns[index].width
        if used + needed > room:
            hides_right = True
            break
        chosen.append((index, columns[index].width))
        used += needed
    spare = room - used
    widths = dict(chosen)
    for index in sorted(widths, key=lambda each: not columns[each].grows_first):
        growth = min(spare, max(0, columns[index].max_width - widths[index]))
        spare -= growth
        widths[index] += growth
    placed: list[PlacedColumn] = []
    left = GUTTER
    for index, column_width in widths.items():
        placed.append(PlacedColumn(index, columns[index], left, column_width))
        left += column_width + GAP
    return TableLayout(tuple(placed), hides_left=skipped > 0, hides_right=hides_right)
