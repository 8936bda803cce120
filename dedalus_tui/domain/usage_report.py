"""Usage rows added up for people: per machine, by bucket, projected to the end of the month. Pure.

Quantities keep the service's meaning (contract 11): vCPU-hours are millicore-seconds / 3.6e6,
GiB-hours are MiB-seconds / (1024 x 3600). Nothing here is money.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedalus_tui.domain.usage import ComputeRow, StorageRow

_MIB_SECONDS_PER_GIB_HOUR = 1024 * 3600
_MILLICORE_SECONDS_PER_VCPU_HOUR = 3_600_000


class Measure(StrEnum):
    """What can be plotted and sorted by."""

    AWAKE = "awake"
    """Hours."""
    CPU = "cpu"
    """vCPU-hours really used."""
    MEMORY = "memory"
    """GiB-hours."""
    STORAGE = "storage"
    """GiB-hours."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much of everything, in hours, vCPU-hours and GiB-hours."""

    awake_hours: float = 0.0
    cpu_hours: float = 0.0
    memory_gib_hours: float = 0.0
    storage_gib_hours: float = 0.0

    def of(self, measure: Measure) -> float:
        """One of them."""
        return {
            Measure.AWAKE: self.awake_hours,
            Measure.CPU: self.cpu_hours,
            Measure.MEMORY: self.memory_gib_hours,
            Measure.STORAGE: self.storage_gib_hours,
        }[measure]

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.awake_hours + other.awake_hours,
            self.cpu_hours + other.cpu_hours,
            self.memory_gib_hours + other.memory_gib_hours,
            self.storage_gib_hours + other.storage_gib_hours,
        )

    def times(self, factor: float) -> Amounts:
        """All of it, scaled."""
        return Amounts(
            self.awake_hours * factor,
            self.cpu_hours * factor,
            self.memory_gib_hours * factor,
            self.storage_gib_hours * factor,
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bucket of a plot; `end` is exclusive."""

    start: datetime
    end: datetime
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class UsageReport:
    """A period's rows, added up."""

    start: datetime
    end: datetime
    """Exclusive; the end of the running hour at the latest."""
    by_machine: dict[str, Amounts]
    hours: dict[str, dict[datetime, Amounts]]
    """Machine id → start of the hour → amounts, hours without usage left out."""

    @property
    def total(self) -> Amounts:
        """All machines together."""
        return sum(self.by_machine.values(), Amounts())

    def bars(self, *, days: bool, machine_id: str | None = None) -> tuple[Bar, ...]:
        """Every hour or day of the period, of one machine or of all; empty ones too."""
        step = timedelta(days=1) if days else timedelta(hours=1)
        filled: dict[datetime, Amounts] = defaultdict(Amounts)
        chosen = self.hours.values() if machine_id is None else [self.hours.get(machine_id, {})]
        for hours in chosen:
            for hour, amounts in hours.items():
                filled[_floor(hour, days=days)] += amounts
        bars = []
        start = _floor(self.start, days=days)
        while start < self.end:
            bars.append(Bar(start, start + step, filled.get(start, Amounts())))
            start += step
        return tuple(bars)


def report(
    start: datetime,
    end: datetime,
    compute: Iterable[ComputeRow],
    storage: Iterable[StorageRow],
) -> UsageReport:
    """Add the rows up. Rows without machine or start of bucket cannot be placed and are left out;
    rows outside the period are, too."""
    hours: dict[str, dict[datetime, Amounts]] = defaultdict(lambda: defaultdict(Amounts))
    for row in compute:
        if row.bucket_start is not None and start <= _utc(row.bucket_start) < end:
            hours[row.machine_id][_utc(row.bucket_start)] += Amounts(
                awake_hours=(row.awake_seconds or 0) / 3600,
                cpu_hours=(row.cpu_millicore_seconds or 0) / _MILLICORE_SECONDS_PER_VCPU_HOUR,
                memory_gib_hours=(row.memory_mib_seconds or 0) / _MIB_SECONDS_PER_GIB_HOUR,
            )
    for kept in storage:
        if kept.bucket_start is not None and start <= _utc(kept.bucket_start) < end:
            hours[kept.machine_id][_utc(kept.bucket_start)] += Amounts(
                storage_gib_hours=(kept.storage_mib_seconds or 0) / _MIB_SECONDS_PER_GIB_HOUR
            )
    return UsageReport(
        start=start,
        end=end,
        by_machine={
            machine_id: sum(of_machine.values(), Amounts())
            for machine_id, of_machine in hours.items()
        },
        hours={machine_id: dict(of_machine) for machine_id, of_machine in hours.items()},
    )


def projected(total: Amounts, start: datetime, now: datetime, end: datetime) -> Amounts | None:
    """What the period comes to if it goes on as it went; None in its first hour."""
    elapsed = (now - start).total_seconds()
    if elapsed < 3600:
        return None
    return total.times((end - start).total_seconds() / elapsed)


def month_of(day: date) -> tuple[datetime, datetime]:
    """The UTC month of a day: start, and end exclusive."""
    _, length = calendar.monthrange(day.year, day.month)
    start = datetime(day.year, day.month, 1, tzinfo=UTC)
    return start, start + timedelta(days=length)


def month_before(start: datetime) -> tuple[datetime, datetime]:
    """The month before the one that starts there."""
    return month_of((start - timedelta(days=1)).date())


def same_span_of(before: tuple[datetime, datetime], elapsed: timedelta) -> datetime:
    """Where the earlier period stood after as much time, so that the two can be compared."""
    return min(before[0] + elapsed, before[1])


def _floor(moment: datetime, *, days: bool) -> datetime:
    hour = 0 if days else moment.hour
    return moment.replace(hour=hour, minute=0, second=0, microsecond=0)


def _utc(moment: datetime) -> datetime:
    """The service writes UTC; a moment without a zone is taken for that."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
