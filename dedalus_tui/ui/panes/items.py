"""What the tabs of small things share: a live table, its faces, and keys for the selected one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from dedalus_tui.domain.lifecycle import why_not_use
from dedalus_tui.ui.bindings import keyed, own_key_pieces
from dedalus_tui.ui.panes.moves import MOVES, columns_of, lines_of
from dedalus_tui.ui.panes.pane import MachinePane
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import age, seconds_since
from dedalus_tui.ui.widgets.empty_state import EmptyState
from dedalus_tui.ui.widgets.resource_table import ResourceTable, RowFace
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.span_text import SpanText
from dedalus_tui.ui.widgets.table_painter import ASCII_SIGNS, TableSigns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from dedalus_tui.actions.action import Scope
    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.machine_items import MachineItems
    from dedalus_tui.ui.present.roles import Line, Span
    from dedalus_tui.ui.services import Services
    from dedalus_tui.ui.widgets.table_layout import TableColumn

Item = TypeVar("Item")

REFRESH_SECONDS = 5.0


class ItemsPane(MachinePane, Generic[Item], can_focus=True):
    """A table of one machine's things, listed anew every few seconds while it is on show.

    Listing wakes no machine. Rows are never taken away because a request failed.
    """

    MEANS = MOVES
    COLUMNS: ClassVar[Sequence[TableColumn]]
    PLURAL: ClassVar[str]
    """What they are called in sentences: "ssh sessions"."""
    EMPTY: ClassVar[str]
    """What to do where there are none."""
    OWN_SCOPE: ClassVar[Scope]
    """Whose keys are shown beneath the table."""

    DEFAULT_CSS = """
    ItemsPane {
        .above {
            height: auto;
            padding: 0 1;
        }

        ResourceTable {
            height: 1fr;
        }

        EmptyState {
            display: none;
        }

        &.-no-rows ResourceTable { display: none; }
        &.-no-rows EmptyState { display: block; }
    }
    """

    def __init__(self, services: Services, machine_id: str) -> None:
        """Shows what was listed last, and lists anew."""
        super().__init__(services, machine_id)
        self.table = ResourceTable(
            columns=self.COLUMNS,
            version_of=self._version,
            face_of=self._face,
            signs=ASCII_SIGNS if services.settings.ascii else TableSigns(),
        )
        self.own_keys = SpanLines(classes="own-keys")
        self._seconds_shown = 0.0

    # What a subclass says.

    @property
    def plural(self) -> str:
        """What they are called in sentences."""
        return self.PLURAL

    def said_above(self) -> Sequence[Line]:
        """Lines above the table, of what holds for all rows."""
        return ()

    @property
    def book(self) -> MachineItems[Item]:
        """Where the things are kept."""
        raise NotImplementedError

    def id_of(self, item: Item) -> str:
        """What tells one from the others."""
        raise NotImplementedError

    def cells(self, item: Item) -> Sequence[Span]:
        """One cell for each column."""
        raise NotImplementedError

    # Composition and life.

    def compose(self) -> ComposeResult:
        """What lags or failed, the table, the keys."""
        yield SpanText(classes="above")
        yield self.table
        yield EmptyState()
        yield self.own_keys

    def on_mount(self) -> None:
        """Show the keys."""
        services = self.services
        pieces = own_key_pieces(self.OWN_SCOPE, keys=services.keys, settings=services.settings)
        self.own_keys.show(SpanRow((Piece(" "), *pieces)))
        self._draw()

    def opened(self) -> None:
        """List."""
        self._draw()
        self.reload()

    def refreshed(self) -> None:
        """List, however fresh what is shown may be."""
        self.reload(force=True)

    def heard(self, keys: frozenset[Key]) -> None:
        """Draw anew when these things changed."""
        if (self.book.kind, self.machine_id) in keys:
            self._draw()

    def ticked(self) -> None:
        """Countdowns go on, and now and then the list is asked for again."""
        self.table.tick()
        self._draw_above()
        self._seconds_shown += 1
        if self._seconds_shown >= REFRESH_SECONDS:
            self._seconds_shown = 0
            self.reload()

    def reload(self, *, force: bool = False) -> None:
        """Ask the service again."""
        load = self.book.load(self.machine_id, force=force)
        self.run_worker(load, name=f"list {self.book.kind}", group="list")

    @property
    def focus_target(self) -> Widget:
        """The table; while there are no rows it is hidden, and keys come to the tab itself."""
        return self.table if self.table.order else self

    @property
    def selected(self) -> Item | None:
        """The thing under the cursor."""
        key = self.table.cursor_key
        return None if key is None else self.book.get(self.machine_id, key)

    def perform(self, action_id: str) -> bool:
        """Move in the table, or do what is this tab's own."""
        lines = lines_of(action_id, self.table.visible_line_count)
        if lines is not None:
            self.table.move_cursor(lines)
            return True
        columns = columns_of(action_id)
        if columns is not None:
            self.table.shift_columns(1 if columns > 0 else -1)
            return True
        return super().perform(action_id)

    def may_change(self, what: str) -> bool:
        """False, and the reason said, in read-only mode; `what` as in "close a session"."""
        if self.services.settings.read_only:
            self.post_message(self.Said(f"this is read-only mode: it cannot {what}"))
            return False
        return True

    def may_be_used(self) -> bool:
        """False, and the reason said, where nothing can be done on the machine, also by waking."""
        record = self.record
        reason = why_not_use(record.machine) if record is not None else "the machine is gone"
        if reason:
            self.post_message(self.Said(f"not possible: {reason}"))
        return not reason

    # Drawing.

    def _version(self, key: str) -> Any:
        return self.book.get(self.machine_id, key)

    def _face(self, key: str) -> RowFace:
        item = self.book.get(self.machine_id, key)
        if item is None:
            return RowFace([("", Role.MUTED)] * len(self.COLUMNS))
        is_stale = self.book.state(self.machine_id).fault is not None
        return RowFace(self.cells(item), is_stale=is_stale)

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        state = self.book.state(self.machine_id)
        order = [self.id_of(item) for item in state.items]
        has_keys = self.has_focus or self.table.has_focus or self.screen.focused is None
        if has_keys and not order:
            self.focus()  # before the table is hidden, or the focus goes astray
        self.set_class(not order, "-no-rows")
        self.table.forget_faces()
        self.table.show(order)
        if has_keys and order and self.display and self.screen.is_current:
            self.table.focus()
        self.table.show_as_stale(state.fault is not None)
        self.query_one(EmptyState).show(self._empty_lines())
        self._draw_above()

    def _draw_above(self) -> None:
        state = self.book.state(self.machine_id)
        lines = [*self.said_above()]
        if state.fault is not None and state.items:
            since = age(seconds_since(state.listed_at, self.services.store.clock.now()))
            words = explain(state.fault, about=self.plural)
            lines.append(((f"as of {since} ago: {words.happened}. {words.advice}", Role.BAD),))
        elif state.is_cut:
            lines.append((("only the first ones are shown", Role.MUTED),))
        self.query_one(".above", SpanText).show(lines)

    def _empty_lines(self) -> list[tuple[Span, ...]]:
        state = self.book.state(self.machine_id)
        if state.fault is not None:
            words = explain(state.fault, about=self.plural)
            happened = words.happened[:1].upper() + words.happened[1:]
            return [((f"{happened}.", Role.BAD),), (), ((words.advice, Role.TEXT),)]
        if state.listed_at is None:
            return [((f"asking for {self.plural}...", Role.MUTED),)]
        return [
            ((f"No {self.plural}.", Role.STRONG),),
            (),
            ((keyed(self.EMPTY, self.services), Role.MUTED),),
        ]
