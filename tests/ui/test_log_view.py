"""The log on screen: following, searching, filtering, marking, copying; read as lines of text."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from unicodedata import category

from textual.app import App

from dedalus_tui.domain.output import OutputRecord, Severity, Stream
from dedalus_tui.store.output_spool import OutputSpool
from dedalus_tui.store.output_view import OutputView
from dedalus_tui.ui.themes import THEMES
from dedalus_tui.ui.widgets.log_panel import LogPanel
from dedalus_tui.ui.widgets.log_view import LogView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.pilot import Pilot

    from dedalus_tui.ui.present.output_links import Link

SIZE = (60, 14)


class LogApp(App[None]):
    """A screen with one log on it."""

    def __init__(self, labels: dict[int, str] | None = None) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.spool = OutputSpool()
        self.view = OutputView(self.spool)
        self.labels = labels
        self.opened: list[Link] = []
        self._sequence = 0

    def compose(self) -> ComposeResult:
        yield LogPanel(self.view, labels=self.labels)

    def on_unmount(self) -> None:
        self.spool.close()

    @property
    def panel(self) -> LogPanel:
        return self.query_one(LogPanel)

    @property
    def log_view(self) -> LogView:
        return self.query_one(LogView)

    def on_log_view_link_opened(self, event: LogView.LinkOpened) -> None:
        self.opened.append(event.link)

    def write(
        self, data: bytes, stream: Stream = Stream.STDOUT, at_us: int = 0, source: int = 0
    ) -> None:
        self._sequence += 1
        self.spool.append(OutputRecord(self._sequence, at_us, stream, data, source))

    def lines(self) -> list[str]:
        """The rows of the log on screen, without gutter sign and bar."""
        height = self.log_view.size.height
        rows = [self.log_view.render_line(y).text for y in range(height)]
        return [row[2:-1].rstrip() for row in rows]

    def status(self) -> str:
        region = self.log_view.region
        strips = self.screen._compositor.render_strips()
        return "".join(segment.text for segment in strips[region.y - 1]).strip()


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError("it did not come about")


def numbered(count: int, first: int = 0) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(first, first + count))


async def test_a_log_without_lines_says_whether_any_may_come() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:

        def shown() -> str:
            return "\n".join(s.text for s in app.screen._compositor.render_strips())

        await until(pilot, lambda: "No output yet." in shown())
        app.panel.is_over = True
        app.panel.show_state()
        await until(pilot, lambda: "No output." in shown())
        app.panel.is_over = False
        app.write(b"first\n")
        await until(pilot, lambda: "first" in shown() and "No output" not in shown())


async def test_it_follows_pauses_when_scrolled_up_and_says_what_is_new() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(numbered(100))
        await until(pilot, lambda: app.lines()[-1] == "line 99")
        assert app.status().startswith("FOLLOWING")
        app.log_view.move(-1)
        app.write(numbered(7, 100))
        await until(pilot, lambda: "PAUSED +7 new" in app.status())
        assert app.lines()[-1] == "line 99"
        app.log_view.follow()
        await until(pilot, lambda: app.lines()[-1] == "line 106")
        await until(pilot, lambda: app.status().startswith("FOLLOWING"))


async def test_a_text_that_is_over_is_neither_followed_nor_paused() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(numbered(100))
        await until(pilot, lambda: app.lines()[-1] == "line 99")
        app.log_view.move(-1)
        app.write(numbered(2, 100))
        app.panel.is_over = True
        await until(pilot, lambda: app.log_view.reader.window.total == 102)
        await until(pilot, lambda: app.panel.status_text.startswith("END +2 new"))
        app.log_view.page(1)
        assert app.panel.status_text.startswith("END   lines")
        app.log_view.follow()
        assert app.panel.status_text.startswith("END   lines")
        app.log_view.first()
        assert app.panel.status_text.startswith("END   lines 1-")


async def test_unfinished_lines_show_and_progress_moves_in_place() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(b"start\n 10%")
        await until(pilot, lambda: app.lines()[:2] == ["start", " 10%"])
        app.write(b"\r 90%\r100%\n$ ")
        await until(pilot, lambda: app.lines()[:3] == ["start", "100%", "$"])
        app.log_view.toggle_progress()
        await until(pilot, lambda: app.lines()[1:4] == [" 10%", " 90%", "100%"])


async def test_a_search_runs_while_typing_and_steps_around_the_end() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(numbered(300))
        await until(pilot, lambda: app.lines()[-1] == "line 299")
        app.log_view.first()
        app.panel.open_search()
        await pilot.press(*"e 13")
        await until(pilot, lambda: "e 13 1 of 11" in app.status())
        assert "line 13" in app.lines()
        await pilot.press("enter")
        assert not app.panel.is_typing
        app.log_view.step_hit(-1)
        await until(pilot, lambda: "e 13 11 of 11" in app.status())
        assert "line 139" in app.lines()
        app.panel.open_search()
        await pilot.press(*"/(", "escape")
        await until(pilot, lambda: "e 13" not in app.status())
        assert app.view.search is None


async def test_a_bad_expression_is_told_beside_it() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(b"a\n")
        app.panel.open_filter()
        await pilot.press(*"/(", "enter")
        assert app.panel.is_typing
        remark = app.query_one("LogPrompt .remark")
        assert "unterminated" in str(remark.render())


async def test_an_expression_that_never_ends_is_given_up_while_keys_go_on() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(numbered(3) + b"a" * 5000 + b"!\n" + numbered(3, 3))
        await until(pilot, lambda: app.lines()[6] == "line 5")
        app.log_view.find("/(a+)+$/")
        app.log_view.first()
        await until(pilot, lambda: "too slow: given up after" in app.panel.status_text)
        app.log_view.push_filter("/(a+)+$/")
        await until(pilot, lambda: "taken off" in app.panel.status_text)
        assert app.view.row_count == 7
        app.log_view.find("line 5")
        await until(pilot, lambda: app.log_view.reader.number == 6)


async def test_filters_keep_the_place_and_clear_with_escape() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(numbered(100))
        await until(pilot, lambda: app.lines()[-1] == "line 99")
        app.log_view.go_to(50)
        app.panel.open_filter()
        await pilot.press(*"/0$/", "enter")
        await until(pilot, lambda: "filter /0$/ (90 hidden)" in app.status())
        assert app.log_view.reader.number == 50
        assert app.lines()[:3] == ["line 0", "line 10", "line 20"]
        app.panel.open_filter()
        await pilot.press("escape")
        await until(pilot, lambda: "filter" not in app.status())
        assert app.log_view.reader.number == 50


async def test_going_to_a_line_near_the_end_shows_it() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(numbered(100))
        await until(pilot, lambda: app.lines()[-1] == "line 99")
        for number in (98, 99, 95, 50, 1):
            app.log_view.first()
            app.log_view.go_to(number)
            await pilot.pause()
            assert f"line {number}" in app.lines()


async def test_the_first_error_is_one_step_away_and_the_bar_shows_it() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(numbered(50) + b"ERROR here\n" + numbered(50) + b"WARNING there\n" + numbered(9))
        await until(pilot, lambda: app.log_view.step_severity(Severity.ERROR, 1))
        assert app.log_view.reader.number == 50
        assert not app.log_view.step_severity(Severity.ERROR, 1)
        assert app.log_view.step_severity(Severity.WARNING, 1)
        bar = "".join(app.log_view.render_line(y).text[-1] for y in range(12))
        assert "▐" in bar
        assert "▒" in bar


async def test_merged_runs_are_told_apart() -> None:
    app = LogApp(labels={0: "api", 1: "worker"})
    async with app.run_test(size=SIZE) as pilot:
        app.write(b"one\n", source=0)
        app.write(b"two\n", source=1)
        await until(pilot, lambda: app.lines()[:2] == ["api    one", "worker two"])


async def test_time_column_and_jumps() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        for minute in range(120):
            app.write(b"minute %d\n" % minute, at_us=1_763_780_400_000_000 + minute * 60_000_000)
        await until(pilot, lambda: app.lines()[-1] == "minute 119")
        app.log_view.cycle_time()
        app.log_view.cycle_time()
        assert "time UTC" in app.panel.status_text
        app.log_view.jump_in_time(4)
        assert app.log_view.reader.number == 104
        app.log_view.jump_in_time(1)
        assert app.log_view.reader.number == 0
        app.log_view.jump_in_time(0)
        assert app.log_view.reader.is_following


async def test_lines_are_selected_bookmarked_and_copied_without_colours() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(b"a\n\x1b[31mb\x1b[0m\nc\td\ne\n")
        await until(pilot, lambda: app.lines()[3] == "e")
        app.log_view.go_to(1)
        assert app.log_view.take_copy() == "b"
        app.log_view.toggle_visual()
        app.log_view.move(1)
        assert app.log_view.take_copy() == "b\nc       d"
        app.log_view.toggle_bookmark()
        app.log_view.first()
        assert app.log_view.step_bookmark(1)
        assert app.log_view.reader.number == 2
        assert app.log_view.render_line(2).text.startswith("★")


async def test_wrapped_and_spread_lines_take_several_rows() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(b"x" * 100 + b"\n" + b'{"a": 1}\nend\n')
        await until(pilot, lambda: app.lines()[2] == "end")
        app.log_view.toggle_wrap()
        assert [len(line) for line in app.lines()[:2]] == [57, 43]
        app.log_view.toggle_spread()
        assert app.lines()[2:6] == ["{", '  "a": 1', "}", "end"]
        app.log_view.toggle_wrap()
        app.log_view.toggle_spread()
        app.log_view.go_to(1)
        app.log_view.toggle_line()
        assert app.lines()[1:5] == ["{", '  "a": 1', "}", "end"]


async def test_unwrapped_lines_scroll_sideways_no_further_than_they_go() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(bytes(range(ord("0"), ord("9") + 1)) * 8 + b"\n")
        await until(pilot, lambda: app.lines()[0].startswith("0123"))
        app.log_view.sideways(1)
        assert app.lines()[0].startswith("8901")
        for _ in range(9):
            app.log_view.sideways(1)
        assert app.lines()[0].endswith("789")
        assert app.log_view.left == 80 - 57


async def test_clicks_open_links_and_the_bar_jumps() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(b"see https://x.test/a and src/m.rs:4:5\n" + numbered(200))
        await until(pilot, lambda: app.lines()[-1] == "line 199")
        app.log_view.first()
        await pilot.click(LogView, offset=(10, 0))
        await pilot.click(LogView, offset=(30, 0))
        assert [(link.url, link.path, link.line) for link in app.opened] == [
            ("https://x.test/a", "", 0),
            ("", "src/m.rs", 4),
        ]
        await pilot.click(LogView, offset=(59, 6))
        assert 80 < app.log_view.reader.number < 120


async def test_text_dragged_over_is_what_is_copied() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        app.write(b"alpha beta\ngamma delta\n")
        await until(pilot, lambda: app.lines()[1] == "gamma delta")
        await pilot.mouse_down(LogView, offset=(8, 0))
        await pilot.hover(LogView, offset=(6, 1))
        await pilot.mouse_up(LogView, offset=(6, 1))
        assert app.screen.get_selected_text() == "beta\ngamma"


async def test_a_flood_is_followed_while_somebody_scrolls_about() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        for turn in range(100):
            app.write(numbered(500, turn * 500), at_us=1 + turn)
            if turn % 10 == 5:
                app.log_view.page(-1)
            elif turn % 10 == 9:
                app.log_view.follow()
            await pilot.pause(0.005)
        await until(pilot, lambda: app.lines()[-1] == "line 49999")
        app.log_view.first()
        assert app.lines()[0] == "line 0"
        assert app.view.row_count == 50_000


async def test_binary_garbage_reaches_the_screen_without_control_characters() -> None:
    app = LogApp()
    chance = random.Random(11)
    async with app.run_test(size=SIZE) as pilot:
        app.write(chance.randbytes(200_000) + b"\nend\n")
        await until(pilot, lambda: app.lines()[-1] == "end")
        for _ in range(40):
            app.log_view.page(-1)
            text = "".join(app.log_view.render_line(y).text for y in range(12))
            assert not any(category(char) in {"Cc", "Cs"} for char in text)
        app.log_view.toggle_wrap()
        app.log_view.page(-1)
        assert all(app.log_view.render_line(y).cell_length == SIZE[0] for y in range(12))


async def test_an_ansi_bomb_is_drawn_and_left_behind() -> None:
    app = LogApp()
    async with app.run_test(size=SIZE) as pilot:
        bomb = b"".join(b"\x1b[38;5;%dm\x1b[48;5;%dmx" % (n % 256, n % 99) for n in range(60_000))
        app.write(bomb + b"\nend\n")
        await until(pilot, lambda: app.lines()[-1] == "end" or "end" in app.lines())
        app.log_view.first()
        assert set(app.lines()[0]) == {"x"}
