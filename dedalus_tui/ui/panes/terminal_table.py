"""A table of terminals: of one machine in its tab, of all machines in the manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.store.terminal_directory import TerminalDirectory
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import short_id, title_of
from dedalus_tui.ui.present.terminal import (
    short_terminal_id,
    sign,
    standing_words,
    status_cell,
)
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import NONE, age
from dedalus_tui.ui.widgets.resource_table import ResourceTable, RowFace
from dedalus_tui.ui.widgets.table_layout import TableColumn
from dedalus_tui.ui.widgets.table_painter import ASCII_SIGNS, TableSigns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.store.terminal_directory import TerminalEntry
    from dedalus_tui.ui.services import Services

_STATE = TableColumn(key="state", title="STATE", width=17, max_width=30)
_MACHINE = TableColumn(key="machine", title="MACHINE", width=16, max_width=26)
_TITLE = TableColumn(key="title", title="TITLE", width=12, max_width=40)
_TAB = TableColumn(key="tab", title="TAB", width=3, is_right_aligned=True)
_SIZE = TableColumn(key="size", title="SIZE", width=7, is_right_aligned=True)
_IDLE = TableColumn(key="idle", title="IDLE", width=4, is_right_aligned=True)
_AGE = TableColumn(key="age", title="AGE", width=4, is_right_aligned=True)
_ID = TableColumn(key="id", title="TERMINAL", width=16)


class TerminalTable(ResourceTable):
    """Rows are terminals; `reload` asks the service, `redraw` only looks again at what is held."""

    def __init__(self, services: Services, machine_id: str | None = None) -> None:
        """Of one machine, or of all."""
        columns: Sequence[TableColumn] = (_STATE, _TITLE, _TAB, _SIZE, _IDLE, _AGE, _ID)
        if machine_id is None:
            columns = (_MACHINE, *columns)
        super().__init__(
            columns=columns,
            version_of=lambda key: self._face_now(key),
            face_of=lambda key: self._face_now(key),
            signs=ASCII_SIGNS if services.settings.ascii else TableSigns(),
            id="terminals",
        )
        self.directory = TerminalDirectory(services.store)
        self._services = services
        self._machine_id = machine_id
        self._entries: dict[str, TerminalEntry] = {}

    @property
    def entry(self) -> TerminalEntry | None:
        """The terminal the cursor stands on."""
        return self._entries.get(self.cursor_key) if self.cursor_key else None

    async def reload(self) -> None:
        """Ask the service, then show what it says."""
        machine_id = self._machine_id
        await self.directory.look(self.directory.awake() if machine_id is None else [machine_id])
        if self.is_attached:
            self.redraw()

    def redraw(self) -> None:
        """Show what is known now."""
        entries = self.directory.entries(self._machine_id)
        self._entries = {entry.key: entry for entry in entries}
        self.show(list(self._entries))
        self.tick()

    def _face_now(self, key: str) -> RowFace:
        entry = self._entries[key]
        session, terminal = entry.session, entry.terminal
        now = self._services.store.clock.monotonic()
        is_ascii = self._services.settings.ascii
        idle = tab = NONE
        title = ""
        if session is not None:
            dot, role = sign(session.state.standing, is_ascii=is_ascii)
            state = (f"{dot} {standing_words(session.state, now)}", role)
            size = f"{session.emulator.columns}x{session.emulator.rows}"
            idle, tab = age(session.idle_seconds), str(session.number)
            title = plain(session.title)
            if session.is_ssh:
                title = f"ssh {title}".rstrip()
            if session.is_calling:
                title = f"! {title}"
        else:
            state = status_cell(terminal.status if terminal else "", is_ascii=is_ascii)
            has_size = terminal is not None and terminal.width and terminal.height
            size = f"{terminal.width}x{terminal.height}" if terminal and has_size else NONE
        made = terminal.created_at if terminal is not None else None
        seconds = (self._services.store.clock.now() - made).total_seconds() if made else None
        cells = [
            state,
            (title, Role.STRONG),
            (tab, Role.ACCENT),
            (size, Role.TEXT),
            (idle, Role.TEXT),
            (age(seconds), Role.TEXT),
            (short_terminal_id(terminal) if terminal else "", Role.MUTED),
        ]
        if self._machine_id is None:
            cells.insert(0, (self._machine_words(entry.machine_id), Role.STRONG))
        return RowFace(tuple(cells))

    def _machine_words(self, machine_id: str) -> str:
        record = self._services.store.machines.get(machine_id)
        return title_of(record.machine, record.label) if record else short_id(machine_id)
