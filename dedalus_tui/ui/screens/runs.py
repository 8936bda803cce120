"""The runs of all machines, newest first. Listing wakes no machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dedalus_tui.ui.bindings import screen_bindings
from dedalus_tui.ui.panes.execution_table import ExecutionTable
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import counted
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.list_actions import ListActions
from dedalus_tui.ui.screens.run_shows import RunShows
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
    from dedalus_tui.ui.widgets.prompt import Prompt
    from dedalus_tui.ui.widgets.resource_table import ResourceTable


class RunsScreen(RunShows, ListActions, ActionScreen):
    """What ran anywhere. Machines are asked one after the other, so a large fleet takes a while."""

    PLACE = "runs"
    table: ExecutionTable
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("runs")

    DEFAULT_CSS = """
    RunsScreen {
        #told { height: auto; padding: 0 1; }
        ResourceTable { height: 1fr; }
        #empty { display: none; }
        &.-no-rows ResourceTable { display: none; }
        &.-no-rows #empty { display: block; }
    }
    """

    def __init__(self, services: Services, machine_id: str = "") -> None:
        """Of all machines, or of one."""
        super().__init__(services.settings, services.keys, services)
        self._services = services
        self._machine_id = machine_id
        self.table = ExecutionTable(services, self.signs, has_machine=True)
        self._filter = ""

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
        self._draw()
        self.table.focus()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self._services.store.executions.look("runs", [])

    def on_screen_resume(self) -> None:
        """On top again."""
        self._look()
        self._draw()

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
            self._draw()

    def tick(self) -> None:
        """Durations and ages grow."""
        super().tick()
        self.table.tick()

    def _draw(self) -> None:
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
        nothing = "asking..." if unasked else "No runs to show: x on a machine runs a command."
        self.query_one("#empty", EmptyState).show([((nothing, Role.MUTED),)])
        self.refresh_header()

    # Actions

    def action_app_back(self) -> None:
        """Esc: the filter, then the marks, then up."""
        if self._filter:
            self._put_filter("")
        elif self.table.marks:
            self.table.mark(())
        else:
            self.go_up()

    def on_resource_table_row_opened(self, event: ResourceTable.RowOpened) -> None:
        """A double click."""
        event.stop()
        self.do_with_run("open")

    def on_resource_table_header_pressed(self, event: ResourceTable.HeaderPressed) -> None:
        """A click on a title sorts."""
        event.stop()
        self.table.sort_by(event.column)

    async def action_list_filter(self) -> None:
        """Type words that a run must hold."""
        await self.prompt.open("/", self._filter)

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """Filter while typing."""
        if event.prompt.sign == "/":
            event.stop()
            self._put_filter(event.text)

    def _put_filter(self, text: str) -> None:
        self._filter = text
        self.table.filter(text)
        self._draw()

    def action_execution_compare(self) -> None:
        """The two marked runs, the older one first."""
        chosen = self.table.marked
        if len(chosen) != 2:
            self.flash("mark two runs with space, then compare them")
            return
        from dedalus_tui.store.executions import newest_first
        from dedalus_tui.ui.screens.compare_runs import CompareRunsScreen

        after, before = newest_first(chosen)
        self.app.push_screen(CompareRunsScreen(self._services, before, after))

    def action_list_problems(self) -> None:
        """Only what failed or is under way, or everything."""
        self.table.toggle_problems()
        self._draw()

    def action_list_sort_next(self) -> None:
        """By the column to the right."""
        self.table.sort_step(1)

    def action_list_sort_previous(self) -> None:
        """By the column to the left."""
        self.table.sort_step(-1)

    def action_list_sort_reverse(self) -> None:
        """The other way round."""
        self.table.sort_by(self.table.sorted_by)
