"""Where a machine is on its way: settled, moving or failed; what may be done, and why not.

Everything here is a pure function of phase and desired state (contract 4.4), so a wish of ours
and the service's own word look the same on screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.machine import DesiredState, Phase

if TYPE_CHECKING:
    from dedalus_tui.domain.machine import Machine

SETTLED = frozenset(
    {
        (Phase.RUNNING, DesiredState.RUNNING),
        (Phase.SLEEPING, DesiredState.SLEEPING),
        (Phase.DESTROYED, DesiredState.DESTROYED),
    }
)
"""The three (phase, desired state) pairs in which nothing is under way."""

_KNOWN_PHASES = frozenset(Phase)
_BOOTING = frozenset({Phase.ACCEPTED, Phase.PLACEMENT_PENDING, Phase.STARTING})
_GONE = frozenset({Phase.DESTROYING, Phase.DESTROYED})

_JOURNEYS: dict[tuple[str, str], str] = {
    (Phase.ACCEPTED, DesiredState.RUNNING): "booting",
    (Phase.PLACEMENT_PENDING, DesiredState.RUNNING): "waiting for a place",
    (Phase.STARTING, DesiredState.RUNNING): "booting",
    (Phase.ACCEPTED, DesiredState.SLEEPING): "will sleep after boot",
    (Phase.PLACEMENT_PENDING, DesiredState.SLEEPING): "will sleep after boot",
    (Phase.STARTING, DesiredState.SLEEPING): "will sleep after boot",
    (Phase.RUNNING, DesiredState.SLEEPING): "about to sleep",
    (Phase.STOPPING, DesiredState.RUNNING): "will wake after it stopped",
    (Phase.STOPPING, DesiredState.SLEEPING): "going to sleep",
    (Phase.SLEEPING, DesiredState.RUNNING): "about to wake",
}


def is_settled(machine: Machine) -> bool:
    """True when the machine is where it was asked to be."""
    return (machine.phase, machine.desired_state) in SETTLED


def is_failed(machine: Machine) -> bool:
    """True when the machine needs somebody's attention."""
    return machine.phase == Phase.FAILED


def is_moving(machine: Machine) -> bool:
    """True when the service is working on it. Unknown phases are not called moving."""
    return machine.phase in _KNOWN_PHASES and not is_settled(machine) and not is_failed(machine)


def is_gone(machine: Machine) -> bool:
    """True when the machine is destroyed or on its way there."""
    return machine.phase in _GONE or machine.desired_state == DesiredState.DESTROYED


def journey(machine: Machine) -> str:
    """What is under way, in a few words; empty when settled, failed or unknown."""
    if not is_moving(machine):
        return ""
    if machine.desired_state == DesiredState.DESTROYED:
        return "being destroyed" if machine.phase in _GONE else "will be destroyed"
    return _JOURNEYS.get((machine.phase, machine.desired_state), "")


def why_not_sleep(machine: Machine) -> str | None:
    """The sentence why it cannot be put to sleep now; None when it can (contract 4.4)."""
    if is_gone(machine):
        return "it is being destroyed" if machine.phase != Phase.DESTROYED else "it is destroyed"
    if machine.desired_state == DesiredState.SLEEPING:
        return "it is asleep" if machine.phase == Phase.SLEEPING else "it is going to sleep"
    if machine.phase == Phase.RUNNING:
        return None
    if machine.phase in _BOOTING:
        return "it is still starting; only a running machine can sleep"
    return f"it is {machine.phase}; only a running machine can sleep"


def why_not_wake(machine: Machine) -> str | None:
    """The sentence why it cannot be woken now; None when it can."""
    if is_gone(machine):
        return "it is being destroyed" if machine.phase != Phase.DESTROYED else "it is destroyed"
    if machine.phase == Phase.SLEEPING:
        if machine.desired_state == DesiredState.RUNNING:
            return "it is already waking"
        return None
    if machine.phase == Phase.RUNNING:
        return "it is awake"
    if machine.phase in _BOOTING:
        return "it is already starting"
    return f"it is {machine.phase}; only a sleeping machine can be woken"


def why_not_change(machine: Machine) -> str | None:
    """The sentence why sizes and autosleep cannot be changed now; None when they can."""
    if machine.phase == Phase.DESTROYED:
        return "it is destroyed"
    if is_gone(machine):
        return "it is being destroyed"
    return None


def why_not_destroy(machine: Machine) -> str | None:
    """The sentence why it cannot be destroyed now; None when it can."""
    if machine.phase == Phase.DESTROYED:
        return "it is already destroyed"
    if is_gone(machine):
        return "it is already being destroyed"
    return None


def why_not_use(machine: Machine) -> str | None:
    """The sentence why nothing can run on it (execution, terminal, ssh, preview); None when it can.

    A sleeping machine can be used: using it wakes it, which the caller must say first.
    """
    if machine.phase == Phase.DESTROYED:
        return "it is destroyed"
    if is_gone(machine):
        return "it is being destroyed"
    if is_failed(machine):
        return "it has failed"
    return None


def would_wake(machine: Machine) -> bool:
    """True when using the machine would wake it, and so start what it costs."""
    return machine.phase in {Phase.SLEEPING, Phase.STOPPING} and not is_gone(machine)
