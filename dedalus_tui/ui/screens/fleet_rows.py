"""Which machines the fleet shows and in which order: filter, sort, pins. Values in, order out.

Rows are made lazily from records and kept until the record's version changes. A change of a few
machines moves only those; the whole fleet is judged and sorted anew only when the question
changes. The orders of other columns are made ahead (`fleet_orders`).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from dedalus_tui.domain.attention import why_attention
from dedalus_tui.domain.filter import Filter, patiently
from dedalus_tui.domain.machine import Phase
from dedalus_tui.ui.present.columns import name_cells
from dedalus_tui.ui.present.row import SHORT_ID_CELLS, MachineRow, make_row
from dedalus_tui.ui.screens.fleet_counts import FleetCounts
from dedalus_tui.ui.screens.fleet_orders import FleetOrders

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from dedalus_tui.domain.activity import Activity
    from dedalus_tui.domain.cost import Rates
    from dedalus_tui.domain.preview import Preview
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.columns import Column


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
        self._rows: dict[str, MachineRow] = {}
        """Rows that are still right; the others are made when asked for."""
        self._orders = FleetOrders(self.row)
        self._counts = FleetCounts(self._would_show)
        self._ascending: list[str] = []
        """Those that are shown."""
        self._shown: set[str] | None = None
        """The same as a set, once it was asked for."""
        self._longest_name = SHORT_ID_CELLS
        self._pinned: set[str] = set()
        self._destroyed: set[str] = set()
        self._looks: dict[str, int] = {}
        """How often each machine was shown anew while its record stayed the same."""
        self._filter = Filter()
        self.given_up = ""
        """A filter that was taken off because it took too long; whoever tells of it empties it."""
        self._shows_only_problems = False
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
        return (record.version if record else -1, self._looks.get(key, 0))

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
        """How many machines another filter would show.

        None where telling takes too long, and in a large fleet until `prepare_counts` is through.
        """
        return self._counts.count(wanted, now)

    def keep_counts(self, texts: Collection[str]) -> None:
        """Of no other filters is the number asked for any more."""
        self._counts.keep(texts)

    def prepare_counts(self, now: datetime) -> bool:
        """Go on for about a millisecond with what `count` was asked; True while there is more."""
        return self._counts.prepare(now)

    @property
    def longest_name(self) -> int:
        """Cells of the longest name with its marks; it never shrinks, so columns stay in place."""
        return self._longest_name

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
    def needs_clock(self) -> bool:
        """True when rows come and go by time alone."""
        return self._filter.needs_clock or self._shows_only_problems

    def judge_again(self, now: datetime) -> None:
        """Show what is to be shown by now."""
        self._choose(self._orders.ascending, now)

    @property
    def sort(self) -> tuple[Column, bool]:
        """The column sorted by, and whether it falls."""
        return self._orders.column, self._is_falling

    def filter_by(self, wanted: Filter, now: datetime) -> None:
        """Ask for other machines; a filter that only narrows looks at what is shown."""
        narrows = (
            wanted.narrows(self._filter)
            and not wanted.needs_clock
            and _asks_for_destroyed(wanted) == _asks_for_destroyed(self._filter)
        )
        self._filter = wanted
        self._choose(self._ascending if narrows else self._orders.ascending, now)

    def show_problems(self, only: bool, now: datetime) -> None:
        """Leave out, or take in, machines that need nobody."""
        self._shows_only_problems = only
        self.judge_again(now)

    def sort_by(self, column: Column, *, is_falling: bool) -> None:
        """Put them in another order."""
        self._is_falling = is_falling
        if column is self._orders.column:
            return
        self._orders.sort_by(column)
        if self._shows_all:
            self._show(self._orders.ascending)
        else:
            self._show_some(self._as_set())

    def prepare(self, column: Column) -> bool:
        """Go on for a few milliseconds with what sorting by another column needs.

        Returns True while there is more to do.
        """
        return self._orders.prepare(column)

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
        self._pinned = {key for key, held in self._records.items() if held.label.is_pinned}
        self._destroyed = {
            key for key, held in self._records.items() if held.machine.phase == Phase.DESTROYED
        }
        self._orders.replace(self._records)
        self._counts.replace(self._records)
        self.judge_again(now)

    def update(
        self, changed: Iterable[str], get: Callable[[str], MachineRecord | None], now: datetime
    ) -> bool:
        """Take in machines that changed, came or went; True when the order shown did too.

        A machine whose record is the same is shown anew as well: what is seen of it changed.
        Those that came are seen in the order of `changed`.
        """
        before = self._ascending
        held = self._orders.held(changed)
        pinned = held.keys() & self._pinned
        for key in held:
            self._take(key, get(key))
        moved = self._orders.change(held, self._records)
        self._counts.change(held, now)
        has_other_pins = pinned != held.keys() & self._pinned
        if self._shows_all:
            self._show(self._orders.ascending)
            return self._ascending is not before or has_other_pins
        judged = self._meeting([key for key in held if key in self._records], now)
        if judged is None:
            self._give_up(now)
            return True
        shown = self._as_set()
        were_shown = held.keys() & shown
        if were_shown == set(judged) and moved.isdisjoint(judged):
            return has_other_pins
        shown.difference_update(were_shown)
        shown.update(judged)
        self._show_some(shown)
        return True

    def _take(self, key: str, record: MachineRecord | None) -> None:
        before = self._records.get(key)
        self._rows.pop(key, None)
        self._pinned.discard(key)
        self._destroyed.discard(key)
        if record is None:
            self._records.pop(key, None)
            self._looks.pop(key, None)
            return
        if before is not None and before.version == record.version:
            self._looks[key] = self._looks.get(key, 0) + 1
        self._records[key] = record
        if record.label.is_pinned:
            self._pinned.add(key)
        if record.machine.phase == Phase.DESTROYED:
            self._destroyed.add(key)

    def _choose(self, ascending: list[str], now: datetime) -> None:
        chosen: list[str] | None
        if self._shows_all:
            chosen = ascending
        elif not self._hides_nothing:
            chosen = self._meeting(ascending, now)
        else:
            meets, row = self._filter.predicate(now), self.row
            chosen = patiently(self._filter, lambda: [key for key in ascending if meets(row(key))])
        if chosen is None:
            self._give_up(now)
        else:
            self._show(chosen)

    @property
    def _shows_all(self) -> bool:
        return self._filter.is_empty and self._hides_nothing

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
        self.judge_again(now)

    def _judge(self, now: datetime) -> Callable[[str], bool]:
        would_show = self._would_show(self._filter, now)
        if not self._shows_only_problems:
            return would_show

        def is_shown(key: str) -> bool:
            record = self._records[key]
            needs_somebody = why_attention(record.machine, now, is_asking=bool(record.asking))
            return bool(needs_somebody) and would_show(key)

        return is_shown

    def _would_show(self, wanted: Filter, now: datetime) -> Callable[[str], bool]:
        """What a filter shows of the machines there are."""
        meets, records, row = wanted.predicate(now), self._records, self.row
        hidden = frozenset[str]() if _asks_for_destroyed(wanted) else self._destroyed
        return lambda key: key in records and key not in hidden and meets(row(key))

    def _show(self, ascending: list[str]) -> None:
        self._ascending = ascending
        self._shown = None

    def _show_some(self, shown: set[str]) -> None:
        self._ascending = [key for key in self._orders.ascending if key in shown]
        self._shown = shown

    def _as_set(self) -> set[str]:
        if self._shown is None:
            self._shown = set(self._ascending)
        return self._shown

    # The answer.

    def order(self, now: datetime) -> list[str]:
        """The keys shown, pinned first; what is not known stays last either way."""
        keys, column = self._ascending, self._orders.column
        if self._is_falling or column.is_moment:
            sort_key = self._orders.sort_key
            known = bisect_left(keys, 1, key=lambda key: sort_key(key)[0])
            over = 0
            if column.is_moment:
                over = bisect_left(
                    keys, now.timestamp(), hi=known, key=lambda key: sort_key(key)[1]
                )
            some = keys[over:known]
            if self._is_falling:
                some.reverse()
            keys = some + keys[known:] + keys[:over]
        if not self._pinned:
            return list(keys)
        pinned = self._pinned
        return [key for key in keys if key in pinned] + [key for key in keys if key not in pinned]


def _asks_for_destroyed(wanted: Filter) -> bool:
    """Destroyed machines may stay listed; they are shown to those who name them."""
    return "destroyed" in wanted.text
