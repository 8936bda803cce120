"""The same fleet in Textual's own DataTable, for comparison: `plain_table.py ROWS`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import DataTable, Input

if TYPE_CHECKING:
    from textual.app import ComposeResult

COLUMNS = ("NAME", "PHASE", "CPU", "MEM", "DISK", "AUTOSLEEP", "SLEEPS IN", "AGE")
PHASES = ("running", "sleeping", "starting", "failed")


class PlainTable(App[None]):
    """Rows, a filter, a sort key."""

    BINDINGS = [("slash", "filter"), ("greater_than_sign", "sort")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        """A table above a line."""
        yield DataTable(cursor_type="row")
        yield Input()

    def on_mount(self) -> None:
        """Fill it."""
        total = int(sys.argv[1])
        self.rows = [
            (f"dm-{n:08x}", PHASES[n % 4], "2", "4G", "20G", "5m", "never", f"{n % 60}m")
            for n in range(total)
        ]
        table = self.query_one(DataTable)
        for title in COLUMNS:
            table.add_column(title, width=10, key=title)
        self.fill("")
        table.focus()

    def fill(self, words: str) -> None:
        """Show what matches."""
        table = self.query_one(DataTable)
        table.clear()
        table.add_rows(row for row in self.rows if words in row[0] or words in row[1])

    def action_filter(self) -> None:
        """Type."""
        self.query_one(Input).focus()

    def action_sort(self) -> None:
        """By phase."""
        self.query_one(DataTable).sort("PHASE")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        self.fill(event.value)


if __name__ == "__main__":
    PlainTable().run()
