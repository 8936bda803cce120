"""The frame every dialog stands in: a titled box, a body, one line of buttons, and their keys.

Escape always leaves without an answer (None). Ctrl-s gives the answer from anywhere in a form, as
do ctrl-j and, where the terminal can tell it from Enter, ctrl-Enter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget

from dedalus_tui.ui.compat import LeavesOnce

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.events import Click

Result = TypeVar("Result")


class DialogButton(Widget, can_focus=True):
    """A button of one line: its word, and the key that does the same."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", show=False)]

    class Pressed(Message):
        """The person chose this button."""

        def __init__(self, button: DialogButton) -> None:
            super().__init__()
            self.button = button

        @property
        def control(self) -> DialogButton:
            """The button, for `@on` selectors."""
            return self.button

    def __init__(
        self, label: str, *, hint: str = "", id: str | None = None, classes: str | None = None
    ) -> None:
        """`hint` is the key that does the same, as shown."""
        super().__init__(id=id, classes=classes)
        self._label = label
        self._hint = hint

    def render(self) -> Content:
        """Word and key; brackets where no ground can set it off."""
        word = f"[{self._label}]" if self.app.current_theme.ansi else self._label
        return Content(f"{word}  {self._hint}" if self._hint else word)

    def relabel(self, label: str) -> None:
        """Show another word."""
        if label != self._label:
            self._label = label
            self.refresh(layout=True)

    def action_press(self) -> None:
        """Tell the dialog."""
        self.post_message(self.Pressed(self))

    def on_click(self, event: Click) -> None:
        """A click is a press."""
        event.stop()
        self.action_press()


class Dialog(LeavesOnce, ModalScreen[Result | None]):
    """A box in the middle of the screen that yields a `Result`, or None when left.

    Subclasses give `compose_body`, `compose_buttons` and `accept`.
    """

    CSS_PATH = "dialog.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-roomy")]  # noqa: RUF012 - as Screen types it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", show=False),
        Binding("ctrl+s,ctrl+j,ctrl+enter", "accept", "accept", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, title: str, *, is_dangerous: bool = False) -> None:
        """`title` must already be fit for the screen."""
        super().__init__(classes="-danger" if is_dangerous else None)
        self._title = title

    def compose(self) -> ComposeResult:
        """The box; its parts come from the subclass."""
        with VerticalScroll(classes="frame", can_focus=False) as frame:
            frame.border_title = Content(self._title)
            yield from self.compose_body()
            with Horizontal(classes="buttons"):
                yield from self.compose_buttons()

    def compose_body(self) -> Iterable[Widget]:
        """What stands above the buttons."""
        raise NotImplementedError

    def compose_buttons(self) -> Iterable[DialogButton]:
        """The buttons, left to right; the one with id `cancel` leaves."""
        yield DialogButton("OK", hint="enter", id="accept")
        yield DialogButton("Cancel", hint="esc", id="cancel")

    def retitle(self, title: str) -> None:
        """Show another title."""
        self._title = title
        self.query_one(".frame").border_title = Content(title)

    def accept(self) -> None:
        """The person said yes: dismiss with the answer, or show what is wrong with it."""
        raise NotImplementedError

    def action_accept(self) -> None:
        """Ctrl-s."""
        self.accept()

    def action_cancel(self) -> None:
        """Escape, or the Cancel button."""
        self.dismiss(None)

    def on_dialog_button_pressed(self, event: DialogButton.Pressed) -> None:
        """Cancel leaves, every other button accepts unless the subclass knows better."""
        event.stop()
        if event.button.id == "cancel":
            self.action_cancel()
        else:
            self.press(event.button.id or "")

    def press(self, button_id: str) -> None:
        """A button other than Cancel was pressed."""
        self.accept()
