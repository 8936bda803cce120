"""Somebody who presses keys at random: those the screen on top knows, text, clicks, resizes.

What is typed into shells and command fields is drawn from harmless words, because the shells of
the local cloud are real. Everything drawn comes from one seeded generator; `deeds` tells in order
what was done. No other program is started and nothing leaves the app: there is no terminal to
suspend in tests, addresses are only noted, and quitting is only counted.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from textual import events
from textual.command import CommandPalette
from textual.geometry import Size
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.widgets import Input

from dedalus_tui.actions.registry import by_id, for_place
from dedalus_tui.ui.dialogs.destroy import DestroyDialog
from dedalus_tui.ui.dialogs.dialog import Dialog
from dedalus_tui.ui.present.columns import COLUMNS
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.terminal import TerminalScreen

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.drivers.app import Person

_PLAIN_KEYS = (
    "up", "down", "left", "right", "enter", "enter", "escape", "tab", "shift+tab", "space",
    "backspace", "home", "end", "pageup", "pagedown",
)  # fmt: skip
_BAR_KEYS = (*'cvs%"ox[]{}?,rntldzhjk123', "escape", "slash", "up", "right", "enter")
_SHELL_LINES = (
    "echo hello",
    "seq 400",
    "printf '\\033[31mred\\033[0m\\n'",
    "printf '\\033[?1049h\\033[2J'",
    "printf '\\033[?1049l\\033[?1000h'",
    "printf '\\033]0;title\\007'",
    "ls -l",
    "sleep 1",
    "false",
    "exit",
    "echo ÄÖ 漢字 👩‍👩‍👧",
)
_WORDS = (
    "run", "sleep", "phase:running", "-tag:x", "age>1m", "cpu>=2", "name:(", "\"", "hello", "12",
    "1h", "never", "destroy", "destroy", "8080", "~/kept.txt", "kept", "é漢", "/x[/", "!error",
    "echo hi", "seq 50", "3", "50 GiB", "::", "#tag",
)  # fmt: skip
_COMMANDS = (
    "runs", "ports", "files", "ssh", "log", "help", "usage", "new", "sleep", "wake", "resize",
    "autosleep", "rm", "undo", "sort name", "sort phase desc", "sort age", "sort nothing",
    "cols +id -age", "cols", "view save mine", "view mine", "view delete", "theme light",
    "theme dark", "theme nothing", "refresh", "m phase:running", "m (", "m", "open dm-",
    "app.terminals", "app.usage", "machine.terminal", "machine.run", "machine.exec", "nonsense",
    "app.action_log", "list.columns", "list.wide", "machine.copy_as", "rm dm-", "wake nobody",
)  # fmt: skip
_SORTS = tuple(f"sort {column.key}{way}" for column in COLUMNS for way in ("", " desc"))
_OPENERS = (
    "colon", "question_mark", "at", "a", "x", "X", "t", "T", "U", "$", "e", "o", "n", "enter", "d",
    "ctrl+p", "slash", "comma", "D", "s", "w", "r", "y", "Y",
)  # fmt: skip
BORED_AFTER = 12
"""So many deeds in one place, and then out of it."""
_SIZES = ((80, 24), (120, 40), (40, 10), (200, 50), (60, 15), (81, 41), (20, 5))


class Monkey:
    """A person without a plan."""

    def __init__(self, person: Person, chance: random.Random) -> None:
        """Nothing is pressed yet."""
        self.app = person.app
        self.person = person
        self.deeds: deque[str] = deque(maxlen=60)
        """The last things done, for whoever must find out why something broke."""
        self.seen: Counter[str] = Counter()
        """How often something was done on each kind of screen."""
        self.opened: list[str] = []
        self.quits = 0
        self._chance = chance
        self._stayed = 0
        self._place: object = None
        self.app.exit = self._count_quit  # type: ignore[method-assign]
        self.app.open_url = self._note_url  # type: ignore[method-assign]

    async def act(self) -> None:
        """Do one thing, and give the app a moment, or none."""
        place = type(self.app.screen)
        self.seen[place.__name__] += 1
        self._stayed = self._stayed + 1 if place is self._place else 0
        self._place = place
        deed = self._draw()
        await deed()
        await asyncio.sleep(self._chance.choice((0, 0, 0.001, 0.005, 0.02)))

    def _draw(self) -> Callable[[], Any]:
        roll = self._chance.random()
        if roll < 0.03:
            return self._resize
        if roll < 0.06:
            return self._click
        screen = self.app.screen
        if self._stayed > BORED_AFTER and screen is not self.app.fleet:
            return self._leave
        if isinstance(screen, TerminalScreen):
            return self._in_terminal
        if isinstance(screen.focused, Input) or isinstance(screen, CommandPalette):
            return self._type if roll < 0.5 else self._key
        if roll < 0.12:
            return self._command
        return self._key

    async def _leave(self) -> None:
        """Enough of this screen."""
        if isinstance(self.app.screen, TerminalScreen):
            self.press(self.person.fleet.settings.terminal.leave_key)
            await asyncio.sleep(0.01)
            self.press(by_id("terminal.back").keys[0])
        else:
            self.press("escape")

    async def _key(self) -> None:
        screen = self.app.screen
        roll = self._chance.random()
        if roll < 0.2 or isinstance(screen, (Dialog, CommandPalette)):
            keys = [*_PLAIN_KEYS, *screen.active_bindings] if roll < 0.7 else [*_PLAIN_KEYS]
        elif roll < 0.4:
            keys = [*_OPENERS]
        elif isinstance(screen, ActionScreen):
            actions = for_place(screen.place)
            keys = [key for action in actions for key in action.keys]
        else:
            keys = [*screen.active_bindings] or [*_PLAIN_KEYS]
        self.press(self._chance.choice(keys))

    async def _in_terminal(self) -> None:
        roll = self._chance.random()
        if roll < 0.55:
            self.press(self.person.fleet.settings.terminal.leave_key)
            await asyncio.sleep(self._chance.choice((0, 0.01)))
            self.press(self._chance.choice(_BAR_KEYS))
        elif roll < 0.8:
            self._enter(self._chance.choice(_SHELL_LINES))
        else:
            self.press(self._chance.choice(("ctrl+c", "up", "enter", "shift+pageup", "escape")))

    async def _type(self) -> None:
        screen, words = self.app.screen, self._chance.choice(_WORDS)
        if isinstance(screen, DestroyDialog) and self._chance.random() < 0.4:
            words = screen.word
        for character in words:
            self.press(character)
        if self._chance.random() < 0.5:
            self.press("enter")

    async def _command(self) -> None:
        self.press("colon")
        await asyncio.sleep(self._chance.choice((0, 0.02)))
        if isinstance(self.app.screen.focused, Input):
            lines = self._chance.choice((_COMMANDS, _COMMANDS, _SORTS))
            self._enter(self._chance.choice(lines))

    def _enter(self, line: str) -> None:
        for character in line:
            self.press(character)
        self.press("enter")

    async def _resize(self) -> None:
        width, height = self._chance.choice(_SIZES)
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Another size of the window."""
        self.deeds.append(f"size {width}x{height}")
        size = Size(width, height)
        self.app._driver._size = size  # type: ignore[union-attr]
        self.app.post_message(events.Resize(size, size))

    async def _click(self) -> None:
        size = self.app.size
        x, y = self._chance.randrange(size.width), self._chance.randrange(size.height)
        button = self._chance.choice((1, 1, 1, 3))
        times = self._chance.choice((1, 1, 2))
        self.deeds.append(f"click {x},{y}")
        for _ in range(times):
            for kind in (events.MouseDown, events.MouseUp):
                self._send(
                    kind(
                        None, x, y, 0, 0, button, False, False, False,
                        screen_x=x, screen_y=y,
                    )
                )  # fmt: skip
        wheel = self._chance.choice((None, events.MouseScrollDown, events.MouseScrollUp))
        if wheel is not None:
            self._send(wheel(None, x, y, 0, 0, 0, False, False, False, screen_x=x, screen_y=y))

    def press(self, key: str) -> None:
        """One key, as the driver hears it; nobody waits for what it does."""
        self.deeds.append(f"{type(self.app.screen).__name__}: {key}")
        character: str | None = None
        if len(key) == 1:
            character = key
            if not key.isalnum():
                key = "space" if key == " " else _character_to_key(key)
        else:
            try:
                name = _get_unicode_name_from_key(REPLACED_KEYS.get(key, key))
                character = unicodedata.lookup(name)
            except KeyError:
                character = None
        self._send(events.Key(key, character))

    def _send(self, event: events.Event) -> None:
        event.set_sender(self.app)
        assert self.app._driver is not None
        self.app._driver.send_message(event)

    def _count_quit(self, *_: object, **__: object) -> None:
        self.quits += 1

    def _note_url(self, url: str, **_: object) -> None:
        self.opened.append(url)
