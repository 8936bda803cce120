"""Attention: failed and stuck machines want it, quick and settled ones do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dedalus_tui.domain.attention import STUCK_AFTER, why_attention
from dedalus_tui.domain.machine import DesiredState, LifecycleStatus, Machine, Phase

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def machine(phase: str, want: str, quiet_for: timedelta) -> Machine:
    status = LifecycleStatus(
        phase=phase,
        last_transition_at=NOW - timedelta(days=1),
        last_progress_at=NOW - quiet_for,
    )
    return Machine(machine_id="m", desired_state=want, status=status)


LONG = STUCK_AFTER + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("phase", "want", "quiet_for", "is_needed"),
    [
        (Phase.FAILED, DesiredState.RUNNING, timedelta(0), True),
        (Phase.STARTING, DesiredState.RUNNING, LONG, True),
        (Phase.STARTING, DesiredState.RUNNING, timedelta(seconds=5), False),
        (Phase.RUNNING, DesiredState.RUNNING, LONG, False),
        (Phase.RUNNING, DesiredState.SLEEPING, LONG, True),
        (Phase.DESTROYING, DesiredState.DESTROYED, LONG, False),
        ("thawing", DesiredState.RUNNING, LONG, False),
    ],
)
def test_who_needs_somebody(phase: str, want: str, quiet_for: timedelta, is_needed: bool) -> None:
    assert (why_attention(machine(phase, want, quiet_for), NOW) is not None) is is_needed


def test_a_machine_that_was_asked_just_now_is_not_called_stuck() -> None:
    long_asleep = machine(Phase.SLEEPING, DesiredState.RUNNING, LONG)
    assert why_attention(long_asleep, NOW) is not None
    assert why_attention(long_asleep, NOW, is_asking=True) is None
    failed = machine(Phase.FAILED, DesiredState.RUNNING, LONG)
    assert why_attention(failed, NOW, is_asking=True) == "it has failed"


def test_a_thin_row_is_not_called_stuck() -> None:
    thin = Machine(machine_id="m", phase=Phase.STARTING, desired_state=DesiredState.RUNNING)
    assert why_attention(thin, NOW) is None


def test_times_without_a_zone_are_utc() -> None:
    naive = machine(Phase.STARTING, DesiredState.RUNNING, LONG)
    assert naive.status is not None
    assert naive.status.last_progress_at is not None
    status = LifecycleStatus(
        phase=Phase.STARTING,
        last_progress_at=naive.status.last_progress_at.replace(tzinfo=None),
    )
    assert why_attention(
        Machine(machine_id="m", desired_state=DesiredState.RUNNING, status=status), NOW
    )
