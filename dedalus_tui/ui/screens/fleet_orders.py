"""The machines in the order of each column, made a little at a time and mended as machines change.

Sorting tens of thousands of machines from nothing takes longer than a key may. So the orders of
the columns not sorted by are made while nothing else is to do, in steps of a few milliseconds:
short runs are sorted, and runs of like length merged. A change only notes who is to be placed anew.
"""

from __future__ import annotations

from bisect import insort
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from dedalus_tui.ui.present.columns import SortKey

    Run = list[tuple[SortKey, str]]

RUN = 400
"""Machines put in order in one step."""
PLACED_AT_ONCE = 100
"""Changed machines placed anew in one step."""
MUCH = 4
"""With more than one machine in so many to be placed anew, an order is worth nothing."""

_key_of = itemgetter(0)


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

    def step(self, present: Container[str], places: Mapping[str, int]) -> bool:
        """Go on for a few milliseconds; True while there is more to do.

        Equals stand by their `places`; machines that are not `present` are left out.
        """
        if self._runs is not None:
            self._make_more(self._runs, present)
            return True
        if self.touched:
            self._take_out(present)
        else:
            self._put_in(PLACED_AT_ONCE, places)
        return bool(self._to_place)

    def whole(self, present: Container[str], places: Mapping[str, int]) -> list[str]:
        """The order now, whatever is still to do for it."""
        while self._runs is not None:
            self._make_more(self._runs, present)
        if self.touched:
            self._take_out(present)
        self._put_in(len(self._to_place), places)
        return self._sorted

    def is_worth_keeping(self, count: int) -> bool:
        """False when mending it would take longer than making it anew; of `count` machines."""
        return (len(self.touched) + len(self._to_place)) * MUCH <= count

    def _take_out(self, present: Container[str]) -> None:
        touched = self.touched.union(self._to_place)
        self._sorted = [key for key in self._sorted if key not in touched]
        self._to_place = [key for key in touched if key in present]
        self.touched = set()

    def _put_in(self, count: int, places: Mapping[str, int]) -> None:
        sort_key = self.sort_key
        for _ in range(min(count, len(self._to_place))):
            insort(self._sorted, self._to_place.pop(), key=lambda key: (sort_key(key), places[key]))

    def _make_more(self, runs: list[Run], present: Container[str]) -> None:
        is_last = False
        if len(runs) < 2 or len(runs[-2]) > len(runs[-1]):
            some = list(islice(self._left, RUN))
            is_last = not some
            if some:
                sort_key = self.sort_key
                run = [(sort_key(key), key) for key in some if key in present]
                runs.append(sorted(run, key=_key_of))
                return
        if len(runs) > 1:
            # Python's sort takes two runs as they are, and keeps the order of equals.
            late = runs.pop()
            runs[-1] = sorted(runs[-1] + late, key=_key_of)
        elif is_last:
            self._sorted = [key for run in runs for _, key in run]
            self._runs = None
