"""The line in which a search or a filter for a log is typed."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from textual.app import ComposeResult


class PromptKind(Enum):
    """What is being typed; the value is its sign."""

    SEARCH = "/"
    FILTER = "&"


class LogPrompt(Horizontal):
    """Hidden until it is opened; says what is typed at every key, and how it ends."""

    DEFAULT_CSS = """
    LogPrompt {
        height: 1;
        display: none;
        Static { width: auto; }
        Input { width: 1fr; }
        .remark { color: $role-bad; padding-left: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "cancel", show=False, id="log.prompt.leave"),
        Binding("up", "recall(-1)", show=False, id="log.prompt.older"),
        Binding("down", "recall(1)", show=False, id="log.prompt.newer"),
    ]

    class Typed(Message):
        """The text changed."""

        def __init__(self, kind: PromptKind, text: str) -> None:
            super().__init__()
            self.kind = kind
            self.text = text

    class Accepted(Typed):
        """Enter was pressed."""

    class Left(Typed):
        """Escape was pressed; the text is what had been typed."""

    def __init__(self) -> None:
        super().__init__()
        self.kind = PromptKind.SEARCH
        self._history: dict[PromptKind, list[str]] = {kind: [] for kind in PromptKind}
        self._place = 0

    def compose(self) -> ComposeResult:
        """Sign, input, and what is wrong."""
        yield Static(classes="sign", markup=False)
        yield Input(compact=True, select_on_focus=False)
        yield Static(classes="remark", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether something is being typed."""
        return bool(self.display)

    def open(self, kind: PromptKind, text: str = "") -> None:
        """Begin to type."""
        self.kind = kind
        self._place = len(self._history[kind])
        self.query_one(".sign", Static).update(Content(f" {kind.value} "))
        self.remark("")
        self.display = True
        line = self.query_one(Input)
        with self.prevent(Input.Changed):
            line.value = text
        line.cursor_position = len(text)
        self.screen.set_focus(line)

    def close(self) -> None:
        """Hide again."""
        self.display = False

    def remark(self, text: str) -> None:
        """Say beside the input what is wrong with it."""
        self.query_one(".remark", Static).update(Content(text))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something was typed."""
        event.stop()
        self.remark("")
        self.post_message(self.Typed(self.kind, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """It is finished."""
        event.stop()
        history = self._history[self.kind]
        if event.value and event.value not in history[-1:]:
            history.append(event.value)
        self.post_message(self.Accepted(self.kind, event.value))

    def action_leave(self) -> None:
        """It is given up."""
        self.post_message(self.Left(self.kind, self.query_one(Input).value))

    def action_recall(self, step: int) -> None:
        """An earlier or later one again."""
        history = self._history[self.kind]
        self._place = max(0, min(len(history), self._place + step))
        line = self.query_one(Input)
        line.value = history[self._place] if self._place < len(history) else ""
        line.cursor_position = len(line.value)
