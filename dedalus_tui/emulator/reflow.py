"""Cutting lines anew at another width: rows joined by wrapping become rows of the new width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.emulator.scrollback import PackedRow, pack_styles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.emulator.marks import Mark


@dataclass(slots=True)
class Place:
    """A place among rows: which row, and how many cells from its start."""

    row: int
    offset: int


@dataclass(slots=True)
class _Line:
    """A logical line: the cells of all its rows in one sequence."""

    cells: Sequence[str]
    styles: list[int]
    fill: int
    goes_on: bool
    marks: list[tuple[int, Mark]]

    @property
    def is_simple(self) -> bool:
        """Whether every cell is one character one column wide."""
        return isinstance(self.cells, str)


def recut(
    rows: list[PackedRow], old_columns: int, columns: int, place: Place
) -> tuple[list[PackedRow], Place]:
    """Rows of width `columns` with the content of `rows`, and where `place` has gone."""
    result: list[PackedRow] = []
    new_place = Place(0, 0)
    index = 0
    count = len(rows)
    while index < count:
        row = rows[index]
        last = index
        while rows[last].wrapped and last + 1 < count:
            last += 1
        holds_place = index <= place.row <= last
        if last == index and len(row) <= columns:
            if holds_place:
                new_place = Place(len(result), place.offset)
            result.append(row)
        else:
            line, starts = _join(rows[index : last + 1], old_columns)
            pieces, cuts = _cut(line, columns)
            if holds_place:
                found = _locate(starts[place.row - index] + place.offset, cuts)
                new_place = Place(len(result) + found.row, found.offset)
            result.extend(pieces)
        index = last + 1
    return result, new_place


def _locate(offset: int, cuts: list[int]) -> Place:
    """The piece an offset falls into, given where each piece starts."""
    row = len(cuts) - 1
    while row > 0 and cuts[row] > offset:
        row -= 1
    return Place(row, offset - cuts[row])


def _join(rows: list[PackedRow], columns: int) -> tuple[_Line, list[int]]:
    """One logical line of several rows, and the offset at which each of them starts."""
    simple = all(row.layout is None for row in rows)
    texts: list[str] = []
    cells: list[str] = []
    styles: list[int] = []
    starts: list[int] = []
    marks: list[tuple[int, Mark]] = []
    for number, row in enumerate(rows):
        start = len(styles)
        starts.append(start)
        marks.extend((start + mark.column, mark) for mark in row.marks)
        styles.extend(row.styles())
        missing = 0
        if number < len(rows) - 1:
            missing = columns - len(row)
            if missing == 1 and _starts_wide(rows[number + 1]):
                # The wide character did not fit; the column it left is not part of the text.
                missing = 0
            styles.extend([row.fill] * missing)
        if simple:
            texts.append(row.text + " " * missing)
        else:
            cells.extend(row.chars())
            cells.extend(" " * missing)
    line = _Line(
        "".join(texts) if simple else cells, styles, rows[-1].fill, rows[-1].wrapped, marks
    )
    return line, starts


def _starts_wide(row: PackedRow) -> bool:
    return row.layout is not None and len(row.layout) > 1 and not row.layout[1]


def _cut(line: _Line, columns: int) -> tuple[list[PackedRow], list[int]]:
    """Pieces of at most `columns` cells, none of which splits a wide character."""
    cells = line.cells
    length = len(cells)
    starts: list[int] = []
    pieces: list[PackedRow] = []
    start = 0
    while start < length or not pieces:
        end = min(start + columns, length)
        if end < length and not cells[end] and end - start > 1:
            end -= 1
        pieces.append(_piece(line, start, end, columns))
        starts.append(start)
        start = end
    for offset, mark in line.marks:
        place = _locate(offset, starts)
        piece = pieces[place.row]
        piece.marks = (*piece.marks, mark._replace(column=min(place.offset, columns - 1)))
    return pieces, starts


def _piece(line: _Line, start: int, end: int, columns: int) -> PackedRow:
    cells = line.cells[start:end]
    goes_on = end < len(line.cells) or line.goes_on
    layout = None
    if not isinstance(cells, str):
        if columns == 1:
            # A wide character cannot stand in one column.
            cells = [cell if cell and len(line.cells) == end else cell or " " for cell in cells]
        layout = bytes(map(len, cells))
        cells = "".join(cells)
    styles = pack_styles(line.styles[start:end])
    return PackedRow(cells, styles, layout, line.fill, goes_on, ())
