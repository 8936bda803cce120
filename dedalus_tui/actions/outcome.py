"""What came of an action: facts for the notice, never finished sentences about faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.actions.action import Action
    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.store.record import MachineRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The service accepted it, or it was so already."""

    machine_id: str
    was_already: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It was not possible, and nothing was sent."""

    machine_id: str
    reason: str
    """Half a sentence about the machine, as in "it is asleep"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """The machine changed while the person was deciding: ask again, nothing was done."""

    machine_id: str
    changes: tuple[str, ...]
    """Names of the fields of the machine that changed; ("gone",) when it vanished."""
    now: MachineRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """No answer came: it may have happened, and the next sightings decide."""

    machine_id: str
    fault: CloudFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The service, or the line to it, said no."""

    machine_id: str
    fault: CloudFault
    machine: MachineRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The person stopped it within its grace; nothing was sent."""

    machine_id: str


Outcome = Done | Refused | Overtaken | Unknown | Failed | Stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One action on all its targets."""

    action: Action
    outcomes: tuple[Outcome, ...]

    def of(self, kind: type[Outcome]) -> tuple[Outcome, ...]:
        """The outcomes of one kind."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, kind))

    @property
    def is_well(self) -> bool:
        """True when everything that was asked for was accepted."""
        return all(isinstance(outcome, Done) for outcome in self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell the person, once."""

    number: int
    """Rises by one from notice to notice."""
    at: datetime
    summary: Summary
    is_late: bool = False
    """True when it decides, afterwards, what an earlier Unknown left open."""
    names: dict[str, str] = field(default_factory=dict)
    """Local names of the machines at that time, by id; a machine may be gone by now."""
