"""How many lines came when: a row of bars, red where errors are; a click goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from dedalus_tui.domain.output import Severity
from dedalus_tui.ui.themes import Ink

if TYPE_CHECKING:
    from textual import events

    from dedalus_tui.store.output_view import OutputView
    from dedalus_tui.ui.widgets.log_painter import LogSigns

_ROLES = {Severity.NONE: "muted", Severity.WARNING: "warn", Severity.ERROR: "bad"}


class LogDensity(Widget):
    """One row as wide as its container."""

    DEFAULT_CSS = """
    LogDensity { height: 1; display: none; }
    """

    class Chosen(Message):
        """A bar was clicked; the line is the first of its stretch."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, view: OutputView, signs: LogSigns) -> None:
        super().__init__()
        self._view = view
        self._signs = signs

    def render_line(self, y: int) -> Strip:
        """The bars (Textual's line API)."""
        ink = Ink(self.app.theme_variables)
        buckets = self._view.density(self.size.width)
        highest = max((count for count, _ in buckets), default=0)
        ramp = self._signs.ramp
        segments = [
            Segment(ramp[_step(count, highest, len(ramp))], ink.style(_ROLES[severity]))
            for count, severity in buckets
        ]
        return Strip(segments).adjust_cell_length(self.size.width, ink.style("text"))

    def on_click(self, event: events.Click) -> None:
        """Go where the bar stands."""
        counts = [count for count, _ in self._view.density(self.size.width)]
        self.post_message(self.Chosen(sum(counts[: event.x])))


def _step(count: int, highest: int, steps: int) -> int:
    """Which sign of the ramp; anything at all is at least the first visible one."""
    return 0 if not count else 1 + (count * (steps - 2)) // highest
