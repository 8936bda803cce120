"""The machines in the order of each column, made a little at a time and mended as machines change.

Sorting tens of thousands of machines from nothing takes longer than a key may. So the orders of
the columns not sorted by are made while nothing else is to do, in steps of a few milliseconds:
short runs are sorted, and runs of like length merged. A change only notes who is to be placed anew.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice
from math import inf
from operator import itemgetter
from typing import TYPE_CHECKING

from dedalus_tui.ui.present.columns import PHASE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping

    from dedalus_tui.ui.present.columns import Column, SortKey
    from dedalus_tui.ui.present.row import MachineRow

    Run = list[tuple[SortKey, str]]

RUN = 400
"""Machines put in order in one step."""
PLACED_AT_ONCE = 100
"""Changed machines placed anew in one step."""
MUCH = 16
"""With more than one machine in so many to be placed anew, an order is worth nothing: made from
nothing it costs what mending costs with every tenth machine changed, by some columns less."""

_key_of = itemgetter(0)


class FleetOrders:
    """Every machine in the order sorted by, and in others as far as they are made ahead.

    Equals stand in the order in which they were first seen.
    """

    def __init__(self, row: Callable[[str], MachineRow]) -> None:
        """`row` says of a machine what it is sorted by; it must not change but by `change`."""
        self._row = row
        self._places: dict[str, int] = {}
        """At which place each machine there is was first seen."""
        self._next_place = 0
        self._orders: dict[str, Order] = {}
        """By column, also the one sorted by."""
        self.column: Column = PHASE
        """The one sorted by."""
        self.ascending: list[str] = []
        """Every machine; never changed in place."""

    def sort_key(self, machine: str) -> SortKey:
        """Where a machine stands in the order sorted by. Raises KeyError without that machine."""
        return self.column.sort_key(self._row(machine))

    def replace(self, machines: Iterable[str]) -> None:
        """These and no others."""
        self._places = {key: place for place, key in enumerate(machines)}
        self._next_place = len(self._places)
        self._orders.clear()
        self._sort()

    def sort_by(self, column: Column) -> None:
        """Another order."""
        self.column = column
        self._sort()

    def prepare(self, column: Column) -> bool:
        """Go on for a few milliseconds with the order by a column.

        Returns True while there is more to do.
        """
        if column is self.column:
            return False
        order = self._orders.get(column.key)
        if order is None:
            order = self._orders[column.key] = Order(self._places, self._sort_key_of(column))
        return order.step(self._places)

    def held(self, machines: Iterable[str]) -> dict[str, SortKey | None]:
        """What machines are sorted by, before they change; None for those there are not yet."""
        places, sort_key = self._places, self.sort_key
        return {key: sort_key(key) if key in places else None for key in machines}

    def change(self, held: Mapping[str, SortKey | None], present: Container[str]) -> set[str]:
        """Take in that these changed, came or went: what `held` gave before, and who is there now.

        Returns those that are to stand elsewhere in the order sorted by.
        """
        moved: set[str] = set()
        for key, before in held.items():
            if key not in present:
                self._places.pop(key, None)
                now = None
            else:
                if key not in self._places:
                    self._next_place += 1
                    self._places[key] = self._next_place
                now = self.sort_key(key)
            if now != before:
                moved.add(key)
        for name, order in tuple(self._orders.items()):
            order.touched.update(moved if name == self.column.key else held)
            if not order.is_worth_keeping(len(self._places)):
                del self._orders[name]
        if moved:
            self._sort()
        return moved

    def _sort(self) -> None:
        order = self._orders.get(self.column.key)
        if order is None:
            sort_key = self._sort_key_of(self.column)
            ranks = _ranks({key: sort_key(key) for key in self._places})
            # Machines stand in the order of their places, and sorting keeps the order of equals.
            ascending = sorted(self._places, key=ranks.__getitem__)
            order = self._orders[self.column.key] = Order.of(ascending, sort_key)
        self.ascending = order.whole(self._places)

    def _sort_key_of(self, column: Column) -> Callable[[str], SortKey]:
        row, sort_key = self._row, column.sort_key
        return lambda key: sort_key(row(key))


class Order:
    """Every machine, ascending by one column, once `step` has nothing more to do."""

    def __init__(self, machines: Iterable[str], sort_key: Callable[[str], SortKey]) -> None:
        """`machines` in the order that equals are to have; `sort_key` takes one of them."""
        self.sort_key = sort_key
        self.touched: set[str] = set()
        """Machines that came, went or changed since they were placed."""
        self._left = iter(tuple(machines))
        self._runs: list[Run] | None = []
        self._sorted: list[str] = []
        self._to_place: list[str] = []
        """Those of them that were taken out of `_sorted` and are still to be put in."""

    @classmethod
    def of(cls, ascending: list[str], sort_key: Callable[[str], SortKey]) -> Order:
        """One that is there already."""
        order = cls((), sort_key)
        order._runs = None
        order._sorted = ascending
        return order

    def step(self, places: Mapping[str, int]) -> bool:
        """Go on for a few milliseconds; True while there is more to do.

        Equals stand by their `places`; machines that have none are left out.
        """
        if self._runs is not None:
            self._make_more(self._runs, places)
            return True
        if self.touched:
            self._take_out(places)
        else:
            self._put_in(PLACED_AT_ONCE, places)
        return bool(self._to_place)

    def whole(self, places: Mapping[str, int]) -> list[str]:
        """The order now, whatever is still to do for it; the list is not changed later."""
        while self._runs is not None:
            self._make_more(self._runs, places)
        if self.touched:
            self._take_out(places)
        self._put_in(len(self._to_place), places)
        return self._sorted

    def is_worth_keeping(self, count: int) -> bool:
        """False when mending it would take longer than making it anew; of `count` machines."""
        return (len(self.touched) + len(self._to_place)) * MUCH <= count

    def _take_out(self, places: Mapping[str, int]) -> None:
        touched = self.touched.union(self._to_place)
        self._sorted = [key for key in self._sorted if key not in touched]
        self._to_place = [key for key in touched if key in places]
        self.touched = set()

    def _put_in(self, count: int, places: Mapping[str, int]) -> None:
        sort_key = self.sort_key
        some, self._to_place = self._to_place[:count], self._to_place[count:]
        if some:
            self._sorted = _merged(self._sorted, some, lambda key: (sort_key(key), places[key]))

    def _make_more(self, runs: list[Run], places: Mapping[str, int]) -> None:
        is_last = False
        if len(runs) < 2 or len(runs[-2]) > len(runs[-1]):
            some = list(islice(self._left, RUN))
            is_last = not some
            if some:
                sort_key = self.sort_key
                run = [(sort_key(key), key) for key in some if key in places]
                runs.append(sorted(run, key=_key_of))
                return
        if len(runs) > 1:
            # Python's sort takes two runs as they are, and keeps the order of equals.
            late = runs.pop()
            runs[-1] = sorted(runs[-1] + late, key=_key_of)
        elif is_last:
            self._sorted = [key for run in runs for _, key in run]
            self._runs = None


def _merged(
    ascending: list[str],
    machines: Collection[str],
    sort_key: Callable[[str], tuple[SortKey, int]],
) -> list[str]:
    """A new list with each of the machines at its place; few against all that stand already."""
    made: list[str] = []
    taken = 0
    for machine in sorted(machines, key=sort_key):
        place = bisect_left(ascending, sort_key(machine), lo=taken, key=sort_key)
        made += ascending[taken:place]
        made.append(machine)
        taken = place
    made += ascending[taken:]
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
    # "Never" is an infinite number that is known: it must not become what unknown ones become.
    if all(not text and value != inf for _, value, text in different):
        return {name: inf if unknown else value for name, (unknown, value, _) in keys.items()}
    return keys
