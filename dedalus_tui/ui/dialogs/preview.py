"""What a new preview needs: a port, how it speaks, who may see it.

Where the service has ports in place of previews, nobody can be asked who may see one.
"""

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
    """Yields a spec whose protocol is always said, and visibility where there is such a thing."""

    accept_label = "Open"

    def __init__(
        self,
        title: str,
        *,
        are_ports: bool = False,
        wakes: bool,
        send: Callable[[PreviewSpec], Awaitable[CloudFault | None]] | None = None,
    ) -> None:
        """`title` is the machine's; `wakes` says that opening one wakes it; `are_ports`, that the
        service has ports in place of previews."""
        super().__init__(f"Port of {title}", send=send)
        self._are_ports = are_ports
        self._wakes = wakes

    def make_fields(self) -> Iterable[FormField]:
        """Port, protocol, visibility, if it has one."""
        yield FormField("port", "Port", value="8080", check=parse_port)
        yield FormField("protocol", "Protocol", value="http", check=_one_of(_PROTOCOLS))
        if not self._are_ports:
            check = _one_of(_VISIBILITIES)
            yield FormField("visibility", "Visible to", value="private", check=check)

    def summary(self) -> Iterable[Line]:
        """What the choice means."""
        ports = ", ".join(map(str, COMMON_PORTS))
        yield ((f"often listened on: {ports}", Role.MUTED),)
        if self._are_ports:
            yield (("who may reach it, the service decides", Role.MUTED),)
        else:
            yield (("visible to: private, org or public", Role.MUTED),)
            if self._visibility == "public":
                yield (("Anybody who has the address will reach this port.", Role.WARN),)
        if self._wakes:
            yield (("Opening it wakes the machine.", Role.WARN),)

    def collect(self) -> PreviewSpec:
        """The spec."""
        return PreviewSpec(
            port=parse_port(self.field("port").text),
            protocol=self.field("protocol").text.strip().lower(),
            visibility=self._visibility,
        )

    @property
    def _visibility(self) -> str | None:
        return None if self._are_ports else self.field("visibility").text.strip().lower()


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
