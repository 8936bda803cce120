"""The runs of all machines, newest first. Listing wakes no machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dedalus_tui.ui.bindings import keyed, screen_bindings
from dedalus_tui.ui.panes.execution_table import ExecutionTable
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import counted
from dedalus_tui.ui.screens.run_shows import RunShows
from dedalus_tui.ui.screens.table_screen import TableScreen
from dedalus_tui.ui.widgets.empty_state import EmptyState
from dedalus_tui.ui.widgets.span_line import Piece
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.store.changes import Key
    from dedalus_tui.ui.services import Services


_NOTHING = "No runs to show: {machine.run} on a machine runs a command."


class RunsScreen(RunShows, TableScreen):
    """What ran anywhere. Machines are asked one after the other, so a large fleet takes a while."""

    PLACE = "runs"
    table: ExecutionTable
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("runs")

    def __init__(self, services: Services, machine_id: str = "") -> None:
        """Of all machines, or of one."""
        super().__init__(services.settings, services.keys, services)
        self._services = services
        self._machine_id = machine_id
        self.table = ExecutionTable(services, self.signs, has_machine=True)

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return ("runs",)

    @property
    def chosen_runs(self) -> tuple[Execution, ...]:
        """The marked runs, or the one under the cursor."""
        return self.table.marked

    def summary_pieces(self) -> tuple[Piece, ...]:
        """How many there are."""
        return (Piece(f" {counted(len(self.table.order), 'run')} ", Role.TEXT),)

    def compose_middle(self) -> Iterable[Widget]:
        """What lags, the table, or why it has no rows."""
        yield SpanText(id="told")
        yield self.table
        yield EmptyState(id="empty")

    def on_mount(self) -> None:
        """Look at all machines from now on."""
        self._services.changed.subscribe(self, self._heard)
        self._look()
        self.draw()
        self.table.focus()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self._services.store.executions.look("runs", [])

    def on_screen_resume(self) -> None:
        """On top again."""
        self._look()
        self.draw()

    def on_screen_suspend(self) -> None:
        """Another screen is on top."""
        self._services.store.executions.look("runs", [])

    def _machines(self) -> list[str]:
        if self._machine_id:
            return [self._machine_id]
        records = self._services.store.machines.records()
        return [record.machine_id for record in records if record.machine.phase != "destroyed"]

    def _look(self) -> None:
        self._services.store.executions.look("runs", self._machines())

    def _heard(self, keys: frozenset[Key]) -> None:
        if self.is_current and any(key[0] in {"executions", "machine"} for key in keys):
            self._look()
            self.draw()

    def draw(self) -> None:
        """The runs of machines that were asked, and how many were not."""
        executions = self._services.store.executions
        machines = self._machines()
        runs = executions.of(self._machine_id) if self._machine_id else executions.all()
        self.table.show_runs(runs)
        self.set_class(not self.table.order, "-no-rows")
        states = [executions.state(machine_id) for machine_id in machines]
        unasked = sum(state.listed_at is None and state.fault is None for state in states)
        failed = sum(state.fault is not None for state in states)
        spans: list[tuple[str, str]] = []
        if failed:
            spans.append((f"{counted(failed, 'machine')} could not be asked.  ", Role.BAD))
        if unasked:
            spans.append((f"{counted(unasked, 'machine')} still to be asked.  ", Role.MUTED))
        if self.table.hidden_count:
            spans.append((f"{counted(self.table.hidden_count, 'run')} hidden.", Role.MUTED))
        self.query_one("#told", SpanText).show([tuple(spans)] if spans else [])
        nothing = "asking..." if unasked else keyed(_NOTHING, self)
        self.query_one("#empty", EmptyState).show([((nothing, Role.MUTED),)])
        self.refresh_header()

    # Actions

    def open_row(self) -> None:
        """Its output."""
        self.do_with_run("open")

    def action_list_problems(self) -> None:
        """Only what failed or is under way, or everything."""
        self.table.toggle_problems()
        self.draw()
