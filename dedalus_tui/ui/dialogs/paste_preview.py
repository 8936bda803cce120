"""Several lines are about to be pasted: show them before a shell runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from dedalus_tui.ui.dialogs.dialog import Dialog, DialogButton
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip, plain_lines
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from dedalus_tui.ui.present.roles import Line

SHOWN_LINES = 10
SHOWN_CELLS = 66


class PastePreviewDialog(Dialog[bool]):
    """Yields True to paste, None to leave it."""

    AUTO_FOCUS = "#cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "accept", show=False),
        Binding("n,q", "cancel", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(self, text: str, *, terminals: int = 1) -> None:
        """`terminals` is how many it goes to."""
        lines = text.splitlines()
        where = "" if terminals == 1 else f" into {terminals} terminals"
        super().__init__(f"Paste {len(lines)} lines{where}?", is_dangerous=terminals > 1)
        self._pasted = text

    def compose_body(self) -> Iterable[Widget]:
        """The first lines, and what may happen."""
        yield SpanText(preview_lines(self._pasted))

    def compose_buttons(self) -> Iterable[DialogButton]:
        """Cancel first: that is where the dialog starts."""
        yield DialogButton("Cancel", hint="esc", id="cancel")
        yield DialogButton("Paste", hint="y", id="accept")

    def accept(self) -> None:
        """Yes."""
        self.dismiss(True)


def preview_lines(text: str) -> tuple[Line, ...]:
    """The first lines of a text and how much more there is, fit for the screen."""
    lines = plain_lines(text)
    shown: list[Line] = [
        (("  ", Role.TEXT), (clip(line, SHOWN_CELLS), Role.STRONG)) for line in lines[:SHOWN_LINES]
    ]
    if len(lines) > SHOWN_LINES:
        shown.append(((f"  and {len(lines) - SHOWN_LINES} more lines", Role.MUTED),))
    shown.append(())
    shown.append(
        (("The program did not ask for pastes as one piece, so each line end acts.", Role.WARN),)
    )
    return tuple(shown)
