"""SpanLines: right parts keep their place, left ones yield, clicks find their target."""

from __future__ import annotations

from textual import on
from textual.app import App, ComposeResult

from dedalus_tui.ui.themes import THEMES
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from tests.ui.stage import until


class LinesApp(App[None]):
    def __init__(self, *rows: SpanRow) -> None:
        super().__init__()
        self.lines = SpanLines(*rows)
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.lines

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "dark"

    @on(SpanLines.Pressed)
    def remember(self, message: SpanLines.Pressed) -> None:
        assert message.control is self.lines
        self.pressed.append(message.target)


ROW = SpanRow(
    (Piece("left words "), Piece("[red]s sleep", "key", "machine.sleep")),
    (Piece("● live", "ok", "line"),),
)


async def test_left_and_right_share_a_line_and_markup_is_text() -> None:
    app = LinesApp(ROW)
    async with app.run_test(size=(40, 3)) as pilot:
        await pilot.pause()
        assert app.lines.text == "left words [red]s sleep           ● live"


async def test_the_left_yields_when_there_is_little_room() -> None:
    app = LinesApp(ROW)
    async with app.run_test(size=(20, 3)) as pilot:
        await pilot.pause()
        assert app.lines.text == "left words [… ● live"


async def test_clicks_find_the_target_under_them() -> None:
    app = LinesApp(SpanRow(), ROW)
    async with app.run_test(size=(40, 3)) as pilot:
        await pilot.pause()
        await pilot.click(app.lines, offset=(12, 1))
        await pilot.click(app.lines, offset=(2, 1))
        await pilot.click(app.lines, offset=(39, 1))
        assert app.pressed == ["machine.sleep", "line"]


async def test_more_lines_make_it_higher_and_equal_ones_change_nothing() -> None:
    app = LinesApp(ROW)
    async with app.run_test(size=(40, 5)) as pilot:
        await pilot.pause()
        app.lines.show(ROW, SpanRow((Piece("second"),)))
        await pilot.pause()
        assert app.lines.size.height == 2
        assert app.lines.text.endswith("second")
        await until(pilot, lambda: not app.lines._repaint_required)
        app.lines.show(ROW, SpanRow((Piece("second"),)))
        assert not app.lines._repaint_required
