"""The table of one kind of thing over all machines: filtered, sorted, live ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import short_id, title_of
from dedalus_tui.ui.widgets.resource_table import RowFace
from dedalus_tui.ui.widgets.sorted_table import SortedTable
from dedalus_tui.ui.widgets.table_layout import TableColumn
from dedalus_tui.ui.widgets.table_painter import ASCII_SIGNS, TableSigns

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Span
    from dedalus_tui.ui.screens.thing_kinds import ThingKind
    from dedalus_tui.ui.services import Services

_MACHINE = TableColumn(key="machine", title="MACHINE", width=16, max_width=24)


class Thing(NamedTuple):
    """One thing and whose it is."""

    machine_id: str
    item: Any


class ThingsTable(SortedTable):
    """Rows by machine and id; `show_things` is told what is known."""

    def __init__(self, services: Services, kind: ThingKind[Any], signs: Glyphs) -> None:
        """Sorted by age at first: what has not ended stands first, the newest at the top."""
        super().__init__(
            columns=(_MACHINE, *kind.columns),
            version_of=lambda key: self._things.get(key),
            face_of=self._face,
            signs=ASCII_SIGNS if services.settings.ascii else TableSigns(),
            id="things",
        )
        self._store = services.store
        self._kind = kind
        self._glyphs = signs
        self._things: dict[str, Thing] = {}
        self._stale: frozenset[str] = frozenset()

    @property
    def thing(self) -> Thing | None:
        """The one under the cursor."""
        return self._things.get(self.cursor_key) if self.cursor_key else None

    @property
    def row_total(self) -> int:
        """How many are known."""
        return len(self._things)

    def show_kind(self, kind: ThingKind[Any]) -> None:
        """Show them as things of this kind, whose columns may differ."""
        if kind is self._kind:
            return
        self._kind = kind
        self.show_columns((_MACHINE, *kind.columns))
        if self.sorted_by not in {column.key for column in self.columns}:
            self.sorted_by, self.is_falling = "age", False

    def show_things(self, things: Iterable[Thing], stale: frozenset[str]) -> None:
        """Show these; those of `stale` machines are dim, because the last listing failed."""
        id_of = self._kind.id_of
        self._things = {f"{each.machine_id} {id_of(each.item)}": each for each in things}
        self._stale = stale
        self.redraw()

    def redraw(self) -> None:
        """Filter and sort what is known."""
        now = self._store.clock.now()
        chosen = [key for key, thing in self._things.items() if self._is_wanted(thing, now)]
        chosen.sort(key=lambda key: self._rank(self._things[key], now), reverse=self.is_falling)
        if self.sorted_by == "age":
            chosen.sort(key=lambda key: self._kind.is_ended(self._things[key].item))
        self.forget_faces()
        self.show_chosen(chosen)

    def _is_wanted(self, thing: Thing, now: datetime) -> bool:
        if not self.words:
            return True
        text = " ".join(text for text, _ in self._cells(thing, now))
        return self.is_match(f"{text} {thing.machine_id}")

    def _rank(self, thing: Thing, now: datetime) -> tuple[float, str]:
        """Numbers by size and moments by time, unknown ones last; the rest by their text."""
        kind, column, item = self._kind, self.sorted_by, thing.item
        if column == "age":
            created = kind.created_at(item)
            return (-created.timestamp() if created else 0.0, "")
        if column == "expires":
            expires = None if kind.is_ended(item) else kind.expires_at(item)
            return (expires.timestamp() if expires else float("inf"), "")
        if column in kind.numbers:
            number = kind.numbers[column](item)
            return (float("inf") if number is None else number, "")
        place = [each.key for each in self.columns].index(column)
        return (0.0, self._cells(thing, now)[place][0].lower())

    def _face(self, key: str) -> RowFace:
        thing = self._things.get(key)
        if thing is None:
            return RowFace([("", Role.MUTED)] * len(self.columns))
        cells = self._cells(thing, self._store.clock.now())
        return RowFace(cells, is_stale=thing.machine_id in self._stale)

    def _cells(self, thing: Thing, now: datetime) -> list[Span]:
        record = self._store.machines.get(thing.machine_id)
        title = title_of(record.machine, record.label) if record else short_id(thing.machine_id)
        return [(title, Role.TEXT), *self._kind.cells(thing.item, now, self._glyphs)]
