"""The tab of a machine's runs: what ran, how it ended, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dedalus_tui.actions.action import Danger, Scope
from dedalus_tui.actions.registry import by_id
from dedalus_tui.ui.bindings import keyed, own_key_pieces, pane_bindings
from dedalus_tui.ui.panes.execution_table import ExecutionTable
from dedalus_tui.ui.panes.moves import MOVES, columns_of, lines_of
from dedalus_tui.ui.panes.pane import MachinePane
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import age, seconds_since
from dedalus_tui.ui.widgets.empty_state import EmptyState
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.store.changes import Key
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services
    from dedalus_tui.ui.widgets.resource_table import ResourceTable


class ExecutionsPane(MachinePane):
    """Listing wakes no machine; rows stay when a request fails."""

    MEANS = MOVES | {
        "list.mark",
        "list.mark_range",
        "list.mark_all",
        "list.mark_none",
        "list.problems",
        "list.sort_next",
        "list.sort_previous",
        "list.sort_reverse",
        "machine.refresh",
        "machine.output",
    }
    BINDINGS: ClassVar[list[BindingType]] = pane_bindings(Scope.EXECUTION, Scope.RUN_LIST)

    DEFAULT_CSS = """
    ExecutionsPane {
        .above { height: auto; padding: 0 1; }
        ResourceTable { height: 1fr; }
        EmptyState { display: none; }
        &.-no-rows ResourceTable { display: none; }
        &.-no-rows EmptyState { display: block; }
    }
    """

    def __init__(self, services: Services, machine_id: str) -> None:
        """Shows what was listed last, and lists anew."""
        super().__init__(services, machine_id)
        self.table = ExecutionTable(services, self.signs)
        self.own_keys = SpanLines(classes="own-keys")

    def compose(self) -> ComposeResult:
        """What lags, the table, the keys."""
        yield SpanText(classes="above")
        yield self.table
        yield EmptyState()
        yield self.own_keys

    def on_mount(self) -> None:
        """Show the keys."""
        services = self.services
        pieces = own_key_pieces(
            Scope.RUN_LIST, Scope.EXECUTION, keys=services.keys, settings=services.settings
        )
        self.own_keys.show(SpanRow((Piece(" "), *pieces)))
        self._draw()

    def opened(self) -> None:
        """Keep the list fresh from now on."""
        self.services.store.executions.look("tab", [self.machine_id])
        self._draw()

    def left(self) -> None:
        """Nobody looks any more."""
        self.services.store.executions.look("tab", [])

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self.left()

    def heard(self, keys: frozenset[Key]) -> None:
        """Draw anew when a run changed."""
        if ("executions", self.machine_id) in keys:
            self._draw()

    def ticked(self) -> None:
        """Durations and ages grow."""
        self.table.tick()
        self._draw_above()

    def perform(self, action_id: str) -> bool:
        """Move, mark, sort, look again."""
        lines = lines_of(action_id, self.table.visible_line_count)
        if lines is not None:
            self.table.move_cursor(lines)
            return True
        columns = columns_of(action_id)
        if columns is not None:
            self.table.shift_columns(1 if columns > 0 else -1)
            return True
        match action_id:
            case "list.mark":
                self.table.toggle_mark()
                self.table.move_cursor(1)
            case "list.mark_range":
                self.table.mark_range()
            case "list.mark_all":
                self.table.mark(self.table.order)
            case "list.mark_none":
                self.table.mark(())
            case "list.problems":
                self.table.toggle_problems()
            case "list.sort_next":
                self.table.sort_step(1)
            case "list.sort_previous":
                self.table.sort_step(-1)
            case "list.sort_reverse":
                self.table.sort_by(self.table.sorted_by)
            case "machine.refresh":
                self.services.store.executions.refresh(self.machine_id)
            case "machine.output":
                self.run_worker(self.action_carry_out("execution.open"), name="open run")
            case _:
                return False
        return True

    @property
    def chosen_runs(self) -> tuple[Execution, ...]:
        """The marked runs, or the one under the cursor."""
        return self.table.marked

    async def action_carry_out(self, action_id: str) -> None:
        """Not without a run, and no change in read-only mode."""
        settings = self.services.settings
        if settings.read_only and by_id(action_id).danger is not Danger.HARMLESS:
            self.post_message(self.Said("this is read-only mode: nothing can be changed"))
        elif not self.table.marked:
            words = keyed("there is no run here: {machine.run} runs a command", self.services)
            self.post_message(self.Said(words))
        else:
            await super().action_carry_out(action_id)

    async def on_resource_table_row_opened(self, event: ResourceTable.RowOpened) -> None:
        """A double click."""
        event.stop()
        await self.action_carry_out("execution.open")

    def on_resource_table_header_pressed(self, event: ResourceTable.HeaderPressed) -> None:
        """A click on a title sorts."""
        event.stop()
        self.table.sort_by(event.column)

    # Drawing

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        runs = self.services.store.executions.of(self.machine_id)
        self.set_class(not runs, "-no-rows")
        self.table.show_runs(runs)
        self.query_one(EmptyState).show(self._empty_lines())
        self._draw_above()

    def _draw_above(self) -> None:
        state = self.services.store.executions.state(self.machine_id)
        lines: list[Line] = []
        if state.fault is not None and state.known:
            since = age(seconds_since(state.listed_at, self.services.store.clock.now()))
            words = explain(state.fault, about="runs")
            lines.append(((f"as of {since} ago: {words.happened}. {words.advice}", Role.BAD),))
        elif state.is_cut:
            lines.append((("only the newest ones are shown", Role.MUTED),))
        self.query_one(".above", SpanText).show(lines)

    def _empty_lines(self) -> list[Line]:
        state = self.services.store.executions.state(self.machine_id)
        if state.fault is not None:
            words = explain(state.fault, about="runs")
            return [((words.sentences, Role.BAD),)]
        if state.listed_at is None:
            return [(("asking for the runs...", Role.MUTED),)]
        return [
            (("Nothing was run here yet.", Role.STRONG),),
            (),
            ((keyed("{machine.run} runs a command.", self.services), Role.MUTED),),
        ]
