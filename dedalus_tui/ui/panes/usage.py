"""The tab of what one machine used this month: totals, bars by day and by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll

from dedalus_tui.actions.action import Scope
from dedalus_tui.domain.usage_report import Amounts, Measure
from dedalus_tui.ui.bindings import own_key_pieces, pane_bindings
from dedalus_tui.ui.panes.moves import LINE_MOVES, scroll
from dedalus_tui.ui.panes.pane import MachinePane
from dedalus_tui.ui.panes.rows import past_of
from dedalus_tui.ui.present.facts import Fact, fact, fact_lines
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.timeline import bar_lines
from dedalus_tui.ui.present.units import money
from dedalus_tui.ui.present.usage import (
    TITLES,
    UNITS,
    chart_lines,
    cost_of,
    estimate_words,
    with_unit,
)
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from dedalus_tui.domain.usage_report import UsageReport
    from dedalus_tui.store.changes import Key
    from dedalus_tui.ui.present.roles import Line


class UsagePane(MachinePane):
    """`m` plots the next quantity, `r` reads again. Reading never touches the machine."""

    MEANS = LINE_MOVES | {"machine.refresh"}
    BINDINGS: ClassVar[list[BindingType]] = pane_bindings(Scope.USAGE)

    DEFAULT_CSS = """
    UsagePane VerticalScroll {
        padding: 0 1;
        scrollbar-size-vertical: 1;
    }
    """

    _measure = Measure.AWAKE

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll():
            yield SpanText()

    def opened(self) -> None:
        """Read, unless it was read just now."""
        self._draw()
        self._read(force=False)

    def heard(self, keys: frozenset[Key]) -> None:
        """Draw anew when usage was read."""
        if ("usage",) in keys:
            self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Bars are cut to the width."""
        self._draw()

    def perform(self, action_id: str) -> bool:
        """Scroll, read again, or do what is this tab's own."""
        if action_id == "machine.refresh":
            self._read(force=True)
            return True
        return scroll(self.query_one(VerticalScroll), action_id) or super().perform(action_id)

    def action_usage_next_measure(self) -> None:
        """Plot the next quantity."""
        measures = list(Measure)
        self._measure = measures[(measures.index(self._measure) + 1) % len(measures)]
        self._draw()

    def _read(self, *, force: bool) -> None:
        load = self.services.store.usage.load(force=force)
        self.run_worker(load, name="read usage", group="usage")

    def _draw(self) -> None:
        width = self.size.width - 3
        if width > 20:
            self.query_one(SpanText).show(self._lines(width))

    def _lines(self, width: int) -> list[Line]:
        state = self.services.store.usage.state
        lines: list[Line] = []
        if state.fault is not None:
            words = explain(state.fault, about="usage")
            lines.append(((words.sentences, Role.BAD),))
        if state.month is None:
            return lines or [(("reading the usage of this month...", Role.MUTED),)]
        lines += fact_lines(self._facts(state.month), width)
        signs, now = self.signs, self.services.store.clock.now()
        past = past_of(self.services, self.machine_id)
        for title, is_daily in (("day (UTC)", True), ("hour", False)):
            bars = state.month.bars(days=is_daily, machine_id=self.machine_id)
            lines += [
                (),
                (
                    (f"{TITLES[self._measure]}, {UNITS[self._measure]} ", Role.STRONG),
                    (f"by {title}", Role.MUTED),
                    *(self._key_spans() if is_daily else ()),
                ),
                *chart_lines(bars, self._measure, signs, width=width, height=4),
            ]
        lines += [
            (),
            (("awake and asleep, last 24 hours as seen from here", Role.MUTED),),
            *bar_lines(past.steps, now, signs, width=width, known=past.known),
        ]
        return lines

    def _key_spans(self) -> Line:
        keys, settings = self.services.keys, self.services.settings
        pieces = own_key_pieces(Scope.USAGE, keys=keys, settings=settings)
        return (("   ", Role.TEXT), *((piece.text, piece.role) for piece in pieces))

    def _facts(self, month: UsageReport) -> list[Fact]:
        amounts = month.by_machine.get(self.machine_id, Amounts())
        facts = [fact("Period", f"{month.start:%B %Y} (UTC), so far")]
        for measure in Measure:
            value, whole = amounts.of(measure), month.total.of(measure)
            share = f"  {value / whole * 100:.0f} % of all machines" if whole else ""
            facts.append(
                Fact(
                    TITLES[measure].capitalize(),
                    ((with_unit(value, measure), Role.TEXT), (share, Role.MUTED)),
                )
            )
        rates = self.services.settings.rates
        if rates is not None:
            text = f"~{money(cost_of(amounts, rates), plain(rates.currency))}"
            facts.append(
                Fact("Money", ((text, Role.STRONG), (f"  {estimate_words(rates)}", Role.MUTED)))
            )
        return facts
