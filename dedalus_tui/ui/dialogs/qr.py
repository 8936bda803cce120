"""An address as a QR code, for the telephone beside the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.dialogs.dialog import Dialog, DialogButton
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.widgets.qr_code import QrCode
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget


class QrDialog(Dialog[None]):
    """Shows the code and the address beneath."""

    AUTO_FOCUS = "#cancel"

    def __init__(self, url: str) -> None:
        """Any address."""
        super().__init__("Scan to open")
        self._url = url

    def compose_body(self) -> Iterable[Widget]:
        """Code and address."""
        yield QrCode(self._url)
        yield SpanText([((plain(self._url), Role.TEXT),)])

    def compose_buttons(self) -> Iterable[DialogButton]:
        """Only the way out."""
        yield DialogButton("Close", hint="esc", id="cancel")

    def accept(self) -> None:
        """There is nothing to agree to."""
