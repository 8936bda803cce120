"""Rows of cells, stored as two parallel lists that end where the last written cell ends."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.emulator.marks import Mark

_next_uid = count(1).__next__


class Row:
    """One line of a screen.

    ``chars[i]`` is what stands in column i: one character, a grapheme cluster, or ``""`` in the
    right half of a wide one. ``styles[i]`` is its style number. Columns past the end of both lists
    are blank in style ``fill``. ``uid`` and ``version`` together identify a content for caches: the
    pair never stands for two different contents.
    """

    __slots__ = ("chars", "complex", "fill", "marks", "styles", "uid", "version", "wrapped")

    def __init__(self, fill: int, version: int) -> None:
        self.chars: list[str] = []
        self.styles: list[int] = []
        self.fill = fill
        self.version = version
        self.uid = _next_uid()
        self.wrapped = False
        self.complex = False
        """Whether a wide or several-codepoint cell may be in this row."""
        self.marks: tuple[Mark, ...] = ()

    def pad(self, length: int) -> None:
        """Write out blanks of the fill style until the row is `length` cells long."""
        missing = length - len(self.chars)
        if missing > 0:
            self.chars.extend(" " * missing)
            self.styles.extend([self.fill] * missing)

    def erase(self, start: int, end: int, columns: int, style: int) -> None:
        """Blank from `start` up to `end` in a row of `columns`, splitting wide cells."""
        length = len(self.chars)
        if end >= columns:
            if start < length:
                if self.complex:
                    self.split(start)
                del self.chars[start:]
                del self.styles[start:]
            elif start > length and style != self.fill:
                self.pad(start)
            self.fill = style
            self.wrapped = False
            return
        if end > length:
            self.pad(end)
        if self.complex:
            self.split(start)
            self.split(end)
        self.chars[start:end] = " " * (end - start)
        self.styles[start:end] = [style] * (end - start)

    def split(self, column: int) -> None:
        """Replace a wide cell that lies across the left edge of `column` with two blanks."""
        chars = self.chars
        if 0 < column < len(chars) and not chars[column]:
            chars[column - 1] = " "
            chars[column] = " "

    def copy(self, version: int) -> Row:
        """A row of the same content with an identity of its own."""
        other = Row(self.fill, version)
        other.chars = self.chars.copy()
        other.styles = self.styles.copy()
        other.wrapped = self.wrapped
        other.complex = self.complex
        other.marks = self.marks
        return other

    def is_blank(self) -> bool:
        """Whether nothing but blanks in the default style is on the row."""
        return not self.fill and not any(self.styles) and not "".join(self.chars).strip(" ")

    def text(self, columns: int) -> str:
        """The row's characters with the blank tail written out up to `columns`."""
        return "".join(self.chars) + " " * (columns - len(self.chars))
