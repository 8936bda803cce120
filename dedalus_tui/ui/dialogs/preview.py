"""What a new preview needs: a port, how it speaks, who may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.preview import PreviewSpec
from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.dialogs.form import FormDialog
from dedalus_tui.ui.present.roles import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.ui.present.roles import Line

COMMON_PORTS = (3000, 5173, 8000, 8080, 8888)
_PROTOCOLS = ("http", "https")
_VISIBILITIES = ("private", "org", "public")


class PreviewDialog(FormDialog[PreviewSpec]):
    """Yields a spec whose protocol and visibility are always said."""

    accept_label = "Open"

    def __init__(
        self,
        title: str,
        *,
        wakes: bool,
        send: Callable[[PreviewSpec], Awaitable[CloudFault | None]] | None = None,
    ) -> None:
        """`title` is the machine's; `wakes` says that opening one wakes it."""
        super().__init__(f"Preview of {title}", send=send)
        self._wakes = wakes

    def make_fields(self) -> Iterable[FormField]:
        """Port, protocol, visibility."""
        yield FormField("port", "Port", value="8080", check=parse_port)
        yield FormField("protocol", "Protocol", value="http", check=_one_of(_PROTOCOLS))
        yield FormField("visibility", "Visible to", value="private", check=_one_of(_VISIBILITIES))

    def summary(self) -> Iterable[Line]:
        """What the choice means."""
        ports = ", ".join(map(str, COMMON_PORTS))
        yield ((f"often listened on: {ports}", Role.MUTED),)
        yield (("visible to: private, org or public", Role.MUTED),)
        if self.field("visibility").text.strip().lower() == "public":
            yield (("Anybody who has the address will reach this port.", Role.WARN),)
        if self._wakes:
            yield (("Opening it wakes the machine.", Role.WARN),)

    def collect(self) -> PreviewSpec:
        """The spec."""
        return PreviewSpec(
            port=parse_port(self.field("port").text),
            protocol=self.field("protocol").text.strip().lower(),
            visibility=self.field("visibility").text.strip().lower(),
        )


def parse_port(text: str) -> int:
    """A TCP port. Raises ValueError with words for beside the field."""
    word = text.strip().lstrip(":")
    if not (word.isascii() and word.isdecimal() and 1 <= int(word) <= 65_535):
        raise ValueError("a port from 1 to 65535")
    return int(word)


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def check(text: str) -> str:
        word = text.strip().lower()
        if word not in words:
            raise ValueError(" or ".join((", ".join(words[:-1]), words[-1])))
        return word

    return check
