"""Something to read, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from dedalus_tui.ui.dialogs.dialog import Dialog, DialogButton
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from dedalus_tui.ui.present.roles import Line


class TellDialog(Dialog[None]):
    """Yields nothing."""

    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "cancel", show=False)]

    def __init__(self, title: str, lines: Iterable[Line]) -> None:
        """Title and lines are fit for the screen."""
        super().__init__(title)
        self._lines = tuple(lines)

    def compose_body(self) -> Iterable[Widget]:
        """The lines."""
        yield SpanText(self._lines)

    def compose_buttons(self) -> Iterable[DialogButton]:
        """Only the way out."""
        yield DialogButton("Close", hint="esc", id="cancel")

    def accept(self) -> None:
        """There is nothing to agree to."""
        self.dismiss(None)
