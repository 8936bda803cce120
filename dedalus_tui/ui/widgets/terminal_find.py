"""The line in which a search is typed. It is always there, so that it can take keys at once."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class TerminalFind(Input):
    """Hidden until it is opened; Enter searches, Escape leaves."""

    DEFAULT_CSS = """
    TerminalFind, TerminalFind:focus {
        dock: bottom;
        layer: above;
        display: none;
        height: 1;
        border: none;
        padding: 0 1;
        &.-open { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    class Asked(Message):
        """The person wants to find this; empty when they left."""

        def __init__(self, pattern: str) -> None:
            super().__init__()
            self.pattern = pattern

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(
            placeholder="find: text, or a regular expression between slashes",
            compact=True,
            select_on_focus=False,
            id=id,
        )

    @property
    def is_open(self) -> bool:
        """True while it takes the keys."""
        return self.has_class("-open")

    def open(self) -> None:
        """Show it and take the keys, before the next one comes."""
        self.value = ""
        self.add_class("-open")
        self.screen.set_focus(self, scroll_visible=False)

    def action_leave(self) -> None:
        """Escape: find nothing."""
        self._end("")

    async def action_submit(self) -> None:
        """Enter: find it."""
        self._end(self.value)

    def _end(self, pattern: str) -> None:
        self.remove_class("-open")
        self.post_message(self.Asked(pattern))

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """No key means anything else while something is typed."""
        return True
