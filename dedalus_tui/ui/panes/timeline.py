"""The tab of everything a machine was seen to do: a bar of the last day, and every transition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.panes.moves import MOVES, move_lines
from dedalus_tui.ui.panes.pane import MachinePane
from dedalus_tui.ui.panes.rows import action_label, past_of
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.timeline import NOTHING_KNOWN, bar_lines, step_lines
from dedalus_tui.ui.widgets.line_list import LineList
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from dedalus_tui.store.changes import Key

_SIDE_CELLS = 2


class TimelinePane(MachinePane):
    """Transitions are kept in the journal, so those of earlier runs are here too."""

    MEANS = MOVES

    DEFAULT_CSS = """
    TimelinePane SpanText {
        padding: 0 1;
        margin-bottom: 1;
    }
    """

    _past = NOTHING_KNOWN

    def compose(self) -> ComposeResult:
        """Bar above list."""
        yield SpanText(id="bar")
        yield LineList(id="steps")

    def opened(self) -> None:
        """Read the journal again."""
        self._past = past_of(self.services, self.machine_id)
        self._draw()

    def heard(self, keys: frozenset[Key]) -> None:
        """Read again when this machine moved."""
        if ("machine", self.machine_id) in keys:
            self.opened()

    def ticked(self) -> None:
        """The newest phase lasts longer, the bar moves on, and watching goes on."""
        self._past = past_of(self.services, self.machine_id, steps=self._past.steps)
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """The bar is as wide as there is room."""
        self._draw()

    def perform(self, action_id: str) -> bool:
        """Move in the list."""
        return move_lines(self.query_one(LineList), action_id)

    def _draw(self) -> None:
        now, signs = self.services.store.clock.now(), self.signs
        width = self.size.width - _SIDE_CELLS
        self.query_one("#bar", SpanText).show(
            [
                (("Last 24 hours, as seen from this computer", Role.MUTED),),
                *bar_lines(self._past.steps, now, signs, width=width, known=self._past.known),
            ]
        )
        lines = step_lines(
            self._past.steps, now, signs, label_of=action_label, known=self._past.known
        )
        if not lines:
            lines = ((("No transition of this machine was seen yet.", Role.MUTED),),)
        if self.query_one(LineList).content != lines:
            self.query_one(LineList).show(lines)
