"""What leaves terminals and what comes into them: searches, files, clipboard, links, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.emulator.events import BellRang, ClipboardWritten, NotificationPosted
from dedalus_tui.emulator.paste import needs_preview
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip, plain
from dedalus_tui.ui.screens.terminal_bench import TerminalBench
from dedalus_tui.ui.screens.terminal_files import open_in_pager, save_text, start_recording

if TYPE_CHECKING:
    from dedalus_tui.ui.panes.terminal_pane import TerminalPane
    from dedalus_tui.ui.services import Services
    from dedalus_tui.ui.widgets.terminal_find import TerminalFind
    from dedalus_tui.ui.widgets.terminal_view import TerminalView

CLIPBOARD_CHARACTERS = 74_994 * 3 // 4
"""What programs may write into the clipboard at once (OSC 52 in base64, as hosts limit it)."""

_SHOWN_LINK_CELLS = 200


class TerminalExchange(TerminalBench):
    """The exchange between terminals, the person's computer and the person."""

    def __init__(self, services: Services) -> None:
        """Nothing copied yet."""
        super().__init__(services)
        self._clipboard = ""
        """What was copied here last: a host's clipboard can be written but not read."""

    # What went by.

    def action_terminal_scroll(self) -> None:
        """Move, select, copy and search in what went by."""
        if self.pane is not None:
            self.pane.view.enter_scroll_mode()

    def action_terminal_find(self) -> None:
        """Type what to search for."""
        if self.pane is not None:
            self.find.open()

    def on_terminal_find_asked(self, event: TerminalFind.Asked) -> None:
        """Search, or not."""
        event.stop()
        self.focus_terminal()
        if event.pattern and self.pane is not None:
            self.pane.view.search(event.pattern)

    def on_terminal_view_search_asked(self) -> None:
        """`/` in scroll mode."""
        self.action_terminal_find()

    def on_terminal_view_scroll_changed(self) -> None:
        """Say where one is."""
        self.refresh_status()

    async def on_terminal_view_save_asked(self, event: TerminalView.SaveAsked) -> None:
        """The history into a file, or into a pager."""
        emulator = event.view.emulator
        text = emulator.text_between(
            (emulator.first_line, 0), (emulator.first_line + emulator.total_lines, 0)
        )
        if event.is_for_pager:
            self.run_worker(open_in_pager(self, text), name="pager")
        else:
            self.run_worker(save_text(self, text), name="save")

    def action_terminal_record(self) -> None:
        """Begin to record, or stop."""
        session = self.session
        if session is None:
            return
        path = session.recording_path
        if path is not None:
            session.stop_recording()
            self.flash(f"recorded {path}", Role.OK)
            self.refresh_header()
        else:
            self.run_worker(start_recording(self, session), name="record")

    # Clipboard, links, notices.

    def action_terminal_broadcast(self) -> None:
        """Type into all terminals shown, or into one again."""
        if not self.is_broadcasting and len(self.bench.shown) < 2:
            self.flash("only one terminal is shown; split first")
            return
        self.is_broadcasting = not self.is_broadcasting
        self._place()

    async def action_terminal_paste(self) -> None:
        """Paste what was copied here last."""
        if not self._clipboard:
            self.flash("nothing was copied here; paste with your terminal's own key")
        elif self.pane is not None:
            await self._paste(self.pane.view, self._clipboard)

    async def _paste(self, view: TerminalView, text: str) -> None:
        from dedalus_tui.ui.dialogs.paste_preview import PastePreviewDialog

        terminals = len(self.bench.shown) if self.is_broadcasting else 1
        if needs_preview(text, view.emulator.modes) or ("\n" in text and terminals > 1):
            dialog = PastePreviewDialog(text, terminals=terminals)
            if not await self.app.push_screen_wait(dialog):
                return
        view.paste(text)

    def on_terminal_view_paste_doubted(self, event: TerminalView.PasteDoubted) -> None:
        """Show a paste of several lines before a shell runs them."""
        self.run_worker(self._paste(event.view, event.text), name="paste")

    def on_terminal_view_copied(self, event: TerminalView.Copied) -> None:
        """Hand the text to the host's clipboard, and keep it for the bar's paste."""
        self._clipboard = event.text
        self.app.copy_to_clipboard(event.text)
        count = event.text.count("\n") + 1
        what = f"{count} lines" if count > 1 else f"{len(event.text)} characters"
        self.flash(f"sent {what} to the terminal's clipboard", Role.OK)

    def on_terminal_view_link_hovered(self, event: TerminalView.LinkHovered) -> None:
        """Show where a link leads before it is followed."""
        self._hovered = clip(plain(event.uri), _SHOWN_LINK_CELLS)
        self.refresh_status()

    def on_terminal_view_link_followed(self, event: TerminalView.LinkFollowed) -> None:
        """Open a link of the web; anything else could start a program."""
        shown = clip(plain(event.uri), _SHOWN_LINK_CELLS)
        if event.uri.startswith(("https://", "http://")):
            self.app.open_url(event.uri)
            self.flash(f"opening {shown}", Role.OK)
        else:
            self.flash(f"not opened, because it is no web address: {shown}")

    def on_terminal_pane_heard(self, event: TerminalPane.Heard) -> None:
        """A program rang, told something, or writes the clipboard."""
        event.stop()
        said = event.event
        settings = self.services.settings.terminal
        title = event.pane.title
        if isinstance(said, BellRang) and settings.rings_bell:
            self.app.bell()
        elif isinstance(said, NotificationPosted):
            words = plain(f"{said.title} {said.body}".strip())
            self.notify(clip(words, _SHOWN_LINK_CELLS), title=title, markup=False)
        elif isinstance(said, ClipboardWritten):
            self._take_clipboard(said.text, title)

    def on_terminal_pane_refused(self, event: TerminalPane.Refused) -> None:
        """More than can wait for a program that does not read."""
        event.stop()
        self.flash("not sent: the program has not read yet what was sent before", Role.BAD)

    def on_terminal_pane_reported(self, event: TerminalPane.Reported) -> None:
        """The service said something."""
        event.stop()
        words = clip(plain(event.words).strip(), _SHOWN_LINK_CELLS)
        self.flash(f"the service says about {event.pane.title}: {words}")

    def _take_clipboard(self, text: str, title: str) -> None:
        if not self.services.settings.terminal.allows_clipboard:
            self.flash(f"{title} wanted to write the clipboard; the settings forbid it")
        elif len(text) > CLIPBOARD_CHARACTERS:
            self.flash(f"{title} wanted to write {len(text)} characters to the clipboard: too many")
        elif text:
            self._clipboard = text
            self.app.copy_to_clipboard(text)
            self.flash(f"{title} wrote {len(text)} characters to the clipboard", Role.OK)
