"""One kind of thing over all machines: ports, files or ssh sessions. Looking wakes no machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from dedalus_tui.actions.action import Scope
from dedalus_tui.domain.machine import Phase
from dedalus_tui.store.items_survey import ItemsSurvey
from dedalus_tui.ui.bindings import key_of, keyed, own_key_pieces, screen_bindings, sort_pieces
from dedalus_tui.ui.panes.registry import PANES, why_not
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import counted
from dedalus_tui.ui.screens.table_screen import TableScreen
from dedalus_tui.ui.screens.things_table import Thing, ThingsTable
from dedalus_tui.ui.widgets.empty_state import EmptyState
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.machine_items import ItemsState
    from dedalus_tui.ui.present.roles import Line, Span
    from dedalus_tui.ui.screens.thing_kinds import ThingKind
    from dedalus_tui.ui.services import Services

_DRAW_SECONDS = 0.25
"""Answers come in many times a second; so often they are shown."""


class ThingsScreen(TableScreen):
    """Rows are those of machines that were listed; the line above says how many were not yet."""

    PLACE = "things"
    table: ThingsTable
    OWN_SCOPES = frozenset({Scope.THING})
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("things")

    DEFAULT_CSS = """
    ThingsScreen.-short #own-keys { display: none; }
    """

    def __init__(self, services: Services, kind: ThingKind[Any]) -> None:
        """Shows what was listed before, and lists."""
        super().__init__(services.settings, services.keys, services)
        self._services = services
        self._asked_for = kind
        self._kind = kind.now(services.store)
        self._book = kind.book(services.store)
        self._survey = ItemsSurvey(
            self._book, services.store.clock, self._machine_ids, self._may_ask
        )
        self.table = ThingsTable(services, self._kind, self.signs)
        self.own_keys = SpanLines(id="own-keys")
        self._drawing: Timer | None = None

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return (self._kind.title,)

    def summary_pieces(self) -> tuple[Piece, ...]:
        """How many there are."""
        return (Piece(f" {counted(len(self.table.order), self._kind.noun)} ", Role.TEXT),)

    def compose_middle(self) -> Iterable[Widget]:
        """How far it is, the table, or why it has no rows, and the keys of this screen."""
        yield SpanText(id="told")
        yield self.table
        yield EmptyState(id="empty")
        yield self.own_keys

    def on_mount(self) -> None:
        """Look for the first time."""
        self._services.changed.subscribe(self, self._heard)
        pieces = own_key_pieces(Scope.THING, keys=self.keys, settings=self.settings)
        sort = sort_pieces(self.keys, self.settings)
        self.own_keys.show(SpanRow((Piece(" "), *pieces, *sort)))
        self.draw()
        self.table.focus()

    def on_screen_resume(self) -> None:
        """On top, for the first time or again: list, and go on listing."""
        self.draw()
        self.run_worker(self._survey.run(), name="survey", group="survey", exclusive=True)

    def on_screen_suspend(self) -> None:
        """Another screen is on top: nobody needs the lists."""
        self.workers.cancel_group(self, "survey")

    # What there is.

    def _machine_ids(self) -> list[str]:
        records = self._services.store.machines.records()
        gone = Phase.DESTROYED
        return [record.machine_id for record in records if record.machine.phase != gone]

    def _may_ask(self) -> bool:
        return self._is_offered and not self._services.store.health.is_down

    @property
    def _is_offered(self) -> bool:
        """False when the service is known not to have them, as their tab says too."""
        entry = next(entry for entry in PANES if entry.key == self._kind.tab)
        return why_not(self._services, entry) is None

    def _heard(self, keys: frozenset[Key]) -> None:
        if self._drawing is None and any(
            key[0] in {self._book.kind, "machine", "machines", "health"} for key in keys
        ):
            self._drawing = self.set_timer(_DRAW_SECONDS, self._draw_soon)

    def _draw_soon(self) -> None:
        self._drawing = None
        if self.is_current:
            self.draw()

    # Drawing.

    def draw(self) -> None:
        """The things of machines that were listed, and how many were not."""
        self._kind = self._asked_for.now(self._services.store)
        self.table.show_kind(self._kind)
        states = {each: self._book.state(each) for each in self._machine_ids()}
        stale = frozenset(each for each, state in states.items() if state.fault is not None)
        self.table.show_things(
            (Thing(each, item) for each, state in states.items() for item in state.items), stale
        )
        self.table.show_as_stale(self._services.store.health.is_down)
        has_rows = bool(self.table.order)
        self.set_class(not has_rows, "-no-rows")
        is_said_below = not has_rows and self._is_refused(states)
        self.query_one("#told", SpanText).show([] if is_said_below else self._told(states))
        if not has_rows:
            self.query_one("#empty", EmptyState).show(self._empty_lines(states))
        elif self.focused is None:
            self.table.focus()
        self.refresh_header()

    def _is_refused(self, states: dict[str, ItemsState[Any]]) -> bool:
        """True when nothing more can be learnt: every machine not listed was asked in vain."""
        if not self._is_offered:
            return True
        unknown = [state for state in states.values() if state.listed_at is None]
        return bool(unknown) and all(state.fault is not None for state in unknown)

    def _told(self, states: dict[str, ItemsState[Any]]) -> list[Line]:
        """What rows do not say: machines still to be listed, those that refused, hidden rows."""
        listed = sum(state.listed_at is not None for state in states.values())
        spans: list[Span] = []
        if listed < len(states):
            spans.append((f"listed {listed:,} of {counted(len(states), 'machine')}.  ", Role.MUTED))
        if any(state.is_cut for state in states.values()):
            spans.append(("of some machines only the first ones are shown.  ", Role.MUTED))
        if self.table.hidden_count:
            hidden = counted(self.table.hidden_count, self._kind.noun)
            spans.append((f"{hidden} hidden by the filter: {self.filter_text}", Role.MUTED))
        lines: list[Line] = [tuple(spans)] if spans else []
        faults = _faults(states)
        if faults:
            words = explain(faults[-1], about=f"{self._kind.noun}s")
            many = counted(len(faults), "machine")
            lines.append(((f"{many} could not be asked: {words.happened}.", Role.BAD),))
        return lines

    def _empty_lines(self, states: dict[str, ItemsState[Any]]) -> list[Line]:
        plural = f"{self._kind.noun}s"
        if self.table.hidden_count:
            back = key_of("app.back", self)
            told = f"No {self._kind.noun} matches. {back} clears the filter."
            return [((told, Role.STRONG),)]
        faults = _faults(states)
        listed = sum(state.listed_at is not None for state in states.values())
        if self._is_refused(states):
            if not faults:
                return [((f"This deployment does not offer {plural}.", Role.BAD),)]
            words = explain(faults[-1], about=plural)
            happened = words.happened[:1].upper() + words.happened[1:]
            return [((f"{happened}.", Role.BAD),), (), ((words.advice, Role.TEXT),)]
        if not self._services.store.machines.is_loaded and not states:
            return [(("asking for the machines...", Role.MUTED),)]
        if listed < len(states) and self._services.store.health.is_down:
            return [((f"Nobody knows of {plural}: there is no line.", Role.BAD),)]
        if listed < len(states):
            return [((f"asking for {plural}...", Role.MUTED),)]
        where = f"on {counted(len(states), 'machine')}" if states else "because there is no machine"
        return [
            ((f"No {plural} {where}.", Role.STRONG),),
            (),
            ((keyed(self._kind.advice, self), Role.MUTED),),
        ]

    # Actions.

    def action_thing_open(self) -> None:
        """The machine of the selected row, on the tab of such things."""
        thing = self.table.thing
        if thing is not None:
            self._services.open_machine(thing.machine_id, tab=self._kind.tab)

    open_row = action_thing_open


def _faults(states: dict[str, ItemsState[Any]]) -> list[CloudFault]:
    """Why machines could not be listed, one for each."""
    return [state.fault for state in states.values() if state.fault is not None]
