"""The line that says how a log is shown: badge, position, streams, time, filters, search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip, plain

if TYPE_CHECKING:
    from dedalus_tui.ui.present.roles import Line, Span

LONGEST_QUERY = 24
"""Cells of a query or filter that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """How a log is shown just now."""

    is_following: bool
    new_lines: int
    first_line: int
    """Number of the first visible line, from 1; 0 when there is none."""
    last_line: int
    line_count: int
    streams: str
    time: str
    """What the time column shows; empty when it is off."""
    is_wrapped: bool = False
    is_spread: bool = False
    is_folded: bool = False
    shows_progress: bool = False
    filters: tuple[str, ...] = ()
    hidden: int = 0
    query: str = ""
    hit: int | None = None
    """Which hit the cursor is on, from 1."""
    hits: int = 0
    is_searching: bool = False
    given_up_after: int | None = None
    """How many lines were searched when the search was given up for taking too long."""
    given_up_filter: str = ""
    """A filter that was taken off for the same reason."""
    selected_lines: int = 0
    is_over: bool = False
    """Nothing more will come."""


def badge(state: LogState) -> Span:
    """Whether the view follows; a text that is over can be neither followed nor paused."""
    if state.is_over:
        word, role = "END", Role.MUTED
    elif state.is_following:
        word, role = "FOLLOWING", Role.OK
    else:
        word, role = "PAUSED", Role.WARN
    if state.new_lines:
        return (f"{word} +{state.new_lines:,} new", Role.WARN)
    return (word, role)


def status_line(state: LogState) -> Line:
    """The whole line, what matters most first."""
    spans: list[Span] = [badge(state)]

    def add(label: str, text: str, role: str = Role.TEXT) -> None:
        spans.append(("   ", Role.MUTED))
        if label:
            spans.append((f"{label} ", Role.MUTED))
        spans.append((text, role))

    if state.line_count:
        place = f"{state.first_line:,}-{state.last_line:,} of {state.line_count:,}"
        add("lines", place)
    if state.selected_lines:
        add("selected", f"{state.selected_lines:,}", Role.MARK)
    if state.query:
        add("/", _query_words(state), Role.KEY if state.given_up_after is None else Role.BAD)
    if state.filters:
        shown = " ".join(clip(plain(one), LONGEST_QUERY) for one in state.filters)
        add("filter", f"{shown} ({state.hidden:,} hidden)", Role.KEY)
    if state.given_up_filter:
        gone = clip(plain(state.given_up_filter), LONGEST_QUERY)
        add("filter", f"{gone} too slow: taken off", Role.BAD)
    if state.streams != "out+err":
        add("streams", state.streams, Role.KEY)
    if state.time:
        add("time", state.time)
    switches = (
        (state.is_wrapped, "wrap"),
        (state.is_spread, "pretty"),
        (state.is_folded, "folded"),
        (state.shows_progress, "all progress"),
    )
    for is_on, word in switches:
        if is_on:
            add("", word)
    return tuple(spans)


def _query_words(state: LogState) -> str:
    query = clip(plain(state.query), LONGEST_QUERY)
    if state.given_up_after is not None:
        found = f", {state.hits:,} found" if state.hits else ""
        return f"{query} too slow: given up after {state.given_up_after:,} lines{found}"
    if not state.hits:
        return f"{query} searching" if state.is_searching else f"{query} not found"
    more = "+" if state.is_searching else ""
    which = f"{state.hit:,} of " if state.hit else ""
    return f"{query} {which}{state.hits:,}{more}"
