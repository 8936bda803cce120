"""A line of the terminal as its readers see it: cells, runs of equal style, text, marks."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.emulator.grid import Row

if TYPE_CHECKING:
    from dedalus_tui.emulator.marks import Mark
    from dedalus_tui.emulator.scrollback import PackedRow


class Run(NamedTuple):
    """Neighbouring cells of one style: their text, style number and width in columns."""

    text: str
    style: int
    width: int


class RowView:
    """One line, of the screen or of the history. Good until the emulator is fed again."""

    __slots__ = ("_row", "columns", "key")

    def __init__(self, row: Row | PackedRow, key: tuple[int, int], columns: int) -> None:
        self._row = row
        self.key = key
        """Never stands for two different contents, so it may key a cache of painted lines."""
        self.columns = columns

    @property
    def cells(self) -> list[str]:
        """Text of each written cell; ``""`` in the right half of a wide one. May end early."""
        row = self._row
        return row.chars if isinstance(row, Row) else row.chars()

    @property
    def styles(self) -> list[int]:
        """Style number of each written cell."""
        row = self._row
        return row.styles if isinstance(row, Row) else row.styles()

    @property
    def fill(self) -> int:
        """Style of the blank columns after the written cells."""
        return self._row.fill

    @property
    def is_wrapped(self) -> bool:
        """Whether the text goes on in the next line."""
        return self._row.wrapped

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The shell's marks on this line (OSC 133)."""
        return self._row.marks

    @property
    def text(self) -> str:
        """The written text, right halves left out; ends where writing ended."""
        row = self._row
        return "".join(row.chars) if isinstance(row, Row) else row.text

    def runs(self) -> list[Run]:
        """All columns of the line, as runs of equal style from left to right."""
        cells = self.cells
        styles = self.styles
        fill = self._row.fill
        length = len(cells)
        runs: list[Run] = []
        start = 0
        if length and styles.count(styles[0]) == length:
            runs.append(Run("".join(cells), styles[0], length))
        else:
            for style, group in groupby(styles):
                end = start + len(list(group))
                runs.append(Run("".join(cells[start:end]), style, end - start))
                start = end
        missing = self.columns - length
        if missing > 0:
            if runs and runs[-1].style == fill:
                last = runs.pop()
                runs.append(Run(last.text + " " * missing, fill, last.width + missing))
            else:
                runs.append(Run(" " * missing, fill, missing))
        return runs
