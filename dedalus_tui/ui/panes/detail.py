"""A machine at a glance: the whole lifecycle status in a pane, or the same in a strip of lines.

Both are told what to show; the fleet screen points them at whatever is selected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll

from dedalus_tui.ui.panes.rows import action_label
from dedalus_tui.ui.present.detail import overview_lines, running_lines, strip_lines
from dedalus_tui.ui.present.facts import cut
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.timeline import NOTHING_KNOWN, bar_lines, step_lines
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from datetime import datetime

    from textual import events
    from textual.app import ComposeResult

    from dedalus_tui.domain.cost import Rates
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.present.row import MachineRow
    from dedalus_tui.ui.present.timeline import Past

_RECENT_STEPS = 5
_MIN_WIDTH = 20
_NOTHING_SELECTED = "No machine is selected."


class MachineDetail(VerticalScroll):
    """State, sizes, sleep, cost, label, the last 24 hours, and what runs now."""

    DEFAULT_CSS = """
    MachineDetail {
        padding: 0 1;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
    }
    """

    def __init__(self, signs: Glyphs, *, rates: Rates | None = None, id: str | None = None) -> None:
        """Shows nothing until told."""
        super().__init__(id=id)
        self._signs = signs
        self._rates = rates
        self._row: MachineRow | None = None
        self._past = NOTHING_KNOWN
        self._seen_at: datetime | None = None
        self._now: datetime | None = None
        self._is_gone = False

    def compose(self) -> ComposeResult:
        """One text: lines are cheap, widgets are not."""
        yield SpanText()

    def show(
        self,
        row: MachineRow | None,
        now: datetime,
        *,
        past: Past = NOTHING_KNOWN,
        seen_at: datetime | None = None,
        is_gone: bool = False,
    ) -> None:
        """Show a machine at a moment, or that none is selected; `is_gone` says that the service no
        longer has it, and that this is the last that was known."""
        self._row, self._now, self._past, self._seen_at = row, now, past, seen_at
        self._is_gone = is_gone
        self._draw()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self.query_one(SpanText).lines

    def on_resize(self, event: events.Resize) -> None:
        """Facts are broken at the width there is."""
        self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        if self._now is None or width < _MIN_WIDTH:
            return
        self.query_one(SpanText).show(self._made(self._now, width))

    def _made(self, now: datetime, width: int) -> list[Line]:
        row, signs = self._row, self._signs
        if row is None:
            known = "This machine is not known here." if self._is_gone else _NOTHING_SELECTED
            return [((known, Role.MUTED),)]
        gone: list[Line] = (
            [(("This machine is gone. The last that was known of it:", Role.BAD),), ()]
            if self._is_gone
            else []
        )
        lines = [
            *gone,
            *overview_lines(row, now, signs, width=width, rates=self._rates, seen_at=self._seen_at),
            (),
            (("Last 24 hours, as seen from here", Role.MUTED),),
            *bar_lines(self._past.steps, now, signs, width=width, known=self._past.known),
        ]
        steps, known_of = self._past
        recent = step_lines(
            steps[-_RECENT_STEPS:], now, signs, label_of=action_label, known=known_of
        )
        running = running_lines(row, now)
        lines += [cut(line, width) for line in recent]
        heading = "Last seen running" if row.is_stale else "Running now"
        lines += [(), ((heading, Role.MUTED),), *(cut(line, width) for line in running)]
        return lines


class MachineStrip(SpanText):
    """The same in four to six lines."""

    DEFAULT_CSS = """
    MachineStrip {
        padding: 0 1;
    }
    """

    def __init__(self, signs: Glyphs, *, id: str | None = None) -> None:
        """Shows nothing until told."""
        super().__init__(id=id)
        self._signs = signs
        self._shown: tuple[MachineRow, datetime] | None = None

    def show_machine(self, row: MachineRow | None, now: datetime) -> None:
        """Show a machine at a moment, or nothing."""
        self._shown = None if row is None else (row, now)
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Facts are broken at the width there is."""
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        if self._shown is None:
            self.show([((_NOTHING_SELECTED, Role.MUTED),)])
        elif width >= _MIN_WIDTH:
            row, now = self._shown
            self.show(strip_lines(row, now, self._signs, width=width))
