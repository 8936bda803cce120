"""A machine and its lifecycle status, as the service last described it (contract 4.1).

Values only. Enumerations stay text: a phase or desired state this program has never heard of
survives parsing and is shown as it came.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the decoder resolves these annotations at run time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

UNKNOWN = "?"
"""Stands for a phase or desired state that the service did not send."""


class Phase(StrEnum):
    """Phases the contract names; `Machine.phase` may hold others."""

    ACCEPTED = "accepted"
    PLACEMENT_PENDING = "placement_pending"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    SLEEPING = "sleeping"
    DESTROYING = "destroying"
    DESTROYED = "destroyed"
    FAILED = "failed"


class DesiredState(StrEnum):
    """What a machine can be asked to be; `Machine.desired_state` may hold others."""

    RUNNING = "running"
    SLEEPING = "sleeping"
    DESTROYED = "destroyed"


class LifecycleStatus(NamedTuple):
    """The full status, which newer generations send only for a single machine."""

    phase: str = UNKNOWN
    reason: str = ""
    """Free text; never branch on it."""
    retryable: bool | None = None
    revision: str | None = None
    """Names a version of the machine; usually a whole number, typed as text."""
    last_transition_at: datetime | None = None
    last_progress_at: datetime | None = None
    last_error: str | None = None
    memory_configured_mib: int | None = None
    memory_assigned_mib: int | None = None
    memory_target_mib: int | None = None
    memory_last_autoresized_at: datetime | None = None
    memory_resize_state: str | None = None


class _MachineFields(NamedTuple):
    machine_id: str
    phase: str = UNKNOWN
    """`status.phase` where the answer had a status, else the flat `phase`."""
    desired_state: str = UNKNOWN
    vcpu: float | None = None
    memory_mib: int | None = None
    storage_gib: int | None = None
    autosleep_seconds: int | None = None
    """0 = never sleeps by itself; None = the service did not say."""
    created_at: datetime | None = None
    status: LifecycleStatus | None = None
    """None on a thin row: the newest generation's list rows and mutation answers."""


class Machine(_MachineFields):
    """One machine. Absent fields are None, never guessed; the phase is that of the status."""

    # A frozen dataclass would take ten times as long to define, before the first paint.
    __slots__ = ()

    if not TYPE_CHECKING:  # the type checker takes the signature of the fields

        def __new__(cls, *values: object, **named: object) -> Machine:
            """All ways to make one come through here, `_replace` included."""
            made = super().__new__(cls, *values, **named)
            status = made.status
            if status is None or status.phase in {UNKNOWN, made.phase}:
                return made
            return tuple.__new__(cls, (made.machine_id, status.phase, *made[2:]))

        @classmethod
        def _make(cls, values: Iterable[object]) -> Machine:
            return cls(*values)

    @property
    def is_thin(self) -> bool:
        """True when the row has no status and is only a hint to look (design 3.1, rule 2)."""
        return self.status is None

    @property
    def revision(self) -> str | None:
        """The version of the machine this row shows, if it said so."""
        return self.status.revision if self.status else None


class MachineSpec(NamedTuple):
    """What creating a machine asks for. All sizes are always sent (contract 4.1)."""

    vcpu: float
    memory_mib: int
    storage_gib: int
    autosleep: str | None = None
    """In the normalised grammar of contract 4.3; None leaves it to the service (5 minutes)."""


class MachineChange(NamedTuple):
    """A resize or a new autosleep: only the fields that are not None are sent."""

    vcpu: float | None = None
    memory_mib: int | None = None
    storage_gib: int | None = None
    autosleep: str | None = None


NO_CHANGE = MachineChange()
"""Leaves everything as it is."""


def merged(held: Machine, seen: Machine) -> Machine:
    """`seen` laid over `held`: an absent field never erases a known one.

    A thin `seen` therefore keeps the held status, and with it the held phase.
    """
    known: dict[str, Any] = {}
    for name, value in zip(seen._fields, seen, strict=True):
        if value is not None and value != UNKNOWN:
            known[name] = value
    if seen.status is None and held.status is not None:
        known.pop("phase", None)
    return held._replace(**known)
