"""The fleet: every machine in a table, live, filtered, sorted, marked; the selected one beside it.

Rows remembered from the last run are painted before anything else is imported; a connection comes
later. A list is never emptied because a request failed: rows dim and a banner says why.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Container
from textual.message import Message

from dedalus_tui.domain.filter import Filter, FilterError, parse_filter
from dedalus_tui.ui.bindings import key_of, screen_bindings
from dedalus_tui.ui.present.connection import is_stale
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import money
from dedalus_tui.ui.screens.fleet_face import (
    connecting_face,
    empty_face,
    failed_face,
    no_match_face,
    trouble_face,
)
from dedalus_tui.ui.screens.fleet_live import FleetLive
from dedalus_tui.ui.screens.list_actions import ListActions
from dedalus_tui.ui.screens.run_shows import RunShows
from dedalus_tui.ui.widgets.empty_state import EmptyState
from dedalus_tui.ui.widgets.prompt import Prompt
from dedalus_tui.ui.widgets.resource_table import ResourceTable, RowFace
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.table_painter import ASCII_SIGNS, TableSigns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.timer import Timer
    from textual.widget import Widget

    from dedalus_tui.actions.action import Action
    from dedalus_tui.config.settings import Settings
    from dedalus_tui.journal.views import Views
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.roles import Line, Span

DETAIL_AFTER_SECONDS = 0.08
"""The cursor rests this long before the detail follows, so that a held key is not slowed by it."""
CALM_SECONDS = 5
"""Ages and countdowns move so often; those of the selected machine every second."""
MANY = 2_000
"""Of more machines it is judged only every CALM_SECONDS which are shown by now."""


class MachinesScreen(RunShows, ListActions, FleetLive):
    """The first screen."""

    PLACE = "fleet"
    BINDINGS = screen_bindings("fleet")
    AUTO_FOCUS = "#table"

    def __init__(
        self,
        settings: Settings,
        keys: Mapping[str, tuple[str, ...]],
        *,
        saved_views: Views,
        remembered: Iterable[MachineRecord] = (),
        where: str = "",
    ) -> None:
        """Shows what is remembered until `connect`; `where` is what will be connected to."""
        super().__init__(settings, keys, saved_views, remembered=remembered)
        self.table = ResourceTable(
            columns=(),
            version_of=self.rows.version,
            face_of=self._face_of,
            signs=ASCII_SIGNS if settings.ascii else TableSigns(),
            id="table",
        )
        self.body = Container(id="body")
        self.empty = EmptyState(id="empty")
        self.banner = SpanLines(id="banner")
        self.pending = SpanLines(id="pending")
        self._where = where
        self._resting: Timer | None = None
        self._ticks = 0
        self._awaited: str | None = None
        """A machine to select as soon as it is listed."""

    def compose_middle(self) -> Iterable[Widget]:
        """Tabs, list and detail; more is mounted when there is something for it to say.

        Classes are set before there is anything to style: each one set later styles everything
        below once more, and the first paint waits for it, as for each widget.
        """
        self.set_class(not len(self.rows), "-no-rows")
        self._set_place()
        yield self.view_tabs
        with self.body:
            yield self.table
            if not len(self.rows):
                yield self.empty
            yield self.detail

    def on_mount(self) -> None:
        """Paint what is remembered; what a tick prepares can wait for the first one."""
        self.order_changed()
        self.show_line()

    # What is shown.

    def order_changed(self) -> None:
        """Show the rows anew, in their order."""
        self.table.show(self.rows.order(self.now))
        if self._awaited is not None:
            self.select_when_listed(self._awaited)
        self.lay_columns()
        self.refresh_views()
        self.refresh_header()
        self._show_face()
        self.show_detail()

    def _face_of(self, key: str) -> RowFace:
        row = self.rows.row(key)
        now = self.now
        if is_stale(self.health, now):
            row = row._replace(is_stale=True)
        cells = []
        for column in self.columns_shown:
            cells.append(column.cell(row, now, self.signs))
        return RowFace(tuple(cells), row.is_stale)

    def _show_face(self) -> None:
        has_rows = bool(self.table.order)
        self.set_class(not has_rows, "-no-rows")
        if not has_rows:
            if not self.empty.is_attached and self.body.is_attached:
                self.body.mount(self.empty, after=self.table)
            self.empty.show(self._face())

    def _face(self) -> tuple[Line, ...]:
        services, keys = self.services, partial(key_of, holder=self)
        if len(self.rows):
            return no_match_face(
                self.rows.filter.text,
                self.rows.listed_count,
                is_problems_only=self.rows.shows_only_problems,
                key_of=keys,
            )
        if services is None:
            if self.failure:
                return failed_face(self.failure, key_of=keys)
            return connecting_face(self._where)
        machines = services.store.machines
        # Rows may be known and not drawn yet: that is no empty fleet.
        if machines.is_loaded and not machines.records():
            return empty_face(is_read_only=self.settings.read_only, key_of=keys)
        state = services.store.health.state
        if state.fault:
            return trouble_face(state, self.now, key_of=keys)
        return connecting_face(services.place)

    def connection_failed(self, reason: str) -> None:
        """There is nothing to connect to; say so, and keep what is remembered."""
        self.failure = reason
        self._show_face()
        self.show_line()

    def connection_span(self) -> Span:
        """How the line to the service is; nobody is connecting after that failed."""
        if self.failure:
            return (f"{self.signs.cross} not connected", Role.BAD)
        return super().connection_span()

    def show_line(self) -> None:
        """A banner while the line to the service is bad, and old rows dimmed."""
        self.table.show_as_stale(is_stale(self.health, self.now))
        said = self.banner_words()
        if self.failure and len(self.rows):
            said = ((f"Not connected: {self.failure}", Role.BAD),)
        is_shown = bool(said) and bool(self.table.order)
        if is_shown and not self.banner.is_attached and self.body.is_attached:
            self.mount(self.banner, before=self.body)
        self.banner.show(SpanRow((Piece(" "), *(Piece(*span) for span in said))))
        self.banner.set_class(is_shown, "-shown")
        self.refresh_header()
        if not self.table.order:
            self._show_face()

    def show_pending(self) -> None:
        """A line for what is about to start, and the key that stops it."""
        line = self.pending_words()
        if line:
            if not self.pending.is_attached:
                self.mount(self.pending, after=self.body)
            self.pending.show(SpanRow(tuple(Piece(*span) for span in line)))
        self.pending.set_class(bool(line), "-shown")

    def summary_pieces(self) -> tuple[Piece, ...]:
        """How many machines, and what they cost now if rates are known."""
        if self.app.size.width < 60 or not self.knows_fleet:
            return ()
        pieces = [Piece(f"{self.filter_words()} ", Role.MUTED)]
        rates = self.settings.rates
        if rates is not None:
            costs = [self.rows.row(record.machine_id).cost_per_hour for record in self.rows.records]
            total = sum(cost for cost in costs if cost is not None)
            pieces.append(Piece(f" about {money(total, rates.currency)}/h ", Role.MUTED))
        return tuple(pieces)

    def tick(self) -> None:
        """A second went by."""
        self._ticks += 1
        if self._ticks == 1:
            return  # it comes with being shown, when everything was just made
        self.show_line()
        key = self.table.cursor_key
        self.prepare()
        is_calm_tick = self._ticks % CALM_SECONDS == 0
        if is_calm_tick:
            self.table.tick()
            if self.rows.sort[0].is_moment:
                self.table.show(self.rows.order(self.now))
        elif key is not None:
            self.table.tick((key,))
        if self.services is not None and self.services.runner.pending:
            self.show_pending()
        if self.rows.needs_clock and (is_calm_tick or len(self.rows) <= MANY):
            self.rows.judge_again(self.now)
            self.order_changed()
        else:
            self.show_detail()

    class MachineOpened(Message):
        """Somebody wants a machine's own screen."""

        def __init__(self, machine_id: str) -> None:
            super().__init__()
            self.machine_id = machine_id

    def action_fleet_open(self) -> None:
        """To the machine's own screen."""
        key = self.table.cursor_key
        if key is not None:
            self.post_message(self.MachineOpened(key))

    # Selection.

    def select_when_listed(self, machine_id: str) -> None:
        """Go to a machine that was just created, at once or when it first appears."""
        self._awaited = None if self.table.select(machine_id) else machine_id

    def targets(self, action: Action) -> tuple[MachineRecord, ...]:
        """The marked machines where the action takes them, otherwise the selected one."""
        keys: Iterable[str] = ()
        if action.takes_marks and self.table.marks:
            keys = self.table.marks
        elif self.table.cursor_key is not None:
            keys = (self.table.cursor_key,)
        found = (self.rows.record(key) for key in keys)
        return tuple(record for record in found if record is not None)

    def on_resource_table_cursor_moved(self) -> None:
        """Detail, keys and the store follow once the cursor rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(DETAIL_AFTER_SECONDS, self._rested)
        self.look_soon()

    def _rested(self) -> None:
        self.show_detail()
        self.refresh_keys()

    def on_resource_table_marks_changed(self) -> None:
        """Keys are for the marked machines now."""
        self.refresh_views()
        self.refresh_keys()

    async def on_resource_table_row_opened(self) -> None:
        """A double click opens."""
        await self.action_perform("fleet.open")

    async def on_resource_table_menu_asked(self) -> None:
        """The right button is the action menu."""
        await self.action_perform("machine.menu")

    # Prompt and the way back.

    @on(Prompt.Typed, "#prompt")
    def prompt_typed(self, event: Prompt.Typed) -> None:
        """The filter works while it is typed."""
        if self.prompt.sign == "/" and type(event) is Prompt.Typed:
            self.filter_typed(event.text)

    @on(Prompt.Accepted, "#prompt")
    async def filter_accepted(self, event: Prompt.Accepted) -> None:
        """Enter leaves a filter that can be read; any other stays open, beside what is wrong."""
        if self.prompt.sign != "/":
            return
        try:
            parse_filter(event.text)
        except FilterError as error:
            await self.prompt.open("/", event.text)
            self.prompt.remark(error.message, is_wrong=True)

    @on(Prompt.Left, "#prompt")
    def prompt_left(self) -> None:
        """Escape in the filter takes it back."""
        if self.prompt.sign == "/":
            self.filter_left()

    def action_app_back(self) -> None:
        """Esc: the list that is out of sight first, then filter, marks, problems."""
        if self.detail_stands_alone:
            self.bring_list_back()
        elif not self.rows.filter.is_empty:
            self.filter_by(Filter(), self.table.cursor_key)
            self.view = 0
            self.refresh_views()
        elif self.table.marks:
            self.table.mark(())
        elif self.rows.shows_only_problems:
            self.action_list_problems()
        elif self.detail.whole.has_focus:
            self.table.focus()
