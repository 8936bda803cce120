"""A table that holds all rows there are, and shows those that match words, in a chosen order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.widgets.resource_table import ResourceTable

if TYPE_CHECKING:
    from collections.abc import Iterable


class SortedTable(ResourceTable):
    """Subclasses say in `redraw` which rows there are, and show them by `show_chosen`."""

    words: tuple[str, ...] = ()
    """What a row must hold; lower case, `!word` excludes."""
    sorted_by = "age"
    is_falling = False

    @property
    def row_total(self) -> int:
        """How many rows there would be without a filter."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Filter and sort what is known."""
        raise NotImplementedError

    @property
    def hidden_count(self) -> int:
        """How many rows the filter hides."""
        return self.row_total - len(self.order)

    def filter(self, text: str) -> None:
        """Show only rows that hold all words; `!word` excludes."""
        self.words = tuple(text.lower().split())
        self.redraw()

    def sort_step(self, step: int) -> None:
        """Sort by the next column."""
        keys = [column.key for column in self.columns]
        self.sort_by(keys[(keys.index(self.sorted_by) + step) % len(keys)])

    def sort_by(self, column: str) -> None:
        """Sort by a column; by the same one again, the other way round."""
        self.is_falling = column == self.sorted_by and not self.is_falling
        self.sorted_by = column
        self.redraw()

    def show_chosen(self, keys: Iterable[str]) -> None:
        """Show these rows in this order, and by which column that is."""
        self.show(list(keys))
        self.show_sort(self.sorted_by, is_falling=self.is_falling)

    def is_match(self, text: str) -> bool:
        """Whether a row of this text holds the words."""
        lowered = text.lower()
        return all(
            (word[1:] not in lowered) if word[:1] == "!" else word in lowered for word in self.words
        )
