"""Which machines the fleet shows and in which order: filter, sort, pins. Values in, order out.

Rows are made lazily from records and kept until the record's version changes. A change of a few
machines moves only those; the whole fleet is judged and sorted anew only when the question
changes. The orders of other columns are made ahead (`fleet_orders`).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING

from dedalus_tui.domain.attention import why_attention
from dedalus_tui.domain.filter import Filter, patiently
from dedalus_tui.domain.machine import Phase
from dedalus_tui.ui.present.columns import PHASE, SLEEPS_IN, Column, name_cells
from dedalus_tui.ui.present.row import SHORT_ID_CELLS, MachineRow, make_row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping

    from dedalus_tui.domain.activity import Activity
    from dedalus_tui.domain.cost import Rates
    from dedalus_tui.domain.preview import Preview
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.columns import SortKey
    from dedalus_tui.ui.screens.fleet_orders import Order

_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
"""Ages reckoned from here sort as ages do, and never change."""


class FleetRows:
    """The machines of the fleet screen, and which of them are shown in what order."""

    def __init__(
        self,
        *,
        rates: Rates | None = None,
        activities_of: Callable[[str], tuple[Activity, ...] | None] = lambda _: None,
        public_of: Callable[[str], tuple[Preview, ...]] = lambda _: (),
        is_calling: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._rates = rates
        self._activities_of = activities_of
        self._public_of = public_of
        self._is_calling = is_calling
        self._records: dict[str, MachineRecord] = {}
        self._places: dict[str, int] = {}
        """At which place each machine was first seen: the order of equals."""
        self._next_place = 0
        self._rows: dict[str, MachineRow] = {}
        """Rows that are still right; the others are made when asked for."""
        self._keys = _Keys(self._sort_key)
        """Sort keys by the column sorted by, as far as they were asked for."""
        self._orders: dict[str, Order] = {}
        """By other columns, as far as they are made."""
        self._unsettled: set[str] = set()
        """Machines of which something else was seen since they were placed."""
        self._sorted: list[str] = []
        """Every machine, ascending."""
        self._ascending: list[str] = []
        """Those of them that are shown."""
        self._shown: set[str] = set()
        self._longest_name = SHORT_ID_CELLS
        self._pinned: set[str] = set()
        self._destroyed: set[str] = set()
        self._activity_versions: dict[str, int] = {}
        self._reference = _END_OF_TIME
        """The moment that sort keys of times are reckoned from."""
        self._filter = Filter()
        self._too_slow: set[str] = set()
        """Filters that were not counted because it took too long; they are not tried again."""
        self.given_up = ""
        """A filter that was taken off because it took too long; whoever tells of it empties it."""
        self._shows_only_problems = False
        self._column: Column = PHASE
        self._is_falling = False

    # What there is.

    def __len__(self) -> int:
        return len(self._records)

    @property
    def records(self) -> Collection[MachineRecord]:
        """Every machine, shown or not."""
        return self._records.values()

    def record(self, key: str) -> MachineRecord | None:
        """The record of a machine."""
        return self._records.get(key)

    def version(self, key: str) -> tuple[int, int]:
        """Differs whenever the row of that machine may say something else."""
        record = self._records.get(key)
        return (record.version if record else -1, self._activity_versions.get(key, 0))

    def row(self, key: str) -> MachineRow:
        """The row of a machine. Raises KeyError when there is no such machine."""
        row = self._rows.get(key)
        if row is None:
            record = self._records[key]
            row = self._rows[key] = make_row(
                record.machine,
                label=record.label,
                activities=self._activities_of(key),
                public=self._public_of(key),
                is_calling=self._is_calling(key),
                is_stale=record.is_stale,
                asking=record.asking,
                rates=self._rates,
            )
            if (cells := name_cells(row)) > self._longest_name:
                self._longest_name = cells
        return row

    @property
    def listed_count(self) -> int:
        """How many machines there are, without the destroyed ones."""
        return len(self._records) - len(self._destroyed)

    def count(self, wanted: Filter, now: datetime) -> int | None:
        """How many machines another filter would show; None where counting takes too long."""
        meets = wanted.predicate(now)
        hidden = frozenset[str]() if _asks_for_destroyed(wanted) else self._destroyed

        def counted() -> int:
            return sum(1 for key in self._records if key not in hidden and meets(self.row(key)))

        if wanted.text in self._too_slow:
            return None
        number = patiently(wanted, counted)
        if number is None:
            self._too_slow.add(wanted.text)
        return number

    @property
    def longest_name(self) -> int:
        """Cells of the longest name with its marks; it never shrinks, so columns stay in place."""
        return self._longest_name

    def activity_changed(self, key: str) -> None:
        """Make that row anew: what is seen of the machine changed, and not its record."""
        if key in self._records:
            self._keys[key]  # as it is placed now, before the row says something else
            self._unsettled.add(key)
        self._rows.pop(key, None)
        self._touch_orders((key,))
        self._activity_versions[key] = self._activity_versions.get(key, 0) + 1

    # The question.

    @property
    def filter(self) -> Filter:
        """What is asked for now."""
        return self._filter

    @property
    def shows_only_problems(self) -> bool:
        """True when machines that need nobody are left out."""
        return self._shows_only_problems

    @property
    def sort(self) -> tuple[Column, bool]:
        """The column sorted by, and whether it falls."""
        return self._column, self._is_falling

    def filter_by(self, wanted: Filter, now: datetime) -> None:
        """Ask for other machines; a filter that only narrows looks at what is shown."""
        narrows = (
            wanted.narrows(self._filter)
            and not wanted.needs_clock
            and _asks_for_destroyed(wanted) == _asks_for_destroyed(self._filter)
        )
        self._filter = wanted
        self._choose(self._ascending if narrows else self._sorted, now)

    def show_problems(self, only: bool, now: datetime) -> None:
        """Leave out, or take in, machines that need nobody."""
        self._shows_only_problems = only
        self._choose(self._sorted, now)

    def sort_by(self, column: Column, *, is_falling: bool, now: datetime) -> None:
        """Put them in another order."""
        self._is_falling = is_falling
        if column.key != self._column.key:
            if self._column is not SLEEPS_IN and self._sorted:
                from dedalus_tui.ui.screens.fleet_orders import Order

                held = self._sort_key_of(self._column)
                order = self._orders[self._column.key] = Order.of(self._sorted, held)
                order.touched.update(self._unsettled)
            self._column = column
            self.sort_all(now)

    def prepare(self, column: Column) -> bool:
        """Go on for a few milliseconds with what sorting by another column needs.

        Returns True while there is more to do.
        """
        if column in (SLEEPS_IN, self._column):
            return False
        order = self._orders.get(column.key)
        if order is None:
            from dedalus_tui.ui.screens.fleet_orders import Order

            order = self._orders[column.key] = Order(self._records, self._sort_key_of(column))
        return order.step(self._records, self._places)

    # What changed.

    def replace(self, records: Iterable[MachineRecord], now: datetime) -> None:
        """These machines and no others."""
        held = self._records
        self._records = {record.machine_id: record for record in records}
        self._rows = {
            key: row
            for key, row in self._rows.items()
            if (record := self._records.get(key)) and record.version == held[key].version
        }
        self._orders.clear()
        self._places = {key: place for place, key in enumerate(self._records)}
        self._next_place = len(self._places)
        self._pinned = {key for key, held in self._records.items() if held.label.is_pinned}
        self._destroyed = {
            key for key, held in self._records.items() if held.machine.phase == Phase.DESTROYED
        }
        self.sort_all(now)

    def update(
        self, changed: Iterable[str], get: Callable[[str], MachineRecord | None], now: datetime
    ) -> bool:
        """Take in machines that changed, came or went; True when the order shown did too."""
        touched: set[str] = set()
        has_other_pins = False
        changed = dict.fromkeys(changed)
        self._touch_orders(changed)
        self._unsettled.difference_update(changed)
        for key in changed:
            before = self._keys[key] if key in self._records else None
            was_pinned = key in self._pinned
            self._keys.pop(key, None)
            self._take(key, get(key))
            has_other_pins |= was_pinned != (key in self._pinned)
            if (self._keys[key] if key in self._records else None) != before:
                touched.add(key)
        if touched:
            self._sorted = self._merged(self._sorted, touched, self._records)
        judged = self._meeting([key for key in changed if key in self._records], now)
        if judged is None:
            self._give_up(now)
            return True
        visible = set(judged)
        touched.intersection_update(visible | self._shown)
        touched.update(key for key in changed if (key in self._shown) != (key in visible))
        if not touched:
            return has_other_pins
        if self._hides_nothing and self._filter.is_empty:
            self._show(list(self._sorted))
        else:
            self._show(self._merged(self._ascending, touched, visible))
        return True

    def _merged(
        self, ascending: list[str], touched: set[str], present: Container[str]
    ) -> list[str]:
        """The list with the touched keys at their places, those not present left out."""
        kept = [key for key in ascending if key not in touched]
        for key in touched:
            if key in present:
                insort(kept, key, key=self._place)
        return kept

    def _place(self, key: str) -> tuple[SortKey, int]:
        return self._keys[key], self._places[key]

    def _take(self, key: str, record: MachineRecord | None) -> None:
        self._rows.pop(key, None)
        self._pinned.discard(key)
        self._destroyed.discard(key)
        if record is None:
            self._records.pop(key, None)
            self._places.pop(key, None)
            self._activity_versions.pop(key, None)
            return
        if key not in self._records:
            self._next_place += 1
            self._places[key] = self._next_place
        self._records[key] = record
        if record.label.is_pinned:
            self._pinned.add(key)
        if record.machine.phase == Phase.DESTROYED:
            self._destroyed.add(key)

    def _touch_orders(self, keys: Collection[str]) -> None:
        for column, order in tuple(self._orders.items()):
            order.touched.update(keys)
            if not order.is_worth_keeping(len(self._records)):
                del self._orders[column]

    def _sort_key(self, key: str) -> SortKey:
        return self._column.sort_key(self.row(key), self._reference)

    def _sort_key_of(self, column: Column) -> Callable[[str], SortKey]:
        return lambda key: column.sort_key(self.row(key), _END_OF_TIME)

    def sort_all(self, now: datetime) -> None:
        """Judge and sort every machine as of now."""
        column = self._column
        self._reference = now if column is SLEEPS_IN else _END_OF_TIME
        self._keys.clear()
        self._unsettled.clear()
        prepared = self._orders.pop(column.key, None)
        if prepared is not None:
            self._sorted = prepared.whole(self._records, self._places)
        else:
            ranks = _ranks({key: self._keys[key] for key in self._records})
            # Records stand in the order of their places, and sorting keeps the order of equals.
            self._sorted = sorted(self._records, key=ranks.__getitem__)
        self._choose(self._sorted, now)

    def _choose(self, ascending: list[str], now: datetime) -> None:
        if not self._hides_nothing:
            chosen = self._meeting(ascending, now)
        elif self._filter.is_empty:
            chosen = list(ascending)
        else:
            meets, row = self._filter.predicate(now), self.row
            chosen = patiently(self._filter, lambda: [key for key in ascending if meets(row(key))])
        if chosen is None:
            self._give_up(now)
        else:
            self._show(chosen)

    @property
    def _hides_nothing(self) -> bool:
        """But what the filter hides."""
        return not self._shows_only_problems and (
            not self._destroyed or _asks_for_destroyed(self._filter)
        )

    def _meeting(self, keys: list[str], now: datetime) -> list[str] | None:
        """Those that are shown; None when it took too long to tell."""
        judge = self._judge(now)
        return patiently(self._filter, lambda: list(filter(judge, keys)))

    def _give_up(self, now: datetime) -> None:
        """Show everything rather than hold everything up."""
        self.given_up = self._filter.text
        self._filter = Filter()
        self._choose(self._sorted, now)

    def _judge(self, now: datetime) -> Callable[[str], bool]:
        meets = self._filter.predicate(now)
        hidden = frozenset[str]() if _asks_for_destroyed(self._filter) else self._destroyed

        def is_shown(key: str) -> bool:
            if key in hidden:
                return False
            if self._shows_only_problems:
                record = self._records[key]
                if not why_attention(record.machine, now, is_asking=bool(record.asking)):
                    return False
            return meets(self.row(key))

        return is_shown

    def _show(self, ascending: list[str]) -> None:
        self._ascending = ascending
        self._shown = set(ascending)

    # The answer.

    def order(self) -> list[str]:
        """The keys shown, pinned first; what is not known stays last either way."""
        keys = self._ascending
        if self._is_falling:
            known = bisect_left(keys, 1, key=lambda key: self._keys[key][0])
            keys = keys[known - 1 :: -1] + keys[known:] if known else keys
        if not self._pinned:
            return list(keys)
        pinned = self._pinned
        return [key for key in keys if key in pinned] + [key for key in keys if key not in pinned]


class _Keys(dict[str, "SortKey"]):
    """Sort keys, worked out when asked for."""

    def __init__(self, work_out: Callable[[str], SortKey]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, key: str) -> SortKey:
        made = self[key] = self._work_out(key)
        return made


def _ranks(keys: Mapping[str, SortKey]) -> Mapping[str, float] | Mapping[str, SortKey]:
    """Something that sorts as the keys do, and faster where they allow it.

    Few different keys become their ordinals, numbers become floats; both sort several times
    quicker than tuples, which matters for tens of thousands of machines.
    """
    different = set(keys.values())
    if len(different) <= len(keys) // 4:
        ordinals = {key: float(rank) for rank, key in enumerate(sorted(different))}
        return {name: ordinals[key] for name, key in keys.items()}
    if all(not text for _, _, text in different):
        return {name: inf if unknown else value for name, (unknown, value, _) in keys.items()}
    return keys


def _asks_for_destroyed(wanted: Filter) -> bool:
    """Destroyed machines may stay listed; they are shown to those who name them."""
    return "destroyed" in wanted.text
