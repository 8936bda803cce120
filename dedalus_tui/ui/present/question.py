"""What would end, and what would be lost: the lines of dialogs that ask before acting. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.activity import ActivityKind
from dedalus_tui.domain.machine import Phase
from dedalus_tui.ui.present.machine import phase_role, phase_word
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.text import cell_width, clip, pad, plain
from dedalus_tui.ui.present.units import age, counted, duration, seconds_since, storage_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from dedalus_tui.domain.activity import Activity
    from dedalus_tui.domain.label import Label
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line

_NOUNS = {
    ActivityKind.EXECUTION: ("execution", "executions"),
    ActivityKind.TERMINAL: ("terminal", "terminals"),
    ActivityKind.SSH: ("ssh session", "ssh sessions"),
}
_STATES: Mapping[str, str] = {Phase.RUNNING: "awake", Phase.SLEEPING: "asleep"}
_TITLE_CELLS = 24
_COMMAND_CELLS = 36
_MOST_LISTED = 12


def activity_line(activity: Activity, now: datetime) -> Line:
    """One thing that runs: what it is, its title, since when."""
    noun = _NOUNS[activity.kind][0]
    since = seconds_since(activity.began_at, now)
    return (
        (f"{noun} ", Role.MUTED),
        (clip(plain(activity.title) or activity.activity_id, _COMMAND_CELLS), Role.TEXT),
        (f"  {duration(since)}" if since is not None else "", Role.MUTED),
    )


def running_words(activities: Iterable[Activity]) -> str:
    """What runs, counted by kind: 1 execution, 2 terminals; empty when nothing does."""
    kinds = [activity.kind for activity in activities if not activity.is_over]
    return ", ".join(
        counted(count, *nouns) for kind, nouns in _NOUNS.items() if (count := kinds.count(kind))
    )


def ending_lines(
    endings: Sequence[tuple[str, Activity]], now: datetime, *, most: int = _MOST_LISTED
) -> tuple[Line, ...]:
    """What would end, each with the title of its machine; a long list is cut and says so."""
    width = min(_TITLE_CELLS, max((cell_width(title) for title, _ in endings), default=0))
    lines: list[Line] = [
        ((pad(title, width) + "  " if width else "", Role.STRONG), *activity_line(activity, now))
        for title, activity in endings[:most]
    ]
    if len(endings) > most:
        lines.append(((f"and {len(endings) - most} more", Role.MUTED),))
    return tuple(lines)


def destroyed_line(
    machine: Machine, label: Label, running: str, now: datetime, signs: Glyphs, *, width: int
) -> Line:
    """One machine that would be destroyed, and what is lost with it."""
    state = _STATES.get(machine.phase) or phase_word(machine.phase)
    since = seconds_since(machine.created_at, now)
    return (
        (f"{signs.phase(machine.phase)} ", phase_role(machine.phase)),
        (pad(title_of(machine, label), width) + "  ", Role.STRONG),
        (f"{storage_words(machine.storage_gib)} disk, {state}", Role.TEXT),
        (f", {running}", Role.WARN) if running else ("", Role.TEXT),
        (f", {age(since)} old" if since is not None else "", Role.MUTED),
    )


_FIELD_WORDS: Mapping[str, str] = {
    "phase": "its phase",
    "desired_state": "what it is wanted to be",
    "vcpu": "its vCPUs",
    "memory_mib": "its memory",
    "storage_gib": "its disk",
    "autosleep_seconds": "its autosleep",
}


def changes_words(changes: Iterable[str]) -> str:
    """Names of changed fields in words: "its phase and its disk"."""
    known = [_FIELD_WORDS[name] for name in changes if name in _FIELD_WORDS]
    if not known:
        return ""
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"
