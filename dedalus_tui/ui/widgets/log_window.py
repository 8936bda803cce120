"""Which part of a log is in the window, when one row of the log may be many rows of the screen.

The window is held by its first log row and how many screen rows of that one are scrolled past, so
nothing above it ever has to be measured: a million wrapped lines scroll like ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class LogWindow:
    """A place in a run of rows of uneven height."""

    def __init__(self, height_of: Callable[[int], int]) -> None:
        """`height_of` a row is at least 1; it is asked for few rows beside the visible ones."""
        self._height_of = height_of
        self.top = 0
        self.skip = 0
        """Screen rows of the top row that are above the window."""
        self.height = 0
        self.total = 0
        """Rows of the log."""

    def visible(self) -> list[tuple[int, int]]:
        """For each screen row from the top: the log row, and which of its screen rows."""
        shown: list[tuple[int, int]] = []
        row, part = self.top, self.skip
        while row < self.total and len(shown) < self.height:
            height = self._height_of(row)
            shown.extend((row, one) for one in range(part, height))
            row, part = row + 1, 0
        return shown[: self.height]

    def end_place(self) -> tuple[int, int]:
        """Top and skip at which the last row ends the window."""
        row, left = self.total, self.height
        while row > 0 and left > 0:
            row -= 1
            left -= self._height_of(row)
        return (row, -left) if left < 0 else (row, 0)

    @property
    def is_at_end(self) -> bool:
        """Whether the last row is in the window."""
        return (self.top, self.skip) >= self.end_place()

    def to_end(self) -> None:
        """Show the last rows."""
        self.top, self.skip = self.end_place()

    def settle(self) -> None:
        """After total, height or row heights changed: no further than the end, no less than 0."""
        if self.top < self.total:
            self.skip = min(self.skip, self._height_of(self.top) - 1)
        if self.top >= self.total or (self.top, self.skip) > self.end_place():
            self.to_end()

    def scroll(self, rows: int) -> None:
        """Move by screen rows; negative is up."""
        while rows > 0 and self.top < self.total:
            left = self._height_of(self.top) - self.skip
            if rows < left:
                self.skip += rows
                break
            rows -= left
            self.top, self.skip = self.top + 1, 0
        while rows < 0:
            if -rows <= self.skip:
                self.skip += rows
                break
            rows += self.skip
            self.skip = 0
            if self.top == 0:
                break
            self.top -= 1
            rows += 1
            self.skip = self._height_of(self.top) - 1
        self.settle()

    def jump(self, row: int, *, above: int = 0) -> None:
        """Put a row at the top, or so many screen rows under it, as far as there is content."""
        self.top, self.skip = row, 0
        self.scroll(-above)

    def reveal(self, row: int) -> None:
        """Scroll by as little as needed for a row to be wholly visible, its start above all."""
        if row < self.top or (row == self.top and self.skip):
            self.jump(row)
            return
        if row - self.top >= self.height:
            self._end_with(row)
            return
        bottom = sum(map(self._height_of, range(self.top, row + 1))) - self.skip
        if bottom > self.height:
            self._end_with(row)

    def _end_with(self, row: int) -> None:
        left = self.height - self._height_of(row)
        top = row
        while top > 0 and left > 0 and self._height_of(top - 1) <= left:
            top -= 1
            left -= self._height_of(top)
        self.jump(top)
