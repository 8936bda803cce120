"""Adding usage up: whichever way it is cut, it comes to the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.domain.usage import ComputeRow, StorageRow
from dedalus_tui.domain.usage_report import (
    Amounts,
    Measure,
    month_before,
    month_of,
    projected,
    report,
    same_span_of,
)

START = datetime(2026, 2, 27, tzinfo=UTC)
END = datetime(2026, 3, 2, 13, tzinfo=UTC)

hours = st.integers(0, 90).map(lambda n: START + timedelta(hours=n))
machines = st.sampled_from(["dm-1", "dm-2", "dm-3"])
compute_rows = st.lists(
    st.builds(
        ComputeRow,
        machine_id=machines,
        bucket_start=hours,
        awake_seconds=st.integers(0, 3600),
        cpu_millicore_seconds=st.integers(0, 10**7),
        memory_mib_seconds=st.integers(0, 10**8),
    ),
    max_size=40,
)
storage_rows = st.lists(
    st.builds(
        StorageRow,
        machine_id=machines,
        bucket_start=hours,
        storage_mib_seconds=st.integers(0, 10**9),
    ),
    max_size=20,
)


@given(compute_rows, storage_rows)
def test_machines_hours_and_days_come_to_the_same(
    compute: list[ComputeRow], storage: list[StorageRow]
) -> None:
    made = report(START, END, compute, storage)
    for measure in Measure:
        total = pytest.approx(made.total.of(measure))
        for days in (True, False):
            assert sum(bar.amounts.of(measure) for bar in made.bars(days=days)) == total
        alone = [
            bar.amounts.of(measure)
            for machine_id in made.by_machine
            for bar in made.bars(days=True, machine_id=machine_id)
        ]
        assert sum(alone) == total


def test_bars_cover_the_period_over_the_end_of_a_month() -> None:
    made = report(START, END, [], [])
    assert [bar.start.day for bar in made.bars(days=True)] == [27, 28, 1, 2]
    assert len(made.bars(days=False)) == 85
    assert made.total == Amounts()


def test_units_are_the_contracts() -> None:
    row = ComputeRow(
        machine_id="dm-1",
        bucket_start=START,
        awake_seconds=1800,
        cpu_millicore_seconds=3_600_000,
        memory_mib_seconds=1024 * 3600 * 2,
    )
    kept = StorageRow(machine_id="dm-1", bucket_start=START, storage_mib_seconds=10 * 1024 * 3600)
    assert report(START, END, [row], [kept]).total == Amounts(0.5, 1.0, 2.0, 10.0)


def test_rows_that_cannot_be_placed_are_left_out() -> None:
    rows = [
        ComputeRow(machine_id="dm-1", awake_seconds=5),
        ComputeRow(machine_id="dm-1", bucket_start=END, awake_seconds=5),
        ComputeRow(machine_id="dm-1", bucket_start=START.replace(tzinfo=None), awake_seconds=3600),
    ]
    assert report(START, END, rows, []).total.awake_hours == 1.0


def test_projection_and_months() -> None:
    start, end = month_of(datetime(2026, 2, 10, tzinfo=UTC).date())
    assert (start.day, end) == (1, datetime(2026, 3, 1, tzinfo=UTC))
    assert projected(Amounts(10.0), start, start + timedelta(days=7), end) == Amounts(40.0)
    assert projected(Amounts(10.0), start, start + timedelta(minutes=5), end) is None
    before = month_before(start)
    assert before == (datetime(2026, 1, 1, tzinfo=UTC), start)
    assert same_span_of(before, timedelta(days=7)) == datetime(2026, 1, 8, tzinfo=UTC)
    assert same_span_of(before, timedelta(days=40)) == start
