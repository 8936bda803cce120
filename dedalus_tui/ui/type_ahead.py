"""Keys typed faster than the screen changes go to what they were meant for.

Textual hands every key to what has the focus when it arrives; only on its way back up does a key
open a line to type in, or a dialog. Keys that came in the same moment, as they do over a slow line,
would be lost on the way or, worse, act on what was there before: an `s` of a command begun with `x`
would put the machine to sleep.

So a key that comes back up after the focus has moved is sent once more, to where the focus is now.
And while what a key began has not yet shown its dialog, keys wait.
"""

from __future__ import annotations

import asyncio
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App

from dedalus_tui.ui import compat
from dedalus_tui.ui.compat import RawKey

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.screen import Screen
    from textual.worker import Worker

AT_MOST_SECONDS = 4.0
"""Keys wait no longer; a look at what runs on a machine takes 3 seconds at most."""
TELL_AFTER_SECONDS = 0.3
_NEVER_WAIT = frozenset({"ctrl+c", "ctrl+q", "escape"})


class TypeAhead(App[None]):
    """An app in which no key overtakes what the key before it does."""

    _waiting: asyncio.Task[None] | None = None
    _waits_no_longer: asyncio.Event
    _kept: list[RawKey]

    def say(self, text: str) -> None:
        """Tell in passing."""

    def on_mount(self) -> None:
        """Hear of every screen that is shown."""
        self.screen_change_signal.subscribe(self, self.let_keys_go_on, immediate=True)

    async def on_event(self, event: events.Event) -> None:
        """Keys in their order; everything else as ever."""
        if not isinstance(event, events.Key) or event.key in _NEVER_WAIT:
            await super().on_event(event)
            return
        key = event if isinstance(event, RawKey) else RawKey(event.key, event.character, "")
        if self._waiting is not None:
            self._kept.append(key)
        elif not event.is_forwarded:
            key.aim = self.focused or self.screen
            await super().on_event(key)
        elif key.aim is not None and key.aim is not (self.focused or self.screen):
            self._send(key)
        else:
            await self._carry_out(key)

    async def _carry_out(self, key: RawKey) -> None:
        """Let the key do what it is bound to, and let the next ones wait for what that shows."""
        before, shown = set(self.workers), self.screen
        await super().on_event(key)
        begun = [each for each in self.workers if each not in before and each.group == "default"]
        if begun and self.screen is shown:
            self._kept = []
            self._waits_no_longer = asyncio.Event()
            self._waiting = asyncio.create_task(self._wait(begun, shown))

    def let_keys_go_on(self, _: object = None) -> None:
        """What the last key began will show no dialog: what is typed now is for this screen."""
        if self._waiting is not None:
            self._waits_no_longer.set()

    async def _wait(self, begun: Collection[Worker[Any]], shown: Screen[Any]) -> None:
        ends = [
            asyncio.ensure_future(self._waits_no_longer.wait()),
            *(asyncio.ensure_future(compat.ended(worker)) for worker in begun),
        ]
        try:
            await asyncio.wait(
                ends, timeout=TELL_AFTER_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if not any(end.done() for end in ends):
                self.say("one moment; keys wait for what the last one shows")
                rest = AT_MOST_SECONDS - TELL_AFTER_SECONDS
                await asyncio.wait(ends, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
            if self.screen is not shown:
                await compat.composed(self.screen)
        finally:
            for end in ends:
                end.cancel()
            self._waiting = None
            for key in sorted(self._kept, key=attrgetter("time")):
                self._send(key)
            self._kept = []

    def _send(self, key: RawKey) -> None:
        compat.send_key(key.copy(), self.focused or self.screen)
