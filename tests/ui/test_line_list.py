"""Lines that are searched: a pattern that would never end finds nothing, and lights nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.app import App

from dedalus_tui.ui.themes import THEMES
from dedalus_tui.ui.widgets.line_list import LineList

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Lines(App[None]):
    """A list of two lines."""

    def compose(self) -> ComposeResult:
        yield LineList()

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.query_one(LineList).show([(("a" * 60 + "!", "text"),), (("aaa", "text"),)])


async def test_a_pattern_that_never_ends_is_given_up() -> None:
    app = Lines()
    async with app.run_test() as pilot:
        lines = app.query_one(LineList)
        assert lines.search(re.compile("a+!")) == 1
        assert lines.search(re.compile("(a+)+$")) == 0
        await pilot.pause()
        assert lines.render_line(0).text.startswith(" aaa")
