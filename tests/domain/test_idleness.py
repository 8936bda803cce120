"""The sleeps-in estimate claims no more than can be seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dedalus_tui.domain.activity import Activity, ActivityKind
from dedalus_tui.domain.idleness import Outlook, sleep_outlook, sleeps_at
from dedalus_tui.domain.machine import LifecycleStatus, Machine

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
AWAKE = Machine(
    machine_id="m1",
    desired_state="running",
    autosleep_seconds=300,
    status=LifecycleStatus(phase="running", last_transition_at=NOW - timedelta(seconds=100)),
)
RUNNING = Activity(kind=ActivityKind.TERMINAL, activity_id="t1")


def ended(seconds_ago: float) -> Activity:
    return Activity(
        kind=ActivityKind.EXECUTION,
        activity_id=f"e{seconds_ago}",
        ended_at=NOW - timedelta(seconds=seconds_ago),
        is_over=True,
    )


@pytest.mark.parametrize(
    ("machine", "activities", "outlook", "seconds"),
    [
        (AWAKE, (), Outlook.COUNTING, 200),
        (AWAKE, (ended(40), ended(70)), Outlook.COUNTING, 260),
        (AWAKE, (ended(170),), Outlook.COUNTING, 200),
        (AWAKE, (ended(40), RUNNING), Outlook.HELD, None),
        (AWAKE, None, Outlook.UNKNOWN, None),
        (AWAKE._replace(autosleep_seconds=0), (), Outlook.NEVER, None),
        (AWAKE._replace(autosleep_seconds=None), (), Outlook.UNKNOWN, None),
        (AWAKE._replace(autosleep_seconds=60), (), Outlook.UNKNOWN, None),
        (AWAKE._replace(autosleep_seconds=10**12), (), Outlook.UNKNOWN, None),
        (AWAKE._replace(autosleep_seconds=10**30), (), Outlook.UNKNOWN, None),
        (AWAKE._replace(desired_state="sleeping"), (), Outlook.NOT_AWAKE, None),
        (AWAKE._replace(status=None), (), Outlook.UNKNOWN, None),
        (
            AWAKE._replace(status=LifecycleStatus(phase="sleeping"), desired_state="sleeping"),
            (),
            Outlook.NOT_AWAKE,
            None,
        ),
    ],
)
def test_outlook(
    machine: Machine,
    activities: tuple[Activity, ...] | None,
    outlook: Outlook,
    seconds: float | None,
) -> None:
    found = sleep_outlook(machine, activities, NOW)
    assert found.outlook is outlook
    assert found.seconds == seconds
    if outlook is Outlook.COUNTING:
        assert sleeps_at(machine, activities) == NOW + timedelta(seconds=seconds or 0)


def test_the_moment_of_sleeping_is_the_same_when_it_is_past() -> None:
    at = sleeps_at(AWAKE, ())
    assert at == NOW + timedelta(seconds=200)
    assert sleep_outlook(AWAKE, (), at).seconds == 0
    assert sleep_outlook(AWAKE, (), at + timedelta(seconds=1)).outlook is Outlook.UNKNOWN
    assert sleeps_at(AWAKE, (RUNNING,)) is None


def test_says_what_it_rests_on() -> None:
    """What holds it, or what ended last."""
    assert sleep_outlook(AWAKE, (ended(40), RUNNING), NOW).because is RUNNING
    latest = ended(10)
    assert sleep_outlook(AWAKE, (ended(40), latest), NOW).because is latest
    assert sleep_outlook(AWAKE, (), NOW).because is None
