"""The tab of a machine's runs: what ran, how it ended, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from dedalus_tui.ui.panes.execution_table import ExecutionTable
from dedalus_tui.ui.panes.moves import columns_of, lines_of
from dedalus_tui.ui.panes.pane import MachinePane
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import age, seconds_since
from dedalus_tui.ui.widgets.empty_state import EmptyState
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.store.changes import Key
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services
    from dedalus_tui.ui.widgets.resource_table import ResourceTable

_KEYS = (
    ("enter", "output"),
    ("R", "again"),
    ("M", "again with changes"),
    ("X", "cancel or delete"),
    ("C", "copy as"),
)


class ExecutionsPane(MachinePane):
    """Listing wakes no machine; rows stay when a request fails."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "wish('open')", show=False, id="runs.open"),
        Binding("R", "wish('again')", show=False, id="runs.again"),
        Binding("M", "wish('again_changed')", show=False, id="runs.again_changed"),
        Binding("X", "wish('delete')", show=False, id="runs.delete"),
        Binding("C", "wish('copy_as')", show=False, id="runs.copy_as"),
    ]

    DEFAULT_CSS = """
    ExecutionsPane {
        .above, .own-keys { height: auto; padding: 0 1; }
        .own-keys { height: 1; background: $ground-bar; }
        ResourceTable { height: 1fr; }
        EmptyState { display: none; }
        &.-no-rows ResourceTable { display: none; }
        &.-no-rows EmptyState { display: block; }
    }
    """

    class Wished(Message):
        """Something is to be done with a run: open, again, again_changed, delete, copy_as."""

        def __init__(self, what: str, execution: Execution) -> None:
            super().__init__()
            self.what = what
            self.execution = execution

    def __init__(self, services: Services, machine_id: str) -> None:
        """Shows what was listed last, and lists anew."""
        super().__init__(services, machine_id)
        self.table = ExecutionTable(services, self.signs)

    def compose(self) -> ComposeResult:
        """What lags, the table, the keys."""
        yield SpanText(classes="above")
        yield self.table
        yield EmptyState()
        yield SpanText(classes="own-keys")

    def on_mount(self) -> None:
        """Show the keys."""
        spans = tuple(
            span
            for key, word in _KEYS
            for span in ((f"{key} ", Role.KEY), (f"{word}   ", Role.TEXT))
        )
        self.query_one(".own-keys", SpanText).show([spans])
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
                self.action_wish("open")
            case _:
                return False
        return True

    def action_wish(self, what: str) -> None:
        """Tell the screen what is to be done with the selected runs."""
        if what in {"again", "again_changed", "delete"} and self.services.settings.read_only:
            self.post_message(self.Said("this is read-only mode: nothing can be changed"))
            return
        chosen = self.table.marked
        if not chosen:
            self.post_message(self.Said("there is no run here: x runs a command"))
        for execution in chosen if what == "again" else chosen[:1]:
            self.post_message(self.Wished(what, execution))

    def on_resource_table_row_opened(self, event: ResourceTable.RowOpened) -> None:
        """A double click."""
        event.stop()
        self.action_wish("open")

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
            (("x runs a command.", Role.MUTED),),
        ]
