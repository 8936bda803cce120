"""LineView: only changed visible lines are drawn, memory is bounded, nothing is animated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from dedalus_tui.ui.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Hashable


class Numbers(LineView):
    """Lines that show their number and version, and remember which were drawn."""

    STRIP_CAPACITY = 64
    fixed_lines = 1

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total = total
        self.versions: dict[int, int] = {}
        self.drawn: list[int] = []

    def on_mount(self) -> None:
        self.resize_content(lines=self.total, width=60)

    def line_key(self, line: int) -> Hashable:
        return line, self.versions.get(line, 0)

    def draw_line(self, line: int) -> Strip:
        self.drawn.append(line)
        text = f"line {line} v{self.versions.get(line, 0)}".ljust(60, ".")
        return Strip([Segment(text, self.blank_style)], 60)

    def draw_fixed_line(self, y: int) -> Strip:
        return Strip([Segment("HEADER".ljust(60, "-"), self.blank_style)], 60)

    def window(self) -> list[str]:
        """The text of the rows in the window."""
        return [strip.text for strip in self.render_lines(Region(0, 0, *self.size))]


class NumbersApp(App[None]):
    def __init__(self, total: int) -> None:
        super().__init__()
        self.view = Numbers(total)

    def compose(self) -> ComposeResult:
        yield self.view


async def test_only_changed_visible_lines_are_drawn_again() -> None:
    app = NumbersApp(10_000)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        view = app.view
        assert set(view.drawn) <= set(range(12))
        view.drawn.clear()
        view.versions[3] = 1
        view.versions[5_000] = 1
        view.repaint_lines([3, 5_000])
        await pilot.pause()
        assert view.drawn == [3]
        assert view.window()[4].startswith("line 3 v1")


async def test_fixed_lines_stay_while_the_rest_scrolls_at_once() -> None:
    app = NumbersApp(100)
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.view
        await pilot.pause()
        view.reveal_line(99)
        assert view.first_visible_line + view.visible_line_count == 100
        window = view.window()
        assert window[0].startswith("HEADER")
        assert window[view.visible_line_count].startswith("line 99 ")
        view.reveal_line(95)
        assert view.visible_lines.stop == 100, "a visible line does not scroll"
        view.reveal_line(0)
        assert view.window()[1].startswith("line 0 ")


async def test_rows_are_as_wide_as_the_window_and_shift_sideways() -> None:
    app = NumbersApp(3)
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.view
        await pilot.pause()
        assert {len(row) for row in view.window()} == {40}
        view.shift_columns(5)
        window = view.window()
        assert window[0].startswith("R---")
        assert window[1].startswith("0 v0")
        assert window[6].strip() == "", "below the content is blank"


async def test_the_cache_is_bounded_however_far_one_scrolls() -> None:
    app = NumbersApp(5_000)
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.view
        for top in range(0, 5_000, 10):
            view.jump_to_line(top)
            view.window()
        await pilot.pause()
        assert len(view._strips) <= Numbers.STRIP_CAPACITY


async def test_line_at_knows_header_content_and_the_empty_rest() -> None:
    app = NumbersApp(3)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        assert app.view.line_at(0) is None
        assert app.view.line_at(1) == 0
        assert app.view.line_at(3) == 2
        assert app.view.line_at(4) is None


async def test_the_wheel_moves_lines_and_with_shift_columns() -> None:
    app = NumbersApp(100)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        view = app.view
        await pilot._post_mouse_events([events.MouseScrollDown], widget=view, offset=(5, 5))
        await pilot.pause()
        assert view.first_visible_line == Numbers.WHEEL_LINES
        assert view.scroll_offset.x == 0
