"""The terminals of all machines: how each stands, and attaching, renaming, closing."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from dedalus_tui.ui.bindings import key_of, keyed, screen_bindings
from dedalus_tui.ui.panes.terminal_table import TerminalTable
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import counted
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.list_actions import ListActions
from dedalus_tui.ui.screens.terminal_entry import close_entry, show_entry
from dedalus_tui.ui.widgets.empty_state import EmptyState
from dedalus_tui.ui.widgets.span_line import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.store.changes import Key
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services
    from dedalus_tui.ui.widgets.resource_table import ResourceTable

_RELOAD_SECONDS = 10


class TerminalsScreen(ListActions, ActionScreen):
    """The manager. Looking at it wakes nothing."""

    PLACE = "terminals"
    table: TerminalTable
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("terminals")

    def __init__(self, services: Services) -> None:
        """Shows what is held at once, and asks the machines that are awake."""
        super().__init__(services.settings, services.keys, services)
        self._services = services
        self.table = TerminalTable(services)
        self._empty = EmptyState(id="empty")
        self._seconds = 0
        self._was_left = False

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return ("terminals",)

    def summary_pieces(self) -> tuple[Piece, ...]:
        """How many there are."""
        return (Piece(f" {counted(len(self.table.order), 'terminal')} ", Role.TEXT),)

    def compose_middle(self) -> Iterable[Widget]:
        """The table, or why it has no rows."""
        yield self.table
        yield self._empty

    def on_mount(self) -> None:
        """Look for the first time."""
        self._services.changed.subscribe(self, self._heard)
        self._show()
        self.table.focus()
        self.action_session_refresh()

    def on_screen_resume(self) -> None:
        """Back from a terminal, where some may have been opened or closed."""
        self._services.store.look(screen_is_current=False, selected=None)
        self._show()
        if self._was_left:
            self._was_left = False
            self.action_session_refresh()

    def on_screen_suspend(self) -> None:
        """A terminal or a dialog is on top."""
        self._was_left = True

    def tick(self) -> None:
        """Idle times grow; now and then the machines are asked."""
        super().tick()
        self._seconds += 1
        if self._seconds % _RELOAD_SECONDS == 0:
            self.action_session_refresh()
        else:
            self._show()

    def _heard(self, keys: frozenset[Key]) -> None:
        if self.is_current and any(key[0] in {"terminal", "machine"} for key in keys):
            self._show()

    def _show(self) -> None:
        if not self.table.is_attached:
            return
        self.table.redraw()
        has_rows = bool(self.table.order)
        self.table.display = has_rows
        self._empty.display = not has_rows
        if has_rows and self.focused is None:
            self.table.focus()
        if not has_rows:
            self._empty.show(self._empty_lines())

    def _empty_lines(self) -> tuple[Line, ...]:
        if not self.table.directory.has_looked:
            return ((("Asking the machines that are awake ...", Role.MUTED),),)
        return (
            (("No terminal is open on any machine that is awake.", Role.STRONG),),
            ((key_of("machine.terminal", self), Role.KEY), (" on a machine opens one", Role.TEXT)),
        )

    # Actions.

    def on_resource_table_row_opened(self, event: ResourceTable.RowOpened) -> None:
        """A double click attaches."""
        event.stop()
        self.action_session_attach()

    def action_session_attach(self) -> None:
        """Work in the selected terminal."""
        if self.table.entry is not None:
            show_entry(self.app, self._services, self.table.entry)

    def action_session_close(self) -> None:
        """End the selected terminal, after asking."""
        if self.table.entry is not None:
            self.run_worker(self._close(), name="close terminal")

    async def _close(self) -> None:
        entry = self.table.entry
        if entry is None:
            return
        problem = await close_entry(self.app, self._services, entry)
        if problem:
            self.flash(problem, Role.BAD)
        await self.table.reload()
        self._show()

    def action_session_rename(self) -> None:
        """Another title, in this program only."""
        entry = self.table.entry
        if entry is None or entry.session is None:
            self.flash("only a terminal that is attached here can be renamed")
        else:
            self.run_worker(self._rename(), name="rename terminal")

    async def _rename(self) -> None:
        from dedalus_tui.ui.dialogs.prompt import PromptDialog

        entry = self.table.entry
        if entry is None or entry.session is None:
            return
        session = entry.session
        name = await self.app.push_screen_wait(
            PromptDialog("Terminal", "title", value=session.given_title)
        )
        if name is not None:
            session.given_title = name
            self._show()

    def action_session_play(self) -> None:
        """Show a recording."""
        self.run_worker(self._play(), name="play")

    async def _play(self) -> None:
        from dedalus_tui.store.terminal_playback import Playback
        from dedalus_tui.store.terminal_recording import RecordingError
        from dedalus_tui.ui.dialogs.prompt import PromptDialog
        from dedalus_tui.ui.screens.recording import RecordingScreen

        hint = keyed("An asciicast file, as {terminal.record} in a terminal's menu makes it.", self)
        answer = await self.app.push_screen_wait(
            PromptDialog("Play a recording", "file", hint=hint)
        )
        if not answer:
            return
        path = Path(os.path.expanduser(answer))  # noqa: ASYNC240 - reads no file
        try:
            playback = await asyncio.to_thread(
                Playback, path, palette=self._services.store.terminals.palette
            )
        except (OSError, RecordingError) as error:
            reason = getattr(error, "strerror", None) or error
            self.flash(f"{path.name} cannot be played: {reason}", Role.BAD)
            return
        self.app.push_screen(RecordingScreen(self.settings, self.keys, playback, name=path.name))

    def action_session_refresh(self) -> None:
        """Ask the machines again."""
        self.run_worker(self._reload(), name="terminals", group="terminals", exclusive=True)

    async def _reload(self) -> None:
        await self.table.reload()
        self._show()
        self.refresh_header()
