"""One person's look at a log: which lines show, what is searched, where the errors are.

All work on many lines happens in `advance`, in slices of a few milliseconds, so whoever draws the
view calls it between frames until it says that nothing is left.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from dedalus_tui.domain.output import OutputLine, Severity, Stream
from dedalus_tui.store.output_folds import FoldTracker
from dedalus_tui.store.output_index import SUPERSEDED
from dedalus_tui.store.output_pattern import SLICE_BYTES, LinePattern
from dedalus_tui.store.output_search import OutputSearch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedalus_tui.store.output_spool import OutputSpool

ALL_STREAMS = frozenset(Stream)
MOST_HIDDEN_TRIES = 10_000
"""How many hidden errors a jump to the next one passes over before it gives up."""
MARK_TRIES = 8
"""How many hidden lines a mark of the scroll bar looks past."""


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Keeps the lines that hold a pattern, or the others."""

    pattern: LinePattern
    is_inverted: bool

    @classmethod
    def parse(cls, text: str) -> LineFilter:
        """Read `word`, `/expression/` or `!either`. Raises `InvalidPatternError`."""
        is_inverted = text.startswith("!")
        return cls(LinePattern(text[1:] if is_inverted else text), is_inverted)

    @property
    def text(self) -> str:
        """As it was typed."""
        return f"!{self.pattern.text}" if self.is_inverted else self.pattern.text


class OutputView:
    """The visible lines of one spool as rows, with at most one search."""

    def __init__(self, spool: OutputSpool) -> None:
        self.spool = spool
        self.streams = ALL_STREAMS
        self.filters: tuple[LineFilter, ...] = ()
        self.shows_superseded = False
        """Whether the earlier states of progress displays show."""
        self.folds_frames = False
        self.search: OutputSearch | None = None
        self.hidden_by_filters = 0
        self.given_up_filter = ""
        """A filter that was taken off because its expression takes too long."""
        self.generation = 0
        """Rises when the rows are others, not when rows are merely added."""
        self._restart()

    def _restart(self) -> None:
        self._visible: array[int] | None = None
        self._unfinished: tuple[OutputLine, ...] = ()
        self._folders: dict[tuple[Stream, int], FoldTracker] = {}
        self.examined = 0
        """Lines whose visibility is known, from the first."""
        self.hidden_by_filters = 0
        self.generation += 1
        if self.search is not None:
            self.search = OutputSearch(self, self.search.pattern.text)
        if not self._hides_anything:
            self.examined = self.spool.line_count
        self._note_unfinished()

    @property
    def _hides_anything(self) -> bool:
        return bool(
            self.filters
            or self.streams != ALL_STREAMS
            or self.folds_frames
            or (self.spool.index.superseded_count and not self.shows_superseded)
        )

    # What shows

    def set_streams(self, streams: frozenset[Stream]) -> None:
        """Show the lines of these streams only."""
        self.streams = streams
        self._restart()

    def push_filter(self, text: str) -> None:
        """Add a filter to the stack. Raises `InvalidPatternError`."""
        self.filters = (*self.filters, LineFilter.parse(text))
        self.given_up_filter = ""
        self._restart()

    def pop_filter(self) -> None:
        """Take the newest filter off the stack."""
        self.filters = self.filters[:-1]
        self.given_up_filter = ""
        self._restart()

    def clear_filters(self) -> None:
        """Take all filters off."""
        self.filters = ()
        self.given_up_filter = ""
        self._restart()

    def show_superseded(self, shown: bool) -> None:
        """Show or hide the earlier states of progress displays."""
        self.shows_superseded = shown
        self._restart()

    def fold_frames(self, folded: bool) -> None:
        """Hide or show the frames of tracebacks."""
        self.folds_frames = folded
        self._restart()

    def find(self, text: str) -> None:
        """Search for `text`; empty ends the search. Raises `InvalidPatternError`."""
        self.search = OutputSearch(self, text, self.search) if text else None

    # Work

    def advance(self, seconds: float) -> bool:
        """Catch up with the log, the filters and the search; True when there is more to do."""
        deadline = time.perf_counter() + seconds
        self._drop_slow_filter()
        if self.spool.is_indexing:
            self.spool.advance(seconds / 2)
        self._extend(deadline)
        self._note_unfinished()
        # What comes first starves what comes later, but each call takes at least one step.
        if self.examined == self.spool.line_count and (
            self.search is None or not self.search.advance(deadline)
        ):
            self.spool.advance(max(0.0, deadline - time.perf_counter()))
        return self.has_work

    @property
    def has_work(self) -> bool:
        """Whether `advance` has anything to do."""
        return not self.spool.is_closed and (
            self.examined < self.spool.line_count
            or self.spool.is_indexing
            or self.spool.classified_count < self.spool.line_count
            or (self.search is not None and not self.search.is_complete)
            or any(one.pattern.is_given_up for one in self.filters)
        )

    def _drop_slow_filter(self) -> None:
        """A filter that cannot be applied hides nothing, and says so."""
        slow = next((one for one in self.filters if one.pattern.is_given_up), None)
        if slow is not None:
            self.filters = tuple(one for one in self.filters if one is not slow)
            self.given_up_filter = slow.text
            self._restart()

    def _extend(self, deadline: float) -> None:
        """Decide about lines that came since."""
        spool = self.spool
        if self._visible is None:
            if not self._hides_anything:
                self.examined = spool.line_count
                return
            self._visible = array("I", range(self.examined))
            if self.examined:
                # A progress display began after lines had been shown as they came.
                self._visible = array("I", self._kept(0, self.examined)[0])
                self.generation += 1
        while self.examined < spool.line_count:
            last = spool.line_at_most(self.examined, SLICE_BYTES)
            kept, self.examined = self._kept(self.examined, last)
            self._visible.extend(kept)
            if time.perf_counter() >= deadline:
                break

    def _kept(self, first: int, last: int) -> tuple[Sequence[int], int]:
        """The lines of [first, last) that show, and up to where was looked: see `matching`."""
        spool = self.spool
        matches: list[frozenset[int]] = []
        for line_filter in self.filters:
            found, last = line_filter.pattern.matching(spool, first, last)
            matches.append(frozenset(found))
        kept: Sequence[int] = range(first, last)
        if self.streams != ALL_STREAMS:
            kept = [
                number
                for begin, end, stream, _source in spool.index.runs(first, last)
                if stream in self.streams
                for number in range(begin, end)
            ]
        if spool.index.superseded_count and not self.shows_superseded:
            flags = spool.index.flags(first, last)
            kept = [number for number in kept if not flags[number - first] & SUPERSEDED]
        for line_filter, matching in zip(self.filters, matches, strict=True):
            passed = [n for n in kept if (n in matching) != line_filter.is_inverted]
            self.hidden_by_filters += len(kept) - len(passed)
            kept = passed
        if self.folds_frames:
            frames = self._frames(first, last)
            kept = [number for number in kept if number not in frames]
        return kept, last

    def _frames(self, first: int, last: int) -> set[int]:
        lines = self.spool.raw_lines(first, last)
        frames: set[int] = set()
        for begin, end, stream, source in self.spool.index.runs(first, last):
            folder = self._folders.setdefault((stream, source), FoldTracker())
            frames.update(n for n in range(begin, end) if folder.is_frame(lines[n - first]))
        return frames

    # Rows

    @property
    def row_count(self) -> int:
        """Rows to show: visible complete lines, then unfinished ones."""
        return self._complete_rows + len(self._unfinished)

    @property
    def _complete_rows(self) -> int:
        return self.examined if self._visible is None else len(self._visible)

    def _note_unfinished(self) -> None:
        """Rows stay what they are until the next `advance`, whatever comes meanwhile."""
        is_current = self.examined == self.spool.line_count
        lines = self.spool.unfinished() if is_current else ()
        self._unfinished = tuple(line for line in lines if self._passes(line))

    def _passes(self, line: OutputLine) -> bool:
        return line.stream in self.streams and all(
            one.pattern.matches(line.raw) != one.is_inverted for one in self.filters
        )

    def line_at(self, row: int) -> OutputLine:
        """The line in a row. Raises IndexError past the last."""
        complete = self._complete_rows
        if row >= complete:
            return self._unfinished[row - complete]
        return self.spool.line(row if self._visible is None else self._visible[row])

    def row_of(self, number: int) -> int:
        """The row of a line, or of the first visible line after it."""
        if self._visible is None or number >= self.spool.line_count:
            return min(number, max(0, self.row_count - 1))
        return bisect_left(self._visible, number)

    def is_visible(self, number: int) -> bool:
        """Whether a complete line shows."""
        if self._visible is None:
            return number < self.examined
        place = bisect_left(self._visible, number)
        return place < len(self._visible) and self._visible[place] == number

    def only_visible(self, numbers: Sequence[int], first: int, last: int) -> Sequence[int]:
        """Those of `numbers`, all in [first, last), that show."""
        if self._visible is None or not numbers:
            return numbers
        low, high = bisect_left(self._visible, first), bisect_left(self._visible, last)
        shown = set(self._visible[low:high])
        return [number for number in numbers if number in shown]

    def folded_after(self, row: int) -> int:
        """How many frames are folded away right after the line in `row`."""
        if not self.folds_frames or self._visible is None or row + 1 > len(self._visible):
            return 0
        number = self._visible[row]
        after = self._visible[row + 1] if row + 1 < len(self._visible) else self.examined
        if after - number < 2:
            return 0
        tracker = FoldTracker()
        lines = self.spool.raw_lines(number, min(after, number + 200))
        return sum(tracker.is_frame(raw) for raw in lines)

    # Places

    def next_severe(self, number: int, severity: Severity) -> int | None:
        """The next visible line after `number` that was classified so."""
        marked = self._marked(severity)
        return self._first_visible(islice(marked, bisect_right(marked, number), None))

    def previous_severe(self, number: int, severity: Severity) -> int | None:
        """The last visible line before `number` that was classified so."""
        marked = self._marked(severity)
        place = bisect_left(marked, number)
        return self._first_visible(marked[i] for i in range(place - 1, -1, -1))

    def _marked(self, severity: Severity) -> array[int]:
        index = self.spool.index
        return index.errors if severity is Severity.ERROR else index.warnings

    def _first_visible(self, numbers: Iterable[int]) -> int | None:
        tries = islice(numbers, MOST_HIDDEN_TRIES)
        return next((number for number in tries if self.is_visible(number)), None)

    def number_since(self, seconds: float) -> int | None:
        """The first line of the last `seconds` before the newest; None if times are unknown."""
        newest = self.spool.last_at_us
        if not newest:
            return None
        return self.spool.index.first_line_since(newest - int(seconds * 1_000_000))

    def holds(self, marked: Sequence[int], first_row: int, last_row: int) -> bool:
        """Whether a visible line among rows [first_row, last_row) is in a rising list of lines."""
        last_row = min(last_row, self._complete_rows)
        if first_row >= last_row or not marked:
            return False
        if self._visible is None:
            low, high = first_row, last_row - 1
        else:
            low, high = self._visible[first_row], self._visible[last_row - 1]
        place = bisect_left(marked, low)
        if self._visible is None:
            return place < len(marked) and marked[place] <= high
        tried = islice(marked, place, place + MARK_TRIES)
        return any(number <= high and self.is_visible(number) for number in tried)

    def density(self, buckets: int) -> list[tuple[int, Severity]]:
        """Lines and the worst severity in equal stretches of time, or of lines without times."""
        index = self.spool.index
        count = self.spool.line_count
        if not count or buckets < 1:
            return []
        begin, span = index.at_us(0), index.at_us(count - 1) - index.at_us(0)
        if span > 0:
            steps = (begin + span * step // buckets for step in range(1, buckets))
            edges = [0, *map(index.first_line_since, steps), count]
        else:
            edges = [count * step // buckets for step in range(buckets + 1)]
        return [(high - low, self._worst(low, high)) for low, high in pairwise(edges)]

    def _worst(self, first: int, last: int) -> Severity:
        for severity in (Severity.ERROR, Severity.WARNING):
            marked = self._marked(severity)
            place = bisect_left(marked, first)
            if place < len(marked) and marked[place] < last:
                return severity
        return Severity.NONE
