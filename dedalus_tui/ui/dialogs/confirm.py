"""A question with two answers. It starts on Cancel, so Enter alone never does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from dedalus_tui.ui.dialogs.dialog import Dialog, DialogButton
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from dedalus_tui.ui.present.roles import Line


class ConfirmDialog(Dialog[bool]):
    """Yields True when the person says yes, None otherwise."""

    AUTO_FOCUS = "#cancel"
    IS_QUESTION = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "accept", show=False),
        Binding("n,q", "cancel", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(
        self,
        title: str,
        lines: Iterable[Line],
        *,
        accept_label: str,
        is_dangerous: bool = False,
    ) -> None:
        """`lines` say what will happen; `accept_label` is the verb."""
        super().__init__(title, is_dangerous=is_dangerous)
        self._lines = tuple(lines)
        self._accept_label = accept_label

    def compose_body(self) -> Iterable[Widget]:
        """What will happen."""
        yield SpanText(self._lines, id="said")

    def compose_buttons(self) -> Iterable[DialogButton]:
        """Cancel first: that is where the dialog starts."""
        yield DialogButton("Cancel", hint="esc", id="cancel")
        yield DialogButton(self._accept_label, hint="y", id="accept")

    def accept(self) -> None:
        """Yes."""
        self.dismiss(True)
