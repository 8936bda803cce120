"""When a machine was in which phase: a bar of the last hours, and the transitions seen. Pure.

Only what this computer saw, or the service vouches for, is drawn; the rest is a gap in the bar.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.domain.machine import Phase
from dedalus_tui.ui.present.machine import phase_role, phase_word
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip, pad, plain
from dedalus_tui.ui.present.units import aware, duration, short_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime, tzinfo

    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line, Span

    Spans = tuple[tuple[datetime, datetime], ...]

HOURS = 24
_PHASE_CELLS = 13
_LASTED_CELLS = 8
_LABEL_EVERY_HOURS = 6
_MOMENT = timedelta(seconds=60)
"""Unseen time that is not worth a word: clocks differ, and lists take their time."""


class Step(NamedTuple):
    """One transition as it was seen."""

    at: datetime
    phase: str
    desired_state: str
    reason: str = ""
    cause: str = ""
    """The id of our action that asked for it, or nothing."""


class Past(NamedTuple):
    """What is known of a machine's past."""

    steps: tuple[Step, ...] = ()
    known: Spans | None = None
    """Spans about which something is known, see `known_spans`; None = about all of it."""


NOTHING_KNOWN = Past()
"""Of no machine."""


def known_spans(
    steps: Sequence[Step],
    watched: Sequence[tuple[datetime, datetime]],
    *,
    held_since: datetime | None,
    now: datetime,
) -> Spans:
    """The spans in which the machine's phase is known, in the order of time.

    Known is what was watched. Besides, the service tells when a machine changed last: a step that
    lies in a gap is therefore true until somebody looked again, and so is what is held now, if it
    has been held since `held_since`.
    """
    spans = _joined((aware(began), aware(ended)) for began, ended in watched)
    starts = [began for began, _ in spans]
    vouched: list[tuple[datetime, datetime]] = []
    for step in steps:
        at = aware(step.at)
        place = bisect_right(starts, at)
        if place == 0 or spans[place - 1][1] < at:
            vouched.append((at, starts[place] if place < len(starts) else at))
    if held_since is not None:
        vouched.append((aware(held_since), aware(now)))
    return _joined([*spans, *vouched])


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> Spans:
    """The same in order, those made one that overlap or nearly touch."""
    joined: list[tuple[datetime, datetime]] = []
    for began, ended in sorted(spans):
        if joined and began - joined[-1][1] <= _MOMENT:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ended))
        else:
            joined.append((began, ended))
    return tuple(joined)


def bar_lines(
    steps: Sequence[Step],
    now: datetime,
    signs: Glyphs,
    *,
    width: int,
    known: Spans | None = None,
    hours: int = HOURS,
    zone: tzinfo | None = None,
) -> tuple[Line, ...]:
    """The last hours as one cell for each stretch, above the hours of the clock; where there are
    gaps, a third line says what they are. `known` as in `Past`."""
    if width < 8:
        return ()
    now = aware(now)
    start = now - timedelta(hours=hours)
    stretch = timedelta(hours=hours) / width
    # What held at the end of each stretch: the last cell is what holds now.
    cells: list[str | None] = []
    for place in range(width):
        end = start + stretch * (place + 1)
        moment = end if known is None else _last_known(known, end - stretch, end)
        cells.append(None if moment is None else _phase_at(steps, moment))
    spans: list[Span] = []
    for phase in cells:
        text, role = _bar_cell(phase, signs)
        if spans and spans[-1][1] == role and spans[-1][0][-1:] == text:
            spans[-1] = (spans[-1][0] + text, role)
        else:
            spans.append((text, role))
    lines: list[Line] = [tuple(spans), _hours_line(start, stretch, width, zone)]
    if None in cells and known is not None:
        words = f"{signs.bar_gap} not seen: nobody was looking"
        lines.append(((clip(words, width), Role.FAINT),))
    return tuple(lines)


def step_lines(
    steps: Sequence[Step],
    now: datetime,
    signs: Glyphs,
    *,
    label_of: Callable[[str], str],
    known: Spans | None = None,
    zone: tzinfo | None = None,
) -> tuple[Line, ...]:
    """Transitions, newest first: when, what, how long it lasted, why.

    `label_of` names an action by its id. A time of which a part was not seen is marked with ~.
    """
    lines: list[Line] = []
    until = aware(now)
    times = [short_time(step.at, now=now, zone=zone) for step in steps]
    time_cells = max(map(len, times), default=0)
    # The first one seen is no new wish: what came before it is not known.
    wishes = [step.desired_state for step in (*steps[:1], *steps)][: len(steps)]
    newest_first = reversed(list(zip(steps, times, wishes, strict=True)))
    for step, time, wanted_before in newest_first:
        at = aware(step.at)
        lasted = max(0.0, (until - at).total_seconds())
        about = "" if known is None or _is_covered(known, at, until) else "~"
        until = at
        lines.append(
            (
                (pad(time, time_cells) + "  ", Role.MUTED),
                (
                    pad(f"{signs.phase(step.phase)} {phase_word(step.phase)}", _PHASE_CELLS),
                    phase_role(step.phase),
                ),
                (pad(about + duration(lasted), _LASTED_CELLS, right=True) + "  ", Role.TEXT),
                *_why(step, is_new_wish=step.desired_state != wanted_before, label_of=label_of),
            )
        )
    return tuple(lines)


def _last_known(known: Spans, start: datetime, end: datetime) -> datetime | None:
    """The last moment of a stretch about which something is known."""
    place = bisect_right(known, end, key=itemgetter(0)) - 1
    if place < 0 or known[place][1] <= start:
        return None
    return min(known[place][1], end)


def _is_covered(known: Spans, start: datetime, end: datetime) -> bool:
    """True when nothing from start to end is unknown, but for moments."""
    place = bisect_right(known, start + _MOMENT, key=itemgetter(0)) - 1
    return place >= 0 and known[place][1] >= end - _MOMENT


def _phase_at(steps: Sequence[Step], moment: datetime) -> str | None:
    found = None
    for step in steps:
        if aware(step.at) > moment:
            break
        found = step.phase
    return found


def _bar_cell(phase: str | None, signs: Glyphs) -> Span:
    if phase is None:
        return (signs.bar_gap, Role.FAINT)
    role = phase_role(phase)
    match phase:
        case Phase.RUNNING:
            return (signs.bar_full, role)
        case Phase.SLEEPING | Phase.DESTROYED:
            return (signs.bar_empty, role)
        case Phase.FAILED:
            return (signs.cross, role)
        case _:
            return (signs.bar_half, role)


def _hours_line(start: datetime, stretch: timedelta, width: int, zone: tzinfo | None) -> Line:
    words = [" "] * width
    for place in range(width):
        here = (start + stretch * place).astimezone(zone)
        following = (start + stretch * (place + 1)).astimezone(zone)
        is_mark = following.hour % _LABEL_EVERY_HOURS == 0 and following.hour != here.hour
        if is_mark and place + 2 <= width:
            words[place : place + 2] = f"{following.hour:02}"
    return (("".join(words)[:width], Role.MUTED),)


def _why(step: Step, *, is_new_wish: bool, label_of: Callable[[str], str]) -> tuple[Span, ...]:
    """Who asked for what, and the service's own words."""
    parts: list[Span] = []
    if step.cause:
        parts.append((f"you: {label_of(step.cause).lower()}", Role.ACCENT))
    elif is_new_wish and step.desired_state != step.phase:
        parts.append((f"wanted {plain(step.desired_state)}", Role.TEXT))
    if step.reason:
        parts.append((f"{', ' if parts else ''}{plain(step.reason)}", Role.MUTED))
    return tuple(parts)
