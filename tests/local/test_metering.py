"""The arithmetic of usage, against an independent count second by second."""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from dedalus_tui.local import cpu_times, metering
from dedalus_tui.local.cpu_times import CpuTime
from dedalus_tui.local.machine import Size
from dedalus_tui.local.metering import DAY, HOUR, Step

SMALL, LARGE = Size(1, 1024, 10), Size(4, 8192, 20)
MONTH_END = 1_769_900_400
"""2026-01-31T23:00:00Z: hours, a day and a month end close behind it."""

steps_in_order = st.lists(
    st.builds(
        Step,
        at=st.integers(MONTH_END, MONTH_END + 3 * HOUR),
        phase=st.sampled_from(["running", "sleeping", "stopping", "starting", "destroyed"]),
        size=st.sampled_from([SMALL, LARGE]),
    ),
    max_size=12,
).map(lambda steps: sorted(steps, key=lambda step: step.at))


def counted_by_second(steps: list[Step], until: int) -> Counter[tuple[int, int]]:
    """(hour, memory size) → seconds awake, by asking of every second which step holds."""
    seconds: Counter[tuple[int, int]] = Counter()
    for second in range(MONTH_END, until):
        held = [step for step in steps if step.at <= second]
        if held and held[-1].phase == "running":
            seconds[second - second % HOUR, held[-1].size.memory_mib] += 1
    return seconds


@settings(max_examples=60, deadline=None)
@given(steps_in_order, st.integers(MONTH_END, MONTH_END + 3 * HOUR + 7))
def test_buckets_hold_every_awake_second_once(steps: list[Step], until: int) -> None:
    buckets = metering.hourly(metering.awake_windows(steps, until))
    counted = {(each.start, each.size.memory_mib): each.awake_seconds for each in buckets}
    assert counted == dict(counted_by_second(steps, until))


@settings(max_examples=60, deadline=None)
@given(steps_in_order)
def test_days_add_up_to_the_hours(steps: list[Step]) -> None:
    hours = metering.hourly(metering.awake_windows(steps, MONTH_END + 4 * HOUR))
    days = metering.daily(hours)
    for measure in ("awake_seconds", "memory_mib_seconds", "window_count"):
        assert sum(getattr(each, measure) for each in days) == sum(
            getattr(each, measure) for each in hours
        )
    assert all(each.start % DAY == 0 and each.end - each.start == DAY for each in days)


def test_a_clock_set_back_counts_no_second_twice() -> None:
    steps = [
        Step(MONTH_END, "running", SMALL),
        Step(MONTH_END + 600, "sleeping", SMALL),
        Step(MONTH_END + 300, "running", SMALL),
        Step(MONTH_END + 900, "sleeping", SMALL),
    ]
    windows = metering.awake_windows(steps, MONTH_END + HOUR)
    assert sum(each.end - each.start for each in windows) == 900


def test_a_resize_splits_the_row_and_renames_it() -> None:
    steps = [Step(MONTH_END, "running", SMALL), Step(MONTH_END + 60, "running", LARGE)]
    first, second = metering.hourly(metering.awake_windows(steps, MONTH_END + 120))
    assert {first.awake_seconds, second.awake_seconds} == {60}
    assert metering.fingerprint(first.size) != metering.fingerprint(second.size)


def test_time_of_an_ended_child_moves_to_its_parent_uncounted() -> None:
    before = {1: CpuTime("a", 0, 1.0), 2: CpuTime("b", 1, 5.0)}
    after = {1: CpuTime("a", 0, 6.5)}
    assert cpu_times.used_between(before, after) == 0.5


def test_a_recycled_pid_starts_from_nothing() -> None:
    before = {7: CpuTime("a", 1, 9.0)}
    after = {7: CpuTime("b", 1, 2.0)}
    assert cpu_times.used_between(before, after) == 2.0


def test_those_that_ended_with_their_leader_are_told_from_those_that_live_on() -> None:
    seen = {
        1: CpuTime("a", 0, 1.0),
        2: CpuTime("b", 1, 1.0),
        3: CpuTime("c", 2, 1.0),
        4: CpuTime("d", 1, 1.0),
        5: CpuTime("e", 4, 1.0),
        6: CpuTime("f", 0, 1.0),
    }
    # 4 lives on, so what 5 used went to it; 3's pid is somebody else's by now.
    now = {4: seen[4], 3: CpuTime("later", 9, 1.0)}
    assert cpu_times.gone_with(1, seen, now) == {1, 2, 3}
    assert cpu_times.gone_with(7, seen, now) == set()


def test_reading_ones_own_time_grows_with_work() -> None:
    before = cpu_times.read([os.getpid()])
    while cpu_times.used_between(before, cpu_times.read([os.getpid()])) < 0.05:
        sum(range(10_000))
    assert cpu_times.read([2**22 + 1]) == {}
