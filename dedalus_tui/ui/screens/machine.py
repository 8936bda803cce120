"""One machine on a screen of its own: tabs from the registry of panes, keys from the registry of
actions. Tabs the service does not offer are dim and say why.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container

from dedalus_tui.actions.action import SCREENS
from dedalus_tui.ui.bindings import screen_bindings
from dedalus_tui.ui.panes.registry import PANES, why_not
from dedalus_tui.ui.present.connection import is_stale
from dedalus_tui.ui.present.machine import journey_words, phase_cell
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import make_row, short_id, title_of
from dedalus_tui.ui.present.tabs import Tab, tab_spans
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.run_shows import RunShows
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.actions.action import Action
    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.panes.pane import MachinePane
    from dedalus_tui.ui.services import Services

_TAB = "tab:"
"""Before the key of a tab, in the target of a click."""


class MachineScreen(RunShows, ActionScreen):
    """Everything about one machine. Looking at it never wakes it."""

    PLACE = "machine"
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("machine")
    CSS_PATH = "machine.tcss"

    def __init__(self, services: Services, machine_id: str, *, tab: str = "overview") -> None:
        """Opens on the tab of that key."""
        super().__init__(services.settings, services.keys, services)
        self._services = services
        self.machine_id = machine_id
        self.tab_key = tab
        self._panes: dict[str, MachinePane] = {}
        self.tabs = SpanLines(id="tabs")
        self.banner = SpanLines(id="banner")
        self.pending = SpanLines(id="pending")
        self._last_seen: MachineRecord | None = None
        self._opening = asyncio.Lock()
        self._was_down = False

    def compose_middle(self) -> Iterable[Widget]:
        """Tabs, what is wrong with the line, the pane of the open tab, what is about to start."""
        yield self.tabs
        yield self.banner
        yield Container(id="panes")
        yield self.pending

    def on_mount(self) -> None:
        """Open the first tab and listen."""
        self._services.changed.subscribe(self, self._heard)
        self._show_line()
        self.call_after_refresh(self._open_first_tab)

    # What others ask.

    @property
    def record(self) -> MachineRecord | None:
        """The machine as shown; None when it is gone."""
        record = self._services.store.machines.get(self.machine_id)
        self._last_seen = record or self._last_seen
        return record

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The machine's title, also when it is gone."""
        record = self.record or self._last_seen
        if record is None:
            return (short_id(self.machine_id),)
        return (title_of(record.machine, record.label),)

    @property
    def pane(self) -> MachinePane | None:
        """The pane on show, once it is composed."""
        pane = self._panes.get(self.tab_key)
        return pane if pane is not None and pane.is_mounted else None

    @property
    def place(self) -> str:
        """The tab on show, if it has keys of its own."""
        place = f"{self.PLACE}.{self.tab_key}"
        return place if place in SCREENS else self.PLACE

    @property
    def chosen_runs(self) -> tuple[Execution, ...]:
        """Those of the tab of runs."""
        return self.pane.chosen_runs if self.pane is not None else ()

    def targets(self, action: Action) -> tuple[MachineRecord, ...]:
        """Always this machine."""
        record = self.record
        return (record,) if record is not None else ()

    # Tabs.

    async def _open_first_tab(self) -> None:
        if self not in self.app.screen_stack:
            return  # left before it was drawn
        if not self._panes and not self._opening.locked():  # quick fingers chose another already
            await self.open_tab(self.tab_key)

    async def open_tab(self, key: str) -> None:
        """Show a tab, building its pane the first time; one after the other."""
        async with self._opening:
            await self._switch_to(key)

    async def _switch_to(self, key: str) -> None:
        entry = next((entry for entry in PANES if entry.key == key), PANES[0])
        reason = why_not(self._services, entry)
        if reason is not None:
            self.flash(f"{entry.title}: {reason}")
            return
        before = self.pane
        if before is not None and self.tab_key != entry.key:
            before.display = False
            before.left()
        self.tab_key = entry.key
        if entry.key not in self._panes:
            self._panes[entry.key] = entry.make(self._services, self.machine_id)
            await self.query_one("#panes").mount(self._panes[entry.key])
        pane = self._panes[entry.key]
        pane.display = True
        pane.opened()
        pane.focus_first()
        self._show_tabs()

    def _show_tabs(self) -> None:
        tabs = [
            Tab(
                key=entry.key,
                title=entry.title,
                is_open=entry.key == self.tab_key,
                is_closed=why_not(self._services, entry) is not None,
            )
            for entry in PANES
        ]
        pieces = tuple(
            Piece(text, role, f"{_TAB}{key}" if key else "")
            for (text, role), key in tab_spans(tabs, self.app.size.width, self.signs.vertical)
        )
        self.tabs.show(SpanRow(pieces))

    def on_resize(self) -> None:
        """Other widths fit other words."""
        self._show_tabs()
        self._show_line()

    def _show_line(self) -> None:
        """While the line is bad, say so and of when the data is; it stays on show."""
        said = self.banner_words()
        self.banner.show(SpanRow((Piece(" "), *(Piece(*span) for span in said))))
        self.banner.set_class(bool(said), "-shown")

    def _show_pending(self) -> None:
        """What will start by itself, and how to stop it."""
        line = self.pending_words()
        if line:
            self.pending.show(SpanRow(tuple(Piece(*span) for span in line)))
        self.pending.set_class(bool(line), "-shown")

    def summary_pieces(self) -> tuple[Piece, ...]:
        """The machine's state, on every tab."""
        record = self.record
        if record is None:
            return (Piece("gone", Role.BAD),)
        row = make_row(record.machine, label=record.label, asking=record.asking)
        text, role = phase_cell(row, self.signs)
        if record.is_stale or is_stale(self._services.store.health.state, self.now):
            return (Piece("last seen ", Role.WARN), Piece(text, Role.MUTED))
        words = journey_words(row)
        on_way = (Piece(f"{words} {self.signs.dot} ", Role.BUSY),) if words else ()
        return (*on_way, Piece(text, role))

    # Being told.

    def _heard(self, keys: frozenset[Key]) -> None:
        if not self.is_current:
            return
        if ("machine", self.machine_id) in keys:
            self._show_tabs()
            self.refresh_keys()
        if ("pending",) in keys:
            self._show_pending()
        if ("health",) in keys:
            self._show_line()
            if self._services.store.health.is_down != self._was_down:
                self._was_down = self._services.store.health.is_down
                self.refresh_keys()
                if self.pane is not None:
                    self.pane.ticked()
        self.refresh_header()
        if self.pane is not None:
            self.pane.heard(keys)

    def tick(self) -> None:
        """A second went by."""
        super().tick()
        self._show_line()
        self._show_pending()
        if self.pane is not None:
            self.pane.ticked()

    def on_screen_resume(self) -> None:
        """On top: this machine comes first, and what changed meanwhile is shown."""
        self._services.store.look(screen_is_current=True, selected=self.machine_id)
        self._show_tabs()
        self._show_line()
        self._show_pending()
        if self.pane is not None:
            self.pane.opened()

    def on_screen_suspend(self) -> None:
        """Another screen is on top."""
        if self.pane is not None:
            self.pane.left()

    # Actions.

    async def action_perform(self, action_id: str, key: str = "") -> None:
        """The pane on show knows best what a key of lists and texts means in it."""
        if self.pane is not None and self.pane.perform(action_id):
            return
        await super().action_perform(action_id, key)

    def carries_out(self, action: Action) -> bool:
        """The pane on show has keys of lists and texts, too."""
        here = self.pane is not None and self.pane.carries_out(action.id)
        return here or super().carries_out(action)

    async def action_detail_tab(self, key: str) -> None:
        """The tab of that number."""
        place = int(key) - 1
        if place < len(PANES):
            await self.open_tab(PANES[place].key)
        else:
            self.flash(f"there are {len(PANES)} tabs")

    async def action_detail_next_tab(self) -> None:
        """The next tab that can be opened, round the end."""
        await self._step_tab(1)

    async def action_detail_previous_tab(self) -> None:
        """The tab before that can be opened, round the start."""
        await self._step_tab(-1)

    async def _step_tab(self, step: int) -> None:
        usable = [entry.key for entry in PANES if why_not(self._services, entry) is None]
        place = usable.index(self.tab_key) if self.tab_key in usable else 0
        await self.open_tab(usable[(place + step) % len(usable)])

    async def action_machine_raw(self) -> None:
        """What the service says, word for word."""
        await self.open_tab("raw")

    def action_machine_refresh(self) -> None:
        """Ask about this machine now."""
        self._services.store.refresh(self.machine_id)
        if self.pane is not None:
            self.pane.refreshed()

    def on_span_lines_pressed(self, event: SpanLines.Pressed) -> None:
        """A click on a tab opens it; other clicks are the screen's."""
        if event.target.startswith(_TAB):
            event.stop()
            event.prevent_default()
            self.run_worker(self.open_tab(event.target.removeprefix(_TAB)), name="open tab")

    def on_machine_pane_copied(self, event: MachinePane.Copied) -> None:
        """Put it on the clipboard and say so."""
        event.stop()
        self.app.copy_to_clipboard(event.text)
        self.flash(f"sent {event.what} to the terminal's clipboard", Role.OK)

    def on_machine_pane_said(self, event: MachinePane.Said) -> None:
        """Say it where the keys are."""
        event.stop()
        self.flash(event.words)
