"""Lines that left the screen, packed: a string, style runs, and one byte a cell where needed."""

from __future__ import annotations

from array import array
from collections import deque
from itertools import groupby, islice
from typing import TYPE_CHECKING

from dedalus_tui.emulator.grid import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedalus_tui.emulator.marks import Mark

UNPACKED_LINES = 128
"""How many of the newest lines stay as rows; packing in batches keeps line feeds cheap."""


class PackedRow:
    """A row in few bytes. ``runs`` is one style number, or pairs of (length, style number)."""

    __slots__ = ("fill", "layout", "marks", "runs", "text", "wrapped")

    def __init__(
        self,
        text: str,
        runs: int | array[int],
        layout: bytes | None,
        fill: int,
        wrapped: bool,
        marks: tuple[Mark, ...],
    ) -> None:
        self.text = text
        self.runs = runs
        self.layout = layout
        """Codepoints in each cell (0 in the right half of a wide one); ``None`` when all are 1."""
        self.fill = fill
        self.wrapped = wrapped
        self.marks = marks

    def __len__(self) -> int:
        return len(self.text) if self.layout is None else len(self.layout)

    def chars(self) -> list[str]:
        """The cells' texts."""
        if self.layout is None:
            return list(self.text)
        cells = []
        start = 0
        for size in self.layout:
            cells.append(self.text[start : start + size])
            start += size
        return cells

    def styles(self) -> list[int]:
        """The cells' style numbers."""
        numbers: list[int] = []
        for length, style in self.style_runs():
            numbers.extend([style] * length)
        return numbers

    def style_runs(self) -> list[tuple[int, int]]:
        """Lengths and style numbers, from left to right."""
        runs = self.runs
        if isinstance(runs, int):
            return [(len(self), runs)] if len(self) else []
        return list(zip(runs[::2], runs[1::2], strict=True))

    def unpack(self, version: int) -> Row:
        """The row this was packed from, with a new identity."""
        row = Row(self.fill, version)
        row.chars = self.chars()
        row.styles = self.styles()
        row.wrapped = self.wrapped
        row.complex = self.layout is not None
        row.marks = self.marks
        return row


def pack_runs(runs: list[tuple[int, int]]) -> int | array[int]:
    """Pack (length, style number) pairs; one number when all are of one style."""
    if not runs:
        return 0
    if len(runs) == 1:
        return runs[0][1]
    flat = [number for run in runs for number in run]
    return array("H" if max(flat) < 65536 else "I", flat)


def pack_styles(styles: list[int]) -> int | array[int]:
    """Pack the style numbers of cells."""
    if not styles:
        return 0
    first = styles[0]
    if styles.count(first) == len(styles):
        return first
    return pack_runs([(len(list(group)), style) for style, group in groupby(styles)])


def pack(row: Row) -> PackedRow:
    """Pack a row; the row itself is left as it is."""
    chars = row.chars
    return PackedRow(
        "".join(chars),
        pack_styles(row.styles),
        bytes(map(len, chars)) if row.complex else None,
        row.fill,
        row.wrapped,
        row.marks,
    )


class Scrollback:
    """A bounded history of lines. Lines keep their number when older ones are dropped."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._dropped = 0
        self._packed: deque[PackedRow] = deque()
        self._recent: deque[Row] = deque()

    def __len__(self) -> int:
        self.trim()
        return len(self._packed) + len(self._recent)

    @property
    def first_line(self) -> int:
        """Number of the oldest line kept: how many were dropped or cleared before it."""
        self.trim()
        return self._dropped

    def push(self, row: Row) -> None:
        """Add the line that just left the screen."""
        recent = self._recent
        recent.append(row)
        if len(recent) > UNPACKED_LINES:
            self._settle()

    def extend(self, rows: Iterable[PackedRow]) -> None:
        """Add lines that are packed already."""
        self._packed.extend(map(pack, self._recent))
        self._recent.clear()
        self._packed.extend(rows)
        self.trim()

    def _settle(self) -> None:
        """Pack all but half of the recent lines and drop what is past the limit."""
        recent = self._recent
        while len(recent) > UNPACKED_LINES // 2:
            self._packed.append(pack(recent.popleft()))
        self.trim()

    def trim(self) -> None:
        """Drop the oldest lines past the limit."""
        excess = len(self._packed) + len(self._recent) - self.limit
        if excess > 0:
            self.drop(excess)

    def drop(self, count: int) -> None:
        """Drop the `count` oldest lines."""
        packed = self._packed
        for _ in range(count):
            if packed:
                packed.popleft()
            else:
                self._recent.popleft()
        self._dropped += count

    def pop(self, version: int) -> Row | None:
        """Take the newest line back, or ``None`` when there is none."""
        if self._recent:
            return self._recent.pop()
        if self._packed:
            return self._packed.pop().unpack(version)
        return None

    def clear(self) -> None:
        """Forget all lines; numbers go on from where they were."""
        # Counted first: it drops what is past the limit, and counts that too.
        kept = len(self)
        self._dropped += kept
        self._packed.clear()
        self._recent.clear()

    def __getitem__(self, index: int) -> PackedRow | Row:
        packed = len(self._packed)
        return self._packed[index] if index < packed else self._recent[index - packed]

    def packed(self) -> list[PackedRow]:
        """All lines, oldest first, packed."""
        return [*self._packed, *map(pack, self._recent)]

    def rows(self, start: int = 0) -> Iterator[PackedRow | Row]:
        """Lines from index `start` on, oldest first."""
        yield from islice(self._packed, start, None)
        yield from islice(self._recent, max(0, start - len(self._packed)), None)

    def replace(self, rows: Iterable[PackedRow]) -> None:
        """Put `rows` in the place of all lines (after a reflow)."""
        self._recent.clear()
        self._packed = deque(rows)
        self.trim()
