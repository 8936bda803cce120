"""Keys and pastes keep their order, and none is ever stuck, whatever goes away under them."""

from __future__ import annotations

import asyncio
import gc
import random
import weakref
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from dedalus_tui.ui import type_ahead
from dedalus_tui.ui.compat import LeavesOnce, OutlivesLeaving
from dedalus_tui.ui.type_ahead import TypeAhead
from tests.ui.stage import PATIENCE_SECONDS, until

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.app import ComposeResult

LETTERS = "abcdefgh"
KEYS = 60


class Typewriter(OutlivesLeaving, TypeAhead):
    """Keeps what was heard, and by whom."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("z", "miss", "Miss", priority=True)]

    def __init__(self, first: Widget | None = None) -> None:
        super().__init__()
        self.heard: list[tuple[str, str]] = []
        self.gone = Static()
        self._first = first

    def compose(self) -> ComposeResult:
        if self._first is not None:
            yield self._first

    async def on_ready(self) -> None:
        await self.mount(self.gone)
        await self.gone.remove()

    def action_miss(self) -> None:
        """Do what a widget cannot do that went."""
        look(self.gone)

    def type(self, *words: str) -> None:
        """All of it before the first key can be handled; a word in brackets is pasted."""
        for word in words:
            if word.startswith("["):
                self.post_message(events.Paste(word[1:-1]))
                continue
            for key in word:
                self.post_message(events.Key(key, key))


def look(node: Widget) -> None:
    self = node  # what went is found by this name in the frames of an error
    self.query_one("#child")


class Level(LeavesOnce, Screen[None]):
    """Opens another one above itself, goes, or hears."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self._depth = depth

    def compose(self) -> ComposeResult:
        yield Static(str(self._depth))

    async def on_key(self, event: events.Key) -> None:
        app = self.app
        assert isinstance(app, Typewriter)
        if event.key == "o":
            app.push_screen(Level(self._depth + 1))
        elif event.key == "O":
            await app.push_screen(Level(self._depth + 1))
        elif event.key == "q" and self._depth > 1:
            self.dismiss()
        elif event.key in LETTERS:
            app.heard.append((str(self._depth), event.key))


class Ear(Widget, can_focus=True):
    """Hears keys; goes at an x, and at a y along with all beside it."""

    def __init__(self, name: str, gate: asyncio.Event | None = None) -> None:
        super().__init__(name=name)
        self._gate = gate

    async def on_key(self, event: events.Key) -> None:
        app = self.app
        assert isinstance(app, Typewriter)
        if self._gate is not None:
            await self._gate.wait()
        if event.key == "x":
            self.remove()
        elif event.key == "y":
            app.query(Ear).remove()
        elif event.key in LETTERS:
            app.heard.append((self.name or "", event.key))

    async def on_paste(self, event: events.Paste) -> None:
        app = self.app
        assert isinstance(app, Typewriter)
        app.heard.extend((self.name or "", character) for character in event.text)


async def all_done(app: Typewriter) -> None:
    """Wait for every key, but not, as a pilot does, for every widget."""
    all_came = asyncio.Event()
    app.call_later(all_came.set)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await all_came.wait()
        while app.has_key_on_its_way or app._kept:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_while_screens_come_and_go(seed: int) -> None:
    """Each key is for the screen that the keys before it brought to the top."""
    chance = random.Random(seed)
    keys = "".join(chance.choice(LETTERS + "oOoqqqq") for _ in range(KEYS))
    expected, depth = [], 1
    for key in keys:
        if key in "oO":
            depth += 1
        elif key == "q":
            depth = max(depth - 1, 1)
        else:
            expected.append((str(depth), key))
    app = Typewriter()
    async with app.run_test():
        await app.push_screen(Level(1))
        app.type(keys)
        await all_done(app)
        assert app.heard == expected


async def test_a_screen_that_was_left_is_not_held_by_the_key_that_left_it() -> None:
    app = Typewriter()
    async with app.run_test() as pilot:
        await app.push_screen(Level(1))
        await app.push_screen(Level(2))
        left = weakref.ref(app.screen)

        def is_gone() -> bool:
            gc.collect()
            return left() is None

        app.type("aq")
        await all_done(app)
        await until(pilot, is_gone)


async def test_while_the_widgets_they_are_for_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_ahead, "_LAP_SECONDS", 0.05)
    app = Typewriter(Horizontal(*(Ear(name) for name in "123456")))
    async with app.run_test() as pilot:
        app.query(Ear).first().focus()
        await until(pilot, lambda: app.focused is not None)
        app.type("abx", "cd", "[ef]", "xgx", "ha", "[bc]", "ye", "f")
        await all_done(app)
        assert "".join(key for _, key in app.heard) == "abcdefghabc"
        assert not app.query(Ear)


async def test_while_a_handler_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for it for ever, and nothing overtakes what waits for it."""
    monkeypatch.setattr(type_ahead, "_LAP_SECONDS", 0.02)
    gate = asyncio.Event()
    app = Typewriter(Ear("slow", gate))
    async with app.run_test() as pilot:
        app.query_one(Ear).focus()
        await until(pilot, lambda: app.focused is not None)
        app.type("ab", "[cd]", "ef")
        await all_done(app)
        app.type("g")
        await all_done(app)
        assert "e" not in [key for _, key in app.heard]
        gate.set()
        await until(pilot, lambda: len(app.heard) == 7)
        assert "".join(key for _, key in app.heard) == "abcdefg"


async def test_pastes_among_the_keys_of_a_field() -> None:
    app = Typewriter(Input())
    async with app.run_test() as pilot:
        app.query_one(Input).focus()
        await until(pilot, lambda: app.focused is not None)
        app.type(*(f"a[{number}]"[part] for number in range(9) for part in (slice(1), slice(1, 4))))
        await all_done(app)
        assert app.query_one(Input).value == "a0a1a2a3a4a5a6a7a8"


async def test_after_a_key_that_missed_what_had_gone() -> None:
    with pytest.raises(NoMatches):
        look(Static())
    app = Typewriter(Ear("ear"))
    async with app.run_test() as pilot:
        app.query_one(Ear).focus()
        await until(pilot, lambda: app.focused is not None)
        app.type("azbzzc")
        await all_done(app)
        assert "".join(key for _, key in app.heard) == "abc"


async def test_the_app_that_leaves_takes_no_key() -> None:
    app = Typewriter(Ear("ear"))
    async with app.run_test():
        app.type("abcdef")
    await app.on_event(events.Key("a", "a"))
    assert not app.has_key_on_its_way
