"""Every request this program made: when, what, how it ended, how long it took.

Queries, headers and bodies are not kept anywhere, so no secret can be shown or copied here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.widgets import Input

from dedalus_tui.actions.action import Scope
from dedalus_tui.ui.bindings import own_key_pieces, screen_bindings
from dedalus_tui.ui.panes.moves import MOVES, move_lines
from dedalus_tui.ui.present.exchange import (
    exchange_facts,
    exchange_line,
    exchange_text,
    is_repeat,
    is_trouble,
)
from dedalus_tui.ui.present.facts import fact_lines
from dedalus_tui.ui.present.roles import Role, text_of
from dedalus_tui.ui.present.units import counted
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.widgets.line_list import LineList
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.actions.action import Action
    from dedalus_tui.api.exchange import Exchange
    from dedalus_tui.store.changes import Key
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services


_LINES_KEPT = 4_000


class ActionLogScreen(ActionScreen):
    """The newest request is at the end, and stays in sight while the cursor is on the last."""

    PLACE = "log"
    OWN_SCOPES = frozenset({Scope.LOG})
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("log")
    CSS_PATH = "action_log.tcss"

    def __init__(self, services: Services) -> None:
        """Shows what the store keeps."""
        super().__init__(services.settings, services.keys, services)
        self._log = services.store.exchanges
        self._changed = services.changed
        self._shown: tuple[Exchange, ...] = ()
        self._count_shown = -1
        self._only_trouble = False
        self._only_changes = False
        self._words: tuple[str, ...] = ()
        self._lines: dict[int, tuple[Exchange, int, Line]] = {}

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return ("action log",)

    def compose_middle(self) -> Iterable[Widget]:
        """What is shown, the requests, and the lit one in full."""
        yield SpanLines(ground="base", id="above")
        yield LineList(has_cursor=True, id="exchanges")
        yield Input(id="find", placeholder="words that must be in the line", compact=True)
        with Vertical(id="below"):
            yield SpanText(id="facts")

    def on_mount(self) -> None:
        """Start at the newest."""
        self._changed.subscribe(self, self._heard)
        self._redraw()
        lines = self.query_one(LineList)
        lines.focus()
        self.call_after_refresh(lines.move, len(self._shown))

    def on_screen_resume(self) -> None:
        """Requests may have been made meanwhile."""
        self._redraw()

    def _heard(self, keys: frozenset[Key]) -> None:
        if self.is_current and self._log.count != self._count_shown:
            self._redraw()

    # Actions.

    async def action_perform(self, action_id: str, key: str = "") -> None:
        """Movement is the list's."""
        if not move_lines(self.query_one(LineList), action_id):
            await super().action_perform(action_id, key)

    def carries_out(self, action: Action) -> bool:
        """Movement, too."""
        return action.id in MOVES or super().carries_out(action)

    def action_log_trouble(self) -> None:
        """Show only requests that did not end well, or all again."""
        self._only_trouble = not self._only_trouble
        self._redraw()

    def action_log_changes(self) -> None:
        """Show only requests that ask for a change, or all again."""
        self._only_changes = not self._only_changes
        self._redraw()

    def action_log_find(self) -> None:
        """Type words that must be in the line."""
        find = self.query_one("#find", Input)
        find.display = True
        find.focus()

    def action_app_back(self) -> None:
        """Leave the input, then show all again, then go up."""
        find = self.query_one("#find", Input)
        if find.display:
            find.value = ""
            find.display = False
            self.query_one(LineList).focus()
        elif self._only_trouble or self._only_changes:
            self._only_trouble = self._only_changes = False
            self._redraw()
        else:
            self.dismiss(None)

    def action_log_copy(self) -> None:
        """Copy the lit request with all that is known of it."""
        exchange = self._lit()
        if exchange is not None:
            self._copy(exchange_text(exchange), "the request")

    def action_log_copy_all(self) -> None:
        """Copy every request shown."""
        text = "\n".join(exchange_text(exchange) for exchange in self._shown)
        if text:
            self._copy(text, counted(len(self._shown), "request"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as one types."""
        event.stop()
        self._words = tuple(event.value.lower().split())
        self._redraw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the list, with the words kept."""
        event.stop()
        self.query_one(LineList).focus()

    def on_line_list_lit(self, event: LineList.Lit) -> None:
        """Show the lit request in full."""
        self._show_facts()

    # Drawing.

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        self.flash(f"sent {what} to the terminal's clipboard", Role.OK)

    def _lit(self) -> Exchange | None:
        cursor = self.query_one(LineList).cursor
        return self._shown[cursor] if cursor is not None and cursor < len(self._shown) else None

    def _redraw(self) -> None:
        self._count_shown = self._log.count
        kept = self._log.entries()
        chosen = [
            exchange
            for exchange in kept
            if (not self._only_trouble or is_trouble(exchange))
            and (not self._only_changes or exchange.method != "GET")
        ]
        pairs = [
            (exchange, self._line(exchange, times)) for exchange, times in _without_repeats(chosen)
        ]
        if self._words:
            pairs = [
                (exchange, line)
                for exchange, line in pairs
                if all(word in text_of(line).lower() for word in self._words)
            ]
        self._shown = tuple(exchange for exchange, _ in pairs)
        self.query_one(LineList).show(tuple(line for _, line in pairs), follow=True)
        self.query_one("#above", SpanLines).show(SpanRow(self._above(kept)))
        self._show_facts()

    def _line(self, exchange: Exchange, times: int) -> Line:
        """The line of an exchange; made once, because each new request redraws the list."""
        held = self._lines.get(id(exchange))
        if held is not None and held[0] is exchange and held[1] == times:
            return held[2]
        line = exchange_line(exchange, times=times)
        if len(self._lines) > _LINES_KEPT:
            self._lines.clear()
        self._lines[id(exchange)] = (exchange, times, line)
        return line

    def _above(self, kept: tuple[Exchange, ...]) -> tuple[Piece, ...]:
        trouble = sum(1 for exchange in kept if is_trouble(exchange))
        chosen = " and ".join(
            words
            for words, is_on in (
                ("trouble", self._only_trouble),
                ("changes", self._only_changes),
                (f"lines with {' '.join(self._words)}", bool(self._words)),
            )
            if is_on
        )
        shown = f"only {chosen}: {len(self._shown)} of {len(kept)}" if chosen else ""
        return (
            Piece(f" {shown or counted(len(kept), 'request')}", Role.STRONG),
            Piece(f", {trouble} in trouble" if trouble else "", Role.BAD),
            Piece("   "),
            *own_key_pieces(Scope.LOG, keys=self.keys, settings=self.settings),
        )

    def _show_facts(self) -> None:
        exchange = self._lit()
        width = max(20, self.size.width - 2)
        lines: tuple[Line, ...] = ((("No request is shown.", Role.MUTED),),)
        if exchange is not None:
            lines = fact_lines(exchange_facts(exchange), width)
        self.query_one("#facts", SpanText).show(lines)


def _without_repeats(exchanges: Iterable[Exchange]) -> list[tuple[Exchange, int]]:
    """The last of each run of the same good answers, and how many it stands for."""
    kept: list[tuple[Exchange, int]] = []
    for exchange in exchanges:
        if kept and is_repeat(kept[-1][0], exchange):
            kept[-1] = (exchange, kept[-1][1] + 1)
        else:
            kept.append((exchange, 1))
    return kept
