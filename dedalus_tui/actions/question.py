"""What a person must be asked before an action starts: facts only, the dialog finds the words."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dedalus_tui.domain.activity import Activity
    from dedalus_tui.store.record import MachineRecord


class QuestionKind(Enum):
    """Which dialog asks."""

    WOULD_END = "would end"
    """Sleep ends what runs: list it, ask yes or no."""
    DESTROY = "destroy"
    """Irreversible: starts on Cancel, wants the word typed."""


class Ending(NamedTuple):
    """One thing that would end with its machine."""

    machine_id: str
    activity: Activity


class Question(NamedTuple):
    """One question about one action on some machines.

    An answered question is handed back to the runner, which goes by the machines as the person
    saw them here: what changed since is noticed.
    """

    kind: QuestionKind
    machines: tuple[MachineRecord, ...]
    """What the action would be done to, as shown now."""
    ends: tuple[Ending, ...] = ()
    unseen: tuple[str, ...] = ()
    """Ids of machines about which it could not be seen what runs."""
    left_out: tuple[MachineRecord, ...] = ()
    """Pinned machines, which no destruction in bulk includes."""
    word: str = ""
    """What must be typed; empty = nothing."""
    grace_seconds: float = 0.0
    """How long after the answer it can still be stopped."""
    changes: tuple[str, ...] = ()
    """When asked anew: the names of the machine's fields that changed meanwhile."""
