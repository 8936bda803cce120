"""When a machine will probably fall asleep: an estimate from what can be seen. Pure.

The service tells how long a machine may idle and not since when it does. What we can see are its
executions, terminals, ssh sessions and last transition; previews and other people's work are
invisible. So this is always "about", and often "not known".
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.domain.machine import DesiredState, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from dedalus_tui.domain.activity import Activity
    from dedalus_tui.domain.machine import Machine


class Outlook(Enum):
    """What can be said about a machine's next autosleep."""

    NOT_AWAKE = "not awake"
    """It is not running, or is already leaving: there is nothing to foretell."""
    NEVER = "never"
    HELD = "held"
    """Something seen running keeps it awake; `because` is that."""
    COUNTING = "counting"
    """Nothing seen is running: about `seconds` are left."""
    UNKNOWN = "unknown"


class SleepOutlook(NamedTuple):
    """The estimate, and what it rests on."""

    outlook: Outlook
    seconds: float | None = None
    """Left until it sleeps, never below 0; only when COUNTING."""
    because: Activity | None = None
    """What holds it, or what ended last and started the count; None = its last transition."""


def sleep_outlook(
    machine: Machine, activities: Iterable[Activity] | None, now: datetime
) -> SleepOutlook:
    """When `machine` will probably sleep by itself.

    `activities` is what was seen on it, None when nobody has looked; then nothing is claimed.
    """
    found = _count(machine, activities)
    if isinstance(found, SleepOutlook):
        return found
    at, because = found
    if at < now:  # it should be asleep: something we cannot see keeps it awake
        return SleepOutlook(Outlook.UNKNOWN)
    return SleepOutlook(Outlook.COUNTING, (at - now).total_seconds(), because)


def sleeps_at(machine: Machine, activities: Iterable[Activity] | None) -> datetime | None:
    """The moment until which `sleep_outlook` counts; None when it does not, however late it is."""
    found = _count(machine, activities)
    return None if isinstance(found, SleepOutlook) else found[0]


def _count(
    machine: Machine, activities: Iterable[Activity] | None
) -> SleepOutlook | tuple[datetime, Activity | None]:
    """When it should sleep and what started the count, or what else is to be said."""
    if machine.phase != Phase.RUNNING or machine.desired_state != DesiredState.RUNNING:
        return SleepOutlook(Outlook.NOT_AWAKE)
    if machine.autosleep_seconds == 0:
        return SleepOutlook(Outlook.NEVER)
    if machine.autosleep_seconds is None or activities is None:
        return SleepOutlook(Outlook.UNKNOWN)
    since = machine.status.last_transition_at if machine.status else None
    because: Activity | None = None
    for activity in activities:
        if not activity.is_over:
            return SleepOutlook(Outlook.HELD, because=activity)
        ended = activity.ended_at
        if ended is not None and (since is None or ended > since):
            since, because = ended, activity
    if since is None:
        return SleepOutlook(Outlook.UNKNOWN)
    try:
        return since + timedelta(seconds=machine.autosleep_seconds), because
    except OverflowError:  # no moment is so far from now
        return SleepOutlook(Outlook.UNKNOWN)
