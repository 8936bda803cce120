"""Intents: what we asked of a machine and the service has not yet confirmed.

They state only what was asked, never a guessed phase, and lie on top of what the service said;
what is shown is a fold of both (design 3.1, rule 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedalus_tui.domain.machine import Machine


class Intent(NamedTuple):
    """One wish for one machine; fields that are None were not asked for."""

    machine_id: str
    asking: str
    """The wish in a few words, as in "going to sleep"."""
    action_id: str = ""
    desired_state: str | None = None
    vcpu: float | None = None
    memory_mib: int | None = None
    storage_gib: int | None = None
    autosleep_seconds: int | None = None
    decided_by: int | None = None
    """A full answer to a request with a ticket above this one ends the intent.

    None while the call is under way. Set when the service accepted without telling the new state,
    or when no answer came at all and the next sightings decide.
    """
    is_unknown: bool = False
    """True when no answer came: it may or may not have happened."""

    def asks_for(self) -> dict[str, Any]:
        """The fields of a machine that the wish names, with their wished values."""
        wanted: dict[str, Any] = {}
        for name in ("desired_state", "vcpu", "memory_mib", "storage_gib", "autosleep_seconds"):
            value = getattr(self, name)
            if value is not None:
                wanted[name] = value
        return wanted

    def is_met_by(self, machine: Machine) -> bool:
        """True when the machine is already asked to be what this wish wants."""
        return all(getattr(machine, name) == value for name, value in self.asks_for().items())


def fold(confirmed: Machine, intents: Iterable[Intent]) -> Machine:
    """What is shown: the confirmed machine with every wish laid over it, oldest first."""
    wanted: dict[str, Any] = {}
    for intent in intents:
        wanted.update(intent.asks_for())
    return confirmed._replace(**wanted) if wanted else confirmed
