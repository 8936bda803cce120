"""Which machines need somebody, and the sentence why. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dedalus_tui.domain.lifecycle import is_failed, is_gone, is_moving

if TYPE_CHECKING:
    from dedalus_tui.domain.machine import Machine

STUCK_AFTER = timedelta(minutes=2)
"""Moving without progress for longer than this is worth a look; a usual start takes seconds."""


def why_attention(machine: Machine, now: datetime, *, is_asking: bool = False) -> str | None:
    """The sentence why somebody should look at the machine; None when all is well.

    While a wish of ours is under way (`is_asking`) the machine has not even been told to move.
    """
    if is_failed(machine):
        return "it has failed"
    if is_asking or not is_moving(machine) or is_gone(machine):
        return None
    if _quiet_since(machine, now) > STUCK_AFTER:
        return "it is on its way but has made no progress for a while"
    return None


def _quiet_since(machine: Machine, now: datetime) -> timedelta:
    status = machine.status
    moments = [status.last_progress_at, status.last_transition_at] if status else []
    known = [
        moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        for moment in moments
        if moment is not None
    ]
    return now - max(known) if known else timedelta(0)
