"""Keys typed faster than the screen changes go to what they were meant for.

Textual hands every key to what has the focus when it arrives; only on its way through the widgets
does a key open a line to type in, or a dialog. Keys that came in the same moment, as they do over a
slow line, would be lost on the way, change places or, worse, act on what was there before: an `s`
of a command begun with `x` would put the machine to sleep.

So keys and pastes go one by one: the next sets out when a follower sent behind the one before has
come back. And while what a key began has not yet shown its dialog, keys wait. What it shows may be
a question that nobody expected, though: keys typed before it was seen do not answer it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.message import Message

from dedalus_tui.ui import compat

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.screen import Screen
    from textual.widget import Widget
    from textual.worker import Worker

AT_MOST_SECONDS = 4.0
"""Keys wait no longer; a look at what runs on a machine takes 3 seconds at most."""
TELL_AFTER_SECONDS = 0.3
_LAPS = 3
"""The first lap ends after the key, the next ones after the messages it sent upwards and theirs."""
_LAP_SECONDS = 0.5
"""Followers that are longer on their way went down with a widget that was removed."""
_NEVER_WAIT = frozenset({"ctrl+c", "ctrl+q", "escape"})


def is_question(screen: Screen[Any]) -> bool:
    """True for one that a single key answers, and that says so (`IS_QUESTION`)."""
    return bool(getattr(screen, "IS_QUESTION", False))


class Follower(Message):
    """Goes behind a key, from widget to widget up to the app; once there, the key is done."""

    def __init__(self, lap: int) -> None:
        super().__init__()
        self.lap = lap


class TypeAhead(App[None]):
    """An app in which no key overtakes what the key before it does."""

    _waiting: asyncio.Task[None] | None = None
    """Until what a key began shows its dialog."""
    _waits_no_longer: asyncio.Event
    _follower: Follower | None = None
    """Behind the key that is on its way."""
    _gives_up: asyncio.TimerHandle | None = None
    _kept: deque[tuple[events.Key | events.Paste, Screen[Any]]]
    """Those that wait, each with the screen that was seen when it was typed."""
    _aim: Widget | None = None
    """What had the focus when the key on its way set out; nothing that was left is held."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        """As Textual's."""
        super().__init__(ansi_color=ansi_color)
        self._kept = deque()
        self.last_input_at = monotonic()
        """When the person last did something."""

    def say(self, text: str) -> None:
        """Tell in passing."""

    def on_mount(self) -> None:
        """Hear of every screen that is shown."""
        self.screen_change_signal.subscribe(self, self.let_keys_go_on, immediate=True)

    async def on_unmount(self) -> None:
        """Nothing comes behind a key any more."""
        for awaited in (self._waiting, self._gives_up):
            if awaited is not None:
                awaited.cancel()

    @property
    def idle_seconds(self) -> float:
        """How long ago the person did something."""
        return monotonic() - self.last_input_at

    @property
    def has_key_on_its_way(self) -> bool:
        """False when every key that need not wait has done what it does."""
        return self._follower is not None

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes in their order; everything else as ever."""
        if isinstance(event, (events.InputEvent, events.Paste)):
            self.last_input_at = monotonic()
        if not isinstance(event, (events.Key, events.Paste)):
            await super().on_event(event)
        elif event.is_forwarded:
            await self._came_back(event)
        elif self._waiting is not None and getattr(event, "key", "") in _NEVER_WAIT:
            await super().on_event(event)
        elif self._waiting is not None or self._follower is not None:
            self._kept.append((event, self.screen))
        else:
            await self._send(event)

    async def _send(self, event: events.Key | events.Paste) -> None:
        if not self.screen_stack:  # the app is leaving
            return
        self._aim = self.focused or self.screen
        try:
            await super().on_event(event)
        finally:
            self._follow(1)  # also when what was aimed at went: the keys kept behind go on

    def _follow(self, lap: int) -> None:
        follower = self._follower = Follower(lap)
        self._gives_up = asyncio.get_running_loop().call_later(
            _LAP_SECONDS, self.post_message, follower
        )
        if self._aim is None or not self._aim.post_message(follower):
            self.post_message(follower)

    async def on_follower(self, message: Follower) -> None:
        """The key is done, with all that it made happen on its way."""
        message.stop()
        if message is not self._follower:
            return
        if self._gives_up is not None:
            self._gives_up.cancel()
        if message.lap < _LAPS:
            self._follow(message.lap + 1)
        else:
            self._follower = self._aim = None
            await self._go_on()

    async def _go_on(self) -> None:
        are_dropped = False
        while self._kept and self._waiting is None and self._follower is None:
            event, seen = self._kept.popleft()
            if self.screen_stack and self.screen is not seen and is_question(self.screen):
                are_dropped = True
            else:
                await self._send(event)
        if are_dropped:
            self.say("what was typed before this question does not answer it")

    async def _came_back(self, event: events.Key | events.Paste) -> None:
        """Let the key do what it is bound to, and let the next ones wait for what that shows."""
        before, shown = set(self.workers), self.screen
        await super().on_event(event)
        begun = [each for each in self.workers if each not in before and each.group == "default"]
        if begun and self.screen is shown and self._waiting is None:
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
            if self.screen_stack and self.screen is not shown:
                await compat.composed(self.screen)
        finally:
            for end in ends:
                end.cancel()
            self._waiting = None
            if self._follower is None:
                # The next key is the app's own loop's to send, not this task's.
                self._follower = Follower(_LAPS)
                self.post_message(self._follower)
