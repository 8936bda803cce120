"""Which lines read as errors or warnings: rules for the tools people run, and rules of their own.

Scanning looks for a few literals in a lower-cased block first (about 1 GB/s each) and applies
regular expressions only to the lines found, since an alternation over 100 MB takes seconds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from dedalus_tui.domain.output import Severity
from dedalus_tui.domain.time_limit import TookTooLongError, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PATIENCE_SECONDS = 0.04
"""Processor time a rule of the person's own may take for 128 KB of lines."""

_LITERALS = (
    b"err",
    b"exception",
    b"traceback",
    b"panic",
    b"fatal",
    b"fail",
    b"crit",
    b"severe",
    b"warn",
    b"***",
    b"no such file",
    b"denied",
    b"not found",
    b"segmentation fault",
    b"unhandled",
)
"""Every line that a rule below can match holds one of these, or begins as `_LINE_STARTS` says."""

_LINE_STARTS = re.compile(rb"\n(?=E   |> +assert |[EFW]\d{4} )")
"""pytest's failure lines and glog's one-letter levels, which hold no telling word. A literal
first byte keeps this at the speed of a byte search; `^` would be tried at every byte."""
_NUMERIC_LEVELS = re.compile(rb'"level":\s?[4-9]\d')

_ESCAPES = re.compile(rb"\x1b\[[0-9;:?]*[A-Za-z]")

_LEVEL_KEY = re.compile(
    rb"""["']?\b(?:level|lvl|severity|loglevel|log\.level)["']?\s*[=:]\s*["']?([A-Za-z]+|\d+)""",
    re.IGNORECASE,
)
_LEVELS = (
    rb"trace|debug|info(?:rmation)?|notice|warn(?:ing)?|err(?:or)?|fatal|crit(?:ical)?|severe"
    rb"|panic|emerg(?:ency)?|alert"
)
_LEVEL_TOKEN = re.compile(
    rb"(?:^|[\s\[(|<])(" + _LEVELS.upper() + rb")"
    rb"(?=[\s\])|>:,]|$)"
    rb"|[\[(<|]\s?(?i:(" + _LEVELS + rb"))\s?[\])>|]"
    rb"|^\s*(?i:(" + _LEVELS + rb")):"
)
"""A level in capitals, in brackets, or with a colon at the beginning of the line."""
_LEVEL_REACH = 96
"""How far into a line a level word still counts as its level, in bytes."""

_ERROR_LEVELS = frozenset(
    b"err error fatal crit critical severe panic emerg emergency alert".split()
)
_WARNING_LEVELS = frozenset((b"warn", b"warning"))
_BUNYAN_WARNING, _BUNYAN_ERROR = 40, 50
"""Numeric levels of the Node loggers bunyan and pino."""

_HARMLESS = re.compile(
    rb"""\b(?:no|0|zero|without(?:\ any)?|ignore[ds]?)\ (?:known\ )?
        (?:errors?|warnings?|failures?|failed|failing)\b
    |\b(?:errors?|warnings?|failures?|failed|err)["']?\s*[=:]\s*
        (?:0\b|nil\b|<nil>|null\b|none\b|false\b|""|\[\]|"?$)
    |\b(?:errors?|warnings?)[-_](?:handler|page|log|count|free|prone)
    |fail[-_](?:fast|over|safe)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words that only name trouble, or say that there is none."""
_ERROR = re.compile(
    rb"""Traceback\ \(most\ recent\ call\ last\)
    |(?:^|[\s.])[A-Z]\w*(?:Error|Exception)\b
    |^\s*(?:E\ \ \ |>\ +assert\ )
    |^[EF]\d{4}\s
    |\bnpm\ (?:ERR!|error\b)
    |\berror(?:\[\w+\])?\s*(?::|\b.*?\bTS\d+)
    |\berror(?:s)?\b
    |\bERR!?(?=[\s:\]])
    |\b(?:FAIL(?:ED|URE)?|failed|failure)\b
    |---\ FAIL:
    |\bpanic(?:ked)?\b
    |\bfatal\b|\bcritical\b|\bSEVERE\b
    |\*\*\*\ (?:\[|No\ rule|missing)
    |No\ such\ file\ or\ directory|[Pp]ermission\ denied|command\ not\ found
    |Segmentation\ fault
    |\b(?:Unhandled|Uncaught)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WARNING = re.compile(
    rb"""\bwarn(?:ing)?s?\b|[A-Z]\w*Warning\b|^W\d{4}\s|\bnpm\ warn\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CAUTIOUS = re.compile(rb"\bwarn(?:ing)?\b|Warning\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """A rule of the person's own; it goes before the built-in ones."""

    pattern: str
    """A regular expression searched in each line."""
    severity: Severity
    """NONE says that such lines are harmless, whatever else they hold."""


class SeverityRules:
    """The rules of one log. Raises `re.error` for a rule that is no regular expression."""

    def __init__(self, own: Sequence[SeverityRule] = ()) -> None:
        self._own = [
            (re.compile(rule.pattern.encode(), re.MULTILINE), rule.severity) for rule in own
        ]
        self.slow: tuple[str, ...] = ()
        """Own rules that took too long, and are left out since."""

    def classify(self, raw: bytes) -> Severity:
        """How alarming one line is."""
        line = _ESCAPES.sub(b"", raw) if b"\x1b" in raw else raw
        for pattern, severity in tuple(self._own):
            if self._own_places(pattern, line):
                return severity
        level = _stated_level(line)
        if level is not None:
            return level
        line = _HARMLESS.sub(b"", line)
        warning = _CAUTIOUS.search(line)
        error = _ERROR.search(line)
        if error and (warning is None or error.start() < warning.start()):
            return Severity.ERROR
        return Severity.WARNING if _WARNING.search(line) else Severity.NONE

    def _own_places(self, pattern: re.Pattern[bytes], block: bytes) -> list[int]:
        """Where an own rule matches; one that takes too long is left out from then on."""
        try:
            return within(
                PATIENCE_SECONDS, lambda: [match.start() for match in pattern.finditer(block)]
            )
        except TookTooLongError:
            self._own = [own for own in self._own if own[0] is not pattern]
            self.slow = (*self.slow, pattern.pattern.decode())
            return []

    def scan(self, block: bytes, lengths: Sequence[int]) -> list[tuple[int, Severity]]:
        """The alarming lines of a block, given the lengths of its lines; positions rise."""
        ends = list(accumulate(lengths))
        found: dict[int, Severity] = {}

        def examine(offset: int) -> int:
            """Classify the line at `offset` once; where it ends."""
            line = bisect_right(ends, offset)
            if line >= len(ends):
                return len(block)
            if line not in found:
                found[line] = self.classify(block[ends[line] - lengths[line] : ends[line]])
            return ends[line]

        lowered = block.lower()
        for literal in _LITERALS:
            offset = lowered.find(literal)
            while offset >= 0:
                offset = lowered.find(literal, examine(offset))
        examine(0)
        for match in _LINE_STARTS.finditer(block):
            examine(match.end())
        for match in _NUMERIC_LEVELS.finditer(block):
            examine(match.start())
        for pattern, _ in tuple(self._own):
            for offset in self._own_places(pattern, block):
                examine(offset)
        return sorted((line, severity) for line, severity in found.items() if severity)


def severity_rules(error_patterns: Iterable[str]) -> SeverityRules:
    """The built-in rules and these patterns of errors; one that is no expression is left out."""
    own: list[SeverityRule] = []
    for pattern in error_patterns:
        try:
            re.compile(pattern.encode())
        except re.error:
            continue
        own.append(SeverityRule(pattern, Severity.ERROR))
    return SeverityRules(own)


def _stated_level(line: bytes) -> Severity | None:
    """The level that the line itself states, in a field or near its beginning."""
    lowered = line.lower()
    has_key = b"level" in lowered or b"lvl" in lowered or b"severity" in lowered
    stated = _LEVEL_KEY.search(line) if has_key else None
    if stated:
        word = stated.group(1).lower()
        if word.isdigit():
            number = int(word)
            if number >= _BUNYAN_ERROR:
                return Severity.ERROR
            return Severity.WARNING if number >= _BUNYAN_WARNING else Severity.NONE
        return _severity_of(word)
    token = _LEVEL_TOKEN.search(line[:_LEVEL_REACH])
    if token is None or token.lastindex is None:
        return None
    return _severity_of(token.group(token.lastindex).lower())


def _severity_of(word: bytes) -> Severity:
    if word in _ERROR_LEVELS:
        return Severity.ERROR
    return Severity.WARNING if word in _WARNING_LEVELS else Severity.NONE
