"""What each term of the filter language means: a term and a moment make a predicate. Pure.

Predicates are closures over ready values, because a key pressed in the filter asks each of
50,000 rows; fields with few different values are judged once for each value.
"""

from __future__ import annotations

import operator
import re
from datetime import UTC, datetime
from fnmatch import translate
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.domain.attention import why_attention
from dedalus_tui.domain.idleness import sleep_outlook
from dedalus_tui.domain.lifecycle import is_failed, is_moving, is_settled
from dedalus_tui.domain.machine import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    from dedalus_tui.domain.activity import Activity
    from dedalus_tui.domain.label import Label
    from dedalus_tui.domain.machine import Machine

    class Filterable(Protocol):
        """What a row must offer to be filtered."""

        @property
        def machine(self) -> Machine:
            """The machine as shown."""

        @property
        def label(self) -> Label:
            """Its local name, note, tags and pin."""

        @property
        def is_stale(self) -> bool:
            """True when it was not seen live yet."""

        @property
        def asking(self) -> str:
            """A wish of ours for it that is under way, in words; empty when there is none."""

        @property
        def cost_per_hour(self) -> float | None:
            """What it costs as it is now, if rates are known."""

        @property
        def activities(self) -> tuple[Activity, ...] | None:
            """What was seen running on it; None when nobody has looked."""

        @property
        def haystack(self) -> str:
            """Every text of the row in lower case, one on each line, made once."""

    Predicate = Callable[[Filterable], bool]

NUMBER_FIELDS: Mapping[str, str] = {
    "cpu": "cpu",
    "vcpu": "cpu",
    "mem": "mem",
    "memory": "mem",
    "disk": "disk",
    "storage": "disk",
    "cost": "cost",
    "age": "age",
    "autosleep": "autosleep",
    "sleeps": "sleeps",
}
"""Every name a number may be called by, and the one it is known by here."""

TEXT_FIELDS: Mapping[str, str] = {
    "phase": "phase",
    "state": "phase",
    "want": "want",
    "wanted": "want",
    "tag": "tag",
    "name": "name",
    "id": "id",
    "note": "note",
    "is": "is",
}
"""Every name a text may be called by, and the one it is known by here."""

IS_WORDS: Mapping[str, Callable[[Filterable, datetime], bool]] = {
    "pinned": lambda row, _: row.label.is_pinned,
    "stale": lambda row, _: row.is_stale,
    "named": lambda row, _: bool(row.label.name),
    "moving": lambda row, _: is_moving(row.machine),
    "settled": lambda row, _: is_settled(row.machine),
    "failed": lambda row, _: is_failed(row.machine),
    "awake": lambda row, _: row.machine.phase == Phase.RUNNING,
    "asleep": lambda row, _: row.machine.phase == Phase.SLEEPING,
    "attention": lambda row, now: (
        why_attention(row.machine, now, is_asking=bool(row.asking)) is not None
    ),
}
"""What may stand after `is:`."""

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}
_NEVER = float("inf")


class Word(NamedTuple):
    """Letters found somewhere in the row, or in this order within its local name."""

    text: str
    is_fuzzy: bool = True

    def predicate(self, now: datetime) -> Predicate:
        """True for rows that hold the word."""
        word = self.text.lower()
        if not self.is_fuzzy or len(word) < 2:
            return lambda row: word in row.haystack
        in_order = re.compile("".join(f"[^{re.escape(c)}]*{re.escape(c)}" for c in word)).match

        def fits(row: Filterable) -> bool:
            if word in row.haystack:
                return True
            name = row.label.name
            return bool(name) and in_order(name.lower()) is not None

        return fits


class Pattern(NamedTuple):
    """A regular expression over every word of the row."""

    pattern: re.Pattern[str]

    def predicate(self, now: datetime) -> Predicate:
        """True for rows in which the pattern is found."""
        search = self.pattern.search
        return lambda row: search(row.haystack) is not None


class TextTerm(NamedTuple):
    """A field that is, or begins with, or holds one of some values."""

    field: str
    values: tuple[str, ...]

    def predicate(self, now: datetime) -> Predicate:
        """True for rows whose field fits any of the values."""
        values = tuple(value.lower() for value in self.values)
        match self.field:
            case "phase":
                begins = cache(lambda word: word.lower().startswith(values))
                return lambda row: begins(row.machine.phase)
            case "want":
                begins = cache(lambda word: word.lower().startswith(values))
                return lambda row: begins(row.machine.desired_state)
            case "tag":
                fits = re.compile("|".join(translate(value) for value in values)).match
                holds = cache(lambda tags: any(fits(tag.lower()) for tag in tags))
                return lambda row: holds(row.label.tags)
            case "is":
                tests = tuple(IS_WORDS[value] for value in values)
                return lambda row: any(test(row, now) for test in tests)
            case "name":
                return lambda row: any(value in row.label.name.lower() for value in values)
            case "note":
                return lambda row: any(value in row.label.note.lower() for value in values)
            case _:
                return lambda row: any(value in row.machine.machine_id for value in values)


class NumberTerm(NamedTuple):
    """A field compared with a number; a row whose field is not known never fits."""

    field: str
    comparison: str
    value: float
    """vCPUs, MiB, GiB, money an hour, or seconds; infinity stands for never."""

    def predicate(self, now: datetime) -> Predicate:
        """True for rows whose number compares so."""
        compare, wanted, read = _OPERATORS[self.comparison], self.value, _reader(self.field, now)

        def fits(row: Filterable) -> bool:
            number = read(row)
            return number is not None and compare(number, wanted)

        return fits


Test = Word | Pattern | TextTerm | NumberTerm


class Term(NamedTuple):
    """One condition, possibly turned round by `!`."""

    test: Test
    is_negated: bool = False

    def predicate(self, now: datetime) -> Predicate:
        """True for rows that meet the condition at the moment `now`."""
        fits = self.test.predicate(now)
        if self.is_negated:
            return lambda row: not fits(row)
        return fits

    def narrows(self, other: Term) -> bool:
        """True when no row can meet this term without meeting `other`."""
        if self == other:
            return True
        mine, theirs = self.test, other.test
        if self.is_negated or other.is_negated:
            return False
        return (
            isinstance(mine, Word)
            and isinstance(theirs, Word)
            and mine.is_fuzzy == theirs.is_fuzzy
            and len(theirs.text) >= 2
            and mine.text.lower().startswith(theirs.text.lower())
        )


def _reader(field: str, now: datetime) -> Callable[[Filterable], float | None]:
    match field:
        case "cpu":
            return lambda row: row.machine.vcpu
        case "mem":
            return lambda row: row.machine.memory_mib
        case "disk":
            return lambda row: row.machine.storage_gib
        case "cost":
            return lambda row: row.cost_per_hour
        case "autosleep":
            return lambda row: _never_is_longest(row.machine.autosleep_seconds)
        case "age":
            return lambda row: _seconds_between(row.machine.created_at, now)
        case _:
            return lambda row: sleep_outlook(row.machine, row.activities, now).seconds


def _never_is_longest(seconds: int | None) -> float | None:
    return _NEVER if seconds == 0 else seconds


def _seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    if start.tzinfo is None:
        start = start.replace(tzinfo=UTC)
    if end.tzinfo is None:
        end = end.replace(tzinfo=UTC)
    return (end - start).total_seconds()
