"""What is seen running on a machine, and what was: executions, terminals, ssh sessions."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class ActivityKind(StrEnum):
    """What sort of thing it is."""

    EXECUTION = "execution"
    TERMINAL = "terminal"
    SSH = "ssh"


class Activity(NamedTuple):
    """One thing that keeps, or kept, a machine awake."""

    kind: ActivityKind
    activity_id: str
    title: str = ""
    """The command of an execution, the size of a terminal; free text from outside."""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    """When it ended, if it did and the service said so."""
    is_over: bool = False
