"""Movement and marks, for any screen whose list is a ResourceTable."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.widget import Widget

    from dedalus_tui.ui.widgets.resource_table import ResourceTable


class ListActions:
    """Carries out the `list.…` actions that move and mark. Mix in before the screen class."""

    table: ResourceTable

    def scrolled_instead(self) -> Widget | None:
        """Something else than the table that movement keys are for now."""
        return None

    def _move(self, lines: int) -> None:
        other = self.scrolled_instead()
        if other is not None:
            other.scroll_relative(y=lines, animate=False)
        else:
            self.table.move_cursor(lines)

    def action_list_down(self) -> None:
        """One row down."""
        self._move(1)

    def action_list_up(self) -> None:
        """One row up."""
        self._move(-1)

    def action_list_half_down(self) -> None:
        """Half a page down."""
        self._move(max(1, self.table.visible_line_count // 2))

    def action_list_half_up(self) -> None:
        """Half a page up."""
        self._move(-max(1, self.table.visible_line_count // 2))

    def action_list_page_down(self) -> None:
        """One page down."""
        self._move(max(1, self.table.visible_line_count - 1))

    def action_list_page_up(self) -> None:
        """One page up."""
        self._move(-max(1, self.table.visible_line_count - 1))

    def action_list_first(self) -> None:
        """To the first row."""
        self._move(-self.table.line_total if self.table.line_total > 1_000 else -1_000)

    def action_list_last(self) -> None:
        """To the last row."""
        self._move(max(self.table.line_total, 1_000))

    def action_list_left(self) -> None:
        """Columns to the left."""
        self.table.shift_columns(-1)

    def action_list_right(self) -> None:
        """Columns to the right."""
        self.table.shift_columns(1)

    def action_list_mark(self) -> None:
        """Mark or unmark this row and go on to the next."""
        self.table.toggle_mark()
        self.table.move_cursor(1)

    def action_list_mark_range(self) -> None:
        """Mark from the last mark to here."""
        self.table.mark_range()

    def action_list_mark_all(self) -> None:
        """Mark every row that is shown."""
        self.table.mark(self.table.order)

    def action_list_mark_none(self) -> None:
        """Take all marks away."""
        self.table.mark(())
