"""What the fleet is asked to show: filter, sort, columns, views. Mixed into the fleet screen."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from textual import on

from dedalus_tui.domain.filter import Filter, FilterError, parse_filter
from dedalus_tui.journal.views import SavedView
from dedalus_tui.ui.present.columns import BY_KEY, COLUMNS, COST, PHASE, place
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import counted
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.fleet_views import BUILT_IN, all_views, count_views, view_pieces
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.table_layout import GUTTER, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.timer import Timer

    from dedalus_tui.config.settings import Settings
    from dedalus_tui.journal.views import Views
    from dedalus_tui.ui.present.columns import Column
    from dedalus_tui.ui.screens.fleet_rows import FleetRows
    from dedalus_tui.ui.widgets.resource_table import ResourceTable

USUAL_SORT = PHASE
PREPARE_SECONDS, PREPARE_PAUSE_SECONDS = 0.004, 0.03
"""Orders are made ready for so long at a time, and then the loop has its turn."""


class FleetQuestion(ActionScreen):
    """Filter, sort, columns and views of the fleet screen."""

    rows: FleetRows
    table: ResourceTable

    def __init__(
        self, settings: Settings, keys: Mapping[str, tuple[str, ...]], saved: Views
    ) -> None:
        super().__init__(settings, keys)
        self.saved_views = saved
        self.view_tabs = SpanLines(ground="base", id="views")
        self.views = all_views(saved.all())
        self._preparing: Timer | None = None
        self.view: int | None = 0
        """Index of the view shown; None once filter, sort or columns are others."""
        self._chosen: tuple[str, ...] = ()
        """Keys of the columns somebody chose; empty = those that fit."""
        self._is_wide = False
        self._laid_for: tuple[object, ...] = ()
        self.columns_shown: tuple[Column, ...] = ()
        """The columns of the table, in the order of its cells."""
        self._before: tuple[Filter, str | None] = (Filter(), None)

    def order_changed(self) -> None:
        """Show the rows anew; the fleet screen says how."""
        raise NotImplementedError

    @property
    def knows_fleet(self) -> bool:
        """True once it is known which machines there are; the fleet screen says when."""
        raise NotImplementedError

    # Tabs.

    def refresh_views(self) -> None:
        """Show the tabs, and at their right what is asked for now."""
        if self.rows.given_up:
            self.flash(f"{self.rows.given_up} takes too long: the filter is off", Role.BAD)
            self.rows.given_up = ""
        counts = count_views(self.views, self.rows, self.now) if self.knows_fleet else ()
        column, is_falling = self.rows.sort
        signs = self.table.signs
        right = [Piece(f" {column.title.lower()} ", Role.MUTED, "list.sort_next")]
        right.append(Piece(f"{signs.falling if is_falling else signs.rising} ", Role.MUTED))
        text = self.rows.filter.text
        if text and (self.view is None or text != self.views[self.view].filter):
            right = [Piece(f" /{text} ", Role.KEY, "list.filter"), *right]
        if self.rows.shows_only_problems:
            right = [Piece(" problems only ", Role.WARN, "list.problems"), *right]
        if marks := len(self.table.marks):
            right = [Piece(f" {marks} marked ", Role.MARK), *right]
        self.view_tabs.show(SpanRow(view_pieces(self.views, counts, self.view), tuple(right)))

    @on(SpanLines.Pressed, "#views")
    def press_view(self, event: SpanLines.Pressed) -> None:
        """A click on a tab."""
        if event.target.startswith("view:"):
            event.stop()
            event.prevent_default()
            self.action_fleet_view(event.target.removeprefix("view:"))

    def action_fleet_view(self, key: str) -> None:
        """Go to the view of that number."""
        index = int(key) - 1
        if index >= len(self.views):
            self.flash(f"there is no view {key}: :view save NAME keeps the filter as one")
            return
        self.show_view(self.views[index])
        self.view = index
        self.refresh_views()

    def show_view(self, view: SavedView) -> None:
        """Filter, sort and columns as saved."""
        try:
            wanted = parse_filter(view.filter)
        except FilterError as error:
            self.flash(f"the filter of {view.name} cannot be read: {error.message}")
            return
        self.rows.show_problems(False, self.now)
        self.rows.filter_by(wanted, self.now)
        column = BY_KEY.get(view.sort, USUAL_SORT)
        self.rows.sort_by(column, is_falling=view.is_reversed)
        self._chosen = tuple(key for key in view.columns if key in BY_KEY)
        self.lay_columns()
        self.order_changed()

    async def action_fleet_save_view(self) -> None:
        """Ask for a name in the command line."""
        await self.open_command_line("view save ")

    def save_view(self, name: str) -> None:
        """Keep filter, sort and columns under a name."""
        column, is_falling = self.rows.sort
        if any(view.name.lower() == name.lower() for view in BUILT_IN):
            self.flash(f"{name} is always there: choose another name")
            return
        self.saved_views.save(
            SavedView(
                name=name,
                filter=self.rows.filter.text,
                sort=column.key,
                is_reversed=is_falling,
                columns=self._chosen,
            )
        )
        self.views = all_views(self.saved_views.all())
        places = [index for index, view in enumerate(self.views) if view.name == name]
        self.view = places[0] if places else None
        self.refresh_views()
        self.flash(f"saved as {name}", Role.OK)

    def action_fleet_delete_view(self) -> None:
        """Forget the saved view that is shown."""
        if self.view is None or self.view < len(BUILT_IN):
            self.flash("only a saved view that is shown can be deleted")
            return
        name = self.views[self.view].name
        self.saved_views.delete(name)
        self.views = all_views(self.saved_views.all())
        self.view = None
        self.refresh_views()
        self.flash(f"{name} is forgotten", Role.OK)

    def _asks_otherwise(self) -> None:
        self.view = None

    # Filter.

    async def action_list_filter(self) -> None:
        """Type a filter; it works while it is typed."""
        self._before = (self.rows.filter, self.table.cursor_key)
        text = self.rows.filter.text
        await self.open_prompt("/", f"{text} " if text else "")

    def filter_typed(self, text: str) -> None:
        """Every key in the filter."""
        try:
            wanted = parse_filter(text)
        except FilterError as error:
            self.prompt.remark(error.message, is_wrong=True)
            return
        self.filter_by(wanted)
        if wanted.text != self.rows.filter.text:
            self.prompt.remark("takes too long: given up", is_wrong=True)
            return
        self.prompt.remark(f"{len(self.table.order)} of {self.rows.listed_count}")

    def filter_by(self, wanted: Filter, cursor: str | None = None) -> None:
        """Show what this asks for."""
        if wanted.text != self.rows.filter.text:
            self._asks_otherwise()
        self.rows.filter_by(wanted, self.now)
        self.order_changed()
        if cursor is not None:
            self.table.select(cursor)

    def filter_left(self) -> None:
        """Escape in the filter: as it was before, with the cursor where it was."""
        self.filter_by(*self._before)

    def action_list_problems(self) -> None:
        """Only what needs attention, or everything again."""
        self.rows.show_problems(not self.rows.shows_only_problems, self.now)
        self.order_changed()

    # Sort.

    def sort_by(self, column: Column, *, is_falling: bool) -> None:
        """Another order; the cursor stays on its machine."""
        self.rows.sort_by(column, is_falling=is_falling)
        self._asks_otherwise()
        self.order_changed()

    def prepare(self) -> None:
        """What tabs tell of a large fleet, and, a little ahead of the keys, what sorting needs.

        The nearest columns come first.
        """
        is_loading = self.services is not None and not self.services.store.machines.is_loaded
        if is_loading or self._preparing is not None:
            return
        deadline = monotonic() + PREPARE_SECONDS
        while self.rows.prepare_counts(self.now):
            if monotonic() > deadline:
                self._prepare_soon()
                return
        self.refresh_views()
        shown, held = self.columns_shown, self.rows.sort[0]
        here = shown.index(held) if held in shown else 0
        for column in sorted(shown, key=lambda column: abs(shown.index(column) - here)):
            while self.rows.prepare(column):
                if monotonic() > deadline:
                    self._prepare_soon()
                    return

    def _prepare_soon(self) -> None:
        self._preparing = self.set_timer(PREPARE_PAUSE_SECONDS, self._prepare_more)

    def _prepare_more(self) -> None:
        self._preparing = None
        self.prepare()

    def _sort_step(self, step: int) -> None:
        shown = [BY_KEY[column.key] for column in self.table.columns]
        held = self.rows.sort[0]
        place_now = shown.index(held) if held in shown else -step
        self.sort_by(shown[(place_now + step) % len(shown)], is_falling=False)

    def action_list_sort_next(self) -> None:
        """By the column to the right."""
        self._sort_step(1)

    def action_list_sort_previous(self) -> None:
        """By the column to the left."""
        self._sort_step(-1)

    def action_list_sort_reverse(self) -> None:
        """The other way round."""
        column, is_falling = self.rows.sort
        self.sort_by(column, is_falling=not is_falling)

    def on_resource_table_header_pressed(self, event: ResourceTable.HeaderPressed) -> None:
        """A click on a title sorts by it, a second one reverses."""
        column, is_falling = self.rows.sort
        wanted = BY_KEY[event.column]
        self.sort_by(wanted, is_falling=not is_falling if wanted is column else False)

    # Columns.

    def action_list_columns(self) -> None:
        """Choose which columns are shown."""
        from dedalus_tui.ui.dialogs.columns import ColumnsDialog

        dialog = ColumnsDialog(self.offered_columns, self.chosen_columns, signs=self.signs)
        self.app.push_screen(dialog, self._columns_chosen)

    def _columns_chosen(self, keys: tuple[str, ...] | None) -> None:
        if keys is not None:
            self.choose_columns(keys)

    def action_list_wide(self) -> None:
        """Every column, or the usual ones again."""
        self._is_wide = not self._is_wide
        self.lay_columns()

    def choose_columns(self, keys: Sequence[str]) -> None:
        """Show these columns, as far as they fit; none = the usual ones."""
        self._chosen = tuple(key for key in keys if key in BY_KEY)
        self._asks_otherwise()
        self.lay_columns()
        self.refresh_views()

    @property
    def offered_columns(self) -> tuple[Column, ...]:
        """The columns there can be: money needs rates."""
        return tuple(
            column for column in COLUMNS if column is not COST or self.settings.rates is not None
        )

    @property
    def chosen_columns(self) -> tuple[str, ...]:
        """Keys of the columns wanted, in their order."""
        return self._chosen or tuple(column.key for column in self.offered_columns)

    @property
    def room_for_table(self) -> int:
        """Cells the table will have, before it has its place."""
        return self.app.size.width

    def lay_columns(self) -> None:
        """Fit the columns into the table's width."""
        width = max(20, (self.table.size.width or self.room_for_table) - GUTTER)
        longest = self.rows.longest_name
        question = (width, longest, self._chosen, self._is_wide, self.rows.sort)
        if question == self._laid_for:
            return
        self._laid_for = question
        wanted = [column for column in self.offered_columns if column.key in self.chosen_columns]
        placed = place(
            10_000 if self._is_wide else width,
            columns=wanted,
            names=["x" * longest],
            has_rates=self.settings.rates is not None,
        )
        self.columns_shown = tuple(each.column for each in placed)
        self.table.show_columns(
            [
                TableColumn(
                    key=each.column.key,
                    title=each.column.title,
                    width=each.width,
                    is_right_aligned=each.column.is_right,
                )
                for each in placed
            ]
        )
        column, is_falling = self.rows.sort
        self.table.show_sort(column.key, is_falling=is_falling)

    def filter_words(self) -> str:
        """How many of how many are shown, for the header."""
        shown, total = len(self.table.order), self.rows.listed_count
        return counted(total, "machine") if shown == total else f"{shown} of {total} machines"
