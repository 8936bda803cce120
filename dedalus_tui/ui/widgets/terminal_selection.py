"""What is selected in a terminal: two ends and how they are meant. Pure.

Positions are (line, column), where a line is the emulator's own number for it, which stays while
text scrolls by. Both ends are cells that belong to the selection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Position = tuple[int, int]
"""Line and column."""

WORD_EXTRAS = "_-./~:@%+#?&=,"
"""What belongs to a word besides letters and digits: paths and addresses are one word."""


class Unit(Enum):
    """What a selection grows by."""

    CELL = "cell"
    WORD = "word"
    LINE = "line"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Selection:
    """From `anchor`, where it began, to `head`, where it is being dragged."""

    anchor: Position
    head: Position
    unit: Unit = Unit.CELL

    @property
    def first(self) -> Position:
        """The end that comes first in the text."""
        return min(self.anchor, self.head)

    @property
    def last(self) -> Position:
        """The end that comes last in the text."""
        return max(self.anchor, self.head)

    def moved(self, head: Position) -> Selection:
        """The same selection dragged elsewhere."""
        return replace(self, head=head)

    def span(self, line: int, columns: int) -> tuple[int, int] | None:
        """The columns it covers on a line, the second one excluded; None when none."""
        (first, left), (last, right) = self.first, self.last
        if not first <= line <= last:
            return None
        if self.unit is Unit.LINE:
            return (0, columns)
        if self.unit is Unit.BLOCK:
            left, right = sorted((self.anchor[1], self.head[1]))
            return (left, right + 1)
        return (left if line == first else 0, right + 1 if line == last else columns)


def word_at(cells: Sequence[str], column: int) -> tuple[int, int]:
    """First and last column of the word, the run of blanks, or the one sign at a column."""
    if not 0 <= column < len(cells):
        return (column, column)
    kind = _kind(cells, column)
    first = last = column
    if kind != "sign":
        while first > 0 and _kind(cells, first - 1) == kind:
            first -= 1
        while last + 1 < len(cells) and _kind(cells, last + 1) == kind:
            last += 1
    return (first, last)


def _kind(cells: Sequence[str], column: int) -> str:
    """Blank, word or sign; the right half of a wide character is what its left half is."""
    text = cells[column]
    while not text and column > 0:
        column -= 1
        text = cells[column]
    if not text or text.isspace():
        return "blank"
    return "word" if text[0].isalnum() or text[0] in WORD_EXTRAS else "sign"


def grown(
    selection: Selection, cells_of_anchor: Sequence[str], cells_of_head: Sequence[str]
) -> Selection:
    """A selection by words with both ends moved out to whole words."""
    if selection.unit is not Unit.WORD:
        return selection
    anchor_line, anchor_column = selection.anchor
    head_line, head_column = selection.head
    anchor_word = word_at(cells_of_anchor, anchor_column)
    head_word = word_at(cells_of_head, head_column)
    is_forward = selection.anchor <= selection.head
    return replace(
        selection,
        anchor=(anchor_line, anchor_word[0 if is_forward else 1]),
        head=(head_line, head_word[1 if is_forward else 0]),
    )
