"""The arithmetic of usage: transitions in, hourly and daily buckets out. Pure.

Everything is counted in whole seconds of the epoch, each moment rounded down once; so the parts
of any span add up to the whole exactly, whichever way it is cut. Hours and days are UTC.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedalus_tui.local.machine import Size

HOUR = 3600
DAY = 86_400

AWAKE_PHASES = frozenset({"running"})
"""Phases in which a machine is paid for; booting and stopping are the service's own time."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the journal of transitions: from `at` on the machine was so."""

    at: int
    phase: str
    size: Size


@dataclass(frozen=True, slots=True)
class Window:
    """A span in which a machine of one size was awake; `end` is exclusive."""

    start: int
    end: int
    size: Size


@dataclass(frozen=True, slots=True)
class Bucket:
    """What one machine of one size used in one hour or day."""

    start: int
    end: int
    size: Size
    awake_seconds: int
    cpu_millicore_seconds: int
    window_count: int
    last_window_end: int

    @property
    def memory_mib_seconds(self) -> int:
        """Requested memory times awake time."""
        return self.awake_seconds * self.size.memory_mib


def fingerprint(size: Size) -> str:
    """A stable name of a size; a resize starts a new row under another name."""
    text = f"{size.vcpu:g}/{size.memory_mib}/{size.storage_gib}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def awake_windows(steps: Iterable[Step], until: int) -> list[Window]:
    """Spans awake before `until`, in order; steps come in the order they were journalled.

    A step dated before its predecessor (the computer's clock was set back) counts from the
    predecessor on, so no second is counted twice.
    """
    windows: list[Window] = []
    since, held = 0, None
    for step in steps:
        at = max(since, min(step.at, until))
        if held is not None:
            _extend(windows, held, since, at)
        since, held = at, step
    if held is not None:
        _extend(windows, held, since, until)
    return windows


def _extend(windows: list[Window], step: Step, start: int, end: int) -> None:
    if step.phase not in AWAKE_PHASES or end <= start:
        return
    if windows and windows[-1].end == start and windows[-1].size == step.size:
        windows[-1] = replace(windows[-1], end=end)
    else:
        windows.append(Window(start, end, step.size))


def by_period(start: int, end: int, period: int) -> Iterator[tuple[int, int]]:
    """The parts of [start, end) that lie in one hour or day each."""
    while start < end:
        edge = min(end, start - start % period + period)
        yield start, edge
        start = edge


def hourly(windows: Iterable[Window]) -> list[Bucket]:
    """The windows by hour and size, CPU left at 0."""
    buckets: dict[tuple[int, str], Bucket] = {}
    for window in windows:
        for start, end in by_period(window.start, window.end, HOUR):
            hour = start - start % HOUR
            part = Bucket(hour, hour + HOUR, window.size, end - start, 0, 1, end)
            key = (hour, fingerprint(window.size))
            held = buckets.get(key)
            buckets[key] = part if held is None else _sum(held, part)
    return sorted(buckets.values(), key=lambda each: (each.start, fingerprint(each.size)))


def daily(buckets: Iterable[Bucket]) -> list[Bucket]:
    """Hourly buckets of one machine folded into days, one row a size."""
    days: dict[tuple[int, str], Bucket] = {}
    for bucket in buckets:
        day = bucket.start - bucket.start % DAY
        part = replace(bucket, start=day, end=day + DAY)
        key = (day, fingerprint(bucket.size))
        held = days.get(key)
        days[key] = part if held is None else _sum(held, part)
    return sorted(days.values(), key=lambda each: (each.start, fingerprint(each.size)))


def _sum(held: Bucket, part: Bucket) -> Bucket:
    return replace(
        held,
        awake_seconds=held.awake_seconds + part.awake_seconds,
        cpu_millicore_seconds=held.cpu_millicore_seconds + part.cpu_millicore_seconds,
        window_count=held.window_count + part.window_count,
        last_window_end=max(held.last_window_end, part.last_window_end),
    )
