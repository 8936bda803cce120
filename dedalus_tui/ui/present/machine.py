"""A machine's state in words, signs and roles. Pure: domain in, spans out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.idleness import Outlook, SleepOutlook, sleep_outlook
from dedalus_tui.domain.lifecycle import is_settled, journey
from dedalus_tui.domain.machine import UNKNOWN, DesiredState, Phase
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import NONE, autosleep, duration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Span
    from dedalus_tui.ui.present.row import MachineRow

SOON_SECONDS = 60
"""A machine that falls asleep within this is worth a sign."""

_PHASE_ROLES: Mapping[str, Role] = {
    Phase.ACCEPTED: Role.BUSY,
    Phase.PLACEMENT_PENDING: Role.BUSY,
    Phase.STARTING: Role.BUSY,
    Phase.RUNNING: Role.OK,
    Phase.STOPPING: Role.BUSY,
    Phase.SLEEPING: Role.IDLE,
    Phase.DESTROYING: Role.WARN,
    Phase.DESTROYED: Role.MUTED,
    Phase.FAILED: Role.BAD,
}
_PHASE_WORDS: Mapping[str, str] = {Phase.PLACEMENT_PENDING: "placing"}
_PHASE_RANK: Mapping[str, int] = {
    phase: rank
    for rank, phase in enumerate(
        (
            Phase.FAILED,
            Phase.RUNNING,
            Phase.STARTING,
            Phase.PLACEMENT_PENDING,
            Phase.ACCEPTED,
            Phase.STOPPING,
            Phase.SLEEPING,
            Phase.DESTROYING,
            Phase.DESTROYED,
        )
    )
}
_WANTED_PHASE: Mapping[str, str] = {
    DesiredState.RUNNING: Phase.RUNNING,
    DesiredState.SLEEPING: Phase.SLEEPING,
    DesiredState.DESTROYED: Phase.DESTROYED,
}
_LEADS_TO: Mapping[str, str] = {
    Phase.ACCEPTED: DesiredState.RUNNING,
    Phase.PLACEMENT_PENDING: DesiredState.RUNNING,
    Phase.STARTING: DesiredState.RUNNING,
    Phase.RUNNING: DesiredState.RUNNING,
    Phase.STOPPING: DesiredState.SLEEPING,
    Phase.SLEEPING: DesiredState.SLEEPING,
    Phase.DESTROYING: DesiredState.DESTROYED,
    Phase.DESTROYED: DesiredState.DESTROYED,
}
"""Where a phase goes or stays by itself: only another wish is worth showing beside it."""


def phase_role(phase: str) -> Role:
    """The role of a phase; an unknown one is neither good nor bad."""
    return _PHASE_ROLES.get(phase, Role.TEXT)


def phase_word(phase: str) -> str:
    """The word of a phase; an unknown one as the service wrote it."""
    if phase == UNKNOWN:
        return "unknown"
    return _PHASE_WORDS.get(phase) or plain(phase)


def phase_rank(phase: str) -> int:
    """Order of phases in a sorted list: trouble first, then awake, moving, asleep, gone."""
    return _PHASE_RANK.get(phase, 1)


def phase_span(phase: str, signs: Glyphs) -> Span:
    """A phase as sign and word in its colour."""
    return (f"{signs.phase(phase)} {phase_word(phase)}", phase_role(phase))


def desired_span(machine: Machine, signs: Glyphs) -> Span:
    """The wanted state as sign and word; quiet when the machine is already there."""
    wanted = machine.desired_state
    if wanted == UNKNOWN:
        return ("not said", Role.MUTED)
    sign = signs.phase(_WANTED_PHASE.get(wanted, ""))
    role = Role.MUTED if is_settled(machine) else phase_role(_WANTED_PHASE.get(wanted, ""))
    return (f"{sign} {plain(wanted)}", role)


def phase_cell(row: MachineRow, signs: Glyphs) -> Span:
    """The phase for a narrow column; `running→○` when something else is wanted."""
    machine = row.machine
    text, role = phase_span(machine.phase, signs)
    wanted = machine.desired_state
    leads_to = _LEADS_TO.get(machine.phase)
    if leads_to is not None and wanted in _WANTED_PHASE and wanted != leads_to:
        text += f"{signs.arrow}{signs.phase(_WANTED_PHASE[wanted])}"
        role = Role.WARN if wanted == DesiredState.DESTROYED else Role.BUSY
    return (text, role)


def journey_words(row: MachineRow) -> str:
    """What is under way, in a few words: our own wish first, then what the service says."""
    return row.asking or journey(row.machine)


def outlook_of(row: MachineRow, now: datetime) -> SleepOutlook:
    """When it will probably sleep; not told of what is not seen live, which may long sleep."""
    found = sleep_outlook(row.machine, row.activities, now)
    if row.is_stale and found.outlook in {Outlook.COUNTING, Outlook.HELD}:
        return SleepOutlook(Outlook.UNKNOWN)
    return found


def sleeps_in_span(row: MachineRow, now: datetime, signs: Glyphs) -> Span:
    """Time until autosleep, always an estimate: `~3m12s`, `~41s !`, `in use`, `never`, `?`."""
    estimate = outlook_of(row, now)
    match estimate.outlook:
        case Outlook.NEVER:
            return ("never", Role.MUTED)
        case Outlook.HELD:
            return ("in use", Role.OK)
        case Outlook.UNKNOWN:
            return ("?", Role.MUTED)
        case Outlook.COUNTING if estimate.seconds is not None:
            left = f"~{duration(estimate.seconds)}"
            if estimate.seconds < SOON_SECONDS:
                return (f"{left} {signs.warning}", Role.WARN)
            return (left, Role.TEXT)
        case _:
            return (NONE, Role.MUTED)


def autosleep_span(machine: Machine) -> Span:
    """The autosleep setting; `never` stands out, since such a machine runs until told."""
    return (autosleep(machine.autosleep_seconds), _autosleep_role(machine.autosleep_seconds))


def _autosleep_role(seconds: int | None) -> Role:
    if seconds is None:
        return Role.MUTED
    return Role.WARN if seconds == 0 else Role.TEXT
