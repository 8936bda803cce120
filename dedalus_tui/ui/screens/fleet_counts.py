"""How many machines each view shows, kept up as machines change: the tabs say it all the time.

Judging tens of thousands of machines takes longer than a key may wait. So they are judged once, a
little at a time, and from then on only those that changed; where time alone changes the answer,
all of them again now and then.
"""

from __future__ import annotations

from itertools import islice
from time import process_time
from typing import TYPE_CHECKING

from dedalus_tui.domain.filter import PATIENCE_SECONDS, patiently

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime

    from dedalus_tui.domain.filter import Filter

AT_ONCE = 2_000
"""No more machines than this are all judged as soon as somebody asks."""
STEP = 400
"""Machines judged in one step: about a millisecond's work."""
OLD_AFTER_SECONDS, LARGE_OLD_AFTER_SECONDS = 5.0, 30.0
"""So old a count may be where time alone changes it, in a small fleet and in a large one."""


class FleetCounts:
    """Which machines meet each of some filters, as far as they were judged."""

    def __init__(self, judge: Callable[[Filter, datetime], Callable[[str], bool]]) -> None:
        """`judge` gives what says of a machine, also of one that has gone, whether it is shown."""
        self._judge = judge
        self._tallies: dict[str, _Tally] = {}
        self._machines: Collection[str] = ()

    def replace(self, machines: Collection[str]) -> None:
        """These and no others, as the collection has them then; judged when somebody asks."""
        self._machines = machines
        self._tallies.clear()

    def change(self, machines: Iterable[str], now: datetime) -> None:
        """Judge again those that changed, came or went."""
        for tally in self._tallies.values():
            tally.judge(machines, self._judge(tally.wanted, now))

    def count(self, wanted: Filter, now: datetime) -> int | None:
        """How many meet that filter; None until all were judged, or where it takes too long."""
        tally = self._tallies.get(wanted.text)
        if tally is None:
            tally = self._tallies[wanted.text] = _Tally(wanted)
        if self._is_small and tally.is_old(now, self._old_after_seconds):
            tally.begin(self._machines, now)
            tally.step(AT_ONCE + 1, self._judge(wanted, now))
        return tally.count

    def keep(self, texts: Collection[str]) -> None:
        """Forget filters that are no longer asked for."""
        for text in self._tallies.keys() - texts:
            del self._tallies[text]

    def prepare(self, now: datetime) -> bool:
        """Go on for about a millisecond with what was asked for; True while there is more to do."""
        for tally in self._tallies.values():
            if tally.is_old(now, self._old_after_seconds):
                tally.begin(self._machines, now)
            if tally.step(STEP, self._judge(tally.wanted, now)):
                return True
        return False

    @property
    def _is_small(self) -> bool:
        return len(self._machines) <= AT_ONCE

    @property
    def _old_after_seconds(self) -> float:
        return OLD_AFTER_SECONDS if self._is_small else LARGE_OLD_AFTER_SECONDS


class _Tally:
    """The machines that meet one filter."""

    def __init__(self, wanted: Filter) -> None:
        self.wanted = wanted
        self._meeting: set[str] = set()
        self._left: Iterator[str] | None = None
        self._judged_at: datetime | None = None
        """When judging all of them began last."""
        self._is_whole = False
        self._is_given_up = False
        self._spent_seconds = 0.0
        """Processor time of judging all of them, so far."""

    @property
    def count(self) -> int | None:
        return len(self._meeting) if self._is_whole and not self._is_given_up else None

    def is_old(self, now: datetime, after_seconds: float) -> bool:
        """True when all machines should be judged once more."""
        if self._is_given_up or self._left is not None:
            return False
        if self._judged_at is None:
            return True
        age = (now - self._judged_at).total_seconds()
        return self.wanted.needs_clock and not 0 <= age < after_seconds

    def begin(self, machines: Iterable[str], now: datetime) -> None:
        self._left = iter(tuple(machines))
        self._judged_at = now
        self._spent_seconds = 0.0

    def step(self, most: int, is_met: Callable[[str], bool]) -> bool:
        """Judge some that are left; True while there are more."""
        if self._left is None:
            return False
        some = tuple(islice(self._left, most))
        began = process_time()
        self.judge(some, is_met)
        self._spent_seconds += process_time() - began
        if self.wanted.has_pattern and self._spent_seconds > PATIENCE_SECONDS:
            self._is_given_up = True
        if len(some) < most or self._is_given_up:
            self._left = None
            self._is_whole = True
        return self._left is not None

    def judge(self, machines: Iterable[str], is_met: Callable[[str], bool]) -> None:
        if self._is_given_up:
            return
        machines = tuple(machines)
        met = patiently(self.wanted, lambda: {key for key in machines if is_met(key)})
        if met is None:
            self._is_given_up = True
            return
        self._meeting.difference_update(machines)
        self._meeting.update(met)
