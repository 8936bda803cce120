"""One terminal on the screen: its picture, its title when it has neighbours, and what there is to
say when it is not attached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.message import Message

from dedalus_tui.emulator.events import (
    BellRang,
    ClipboardWritten,
    DirectoryChanged,
    NotificationPosted,
    PaletteChanged,
)
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.terminal import Notice, notice, sign, standing_words, tab_title
from dedalus_tui.ui.present.units import duration
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.terminal_view import TerminalView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from dedalus_tui.emulator.events import Event
    from dedalus_tui.store.terminal_session import TerminalSession

IDLE_SECONDS = 15 * 60
"""After this long without a key and without output it is said that the machine stays awake."""


class TerminalPane(Vertical):
    """A session and its view. Only while it is shown does it count as looked at."""

    DEFAULT_CSS = """
    TerminalPane {
        layers: base above;
    }
    TerminalPane > .title {
        height: 1;
        display: none;
    }
    TerminalPane.-titled > .title { display: block; }
    TerminalPane > .notice {
        dock: bottom;
        layer: above;
        display: none;
    }
    TerminalPane > .notice.-said { display: block; }
    """

    class Changed(Message):
        """What its tab or the header says about it may be different now."""

    class Heard(Message):
        """The program in it said something to the world around."""

        def __init__(self, pane: TerminalPane, event: Event) -> None:
            super().__init__()
            self.pane = pane
            self.event = event

    class Reported(Message):
        """The service said that something went wrong; text from outside."""

        def __init__(self, pane: TerminalPane, words: str) -> None:
            super().__init__()
            self.pane = pane
            self.words = words

    class Refused(Message):
        """What was typed or pasted was not taken, though the terminal is attached."""

    def __init__(
        self,
        session: TerminalSession,
        *,
        machine: str,
        send: Callable[[TerminalSession, bytes], bool],
        hatch: str,
        keys_of: Callable[[str], str],
        monotonic: Callable[[], float],
        is_ascii: bool,
        has_motion: bool,
    ) -> None:
        """`machine` is the machine's name, plain; `send` takes what is typed in this terminal;
        `keys_of` gives the words for the keys of an action of terminals."""
        super().__init__()
        self.session = session
        self.machine = machine
        self.directory = ""
        self._keys_of = keys_of
        self._monotonic = monotonic
        self._is_ascii = is_ascii
        self.view = TerminalView(
            session.emulator,
            send=lambda data: send(session, data),
            send_report=session.report_focus,
            hatch=hatch,
            is_ascii=is_ascii,
            has_motion=has_motion,
        )
        self.view.yields_for = session.seconds_to_yield
        self._title = SpanLines(SpanRow(), classes="title")
        self._notice = SpanLines(ground="panel", classes="notice")
        self._unlook: Callable[[], None] | None = None
        self._unlisten: tuple[Callable[[], None], ...] = ()
        self._seen: tuple[object, ...] = ()
        self._report: object = None
        self._refused = session.refused_inputs

    def compose(self) -> ComposeResult:
        """Title, picture, notice."""
        yield self._title
        yield self.view
        yield self._notice

    def on_mount(self) -> None:
        """Listen to the session."""
        self._unlisten = (self.session.listen(self._changed), self.session.hear(self._heard))
        self.tell()

    def on_unmount(self) -> None:
        """Let go of the session; it lives on."""
        self.set_shown(False)
        for unlisten in self._unlisten:
            unlisten()
        self._unlisten = ()

    def set_shown(self, is_shown: bool) -> None:
        """Say whether anybody can see it."""
        if is_shown and self._unlook is None:
            self._unlook = self.session.look()
            self.view.repaint_all()
        elif not is_shown and self._unlook is not None:
            self._unlook()
            self._unlook = None

    @property
    def title(self) -> str:
        """What its tab says."""
        session = self.session
        words = session.title or self.machine
        return tab_title(
            session.number,
            f"ssh {words}" if session.is_ssh else words,
            has_bell=session.is_calling,
            is_recorded=session.recording_path is not None,
        )

    def on_terminal_view_resized(self, event: TerminalView.Resized) -> None:
        """The terminal is as large as its picture."""
        event.stop()
        size = self.view.size
        if size.width > 0 and size.height > 0:
            self.session.resize(size.width, size.height)

    def _changed(self) -> None:
        if self._unlook is not None:
            self.view.notice_change()
        session = self.session
        if session.report is not None and session.report is not self._report:
            self._report = session.report
            self.post_message(
                self.Reported(self, f"{session.report.code} {session.report.message}")
            )
        if session.refused_inputs != self._refused:
            self._refused = session.refused_inputs
            self.app.bell()
            if session.state.accepts_input:
                self.post_message(self.Refused())
        seen = (
            session.state,
            session.title,
            session.bell_rang,
            session.notice,
            session.refused_inputs,
            session.has_unseen_output,
        )
        if seen != self._seen:
            self._seen = seen
            self.tell()
            self.post_message(self.Changed())

    def tell(self) -> None:
        """Show how the terminal stands, and what can be done about it."""
        state = self.session.state
        now = self._monotonic()
        self.view.set_live(state.takes_keys)
        said = (
            notice(state, now, machine=self.machine, keys_of=self._keys_of) or self._idle_notice()
        )
        if said is None:
            self._notice.remove_class("-said")
        else:
            self._notice.show(
                *(
                    SpanRow((Piece(" "), *(Piece(text, role) for text, role in line)))
                    for line in said.lines()
                )
            )
            self._notice.add_class("-said")
        self._show_title(now)

    def _idle_notice(self) -> Notice | None:
        idle = self.session.idle_seconds
        if idle < IDLE_SECONDS or not self.session.state.accepts_input:
            return None
        way_out = (self._keys_of("terminal.detach"), "detach, what runs goes on")
        if self.session.is_ssh:
            way_out = (self._keys_of("terminal.close"), "close, what runs may end")
        return Notice(
            f"Nothing happened here for {duration(idle)}; it keeps {self.machine} awake",
            "",
            (way_out, ("any key", "stay")),
            Role.WARN,
        )

    def _show_title(self, now: float) -> None:
        if not self.has_class("-titled"):
            return
        state = self.session.state
        dot, role = sign(state.standing, is_ascii=self._is_ascii)
        size = f"{self.session.emulator.columns}x{self.session.emulator.rows}"
        is_focused = self.view.has_focus
        self._title.show(
            SpanRow(
                (Piece(f" {self.title}", Role.STRONG if is_focused else Role.MUTED),),
                (
                    *((Piece(f"{self.machine}  ", Role.MUTED),) if self.session.title else ()),
                    Piece(f"{dot} ", role),
                    Piece(f"{standing_words(state, now)} {size} ", Role.MUTED),
                ),
            )
        )

    def set_titled(self, is_titled: bool) -> None:
        """Show the title line, for terminals that share the screen."""
        self.set_class(is_titled, "-titled")
        self._show_title(self._monotonic())

    def on_descendant_focus(self) -> None:
        """Titles show who has the keys."""
        self._show_title(self._monotonic())

    def on_descendant_blur(self) -> None:
        """Titles show who has the keys."""
        self._show_title(self._monotonic())

    def _heard(self, event: Event) -> None:
        if isinstance(event, PaletteChanged):
            self.view.palette_changed()
        elif isinstance(event, DirectoryChanged):
            self.directory = event.uri
            self.post_message(self.Changed())
        elif isinstance(event, BellRang | ClipboardWritten | NotificationPosted):
            self.post_message(self.Heard(self, event))
