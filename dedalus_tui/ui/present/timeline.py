"""When a machine was in which phase: a bar of the last hours, and the transitions seen. Pure.

Only what this computer saw is drawn; before its first sighting the bar is empty.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.domain.machine import Phase
from dedalus_tui.ui.present.machine import phase_role, phase_word
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import pad, plain
from dedalus_tui.ui.present.units import aware, duration, short_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line, Span

HOURS = 24
_PHASE_CELLS = 13
_LASTED_CELLS = 8
_LABEL_EVERY_HOURS = 6


class Step(NamedTuple):
    """One transition as it was seen."""

    at: datetime
    phase: str
    desired_state: str
    reason: str = ""
    cause: str = ""
    """The id of our action that asked for it, or nothing."""


def bar_lines(
    steps: Sequence[Step],
    now: datetime,
    signs: Glyphs,
    *,
    width: int,
    hours: int = HOURS,
    zone: tzinfo | None = None,
) -> tuple[Line, ...]:
    """The last hours as one cell for each stretch, above the hours of the clock."""
    if width < 8:
        return ()
    now = aware(now)
    start = now - timedelta(hours=hours)
    stretch = timedelta(hours=hours) / width
    # What held at the end of each stretch: the last cell is what holds now.
    cells = [_phase_at(steps, start + stretch * (place + 1)) for place in range(width)]
    spans: list[Span] = []
    for phase in cells:
        text, role = _bar_cell(phase, signs)
        if spans and spans[-1][1] == role and spans[-1][0][-1:] == text:
            spans[-1] = (spans[-1][0] + text, role)
        else:
            spans.append((text, role))
    return (tuple(spans), _hours_line(start, stretch, width, zone))


def step_lines(
    steps: Sequence[Step],
    now: datetime,
    signs: Glyphs,
    *,
    label_of: Callable[[str], str],
    zone: tzinfo | None = None,
) -> tuple[Line, ...]:
    """Transitions, newest first: when, what, how long it lasted, why.

    `label_of` names an action by its id.
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
        until = at
        lines.append(
            (
                (pad(time, time_cells) + "  ", Role.MUTED),
                (
                    pad(f"{signs.phase(step.phase)} {phase_word(step.phase)}", _PHASE_CELLS),
                    phase_role(step.phase),
                ),
                (pad(duration(lasted), _LASTED_CELLS, right=True) + "  ", Role.TEXT),
                *_why(step, is_new_wish=step.desired_state != wanted_before, label_of=label_of),
            )
        )
    return tuple(lines)


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
