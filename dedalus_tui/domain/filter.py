"""The filter language of every machine list (ux.md 4.2): text in, terms out. Pure.

    scrape              letters somewhere in the row, or in this order within its name
    "two words"         exactly these, next to each other
    phase:running       also want, tag, name, id, note; several as phase:running,failed
    is:pinned           also stale, named, moving, settled, failed, awake, asleep, attention
    cpu>=2 cost>0.1     also mem, disk, age, autosleep, sleeps; = != < <= > >=
    mem>4g age<1d       memory and disk without a unit are GiB; durations as in 1h30m
    autosleep:never
    /^dm-0[1-3]/        a regular expression over each word of the row, case ignored
    !word               what a term would show, hidden

A row is shown when it meets every term.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from dedalus_tui.domain.filter_terms import (
    IS_WORDS,
    NUMBER_FIELDS,
    TEXT_FIELDS,
    NumberTerm,
    Pattern,
    Term,
    Test,
    TextTerm,
    Word,
)
from dedalus_tui.domain.sizing import SizingError, autosleep_to_seconds, parse_memory_mib

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dedalus_tui.domain.filter_terms import Predicate

Result = TypeVar("Result")

PATIENCE_SECONDS = 0.5
"""Processor time a person's own expression may take for all rows."""

_FIELD = r"([A-Za-z]+)(>=|<=|!=|[:=<>])"
_TRAILING_UNIT = r"[a-z]+$"


class FilterError(ValueError):
    """The text is not a filter (yet): `message` says why, `position` is where, counted from 0."""

    def __init__(self, message: str, position: int) -> None:
        """Both are for the line beneath the input."""
        super().__init__(message)
        self.message = message
        self.position = position


class Filter(NamedTuple):
    """A parsed filter; the empty one shows every row."""

    text: str = ""
    terms: tuple[Term, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when it hides nothing."""
        return not self.terms

    @property
    def needs_clock(self) -> bool:
        """True when rows come and go by time alone."""
        return any(
            (isinstance(term.test, NumberTerm) and term.test.field in {"age", "sleeps"})
            or (isinstance(term.test, TextTerm) and "attention" in term.test.values)
            for term in self.terms
        )

    @property
    def has_pattern(self) -> bool:
        """True when a person's own expression is matched, which may never end."""
        return any(isinstance(term.test, Pattern) for term in self.terms)

    def predicate(self, now: datetime) -> Predicate:
        """Whether a row is shown at the moment `now`."""
        if not self.terms:
            return lambda row: True
        first = self.terms[0].predicate(now)
        if len(self.terms) == 1:
            return first
        rest = Filter(terms=self.terms[1:]).predicate(now)
        return lambda row: first(row) and rest(row)

    def narrows(self, other: Filter) -> bool:
        """True when every row this one shows is among those `other` shows (typing on)."""
        return all(any(mine.narrows(theirs) for mine in self.terms) for theirs in other.terms)


def patiently(wanted: Filter, work: Callable[[], Result]) -> Result | None:
    """What `work` finds with that filter; None when an expression in it takes too long."""
    if not wanted.has_pattern:
        return work()
    from dedalus_tui.domain.time_limit import TookTooLongError, within

    try:
        return within(PATIENCE_SECONDS, work)
    except TookTooLongError:
        return None


def parse_filter(text: str) -> Filter:
    """The filter that `text` writes. Raises FilterError."""
    terms: list[Term] = []
    position = 0
    while (position := _skip_blanks(text, position)) < len(text):
        is_negated = False
        while position < len(text) and text[position] == "!":
            is_negated, position = not is_negated, position + 1
        if position == len(text) or text[position].isspace():
            raise FilterError("say what to hide after !", position)
        test, position = _read_test(text, position)
        terms.append(Term(test, is_negated))
    return Filter(text.strip(), tuple(terms))


def _skip_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _read_test(text: str, start: int) -> tuple[Test, int]:
    if text[start] == "/":
        return _read_pattern(text, start)
    field = re.compile(_FIELD).match(text, start)
    if field is None:
        is_quoted = text[start] == '"'
        word, position = _read_value(text, start)
        return Word(word, is_fuzzy=not is_quoted), position
    value, position = _read_value(text, field.end())
    return _field_test(field.group(1).lower(), field.group(2), value, start, field.end()), position


def _read_value(text: str, start: int) -> tuple[str, int]:
    if text[start : start + 1] == '"':
        end = text.find('"', start + 1)
        if end < 0:
            raise FilterError('close the words with "', start)
        return text[start + 1 : end], end + 1
    end = start
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end], end


def _read_pattern(text: str, start: int) -> tuple[Test, int]:
    end = start + 1
    while end < len(text) and text[end] != "/":
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise FilterError("close the pattern with /", start)
    source = text[start + 1 : end].replace("\\/", "/")
    try:
        return Pattern(re.compile(source, re.IGNORECASE | re.MULTILINE)), end + 1
    except re.error as error:
        raise FilterError(f"not a pattern: {error.msg}", start + 1 + (error.pos or 0)) from None


def _field_test(name: str, sign: str, value: str, start: int, value_at: int) -> Test:
    if name in TEXT_FIELDS:
        if sign not in {":", "="}:
            raise FilterError(f"{name} has no order: write {name}:…", start)
        return _text_term(TEXT_FIELDS[name], value, value_at)
    if name in NUMBER_FIELDS:
        comparison = "=" if sign == ":" else sign
        field = NUMBER_FIELDS[name]
        return NumberTerm(field, comparison, _number(field, value.lower(), value_at))
    known = " ".join(sorted({*TEXT_FIELDS.values(), *NUMBER_FIELDS.values()}))
    raise FilterError(f"no field {name}; there are {known}", start)


def _text_term(field: str, value: str, value_at: int) -> Test:
    values = tuple(part for part in value.split(",") if part)
    if not values:
        raise FilterError(f"say which {field}", value_at)
    if field == "is":
        for word in values:
            if word.lower() not in IS_WORDS:
                raise FilterError(f"is: takes {' '.join(IS_WORDS)}", value_at)
    return TextTerm(field, tuple(word.lower() for word in values))


def _number(field: str, value: str, value_at: int) -> float:
    if not value:
        raise FilterError(f"say a number for {field}", value_at)
    try:
        match field:
            case "cpu" | "cost":
                return _plain_number(value.lstrip("$€£"))
            case "mem" | "disk":
                if value == "0":
                    return 0.0
                with_unit = value if re.search(_TRAILING_UNIT, value) else f"{value}g"
                mib = parse_memory_mib(with_unit)
                return float(mib) if field == "mem" else mib / 1024
            case _:
                return float("inf") if value == "never" else float(autosleep_to_seconds(value))
    except SizingError as error:
        raise FilterError(str(error), value_at) from None


def _plain_number(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise SizingError(f"not a number: {value}") from None
    if number != number or number in {float("inf"), float("-inf")}:
        raise SizingError(f"not a number: {value}")
    return number
