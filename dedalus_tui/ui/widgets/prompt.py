"""One line to type in at the bottom of a screen: the filter, the command line.

All of it is mounted when it is first opened. Opening awaits that and moves the focus at once, so
that quick typing after the key goes into the line and never to other keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import cell_width
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget
    from textual.widgets import Input


class Prompt(Horizontal):
    """A sign, a line to type in, and a remark about what was typed."""

    DEFAULT_CSS = """
    Prompt {
        height: 1;
        display: none;
        &.-open { display: block; }
        Input, Input:focus { width: 1fr; height: 1; border: none; padding: 0; }
        #sign { width: auto; padding: 0 1; }
        #remark { width: 45%; }
    }
    """

    class Typed(Message):
        """The text is another one."""

        def __init__(self, prompt: Prompt, text: str) -> None:
            super().__init__()
            self.prompt = prompt
            self.text = text

        @property
        def control(self) -> Prompt:
            """The prompt."""
            return self.prompt

    class Accepted(Typed):
        """Enter was pressed; the prompt is closed."""

    class Left(Message):
        """Escape was pressed; the prompt is closed."""

        def __init__(self, prompt: Prompt) -> None:
            super().__init__()
            self.prompt = prompt

        @property
        def control(self) -> Prompt:
            """The prompt."""
            return self.prompt

    class CompletionAsked(Message):
        """Tab was pressed."""

        def __init__(self, prompt: Prompt, text: str) -> None:
            super().__init__()
            self.prompt = prompt
            self.text = text

    class HistoryAsked(Message):
        """Up (-1) or down (1) was pressed."""

        def __init__(self, prompt: Prompt, step: int) -> None:
            super().__init__()
            self.prompt = prompt
            self.step = step

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._input: Input | None = None
        self._before: Widget | None = None
        self._wide_remark = 0
        """Cells of a remark that needs more room than usual; 0 for any other."""
        self.sign = ""
        """What is being typed: `/` or `:`."""

    @property
    def is_open(self) -> bool:
        """True while it can be typed in."""
        return self.has_class("-open")

    @property
    def text(self) -> str:
        """What was typed."""
        return self._input.value if self._input is not None else ""

    async def open(self, sign: str, text: str = "") -> None:
        """Show the line and type in it; what had the focus gets it back afterwards."""
        if self._input is None:
            from textual.widgets import Input

            self._input = Input(compact=True, select_on_focus=False)
            remark = SpanLines(SpanRow(), ground="panel", id="remark")
            await self.mount(Static("", id="sign"), self._input, remark)
        if not self.is_open:
            self._before = self.screen.focused
        self.sign = sign
        self.query_one("#sign", Static).update(Content(sign))
        self.remark("")
        self.add_class("-open")
        with self.prevent(self._input.Changed):
            self._input.value = text
        self._input.cursor_position = len(text)
        self.screen.set_focus(self._input)

    def close(self) -> None:
        """Hide the line and give the focus back."""
        if self.is_open:
            self.remove_class("-open")
            self.screen.set_focus(self._before)

    def put(self, text: str, *, is_told: bool = True) -> None:
        """Type this instead; nobody hears of it unless `is_told`."""
        if self._input is None:
            return
        if is_told:
            self._input.value = text
        else:
            with self.prevent(self._input.Changed):
                self._input.value = text
        if self._input.cursor_position != len(text):
            self._input.cursor_position = len(text)

    def remark(self, text: str, *, is_wrong: bool = False) -> None:
        """Say something about what was typed, at the right."""
        if self._input is None:
            return
        role = Role.BAD if is_wrong else Role.MUTED
        remark = self.query_one("#remark", SpanLines)
        remark.show(SpanRow(right=(Piece(f"{text} ", role),)))
        cells = cell_width(text) + 2
        width = self.size.width or self.screen.size.width  # 0 until it is laid out
        room = cells if is_wrong and cells > width * 45 // 100 else 0
        if room != self._wide_remark:  # only then is anything laid out anew
            self._wide_remark = room
            remark.styles.width = min(room, width * 3 // 4) if room else "45%"

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell at every key."""
        event.stop()
        if self.is_open:
            self.post_message(self.Typed(self, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: close, then tell."""
        event.stop()
        self.close()
        self.post_message(self.Accepted(self, event.value))

    def on_key(self, event: events.Key) -> None:
        """Escape leaves; tab and arrows are for the owner."""
        if event.key == "escape":
            self.close()
            self.post_message(self.Left(self))
        elif event.key == "tab":
            self.post_message(self.CompletionAsked(self, self.text))
        elif event.key in {"up", "down"}:
            self.post_message(self.HistoryAsked(self, -1 if event.key == "up" else 1))
        else:
            return
        event.stop()
        event.prevent_default()
