"""A screen of one table that is filtered by words and sorted by columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.list_actions import ListActions

if TYPE_CHECKING:
    from dedalus_tui.ui.widgets.prompt import Prompt
    from dedalus_tui.ui.widgets.resource_table import ResourceTable
    from dedalus_tui.ui.widgets.sorted_table import SortedTable


class TableScreen(ListActions, ActionScreen):
    """The line `#told` stands above the table, `#empty` in its place while it has no rows."""

    table: SortedTable
    filter_text = ""
    """What was typed after `/`."""

    DEFAULT_CSS = """
    TableScreen {
        #told { height: auto; padding: 0 1; }
        ResourceTable { height: 1fr; }
        #empty { display: none; }
        &.-no-rows ResourceTable { display: none; }
        &.-no-rows #empty { display: block; }
    }
    """

    def draw(self) -> None:
        """Show what is known now."""
        raise NotImplementedError

    def open_row(self) -> None:
        """The row under the cursor was opened."""
        raise NotImplementedError

    def put_filter(self, text: str) -> None:
        """Show only rows that hold these words."""
        self.filter_text = text
        self.table.filter(text)
        self.draw()

    def tick(self) -> None:
        """Ages, durations and countdowns go on."""
        super().tick()
        self.table.tick()

    # Actions

    def action_app_back(self) -> None:
        """Esc: the filter, then the marks, then up."""
        if self.filter_text:
            self.put_filter("")
        elif self.table.marks:
            self.table.mark(())
        else:
            self.go_up()

    async def action_list_filter(self) -> None:
        """Type words that a row must hold."""
        await self.open_prompt("/", self.filter_text)

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """Filter while typing."""
        if event.prompt.sign == "/":
            event.stop()
            self.put_filter(event.text)

    def on_resource_table_row_opened(self, event: ResourceTable.RowOpened) -> None:
        """A double click."""
        event.stop()
        self.open_row()

    def on_resource_table_header_pressed(self, event: ResourceTable.HeaderPressed) -> None:
        """A click on a title sorts."""
        event.stop()
        self.table.sort_by(event.column)

    def action_list_sort_next(self) -> None:
        """By the column to the right."""
        self.table.sort_step(1)

    def action_list_sort_previous(self) -> None:
        """By the column to the left."""
        self.table.sort_step(-1)

    def action_list_sort_reverse(self) -> None:
        """The other way round."""
        self.table.sort_by(self.table.sorted_by)
