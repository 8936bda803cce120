"""The workarounds where Textual paints: each test fails when Textual needs or allows it no more."""

from __future__ import annotations

import asyncio
import gc
import weakref
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from rich.segment import Segment
from textual.app import App
from textual.screen import UPDATE_PERIOD, ModalScreen, Screen
from textual.strip import Strip
from textual.widgets import Static

from dedalus_tui.ui import painting
from tests.ui.stage import until

if TYPE_CHECKING:
    from textual._styles_cache import StylesCache
    from textual.app import ComposeResult


@pytest.fixture(autouse=True)
def installed() -> None:
    painting.install()


def cuts_of(strip: Strip) -> list[list[str]]:
    cuts: list[list[int]] = [[4], [4, 9], [2, 4], [2, 3, 4, 80], [9]]
    return [[part.text for part in strip.divide(cut)] for cut in cuts]


def test_a_painted_line_is_freed_without_the_collector() -> None:
    def paint() -> None:
        strip = Strip([Segment("line")])
        assert strip.divide([4]) == [strip]
        assert strip.crop_extend(0, 4, None) == strip

    gc.collect()
    gc.disable()
    try:
        for _ in range(10):
            paint()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_lines_are_cut_as_ever() -> None:
    strip = Strip([Segment("line")])
    assert cuts_of(strip) == [["line"], ["line"], ["li", "ne"], ["li", "n", "e"], []]
    assert strip.crop_extend(1, 3, None).text == "in"
    assert strip.crop_extend(0, 6, None).text == "line  "


class Page(Screen[None]):
    """Another screen."""

    def compose(self) -> ComposeResult:
        yield Static("line")


async def test_the_painted_lines_of_a_screen_that_went_are_not_held() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:

        async def come_and_go() -> weakref.ref[StylesCache]:
            await app.push_screen(Page())
            lines = app.screen.query_one(Static)._styles_cache
            await until(pilot, lambda: lines._cache)
            await app.pop_screen()
            return weakref.ref(lines)

        lines = await come_and_go()

        def are_gone() -> bool:
            gc.collect()
            return lines() is None

        await until(pilot, are_gone)


class Counted(Static):
    """Counts how often it was drawn."""

    drawn = 0

    def render(self) -> str:
        self.drawn += 1
        return str(self.drawn)


class Painted(App[None]):
    def compose(self) -> ComposeResult:
        yield Counted()


async def test_a_frame_waits_only_for_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual's timer leaves out a slot or two behind a slow frame: 17 to 33 ms more."""
    async with Painted().run_test() as pilot:
        widget, screen = pilot.app.query_one(Counted), pilot.app.screen
        await until(pilot, lambda: widget.drawn and not painting._FRAMES[screen].is_due)
        now = monotonic() + 10_000
        monkeypatch.setattr(painting, "monotonic", lambda: now)
        monkeypatch.setattr(painting, "UPDATE_PERIOD", 1000)
        widget.refresh()
        await until(pilot, lambda: painting._FRAMES[screen].last == now)
        assert not painting._FRAMES[screen].is_due
        widget.refresh()
        await until(pilot, lambda: painting._FRAMES[screen].is_due)


async def test_two_screens_that_are_seen_do_not_paint_each_other_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    painted: list[object] = []
    paint = painting._paint_frame

    def note(screen: Screen[Any]) -> None:
        painted.append(screen)
        paint(screen)

    async with Painted().run_test() as pilot:
        await pilot.app.push_screen(ModalScreen[None]())
        monkeypatch.setattr(painting, "_paint_frame", note)
        pilot.app.query_one(Counted).refresh()
        await until(pilot, lambda: painted)
        painted.clear()
        # Nothing to wait for: that nothing happens takes time to see.
        await asyncio.sleep(20 * UPDATE_PERIOD)
        assert len(painted) < 10


def strip_text(screen: Screen[Any]) -> str:
    return screen._compositor.render_strips()[0].text.strip()


async def test_a_screen_beneath_a_dialog_is_painted_when_it_changes_and_only_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    painted: list[object] = []
    show = App._display

    def note(app: App[Any], screen: Screen[Any], update: Any) -> None:
        painted.append(update)
        show(app, screen, update)

    async with Painted().run_test() as pilot:
        beneath, widget = pilot.app.screen, pilot.app.query_one(Counted)
        await pilot.app.push_screen(ModalScreen[None]())
        monkeypatch.setattr(App, "_display", note)
        for _ in range(2):
            painted.clear()
            widget.refresh()
            await until(pilot, lambda: painted)
            await pilot.pause()
            assert strip_text(pilot.app.screen) == str(widget.drawn)
            painted.clear()
            for _ in range(5):
                beneath.call_later(lambda: None)  # behind a message it looks what to paint
                await pilot.pause()
            assert painted == []
