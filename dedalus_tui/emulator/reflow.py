"""Cutting lines anew at another width: rows joined by wrapping become rows of the new width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.emulator.scrollback import PackedRow, pack_runs

if TYPE_CHECKING:
    from dedalus_tui.emulator.marks import Mark


@dataclass(slots=True)
class Place:
    """A place among rows: which row, and how many cells from its start."""

    row: int
    offset: int


@dataclass(slots=True)
class _Line:
    """A logical line: what all its rows hold, in one piece."""

    text: str
    layout: bytes | None
    runs: list[tuple[int, int]]
    """Lengths and style numbers from left to right."""
    fill: int
    goes_on: bool
    marks: list[tuple[int, Mark]]

    def __len__(self) -> int:
        return len(self.text) if self.layout is None else len(self.layout)


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
    texts: list[str] = []
    layouts: list[bytes] = []
    runs: list[tuple[int, int]] = []
    starts: list[int] = []
    marks: list[tuple[int, Mark]] = []
    is_simple = all(row.layout is None for row in rows)
    length = 0
    for number, row in enumerate(rows):
        starts.append(length)
        marks.extend((length + mark.column, mark) for mark in row.marks)
        missing = 0
        if number < len(rows) - 1:
            missing = columns - len(row)
            if missing == 1 and _starts_wide(rows[number + 1]):
                # The wide character did not fit; the column it left is not part of the text.
                missing = 0
        texts.append(row.text + " " * missing)
        runs.extend(row.style_runs())
        if missing:
            runs.append((missing, row.fill))
        if not is_simple:
            layouts.append((row.layout or b"\1" * len(row.text)) + b"\1" * missing)
        length += len(row) + missing
    layout = None if is_simple else b"".join(layouts)
    line = _Line("".join(texts), layout, runs, rows[-1].fill, rows[-1].wrapped, marks)
    return line, starts


def _starts_wide(row: PackedRow) -> bool:
    return row.layout is not None and len(row.layout) > 1 and not row.layout[1]


def _cut(line: _Line, columns: int) -> tuple[list[PackedRow], list[int]]:
    """Pieces of at most `columns` cells, none of which splits a wide character."""
    if columns == 1 and line.layout is not None:
        line = _without_wide(line)
    layout = line.layout
    length = len(line)
    starts: list[int] = []
    pieces: list[PackedRow] = []
    runs = line.runs
    run = taken = position = start = 0
    while start < length or not pieces:
        end = min(start + columns, length)
        if layout is not None and end < length and not layout[end]:
            end -= 1
        own_layout = None if layout is None else layout[start:end]
        size = end - start if own_layout is None else sum(own_layout)
        own_runs, run, taken = _take_runs(runs, run, taken, end - start)
        pieces.append(
            PackedRow(
                line.text[position : position + size],
                pack_runs(own_runs),
                own_layout,
                line.fill,
                end < length or line.goes_on,
                (),
            )
        )
        starts.append(start)
        position += size
        start = end
    for offset, mark in line.marks:
        place = _locate(offset, starts)
        piece = pieces[place.row]
        piece.marks = (*piece.marks, mark._replace(column=min(place.offset, columns - 1)))
    return pieces, starts


def _take_runs(
    runs: list[tuple[int, int]], index: int, taken: int, size: int
) -> tuple[list[tuple[int, int]], int, int]:
    """The next `size` cells' runs, from `taken` cells into run `index` on; and where that ends."""
    own: list[tuple[int, int]] = []
    while size > 0:
        length, style = runs[index]
        length -= taken
        if length > size:
            own.append((size, style))
            return own, index, taken + size
        own.append((length, style))
        size -= length
        index += 1
        taken = 0
    return own, index, taken


def _without_wide(line: _Line) -> _Line:
    """The line with blanks for wide characters, which cannot stand in one column."""
    assert line.layout is not None
    cells: list[str] = []
    position = 0
    for size in line.layout:
        if not size and cells:
            cells[-1] = " "
        cells.append(line.text[position : position + size] or " ")
        position += size
    layout = bytes(map(len, cells))
    return _Line("".join(cells), layout, line.runs, line.fill, line.goes_on, line.marks)
