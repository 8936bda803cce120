"""The tab of a machine's terminals: those held here and those it has besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from dedalus_tui.actions.action import Scope
from dedalus_tui.ui.bindings import key_of, pane_bindings
from dedalus_tui.ui.panes.moves import LINE_MOVES, lines_of
from dedalus_tui.ui.panes.pane import MachinePane
from dedalus_tui.ui.panes.terminal_table import TerminalTable
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.terminal_directory import TerminalEntry
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services
    from dedalus_tui.ui.widgets.resource_table import ResourceTable

_RELOAD_SECONDS = 5


class TerminalsPane(MachinePane):
    """Enter attaches, X closes, t opens one."""

    MEANS = LINE_MOVES
    BINDINGS: ClassVar[list[BindingType]] = pane_bindings(Scope.SESSION)

    class Attached(Message):
        """The person wants to work in this terminal."""

        def __init__(self, entry: TerminalEntry) -> None:
            super().__init__()
            self.entry = entry

    class CloseAsked(Message):
        """The person wants this terminal to end."""

        def __init__(self, entry: TerminalEntry, pane: TerminalsPane) -> None:
            super().__init__()
            self.entry = entry
            self.pane = pane

    def __init__(self, services: Services, machine_id: str) -> None:
        """Of one machine."""
        super().__init__(services, machine_id)
        self.table = TerminalTable(services, machine_id)
        self._empty = EmptyState(id="empty")
        self._seconds = 0

    def compose(self) -> ComposeResult:
        """The table, or why it has no rows."""
        yield self.table
        yield self._empty

    def opened(self) -> None:
        """Show what is held at once, and ask the machine."""
        self._show()
        self.reload()

    def reload(self) -> None:
        """Ask the machine for its terminals."""
        self.run_worker(self._reload(), name="terminals", group="terminals", exclusive=True)

    async def _reload(self) -> None:
        await self.table.reload()
        self._show()

    def heard(self, keys: frozenset[Key]) -> None:
        """A terminal of ours may be another one."""
        if any(key[0] == "terminal" for key in keys):
            self._show()

    def ticked(self) -> None:
        """Idle times grow; now and then the machine is asked."""
        self._seconds += 1
        if self._seconds % _RELOAD_SECONDS == 0:
            self.reload()
        else:
            self._show()

    def _show(self) -> None:
        if not self.table.is_attached:
            return
        self.table.redraw()
        has_rows = bool(self.table.order)
        self.table.display = has_rows
        self._empty.display = not has_rows
        if not has_rows:
            self._empty.show(self._empty_lines())

    def _empty_lines(self) -> tuple[Line, ...]:
        directory = self.table.directory
        fault = directory.faults.get(self.machine_id)
        if fault is not None:
            return (((explain(fault, about="the machine").sentences, Role.WARN),),)
        if not directory.has_looked:
            return ((("Asking the machine ...", Role.MUTED),),)
        return (
            (("No terminal is open here.", Role.STRONG),),
            ((key_of("machine.terminal", self.services), Role.KEY), (" opens one", Role.TEXT)),
        )

    def perform(self, action_id: str) -> bool:
        """Movement in the table, and what is done to the selected terminal."""
        lines = lines_of(action_id, max(1, self.table.visible_line_count))
        if lines is not None:
            self.table.move_cursor(lines)
            return True
        return super().perform(action_id)

    async def action_carry_out(self, action_id: str) -> None:
        """Where there is no terminal to attach to, t opens one as everywhere."""
        if self.table.entry is None and action_id == "session.attach":
            action_id = "machine.terminal"
        await super().action_carry_out(action_id)

    def on_resource_table_row_opened(self, event: ResourceTable.RowOpened) -> None:
        """A double click attaches."""
        event.stop()
        self.action_session_attach()

    def action_session_attach(self) -> None:
        """Work in the selected terminal."""
        if self.table.entry is not None:
            self.post_message(self.Attached(self.table.entry))

    def action_session_close(self) -> None:
        """End the selected terminal."""
        if self.table.entry is not None:
            self.post_message(self.CloseAsked(self.table.entry, self))
