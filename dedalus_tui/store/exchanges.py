"""Every request this program made, newest last, for the action log."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.api.exchange import Exchange

KEPT = 2_000


class ExchangeLog:
    """A ring of exchanges; give `add` to the client as its observer."""

    def __init__(self) -> None:
        """Empty."""
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self.count = 0
        """Exchanges ever added: tells a reader whether there is something new."""
        self.added: Callable[[], None] | None = None
        """Called after each; the store sets it."""

    def add(self, exchange: Exchange) -> None:
        """Keep one, and forget the oldest beyond KEPT."""
        self._kept.append(exchange)
        self.count += 1
        if self.added:
            self.added()

    def entries(self) -> tuple[Exchange, ...]:
        """All that are kept, oldest first."""
        return tuple(self._kept)
