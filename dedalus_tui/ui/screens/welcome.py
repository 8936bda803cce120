"""The first screen of somebody without a key: paste one, start the local cloud, or quit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input

from dedalus_tui.ui.compat import LeavesOnce
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

    from dedalus_tui.config.settings import Settings
    from dedalus_tui.ui.connector import Connector
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Connection

    Way = Callable[[], Awaitable[Connection]]


class WelcomeScreen(LeavesOnce, Screen["Way | None"]):
    """Yields the way to a connection, or None to quit."""

    CSS_PATH = "welcome.tcss"
    AUTO_FOCUS = "#key"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "local", show=False, priority=True),
        Binding("escape,ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(self, connector: Connector, settings: Settings) -> None:
        super().__init__()
        self._connector = connector
        self._host = urlsplit(settings.base_url).netloc
        self.remark = SpanText(id="remark")

    def compose(self) -> ComposeResult:
        """What is missing, and the ways on."""
        with Vertical(id="frame"):
            yield SpanText(self._greeting(), id="greeting")
            yield Input(password=True, placeholder="paste an API key", id="key")
            yield self.remark
            yield SpanText(self._ways(), id="ways")

    def _greeting(self) -> tuple[Line, ...]:
        return (
            (("Dedalus Machines in your terminal", Role.STRONG),),
            (),
            (("There is no API key yet. ", Role.TEXT),),
            (("DEDALUS_API_KEY would be one; so would a key pasted here.", Role.MUTED),),
        )

    def _ways(self) -> tuple[Line, ...]:
        return (
            (
                ("enter   ", Role.KEY),
                (f"try the key at {self._host}; it is kept if it works", Role.TEXT),
            ),
            (("ctrl-l  ", Role.KEY), ("start a small cloud on this computer instead", Role.TEXT)),
            (
                (
                    "        no key, no cost; its machines are directories and processes of",
                    Role.MUTED,
                ),
            ),
            (("        yours, not virtual machines: nothing isolates them", Role.MUTED),),
            (("esc     ", Role.KEY), ("quit", Role.TEXT)),
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Try the key."""
        event.stop()
        key = event.value.strip()
        if not key:
            self.remark.show((((("Paste a key first.", Role.WARN)),),))
            return
        self.run_worker(self._try(key), name="try key", group="try key", exclusive=True)

    async def _try(self, key: str) -> None:
        self.remark.show(((("asking the service ...", Role.BUSY),),))
        fault = await self._connector.try_key(key)
        if fault is None:
            self.dismiss(lambda: self._connector.connect_with_key(key))
            return
        told = explain(fault, about="the key")
        self.remark.show(
            (
                ((f"{told.happened[:1].upper()}{told.happened[1:]}.", Role.BAD),),
                ((told.advice, Role.TEXT),),
            )
        )

    def action_local(self) -> None:
        """To the cloud on this computer."""
        self.dismiss(self._connector.connect_local)

    def action_leave(self) -> None:
        """Quit."""
        self.dismiss(None)
