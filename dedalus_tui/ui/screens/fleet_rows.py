"""Which machines the fleet shows and in which order: filter, sort, pins. Values in, order out.

Rows are made lazily from records and kept until the record's version changes. A change of a few
machines moves only those; the whole fleet is judged and sorted anew only when the question
changes. Sort keys are kept for every column sorted by so far.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from datetime import UTC, datetime
from itertools import islice
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

SortKey = tuple[int, float, str]
"""0 for known and 1 for unknown values, then number, then text."""


MOST_ORDERED_AHEAD = 10_000
"""More machines than these are not put in order ahead: it would hold the loop for too long."""

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
        self._keys: dict[str, SortKey] = {}
        """Sort keys by the column sorted by."""
        self._known_keys: dict[str, dict[str, SortKey]] = {}
        """The same by columns sorted by before, as long as the rows are the same."""
        self._known_orders: dict[str, list[str]] = {}
        """Every machine ascending, by columns made ready."""
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
        self._rows.pop(key, None)
        self._known_orders.clear()
        for known in self._known_keys.values():
            if known is not self._keys:
                known.pop(key, None)
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
            self._column = column
            self.sort_all(now)

    def prepare(self, column: Column, count: int) -> bool:
        """Make ready what sorting by another column needs, so many machines at a time.

        Returns True while there is more to do.
        """
        if column in (SLEEPS_IN, self._column) or column.key in self._known_orders:
            return False
        known = self._known_keys.setdefault(column.key, {})
        if len(known) < len(self._records):
            for key in islice((key for key in self._records if key not in known), count):
                known[key] = column.sort_key(self.row(key), _END_OF_TIME)
            return True
        if len(known) <= MOST_ORDERED_AHEAD:
            self._known_orders[column.key] = self._ordered(known)
        return False

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
        self._known_keys.clear()
        self._known_orders.clear()
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
        others = [known for known in self._known_keys.values() if known is not self._keys]
        self._known_orders.clear()
        for key in dict.fromkeys(changed):
            for known in others:
                known.pop(key, None)
            before, was_pinned = self._keys.pop(key, None), key in self._pinned
            self._take(key, get(key))
            has_other_pins |= was_pinned != (key in self._pinned)
            if key in self._records:
                self._keys[key] = self._column.sort_key(self.row(key), self._reference)
            if self._keys.get(key) != before:
                touched.add(key)
        if touched:
            self._sorted = self._merged(self._sorted, touched, self._records)
        judged = self._meeting([key for key in dict.fromkeys(changed) if key in self._records], now)
        if judged is None:
            self._give_up(now)
            return True
        visible = set(judged)
        touched.intersection_update(visible | self._shown)
        touched.update(key for key in changed if (key in self._shown) != (key in visible))
        if not touched:
            return has_other_pins
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

    def sort_all(self, now: datetime) -> None:
        """Judge and sort every machine as of now."""
        column, row = self._column, self.row
        self._reference = now if column is SLEEPS_IN else _END_OF_TIME
        known = {} if column is SLEEPS_IN else self._known_keys.get(column.key, {})
        if len(known) < len(self._records):
            sort_key, reference = column.sort_key, self._reference
            known = {key: known.get(key) or sort_key(row(key), reference) for key in self._records}
        self._keys = self._known_keys[column.key] = keys = known
        prepared = self._known_orders.pop(column.key, [])
        self._sorted = prepared or self._ordered(keys)
        self._choose(self._sorted, now)

    def _ordered(self, keys: Mapping[str, SortKey]) -> list[str]:
        # Records stand in the order of their places, and sorting keeps the order of equals.
        return sorted(self._records, key=_ranks(keys).__getitem__)

    def _choose(self, ascending: list[str], now: datetime) -> None:
        is_plain = not self._shows_only_problems and (
            not self._destroyed or _asks_for_destroyed(self._filter)
        )
        if not is_plain:
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
            if self._shows_only_problems and not why_attention(self._records[key].machine, now):
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
