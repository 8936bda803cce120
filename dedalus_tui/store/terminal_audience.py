"""Who is told of a terminal, who sees it, and what waits for somebody to look."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.emulator.events import BellRang, NotificationPosted

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.emulator.events import Event


class Audience:
    """Listeners, hearers and lookers of one terminal."""

    def __init__(self) -> None:
        """Nobody yet."""
        self.bell_rang = False
        """The bell rang while nobody looked."""
        self.notice = ""
        """The last notification posted while nobody looked; text from outside."""
        self.has_unseen_output = False
        self._listeners: list[Callable[[], None]] = []
        self._hearers: list[Callable[[Event], None]] = []
        self._lookers = 0
        self._looked = asyncio.Event()

    @property
    def is_looked_at(self) -> bool:
        """True while some screen shows it."""
        return self._lookers > 0

    @property
    def is_calling(self) -> bool:
        """True when it rang, or posted a notification, and nobody has looked since."""
        return self.bell_rang or bool(self.notice)

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after everything that may change a picture; gives how to stop it."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def hear(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call `callback` with every event of the program; gives how to stop it."""
        self._hearers.append(callback)
        return lambda: self._hearers.remove(callback) if callback in self._hearers else None

    def look(self) -> Callable[[], None]:
        """Say that somebody sees it; the returned function says that they no longer do."""
        self._lookers += 1
        self._looked.set()
        was_calling = self.is_calling
        self.bell_rang = self.has_unseen_output = False
        self.notice = ""
        if was_calling:
            self._tell_change()
        is_over = False

        def unlook() -> None:
            nonlocal is_over
            if not is_over:
                is_over = True
                self._lookers -= 1
                if not self._lookers:
                    self._looked.clear()

        return unlook

    def _tell_change(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _tell_event(self, event: Event) -> None:
        if not self._lookers and isinstance(event, BellRang):
            self.bell_rang = True
        elif not self._lookers and isinstance(event, NotificationPosted):
            self.notice = f"{event.title} {event.body}".strip() or "notification"
        for hearer in tuple(self._hearers):
            hearer(event)
