"""One search over the lines a view shows: hits in order, found in slices, kept up as lines come."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from dedalus_tui.store.output_pattern import SLICE_BYTES, LinePattern

if TYPE_CHECKING:
    from dedalus_tui.store.output_view import OutputView

MOST_TO_NARROW = 2_000
"""With more hits than this, searching anew is as quick as looking at each of them."""


class OutputSearch:
    """The lines that hold a pattern. Raises `InvalidPatternError` for a bad expression."""

    def __init__(self, view: OutputView, text: str, earlier: OutputSearch | None = None) -> None:
        """Search for `text`; an `earlier` search for a part of it saves reading it all again."""
        self._view = view
        self.pattern = LinePattern(text)
        self.hits = array("I")
        """Numbers of the visible lines that hold a hit, rising."""
        self.searched = 0
        """Lines looked at so far, from the first."""
        if earlier is not None and self._narrows(earlier):
            spool = view.spool
            self.hits.extend(
                number for number in earlier.hits if self.pattern.matches(spool.raw_line(number))
            )
            self.searched = earlier.searched

    def _narrows(self, earlier: OutputSearch) -> bool:
        before, now = earlier.pattern, self.pattern
        if before.text.startswith("/") or now.text.startswith("/") or not before.text:
            return False
        if not before.ignores_case and now.ignores_case:
            return False
        is_part = (
            before.text.lower() in now.text.lower()
            if before.ignores_case
            else before.text in now.text
        )
        return is_part and len(earlier.hits) <= MOST_TO_NARROW

    @property
    def is_complete(self) -> bool:
        """Whether every line there is has been looked at, or the search was given up."""
        return self.searched >= self._view.examined or self.pattern.is_given_up

    def advance(self, deadline: float) -> bool:
        """Search on until `deadline` (perf_counter); True when there is more to do."""
        spool = self._view.spool
        while not self.is_complete:
            last = min(spool.line_at_most(self.searched, SLICE_BYTES), self._view.examined)
            found, last = self.pattern.matching(spool, self.searched, last)
            self.hits.extend(self._view.only_visible(found, self.searched, last))
            self.searched = last
            if time.perf_counter() >= deadline:
                break
        return not self.is_complete

    def after(self, number: int) -> int | None:
        """The first hit below the line `number`."""
        place = bisect_right(self.hits, number)
        return self.hits[place] if place < len(self.hits) else None

    def before(self, number: int) -> int | None:
        """The last hit above the line `number`."""
        place = bisect_left(self.hits, number)
        return self.hits[place - 1] if place else None

    def ordinal(self, number: int) -> int | None:
        """Which hit, from 1, the line `number` is."""
        place = bisect_left(self.hits, number)
        is_hit = place < len(self.hits) and self.hits[place] == number
        return place + 1 if is_hit else None
