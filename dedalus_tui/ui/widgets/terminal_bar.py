"""The bar that ctrl-] opens over the last lines of a terminal: its next key acts and closes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual import events

_INDENT = 5
_LONE_MODIFIERS = frozenset({"shift", "control", "alt", "super", "hyper", "meta"})
"""Hosts with the Kitty protocol tell of these as `left_shift` and so on."""


class TerminalBar(SpanLines, can_focus=True):
    """Keys and their words; hidden unless it is open."""

    DEFAULT_CSS = """
    TerminalBar {
        dock: bottom;
        layer: above;
        display: none;
    }
    TerminalBar.-open { display: block; }
    """

    def __init__(
        self, *, opener: str, pressed: Callable[[events.Key], None], id: str | None = None
    ) -> None:
        """`opener` is the key that opens it, as people write it. `pressed` is called at once with
        every key: a message would let the next key overtake what this one does."""
        super().__init__(ground="panel", id=id)
        self._opener = opener
        self._pressed = pressed

    @property
    def is_open(self) -> bool:
        """True while the next key is the bar's."""
        return self.has_class("-open")

    def open(self, entries: Sequence[tuple[str, str, str]], width: int) -> None:
        """Show keys (as people write them), their words and their action ids; take the keys."""
        self.show(*_rows(entries, width, self._opener))
        self.add_class("-open")
        self.screen.set_focus(self)

    def close(self) -> None:
        """Give the keys back."""
        self.remove_class("-open")

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Every key is the bar's."""
        return True

    def on_key(self, event: events.Key) -> None:
        """The key that acts. A lone modifier is none."""
        event.stop()
        event.prevent_default()
        if event.key.rpartition("_")[2] not in _LONE_MODIFIERS:
            self._pressed(event)


def _rows(entries: Sequence[tuple[str, str, str]], width: int, opener: str) -> Iterator[SpanRow]:
    """The entries in as many lines as they need, the first beginning with the opener."""
    pieces = [Piece(f" {opener:<{_INDENT - 1}}", Role.ACCENT)]
    used = _INDENT
    for key, words, target in entries:
        cells = len(key) + len(words) + 3
        if used + cells > width and used > _INDENT:
            yield SpanRow(tuple(pieces))
            pieces, used = [Piece(" " * _INDENT)], _INDENT
        pieces += [Piece(key, Role.KEY, target), Piece(f" {words}  ", Role.TEXT, target)]
        used += cells
    yield SpanRow(tuple(pieces))
