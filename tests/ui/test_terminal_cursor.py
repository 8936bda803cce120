"""The terminal's cursor: its shapes, its blinking, and that nothing moves when nothing should."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.ui.themes import LIGHT, TERMINAL_16
from dedalus_tui.ui.widgets import terminal_cursor
from dedalus_tui.ui.widgets.terminal_cursor import Blink
from tests.ui.test_terminal_view import Host, hosted, until

if TYPE_CHECKING:
    from rich.style import Style


def looks_of(host: Host, x: int) -> tuple[str, Style]:
    return host.lines()[0].ljust(40)[x], host.style_at(x, 0)


@pytest.mark.parametrize("theme", [None, LIGHT, TERMINAL_16])
async def test_each_shape_looks_different_and_keeps_the_text_readable(theme: str | None) -> None:
    async with hosted() as (host, pilot):
        if theme is not None:
            host.theme = theme
            await pilot.pause()
        host.feed(b"ab\x1b[1G")
        seen = []
        for shape in (b"2", b"4", b"6"):
            host.feed(b"\x1b[" + shape + b" q")
            character, style = looks_of(host, 0)
            assert character == "a"
            assert not style.blink
            seen.append(style)
        assert len({str(style) for style in seen}) == 3
        block, underline, bar = seen
        assert block.color != underline.color or block.reverse
        assert underline.underline
        assert not bar.underline
        host.feed(b"\x1b[3G")
        assert looks_of(host, 2)[0] == "\N{LEFT ONE EIGHTH BLOCK}"


async def test_the_cursor_has_the_colour_a_program_gave_it() -> None:
    async with hosted() as (host, _):
        host.feed(b"\x1b]12;#00ff00\x07")
        host.view.palette_changed()
        colour = host.style_at(0, 0).bgcolor
        assert colour is not None
        assert colour.triplet == (0, 255, 0)


async def test_it_blinks_only_where_asked_and_comes_to_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terminal_cursor, "BLINK_SECONDS", 0.001)
    async with hosted(has_motion=True) as (host, pilot):
        blink = host.view._blink
        host.feed(b"\x1b[2 q")
        assert blink._timer is None
        grounds: list[object] = []
        monkeypatch.setattr(blink, "_repaint", lambda: grounds.append(host.style_at(0, 0).bgcolor))
        host.feed(b"\x1b[1 q")
        await until(pilot, lambda: len(grounds) == terminal_cursor.BLINKS)
        assert blink._timer is None
        off, on = host.style_at(5, 0).bgcolor, host.style_at(0, 0).bgcolor
        assert on != off
        assert grounds[:4] == [off, on, off, on]
        assert grounds[-1] == on


async def test_nothing_blinks_without_motion() -> None:
    async with hosted() as (host, _):
        host.feed(b"\x1b[5mslow\x1b[m\x1b[1 q")
        assert host.view._blink._timer is None
        assert not host.style_at(0, 0).blink
    async with hosted(has_motion=True) as (host, _):
        host.feed(b"\x1b[5mslow")
        assert host.style_at(0, 0).blink


async def test_a_blink_that_was_stopped_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_cursor, "BLINK_SECONDS", 0.0)
    seen: list[bool] = []
    blink = Blink(lambda: seen.append(blink.is_hidden))
    blink.restart(is_wanted=True)
    blink.stop()
    await asyncio.sleep(0)
    assert not seen
