"""CPU time of processes, sampled: what a set of processes used since the last look.

A sample sees living processes with the children they have waited for. A process that starts and
ends between two looks counts if its parent lives on, or when a leader this server waited for tells
at its end what it used (`gone_with` says which of that was counted before).
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class CpuTime:
    """CPU seconds of one process and the children it has waited for."""

    started: str
    parent: int
    seconds: float


def read(pids: Iterable[int]) -> dict[int, CpuTime]:
    """CPU times by pid; processes that are gone are left out."""
    if (_PROC / "self" / "stat").exists():
        return {pid: time for pid in pids if (time := _from_proc(pid)) is not None}
    return _from_ps(list(pids))


def used_between(before: Mapping[int, CpuTime], after: Mapping[int, CpuTime]) -> float:
    """CPU seconds used from one sample to the next.

    A process that ended handed its time to the parent that waited for it; that much is taken off
    the parent's growth, for it was counted before.
    """
    used = 0.0
    for pid, time in after.items():
        held = before.get(pid)
        is_same = held is not None and held.started == time.started
        used += time.seconds - (held.seconds if held is not None and is_same else 0.0)
    for pid, time in before.items():
        now = after.get(pid)
        has_ended = now is None or now.started != time.started
        if has_ended and time.parent in after and time.parent in before:
            used -= time.seconds
    return max(0.0, used)


def gone_with(leader: int, before: Mapping[int, CpuTime], after: Mapping[int, CpuTime]) -> set[int]:
    """Of the processes seen before, a leader that ended and the descendants that ended with it.

    What was counted of them is part of what the leader used as its end tells it.
    """
    gone = {leader} & before.keys()
    grown = bool(gone)
    while grown:
        found = {
            pid
            for pid, time in before.items()
            if time.parent in gone and (pid not in after or after[pid].started != time.started)
        } - gone
        gone |= found
        grown = bool(found)
    return gone


def _from_proc(pid: int) -> CpuTime | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    numbers = text[text.rindex(")") + 2 :].split()
    ticks = sum(int(numbers[index]) for index in (11, 12, 13, 14))
    return CpuTime(numbers[19], int(numbers[1]), ticks / _TICKS)


def _from_ps(pids: list[int]) -> dict[int, CpuTime]:
    if not pids:
        return {}
    asked = ["ps", "-p", ",".join(map(str, pids)), "-o", "pid=,ppid=,time=,lstart="]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    times = {}
    for line in answer.stdout.splitlines():
        pid, parent, clock, started = line.split(None, 3)
        times[int(pid)] = CpuTime(started, int(parent), _seconds(clock))
    return times


def _seconds(clock: str) -> float:
    """`[[d-]h:]m:s.ss`, as ps writes CPU time."""
    days, _, rest = clock.rpartition("-")
    total = 0.0
    for part in rest.split(":"):
        total = total * 60 + float(part.replace(",", "."))
    return total + int(days or 0) * 86_400
