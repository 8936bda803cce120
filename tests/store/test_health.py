"""The second axis: how the line is, whatever rows we hold."""

from __future__ import annotations

import asyncio

import pytest

from dedalus_tui.domain.faults import (
    CloudFault,
    LocalCloudEnded,
    NotAuthenticated,
    NotOffered,
    NotPermitted,
    NotUnderstood,
    ServiceBroken,
    TimedOut,
    Unreachable,
)
from dedalus_tui.store.changes import Changes
from dedalus_tui.store.health import Health
from tests.store.stepped_clock import START, SteppedClock


@pytest.fixture
async def health() -> Health:
    return Health(SteppedClock(), Changes())


async def test_starts_quiet(health: Health) -> None:
    """Nothing was asked, nothing is claimed."""
    assert health.state.line == "quiet"
    assert health.state.last_good is None


@pytest.mark.parametrize(
    ("faults", "line"),
    [
        ([Unreachable("refused")], "offline"),
        ([TimedOut("slow")], "degraded"),
        ([TimedOut("slow"), TimedOut("slow")], "offline"),
        ([ServiceBroken("500")], "degraded"),
        ([NotUnderstood("html")], "degraded"),
        ([NotAuthenticated("401")], "locked_out"),
        ([NotPermitted("403")], "talking"),
        ([NotOffered("404")], "talking"),
    ],
)
async def test_what_each_fault_says_of_a_good_line(
    health: Health, faults: list[CloudFault], line: str
) -> None:
    """One closed route is not a closed line."""
    health.heard()
    for fault in faults:
        health.failed(fault)
    assert health.state.line == line
    assert health.state.last_good == START


async def test_a_first_answer_of_403_locks_out(health: Health) -> None:
    """Then it is all we know."""
    health.failed(NotPermitted("403"))
    assert health.state.line == "locked_out"


async def test_regaining_the_line_is_told_once(health: Health) -> None:
    """So that a list goes out at once."""
    assert not health.heard()
    health.failed(Unreachable("refused"))
    assert health.state.fault is not None
    assert health.heard()
    assert not health.heard()
    assert health.state.fault is None


async def test_since_is_the_moment_of_change() -> None:
    """Not of the last fault."""
    clock = SteppedClock()
    health = Health(clock, Changes())
    health.heard()
    await clock.step(5)
    health.failed(Unreachable("refused"))
    became = clock.now()
    await clock.step(5)
    health.failed(Unreachable("refused"))
    assert health.state.since == became
    assert health.state.failures == 2
    await asyncio.sleep(0)


async def test_the_end_of_the_local_cloud_holds_until_it_was_started_again(health: Health) -> None:
    """Neither a fault that follows nor an answer that was on its way says otherwise."""
    health.heard()
    end = LocalCloudEnded("killed by signal 9")
    health.end(end)
    health.failed(TimedOut("slow"))
    health.heard()
    assert (health.has_ended, health.state.fault, health.state.line) == (True, end, "offline")
    health.begin_again()
    assert (health.has_ended, health.state.line) == (False, "quiet")
    assert health.state.last_good == START
    assert health.heard(), "so that a list goes out at once"
    assert health.state.line == "talking"
