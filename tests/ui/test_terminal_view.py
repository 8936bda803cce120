"""The terminal widget: what is drawn, what is repainted, keys, mouse, selection, search."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color

from dedalus_tui.emulator.emulator import Emulator
from dedalus_tui.ui.themes import DARK, LIGHT, THEMES, contrast
from dedalus_tui.ui.widgets.terminal_view import TerminalView

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import ClassVar

    from textual.geometry import Region
    from textual.message import Message
    from textual.pilot import Pilot


class Host(App[None]):
    """One terminal, alone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "remember('quit')", priority=True),
        Binding("tab", "remember('tab')", priority=True),
        Binding("ctrl+right_square_bracket", "remember('hatch')", priority=True),
    ]

    def __init__(self, columns: int, rows: int, *, has_motion: bool = False) -> None:
        super().__init__()
        self.emulator = Emulator(columns, rows)
        self.sent = bytearray()
        self.reports = bytearray()
        self.said: list[Message] = []
        self.remembered: list[str] = []
        self.view = TerminalView(
            self.emulator,
            send=self._send,
            send_report=self.reports.extend,
            has_motion=has_motion,
        )

    def _send(self, data: bytes) -> bool:
        self.sent += data
        return True

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self.view.focus()

    def action_remember(self, word: str) -> None:
        self.remembered.append(word)

    def on_event_of_view(self, message: TerminalView.Said) -> None:
        self.said.append(message)

    on_terminal_view_copied = on_event_of_view
    on_terminal_view_link_followed = on_event_of_view
    on_terminal_view_link_hovered = on_event_of_view
    on_terminal_view_paste_doubted = on_event_of_view
    on_terminal_view_scroll_changed = on_event_of_view
    on_terminal_view_search_asked = on_event_of_view
    on_terminal_view_save_asked = on_event_of_view

    def feed(self, data: bytes) -> None:
        self.emulator.feed(data)
        self.view.notice_change()

    def said_of(self, kind: type[Any]) -> list[Any]:
        return [message for message in self.said if isinstance(message, kind)]

    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.view.render_lines(self.view.size.region)]

    def style_at(self, x: int, y: int) -> Style:
        strip = self.view.render_lines(self.view.size.region)[y].crop(x, x + 1)
        for segment in strip:
            if segment.style is not None:
                return segment.style
        return Style()


@contextlib.asynccontextmanager
async def hosted(
    columns: int = 40, rows: int = 6, *, has_motion: bool = False
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    host = Host(columns, rows, has_motion=has_motion)
    async with host.run_test(size=(columns, rows)) as pilot:
        await pilot.pause()
        yield host, pilot


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await pilot.pause(0.01)


def colours_of(style: Style) -> tuple[Color, Color]:
    assert style.color is not None
    assert style.bgcolor is not None
    return Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)


def line_of_hit(host: Host) -> int | None:
    match = host.view.hits.current_match
    return match.line if match is not None else None


def lines_of(count: int) -> bytes:
    return b"".join(b"line %d\r\n" % number for number in range(count))


async def test_text_and_colours_are_drawn_in_the_theme() -> None:
    async with hosted() as (host, _):
        host.feed(b"plain \x1b[31mred \x1b[1;48;5;22mboth\x1b[m \x1b[7minverse\x1b[m")
        assert host.lines()[0] == "plain red both inverse"
        red = host.style_at(6, 0)
        assert red.color is not None
        assert red.color.triplet is not None
        assert red.color.triplet.hex == host.theme_variables["terminal-1"]
        both = host.style_at(11, 0)
        assert both.bold
        assert both.bgcolor is not None
        assert both.bgcolor.triplet is not None
        assert both.bgcolor.triplet.hex == "#005f00"
        inverse, plain = host.style_at(16, 0), host.style_at(0, 0)
        assert (inverse.color, inverse.bgcolor) == (plain.bgcolor, plain.color)


async def test_another_theme_paints_the_same_text_in_its_own_colours() -> None:
    async with hosted() as (host, pilot):
        host.feed(b"\x1b[31mred")
        before = host.style_at(0, 0).color
        host.theme = "light"
        await pilot.pause()
        after = host.style_at(0, 0).color
        assert before != after
        host.theme = "terminal-16"
        await pilot.pause()
        colour = host.style_at(0, 0).color
        assert colour is not None
        assert colour.number == 1


@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_every_pair_of_numbered_colours_can_be_read(theme: str) -> None:
    codes = [*range(30, 38), *range(90, 98), 39]
    pairs = [(front, back + 10) for front in codes for back in codes if front != back]
    cells = b"".join(b"\x1b[%d;%dmx" % pair for pair in pairs)
    async with hosted(columns=len(pairs), rows=1) as (host, pilot):
        host.theme = theme
        await pilot.pause()
        host.feed(cells)
        painted = [segment.style for segment in host.view.render_lines(host.view.size.region)[0]]
        ratios = [contrast(*colours_of(style)) for style in painted if style is not None]
        assert min(ratios[: len(pairs) - 1]) > 2
        assert host.style_at(0, 0) != host.style_at(1, 0)


async def test_only_changed_lines_are_repainted() -> None:
    async with hosted(rows=20) as (host, pilot):
        host.feed(lines_of(10))
        await pilot.pause()
        painted: list[Region] = []
        refresh = host.view.refresh

        def remember(*regions: Region, **kwargs: Any) -> TerminalView:
            painted.extend(regions)
            assert regions, "the whole widget was repainted"
            refresh(*regions, **kwargs)
            return host.view

        host.view.refresh = remember  # type: ignore[method-assign]
        host.feed(b"\x1b[3;1Hchanged\x1b[7;1H")
        await until(pilot, lambda: painted)
        host.view.refresh = refresh  # type: ignore[method-assign]
        assert {region.y for region in painted} == {2, 6, 10}
        assert host.lines()[2] == "changed"


async def test_what_is_written_between_two_paints_is_never_lost() -> None:
    async with hosted() as (host, pilot):
        for number in range(50):
            host.feed(b"\r%d" % number)
            host.lines()
        await until(pilot, lambda: host.lines()[0] == "49")


async def test_a_synchronized_update_is_held_back_and_then_shown_whole() -> None:
    async with hosted() as (host, pilot):
        host.feed(b"before")
        await pilot.pause()
        painted = 0
        refresh = host.view.refresh

        def count(*regions: Region, **kwargs: Any) -> TerminalView:
            nonlocal painted
            painted += 1
            refresh(*regions, **kwargs)
            return host.view

        host.view.refresh = count  # type: ignore[method-assign]
        host.feed(b"\x1b[?2026h\x1b[H half")
        assert painted == 0
        host.feed(b"\x1b[?2026l whole")
        await until(pilot, lambda: painted)


async def test_every_key_but_one_goes_to_the_machine() -> None:
    async with hosted() as (host, pilot):
        await pilot.press("a", "ctrl+q", "tab", "escape", "up", "ctrl+c", "f1", "ctrl+p")
        assert bytes(host.sent) == b"a\x11\t\x1b\x1b[A\x03\x1bOP\x10"
        assert host.remembered == []
        await pilot.press("ctrl+right_square_bracket")
        assert host.remembered == ["hatch"]
        assert bytes(host.sent).endswith(b"\x10")


async def test_keys_follow_the_modes_the_program_set() -> None:
    async with hosted() as (host, pilot):
        host.feed(b"\x1b[?1h")
        await pilot.press("up")
        assert bytes(host.sent) == b"\x1bOA"


async def test_keys_of_a_dead_terminal_are_the_screens() -> None:
    async with hosted() as (host, pilot):
        host.view.set_live(False)
        await pilot.press("r", "ctrl+q")
        assert host.sent == b""
        assert host.remembered == ["quit"]


async def test_history_is_scrolled_and_typing_returns_to_the_end() -> None:
    async with hosted() as (host, pilot):
        host.feed(lines_of(30))
        await pilot.press("shift+pageup")
        assert host.lines()[0].startswith("line 20")
        host.feed(b"more\r\n")
        assert host.lines()[0].startswith("line 20")
        await pilot.press("x")
        assert bytes(host.sent) == b"x"
        assert host.lines()[4] == "more"


async def test_the_wheel_scrolls_history_or_sends_arrows_or_is_the_programs() -> None:
    async with hosted() as (host, pilot):
        host.feed(lines_of(30))
        await pilot._post_mouse_events([events.MouseScrollUp], host.view, (1, 1))
        assert host.view.is_scrolled_back
        host.view.to_bottom()
        host.feed(b"\x1b[?1049h")
        await pilot._post_mouse_events([events.MouseScrollUp], host.view, (1, 1))
        assert bytes(host.sent) == b"\x1b[A" * 3
        host.sent.clear()
        host.feed(b"\x1b[?1000h\x1b[?1006h")
        await pilot._post_mouse_events([events.MouseScrollDown], host.view, (4, 2))
        assert bytes(host.sent) == b"\x1b[<65;5;3M"


async def test_clicks_are_the_programs_unless_shift_is_held() -> None:
    async with hosted() as (host, pilot):
        host.feed(b"some words here\x1b[?1000h\x1b[?1006h")
        await pilot.mouse_down(host.view, offset=(2, 1))
        await pilot.hover(host.view, offset=(5, 1))
        await pilot.mouse_up(host.view, offset=(5, 1))
        assert bytes(host.sent) == b"\x1b[<0;3;2M\x1b[<0;6;2m"
        host.sent.clear()
        await pilot.mouse_down(host.view, offset=(5, 0), shift=True)
        await pilot.hover(host.view, offset=(9, 0))
        await pilot.mouse_up(host.view, offset=(9, 0), shift=True)
        assert host.sent == b""
        assert [copied.text for copied in host.said_of(TerminalView.Copied)] == ["words"]


async def test_dragging_selects_across_wrapped_lines_and_wide_characters() -> None:
    async with hosted(columns=10) as (host, pilot):
        host.feed("0123456789漢字 end\r\nnext   ".encode())
        await pilot.mouse_down(host.view, offset=(8, 0))
        await pilot.hover(host.view, offset=(3, 2))
        await pilot.mouse_up(host.view, offset=(3, 2))
        assert [copied.text for copied in host.said_of(TerminalView.Copied)] == ["89漢字 end\nnext"]


async def test_a_double_click_takes_a_word() -> None:
    async with hosted() as (host, pilot):
        host.feed(b"cat ~/src/main.py | less")
        await pilot.click(host.view, offset=(8, 0), times=2)
        await pilot.pause()
        copied = host.said_of(TerminalView.Copied)
        assert copied[-1].text == "~/src/main.py"


async def test_ctrl_click_follows_a_link() -> None:
    async with hosted() as (host, pilot):
        host.feed(b"\x1b]8;;https://example.com/\x1b\\here\x1b]8;;\x1b\\ not")
        await pilot.hover(host.view, offset=(1, 0))
        await pilot.click(host.view, offset=(1, 0), control=True)
        await pilot.pause()
        assert [link.uri for link in host.said_of(TerminalView.LinkFollowed)] == [
            "https://example.com/"
        ]
        assert [link.uri for link in host.said_of(TerminalView.LinkHovered)] == [
            "https://example.com/"
        ]
        await pilot.click(host.view, offset=(6, 0), control=True)
        assert len(host.said_of(TerminalView.LinkFollowed)) == 1


async def test_scroll_mode_moves_selects_and_copies_by_keys() -> None:
    async with hosted() as (host, pilot):
        host.feed(lines_of(30) + b"\x1b]133;A\x1b\\$ ls")
        host.view.enter_scroll_mode()
        await pilot.press("k", "k", "0", "v", "j", "$", "y")
        assert [copied.text for copied in host.said_of(TerminalView.Copied)] == ["line 28\nline 29"]
        assert host.view.scroll_mode is None
        assert host.sent == b""
        host.view.enter_scroll_mode()
        await pilot.press("g", "enter")
        assert host.said_of(TerminalView.Copied)[-1].text == "line 0"
        host.view.enter_scroll_mode()
        await pilot.press("g", "]", "c")
        assert host.said_of(TerminalView.Copied)[-1].text == "$ ls"


async def test_search_goes_up_from_the_end_and_round() -> None:
    async with hosted() as (host, pilot):
        host.feed(lines_of(30))
        host.view.search("LINE 1")
        assert len(host.view.hits) == 0
        host.view.search("line 1")
        assert len(host.view.hits) == 11
        assert line_of_hit(host) == 19
        assert any("line 19" in line for line in host.lines())
        await pilot.press("n")
        assert line_of_hit(host) == 18
        await pilot.press("N", "N")
        assert line_of_hit(host) == 1
        host.view.search("/line [45]$/")
        assert len(host.view.hits) == 2
        host.view.search("/(/")
        assert host.view.hits.problem
        host.feed(b"a" * 60 + b"!\r\n")
        host.view.search("/(a+)+$/")
        assert host.view.hits.problem == "takes too long"
        await pilot.press("escape", "escape", "x")
        assert bytes(host.sent) == b"x"


async def test_a_paste_of_several_lines_is_shown_first_unless_the_program_asked() -> None:
    async with hosted() as (host, pilot):
        host.view.post_message(events.Paste("one"))
        host.view.post_message(events.Paste("one\ntwo"))
        await until(pilot, lambda: host.said_of(TerminalView.PasteDoubted))
        assert bytes(host.sent) == b"one"
        host.sent.clear()
        host.feed(b"\x1b[?2004h")
        host.view.post_message(events.Paste("one\ntwo\x1b[201~"))
        await until(pilot, lambda: host.sent)
        assert bytes(host.sent) == b"\x1b[200~one\rtwo\x1b[201~"


async def test_focus_is_reported_only_when_asked_for() -> None:
    async with hosted() as (host, pilot):
        host.view.blur()
        await pilot.pause()
        assert host.reports == b""
        host.feed(b"\x1b[?1004h")
        host.view.focus()
        await pilot.pause()
        assert bytes(host.reports) == b"\x1b[I"


async def test_the_cursor_is_drawn_where_it_is_and_hidden_when_asked() -> None:
    async with hosted() as (host, _):
        host.feed(b"ab")
        cursor, plain = host.style_at(2, 0), host.style_at(1, 0)
        assert cursor.bgcolor != plain.bgcolor
        host.feed(b"\x1b[?25l")
        assert host.style_at(2, 0).bgcolor == plain.bgcolor
