"""The screen of all terminals: a line of tabs, and the terminals of the tab on show.

This half keeps panes where the workbench says and tells how things stand; what keys do is in
`terminal.py`. The screen stays installed when it is left, so coming back repaints at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

from dedalus_tui.actions.action import Scope
from dedalus_tui.actions.registry import by_id
from dedalus_tui.ui.bindings import key_words, shown_key
from dedalus_tui.ui.compat import LeavesOnce, send_key
from dedalus_tui.ui.panes.terminal_pane import TerminalPane
from dedalus_tui.ui.present.glyphs import glyphs
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import short_id, title_of
from dedalus_tui.ui.present.terminal import directory_of, sign, standing_words
from dedalus_tui.ui.present.units import age
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.strips import TerminalColours, palette_of
from dedalus_tui.ui.widgets.terminal_bar import TerminalBar
from dedalus_tui.ui.widgets.terminal_find import TerminalFind
from dedalus_tui.ui.widgets.terminal_grid import TerminalGrid
from dedalus_tui.ui.widgets.terminal_layout import Box
from dedalus_tui.ui.widgets.terminal_workbench import Workbench

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key
    from textual.timer import Timer

    from dedalus_tui.store.terminal_session import TerminalSession
    from dedalus_tui.ui.services import Services

FLASH_SECONDS = 4.0
IDLE_SHOWN_SECONDS = 60.0
"""From here on the header says that the machine stays awake for a terminal nobody uses."""
_TAB = "tab:"
"""Before the place of a tab, in the target of a click."""
_MENU = "menu"
_SCROLL_KEYS = (
    ("v", "select"),
    ("y", "copy"),
    ("/", "find"),
    ("n N", "step"),
    ("[ ]", "prompt"),
    ("^S", "save"),
    ("|", "pager"),
    ("q", "leave"),
)


class TerminalBench(LeavesOnce, Screen[None]):
    """Tabs and splits of terminals."""

    CSS_PATH = "terminal.tcss"
    AUTO_FOCUS = ""
    ESCAPE_TO_MINIMIZE: ClassVar[bool] = False

    def __init__(self, services: Services) -> None:
        """No terminals yet; `show_session` brings them."""
        super().__init__()
        self.services = services
        self.bench = Workbench()
        self.panes: dict[int, TerminalPane] = {}
        self.is_broadcasting = False
        self.typed_early: list[Key] = []
        """Keys pressed before there was a terminal to take them, or while the bar still acts."""
        self._is_laying_out = False
        self.hatch = services.settings.terminal.leave_key
        self.hatch_words = key_words((self.hatch,)).replace("ctrl-", "^")
        self.signs = glyphs(is_ascii=services.settings.ascii)
        self.header = SpanLines(id="tabs")
        self.grid = TerminalGrid(line=self.signs.vertical, id="grid")
        self.bar = TerminalBar(opener=self.hatch_words, pressed=self.pressed_in_bar, id="bar")
        self.status = SpanLines(ground="panel", id="status")
        self.find = TerminalFind(id="find")
        self._hovered = ""
        self._flash: Timer | None = None

    def compose(self) -> ComposeResult:
        """Tabs, terminals, and what lies over their last lines now and then."""
        yield self.header
        yield self.grid
        yield self.status
        yield self.bar
        yield self.find

    def on_mount(self) -> None:
        """Time passes: waits count down, idle terminals are noticed."""
        self.set_interval(1.0, self._tick)
        self.services.changed.subscribe(self, self._heard)

    # Terminals and where they are.

    @property
    def session(self) -> TerminalSession | None:
        """The terminal that has the keys."""
        number = self.bench.focused
        return None if number is None else self.services.store.terminals.numbered(number)

    @property
    def pane(self) -> TerminalPane | None:
        """Its pane."""
        number = self.bench.focused
        return None if number is None else self.panes.get(number)

    @property
    def room(self) -> Box:
        """The cells that terminals can have."""
        size = self.app.size
        return Box(0, 0, max(1, size.width), max(1, size.height - 1))

    def machine_words(self, machine_id: str) -> str:
        """What to call a machine."""
        record = self.services.store.machines.get(machine_id)
        return title_of(record.machine, record.label) if record else short_id(machine_id)

    def prepare(self) -> None:
        """Programs that ask for colours are told those of the theme."""
        colours = TerminalColours.of_theme(self.app.theme_variables)
        self.services.store.terminals.change_theme(palette_of(colours))

    def theme_changed(self) -> None:
        """Pictures, and what programs are told, are in the colours of the new theme."""
        self.prepare()
        for pane in self.panes.values():
            pane.view.palette_changed()

    def show_session(self, session: TerminalSession) -> None:
        """Show a terminal, in the tab that has it or in a new one."""
        self.bench.show(session.number)
        if self.is_mounted:
            self.call_later(self.lay_out)

    async def lay_out(self) -> None:
        """Put every terminal of the tab on show where it belongs, and give the keys.

        Terminals may come and go while panes do: whoever is at it goes on until all is right.
        """
        if self._is_laying_out:
            return
        self._is_laying_out = True
        try:
            while await self._add_or_remove_pane():
                pass
        finally:
            self._is_laying_out = False
        self._place()

    async def _add_or_remove_pane(self) -> bool:
        """One pane that is missing, or one too many; False when there is neither."""
        sessions = {session.number: session for session in self.services.store.terminals.all}
        self.bench.keep_only(sessions)
        for number, pane in self.panes.items():
            if sessions.get(number) is not pane.session:  # the number may be another one's by now
                await self.panes.pop(number).remove()
                return True
        for number in (number for tab in self.bench.tabs for number in tab.numbers):
            if number not in self.panes:
                pane = self.panes[number] = self._make_pane(sessions[number])
                await self.grid.mount(pane)
                return True
        return False

    def _place(self) -> None:
        tab = self.bench.tab
        boxes = tab.placed(self.room) if tab is not None else {}
        for number, pane in self.panes.items():
            pane.set_titled(len(boxes) > 1)
            pane.set_shown(number in boxes and self.is_current)
        self.grid.place(
            {self.panes[number]: box for number, box in boxes.items() if number in self.panes}
        )
        self.set_class(self.is_broadcasting and len(boxes) > 1, "-broadcast")
        self.focus_terminal()
        self.refresh_header()

    def _make_pane(self, session: TerminalSession) -> TerminalPane:
        return TerminalPane(
            session,
            machine=self.machine_words(session.machine_id),
            send=self.send,
            hatch=self.hatch,
            keys_of=self.keys_of,
            monotonic=self.services.store.clock.monotonic,
            is_ascii=self.services.settings.ascii,
            has_motion=self.services.settings.motion,
        )

    def keys_of(self, action_id: str) -> str:
        """The keys that do an action of a terminal now, as people write them."""
        action, services = by_id(action_id), self.services
        key = shown_key(action, services.keys, is_ascii=services.settings.ascii)
        return f"{self.hatch_words} {key}" if action.scope is Scope.TERMINAL else key

    def focus_terminal(self) -> None:
        """Give the keys to the terminal that should have them."""
        pane = self.pane
        if pane is not None and not self.bar.is_open and not self.find.is_open:
            self.set_focus(pane.view, scroll_visible=False)
            early, self.typed_early = self.typed_early, []
            for key in early:
                send_key(key, pane.view)

    def send(self, session: TerminalSession, data: bytes) -> bool:
        """Send what was typed in a terminal: to it, or to all that are shown."""
        if not self.is_broadcasting:
            return session.type(data)
        sent = [
            held.type(data)
            for number in self.bench.shown
            if (held := self.services.store.terminals.numbered(number)) is not None
        ]
        return any(sent)

    # Telling.

    def refresh_header(self) -> None:
        """Tabs at the left; at the right how the terminal with the keys stands."""
        left = [Piece(" ")]
        for place, tab in enumerate(self.bench.tabs):
            pane = self.panes.get(tab.focused)
            title = pane.title if pane is not None else str(tab.focused)
            is_shown = place == self.bench.place
            role = Role.ACCENT if is_shown else Role.MUTED
            if not is_shown and self._wants_attention(tab.numbers):
                role = Role.WARN
            if place:
                left.append(Piece(f" {self.signs.vertical} ", Role.FAINT))
            more = f" +{len(tab.numbers) - 1}" if len(tab.numbers) > 1 else ""
            left.append(Piece(f"{title}{more}", role, f"{_TAB}{place}"))
        self.header.show(SpanRow(tuple(left), self._standing_pieces()))

    def _wants_attention(self, numbers: tuple[int, ...]) -> bool:
        sessions = [self.services.store.terminals.numbered(number) for number in numbers]
        return any(held is not None and held.is_calling for held in sessions)

    def _standing_pieces(self) -> tuple[Piece, ...]:
        session, pane = self.session, self.pane
        if session is None or pane is None:
            return ()
        state = session.state
        dot, role = sign(state.standing, is_ascii=self.services.settings.ascii)
        size = f"{session.emulator.columns}x{session.emulator.rows}"
        words = standing_words(state, self.services.store.clock.monotonic())
        pieces = [Piece(f"{dot} ", role), Piece(f"{words} ", Role.TEXT)]
        if state.accepts_input:
            pieces.append(Piece(f"{size} ", Role.MUTED))
            if session.idle_seconds >= IDLE_SHOWN_SECONDS:
                words = f"idle {age(session.idle_seconds)}, keeps it awake "
                pieces.append(Piece(words, Role.WARN))
        directory = directory_of(pane.directory)
        if directory:
            pieces.insert(0, Piece(f"{directory}  ", Role.MUTED))
        pieces.insert(0, Piece(f"{pane.machine}  ", Role.STRONG))
        if self.is_broadcasting:
            pieces.insert(0, Piece("typing into all  ", Role.BAD))
        pieces.append(Piece(f" {self.hatch_words} menu ", Role.KEY, _MENU))
        return tuple(pieces)

    def flash(self, text: str, role: str = Role.WARN) -> None:
        """Say something in passing, over the last line."""
        self.end_flash()
        self._flash = self.set_timer(FLASH_SECONDS, self._flash_ended)
        self._say(Piece(f" {text}", role))

    def end_flash(self) -> None:
        """What was said in passing has had its time: what else there is to say may be shown."""
        if self._flash is not None:
            self._flash.stop()
            self._flash = None

    def _flash_ended(self) -> None:
        self._flash = None
        self.refresh_status()

    def _say(self, *pieces: Piece) -> None:
        self.status.show(SpanRow(pieces))
        self.status.add_class("-said")

    def refresh_status(self) -> None:
        """What scroll mode, a search or a link under the pointer has to say; else nothing."""
        if self._flash is not None:
            return
        pane = self.pane
        if self._hovered:
            self._say(Piece(" ctrl-click opens  ", Role.MUTED), Piece(self._hovered, Role.TEXT))
        elif pane is not None and pane.view.scroll_mode is not None:
            self._say(*_scroll_pieces(pane))
        else:
            self.status.remove_class("-said")

    def _tick(self) -> None:
        if self.is_current:
            for number in self.bench.shown:
                if number in self.panes:
                    self.panes[number].tell()
            self.refresh_header()

    def _heard(self, keys: frozenset[tuple[str, ...]]) -> None:
        if self.is_current and any(key[0] == "terminal" for key in keys):
            self.call_later(self.lay_out)

    async def on_screen_resume(self) -> None:
        """Back on top."""
        self.services.store.look(screen_is_current=False, selected=None)
        await self.lay_out()

    def on_screen_suspend(self) -> None:
        """Another screen is on top: nobody looks at the terminals."""
        for pane in self.panes.values():
            pane.set_shown(False)

    def on_resize(self) -> None:
        """More or less room."""
        self._place()

    def on_terminal_pane_changed(self, event: TerminalPane.Changed) -> None:
        """A tab or the header may say something else."""
        event.stop()
        self.refresh_header()

    def on_span_lines_pressed(self, event: SpanLines.Pressed) -> None:
        """A click on a tab shows it; a click on a key of the bar is that key."""
        event.stop()
        if event.target.startswith(_TAB):
            self.bench.go_to(int(event.target.removeprefix(_TAB)))
            self.call_later(self.lay_out)
        elif event.target == _MENU:
            self.action_open_bar()
        else:
            self.bar.close()
            self.run_worker(self.perform(event.target, ""), name=event.target)

    def action_open_bar(self) -> None:
        """Show what the next key can do."""
        raise NotImplementedError

    def pressed_in_bar(self, event: Key) -> None:
        """A key came to the bar."""
        raise NotImplementedError

    async def perform(self, action_id: str, key: str) -> None:
        """Carry out an action of the bar."""
        raise NotImplementedError


def _scroll_pieces(pane: TerminalPane) -> tuple[Piece, ...]:
    view, emulator = pane.view, pane.session.emulator
    line = view.scroll_mode.position[0] if view.scroll_mode is not None else 0
    pieces = [
        Piece(" scroll and copy ", Role.ACCENT),
        Piece(f" line {line - emulator.first_line + 1} of {emulator.total_lines} ", Role.MUTED),
    ]
    hits = view.hits
    if hits.problem:
        pieces.append(Piece(f" {hits.problem} ", Role.BAD))
    elif hits.pattern and hits.current is None:
        pieces.append(Piece(" not found ", Role.WARN))
    elif hits.pattern:
        pieces.append(Piece(f" hit {hits.current_from_below} of {len(hits)} ", Role.OK))
    for key, words in _SCROLL_KEYS:
        pieces += [Piece(f" {key}", Role.KEY), Piece(f" {words}", Role.TEXT)]
    return tuple(pieces)
