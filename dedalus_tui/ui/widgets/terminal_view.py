"""A terminal to work in: takes every key but one, pastes, the mouse, and scroll-and-copy mode.

The widget knows an emulator and a function that sends bytes; where they go is not its business.
How it looks is `terminal_canvas.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from dedalus_tui.emulator.keys import encode_key
from dedalus_tui.emulator.mouse import encode_focus
from dedalus_tui.emulator.paste import encode_paste, needs_preview
from dedalus_tui.ui.widgets.terminal_canvas import TerminalCanvas
from dedalus_tui.ui.widgets.terminal_pointer import Pointer
from dedalus_tui.ui.widgets.terminal_scroll import ScrollMode
from dedalus_tui.ui.widgets.terminal_selection import Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events

    from dedalus_tui.emulator.emulator import Emulator
    from dedalus_tui.ui.widgets.terminal_selection import Selection

HATCH = "ctrl+right_square_bracket"
"""The one key that does not go to the machine, unless the settings name another."""


class TerminalView(TerminalCanvas):
    """One terminal one can type into."""

    class Said(Message):
        """Something a screen carries out for the terminal."""

        def __init__(self, view: TerminalView) -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> TerminalView:
            """The terminal it is about."""
            return self.view

    class Copied(Said):
        """Text was selected and is to go into the clipboard."""

        def __init__(self, view: TerminalView, text: str) -> None:
            super().__init__(view)
            self.text = text

    class LinkFollowed(Said):
        """A link was ctrl-clicked; its target comes from outside."""

        def __init__(self, view: TerminalView, uri: str) -> None:
            super().__init__(view)
            self.uri = uri

    class LinkHovered(Said):
        """The pointer is over a link, or over none any more (empty)."""

        def __init__(self, view: TerminalView, uri: str) -> None:
            super().__init__(view)
            self.uri = uri

    class PasteDoubted(Said):
        """A paste of several lines whose line ends would act; `paste` sends it."""

        def __init__(self, view: TerminalView, text: str) -> None:
            super().__init__(view)
            self.text = text

    class Resized(Said):
        """There are other columns and rows to draw on."""

    class ScrollChanged(Said):
        """It is scrolled back, in scroll mode, searched, or is none of that any more."""

    class SearchAsked(Said):
        """The person wants to type what to search for."""

    class SaveAsked(Said):
        """The person wants the history in a file, or in a pager."""

        def __init__(self, view: TerminalView, *, is_for_pager: bool) -> None:
            super().__init__(view)
            self.is_for_pager = is_for_pager

    ALLOW_MAXIMIZE: ClassVar[bool] = False

    def __init__(
        self,
        emulator: Emulator,
        *,
        send: Callable[[bytes], bool],
        send_report: Callable[[bytes], None],
        hatch: str = HATCH,
        is_ascii: bool = False,
        has_motion: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`send` takes what was typed; `send_report` what the terminal itself reports; `hatch` is
        the key that is left to the screen."""
        super().__init__(emulator, is_ascii=is_ascii, has_motion=has_motion, id=id, classes=classes)
        self.scroll_mode: ScrollMode | None = None
        self._send = send
        self._send_report = send_report
        self._hatch = hatch
        self._pointer = Pointer(self)

    def paste(self, text: str) -> None:
        """Send a paste as the program wants it."""
        self.to_bottom()
        self._send(encode_paste(text, self.emulator.modes))

    # Scroll-and-copy mode.

    def enter_scroll_mode(self) -> None:
        """Keys move a cursor through the history until the mode is left."""
        if self.scroll_mode is None:
            self.scroll_mode = ScrollMode(self)
            self.repaint_all()
            self.scroll_changed()

    def leave_scroll_mode(self) -> None:
        """Keys go to the machine again, and the window follows."""
        self.scroll_mode = self.copy_cursor = None
        self.selection = None
        self.hits.clear()
        self.to_bottom()
        self.repaint_all()
        self.scroll_changed()

    def copy(self, selection: Selection) -> None:
        """Hand out the text of a selection."""
        (first, left), (last, right) = selection.first, selection.last
        is_block = selection.unit is Unit.BLOCK
        if is_block:
            left, right = sorted((selection.anchor[1], selection.head[1]))
        elif selection.unit is Unit.LINE:
            left, right = 0, self.emulator.columns
        text = self.emulator.text_between((first, left), (last, right + 1), block=is_block)
        if text:
            self.post_message(self.Copied(self, text))

    def search(self, pattern: str) -> None:
        """Search upwards from what is shown, and go to the nearest hit."""
        self.enter_scroll_mode()
        self.hits.search(pattern, near=self.top + self.emulator.rows - 1)
        self._go_to_hit()

    def step_hit(self, count: int) -> None:
        """Go to another hit."""
        self.hits.step(count)
        self._go_to_hit()

    def _go_to_hit(self) -> None:
        match = self.hits.current_match
        if match is not None and self.scroll_mode is not None:
            self.scroll_mode.go_to((match.line, match.column))
        self.repaint_all()
        self.scroll_changed()

    def scroll_changed(self) -> None:
        """Tell the screen."""
        self.post_message(self.ScrollChanged(self))

    def on_resize(self) -> None:
        """The terminal should be as large as its picture."""
        self.post_message(self.Resized(self))

    # Keys, paste, focus, mouse.

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Every key is the machine's, except the one that opens the bar."""
        return key != self._hatch and (self.is_live or self.scroll_mode is not None)

    def on_key(self, event: events.Key) -> None:
        """Send a key to the machine, or to scroll mode."""
        if event.key == self._hatch:
            return
        if self.scroll_mode is not None:
            event.stop()
            event.prevent_default()
            self.scroll_mode.press(event.key, event.character)
        elif self._scrolls(event.key):
            event.stop()
            event.prevent_default()
        elif self.is_live:
            event.stop()
            event.prevent_default()
            self.type_key(event.key, event.character)

    def type_key(self, key: str, character: str | None) -> None:
        """Send a key as the program wants it; typing returns to the end of the output."""
        data = encode_key(key, character, self.emulator.modes)
        if data:
            self.select(None)
            self.to_bottom()
            self._send(data)

    def _scrolls(self, key: str) -> bool:
        """Scroll by a page if the key means that and there is anything to scroll back to."""
        if key not in {"shift+pageup", "shift+pagedown"} or self.emulator.is_alternate_screen:
            return False
        page = max(1, self.emulator.rows - 1)
        self.scroll_lines(-page if key == "shift+pageup" else page)
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Send a paste, or let it be shown first."""
        event.stop()
        if not self.is_live or self.scroll_mode is not None:
            return
        if needs_preview(event.text, self.emulator.modes):
            self.post_message(self.PasteDoubted(self, event.text))
        else:
            self.paste(event.text)

    def on_focus(self) -> None:
        """The program may want to know; the cursor looks different."""
        self._send_report(encode_focus(True, self.emulator.modes))
        self.repaint_all()

    def on_blur(self) -> None:
        """The program may want to know; the cursor looks different."""
        self._send_report(encode_focus(False, self.emulator.modes))
        self.repaint_all()

    def send_pointer(self, data: bytes) -> None:
        """Send what the mouse did to the program that asked for it."""
        if data:
            self._send(data)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The program's, or the beginning of a selection."""
        self._pointer.pressed(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The program's, or more of a selection."""
        self._pointer.moved(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """The program's, or the end of a selection."""
        self._pointer.released(event)

    def _wheel(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        event.prevent_default()
        self._pointer.wheeled(event, lines)
