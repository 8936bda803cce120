"""One line of a form: a label, an input, and a remark that is either help or what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from dedalus_tui.ui.present.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult


class FormField(Vertical):
    """An input that is checked at every key.

    `check` raises ValueError with words fit to stand beside the field. A refusal from the service
    stands there too, until the text changes.
    """

    class Changed(Message):
        """The text changed, and with it perhaps whether it is good."""

    class Submitted(Message):
        """Enter was pressed in the input."""

        def __init__(self, field: FormField) -> None:
            super().__init__()
            self.field = field

    def __init__(
        self,
        key: str,
        label: str,
        *,
        value: str = "",
        hint: str = "",
        now: str = "",
        check: Callable[[str], object] = str,
        placeholder: str = "",
        is_wide: bool = False,
        is_secret: bool = False,
    ) -> None:
        """`now` is shown before the input, as what it would change from."""
        classes = ("-wide " if is_wide else "") + ("-has-now" if now else "")
        super().__init__(id=f"field-{key}", classes=classes.strip() or None)
        self.key = key
        self._label = label
        self._value = value
        self._hint = hint
        self._now = now
        self._check = check
        self._placeholder = placeholder
        self._is_secret = is_secret
        self._refusal = ""
        self._said: str | None = None
        """What the remark says; None before it was looked at."""
        self._was_touched = False

    def compose(self) -> ComposeResult:
        """Label, what is now, input, remark."""
        with Horizontal(classes="line"):
            yield Static(Content(self._label), classes="label")
            yield Static(Content(self._now), classes="now")
            yield Input(
                self._value,
                placeholder=self._placeholder,
                password=self._is_secret,
                compact=True,
            )
            yield Static(Content(self._hint), classes="remark -beside")
        # Where there is no room beside the input, only what is wrong is said, beneath it.
        yield Static("", classes="remark -beneath")

    def on_mount(self) -> None:
        """A value given from outside may be wrong already."""
        self._show_remark()

    @property
    def text(self) -> str:
        """What is typed, without blanks around it."""
        typed = self.query_one(Input).value if self.is_mounted else self._value
        return typed.strip()

    @text.setter
    def text(self, value: str) -> None:
        self.query_one(Input).value = value

    @property
    def error(self) -> str:
        """Why the text cannot be used; empty when it can."""
        try:
            self._check(self.text)
        except ValueError as error:
            return str(error)
        return ""

    def hint(self, text: str) -> None:
        """Say something else beside the field while it is good."""
        if text != self._hint:
            self._hint = text
            self._show_remark()

    def refuse(self, message: str) -> None:
        """Show what the service said about the field."""
        self._refusal = plain(message)
        self._show_remark()

    def insist(self) -> None:
        """Show what is wrong even though nobody typed here yet."""
        self._was_touched = True
        self._show_remark()

    def focus_input(self) -> None:
        """Put the cursor into the input, its text lit so that typing replaces it."""
        field = self.query_one(Input)
        field.focus()
        field.action_select_all()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Check at every key."""
        event.stop()
        self._refusal = ""
        if event.value != self._value:
            self._was_touched = True
        self._show_remark()
        self.post_message(self.Changed())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the form decides what it means."""
        event.stop()
        self.post_message(self.Submitted(self))

    def _show_remark(self) -> None:
        # An empty field that nobody touched is not yet wrong.
        wrong = self._refusal or (self.error if self.text or self._was_touched else "")
        self.set_class(bool(wrong), "-refused")
        said = wrong or self._hint
        if said == self._said:
            return  # saying it again would lay the whole dialog out anew at every key
        self._said = said
        for remark in self.query(".remark").results(Static):
            remark.update(Content(said))
