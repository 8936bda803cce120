"""The meter: what every machine used, by the hour, kept in the state file.

Awake time and memory come from the journal of transitions, so they are right over restarts and
whatever the clock did; CPU time is sampled from the process table and settled when a process ends;
disk use is what the machine's directory holds, times how long it held it. An hour is closed, and
from then on never changes, once it has been over for `LAG`; the summary counts closed hours only.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from dedalus_tui.local import cpu_times, metering
from dedalus_tui.local.machine import Size
from dedalus_tui.local.metering import HOUR, Bucket, Step

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Row

    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.cpu_times import CpuTime
    from dedalus_tui.local.database import Database
    from dedalus_tui.local.directories import Directories
    from dedalus_tui.local.machines import Machines
    from dedalus_tui.local.processes import Processes
    from dedalus_tui.local.timetable import Timetable

LAG = 900
"""Seconds after its end at which an hour is closed."""

TICK = 60.0
"""Seconds between two readings of disk marks, and how much a killed server can forget."""

SAMPLE = 5.0
"""Seconds between two looks at the CPU time of the machines' processes."""

_ALIVE = "alive_at"
_CLOSED = "meter_closed_through"


def last_alive(database: Database) -> float | None:
    """When a server of this state file was last known to run."""
    text = database.setting(_ALIVE)
    return None if text is None else float(text)


class Meter:
    """Counts usage of all machines; ticks by the timetable."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        timetable: Timetable,
        machines: Machines,
        processes: Processes,
        directories: Directories,
    ) -> None:
        """Nothing is counted before `start`."""
        self._database = database
        self._clock = clock
        self._timetable = timetable
        self._machines = machines
        self._processes = processes
        self._directories = directories
        self._cpu: dict[str, dict[int, CpuTime]] = {}
        processes.on_end(self.settle_cpu)

    def start(self) -> None:
        """Begin to tick."""
        self.tick(self._clock.now())

    def tick(self, at: float) -> None:
        """Bring everything up to the present moment and close the hours that are due."""
        now = max(at, self._clock.now())
        with self._database.transaction():
            self.note_alive()
            self._count_disks(int(now))
            self._close_hours(int(now))
        self._timetable.set("meter", now + TICK, self.tick)

    def note_alive(self) -> None:
        """Remember that the server runs, so that a killed one bills nobody for its absence."""
        self._database.remember(_ALIVE, repr(self._clock.now()))

    async def sample(self) -> None:
        """Look at CPU times for as long as the world runs."""
        while True:
            await asyncio.sleep(SAMPLE)
            self.sample_cpu()

    def sample_cpu(self) -> None:
        """Count the CPU time used since the last look."""
        seen: dict[str, dict[int, CpuTime]] = {}
        for machine_id in self._processes.machines():
            after = cpu_times.read(self._processes.belonging_to(machine_id))
            seen[machine_id] = after
            self._add_cpu(machine_id, cpu_times.used_between(self._cpu.get(machine_id, {}), after))
        for machine_id, before in self._cpu.items():
            after = seen.get(machine_id, {})
            # Ended, but not settled yet: what was counted of it must not be forgotten.
            for leader in [pid for pid in before if self._processes.is_awaited(pid)]:
                if leader not in after:
                    gone = cpu_times.gone_with(leader, before, after)
                    seen.setdefault(machine_id, {}).update({pid: before[pid] for pid in gone})
        self._cpu = seen

    def settle_cpu(self, machine_id: str, pid: int, seconds: float) -> None:
        """A process ended and used so much in all: count what no look at it has seen."""
        held = self._cpu.get(machine_id, {})
        gone = cpu_times.gone_with(pid, held, cpu_times.read(held))
        self._add_cpu(machine_id, seconds - sum(held[each].seconds for each in gone))
        for each in gone:
            del held[each]

    async def measure(self) -> None:
        """Look at how much every machine's directory holds."""
        homes = {
            each.machine_id: self._directories.machine(each.machine_id)
            for each in self._machines.all()
            if not each.is_synthetic
        }
        sizes = await asyncio.to_thread(_sizes, homes)
        now = int(self._clock.now())
        with self._database.transaction():
            self._count_disks(now)
            for machine_id, size in sizes.items():
                self._database.execute(
                    "INSERT OR REPLACE INTO disk_marks (machine_id, at, bytes) VALUES (?, ?, ?)",
                    (machine_id, now, size),
                )

    # Reading

    @property
    def closed_through(self) -> int:
        """End of the newest closed hour, in seconds since the epoch."""
        return int(self._database.setting(_CLOSED) or 0)

    def compute(self, start: int, end: int, machine_id: str | None) -> dict[str, list[Bucket]]:
        """Hourly buckets in [start, end) by machine: closed ones, and the open ones so far."""
        now = int(self._clock.now())
        found: dict[str, list[Bucket]] = {}
        for each in self._metered(machine_id):
            closed = self._closed(each, start, end)
            opened = self._open(each, max(start, self.closed_through), min(end, now))
            if closed or opened:
                found[each] = [*closed, *opened]
        return found

    def disks(self, start: int, end: int, machine_id: str | None) -> list[Row]:
        """Rows (machine_id, hour, bytes, byte_seconds) of the hours in [start, end)."""
        self._count_disks(int(self._clock.now()))
        return self._database.rows(
            "SELECT machine_id, hour, bytes, byte_seconds FROM disk_use WHERE hour >= ?"
            " AND hour < ? AND (? IS NULL OR machine_id = ?) ORDER BY hour, machine_id",
            (start, end, machine_id, machine_id),
        )

    # Private

    def _metered(self, machine_id: str | None) -> list[str]:
        """Every machine that ever was, or the one asked for."""
        if machine_id is not None:
            return [machine_id]
        rows = self._database.rows(
            "SELECT DISTINCT machine_id FROM transitions ORDER BY machine_id"
        )
        return [str(row["machine_id"]) for row in rows]

    def _steps(self, machine_id: str) -> list[Step]:
        rows = self._database.rows(
            "SELECT at, phase, vcpu, memory_mib, storage_gib FROM transitions"
            " WHERE machine_id = ? ORDER BY seq",
            (machine_id,),
        )
        return [Step(int(row["at"]), str(row["phase"]), _size(row)) for row in rows]

    def _open(self, machine_id: str, start: int, end: int) -> list[Bucket]:
        """Buckets counted from the journal, for hours that are not closed."""
        windows = metering.awake_windows(self._steps(machine_id), end)
        counted = {
            (each.start, metering.fingerprint(each.size)): each
            for each in metering.hourly(windows)
            if each.start >= start
        }
        used = self._database.rows(
            "SELECT hour, vcpu, memory_mib, storage_gib, millicore_seconds FROM cpu_use"
            " WHERE machine_id = ? AND hour >= ? AND hour < ?",
            (machine_id, start, end),
        )
        for row in used:
            size, hour = _size(row), int(row["hour"])
            key = (hour, metering.fingerprint(size))
            held = counted.get(key, Bucket(hour, hour + HOUR, size, 0, 0, 0, hour))
            counted[key] = replace(held, cpu_millicore_seconds=int(row["millicore_seconds"]))
        return [counted[key] for key in sorted(counted)]

    def _closed(self, machine_id: str, start: int, end: int) -> list[Bucket]:
        rows = self._database.rows(
            "SELECT * FROM compute_use WHERE machine_id = ? AND hour >= ? AND hour < ?"
            " ORDER BY hour",
            (machine_id, start, end),
        )
        return [
            Bucket(
                row["hour"],
                row["hour"] + HOUR,
                _size(row),
                row["awake_seconds"],
                row["cpu_millicore_seconds"],
                row["window_count"],
                row["last_window_end"],
            )
            for row in rows
        ]

    def _close_hours(self, now: int) -> None:
        due = (now - LAG) // HOUR * HOUR
        start = self.closed_through
        if due <= start:
            return
        for machine_id in self._metered(None):
            for bucket in self._open(machine_id, start, due):
                self._database.execute(
                    "INSERT INTO compute_use (machine_id, hour, vcpu, memory_mib, storage_gib,"
                    " awake_seconds, cpu_millicore_seconds, window_count, last_window_end)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        machine_id,
                        bucket.start,
                        bucket.size.vcpu,
                        bucket.size.memory_mib,
                        bucket.size.storage_gib,
                        bucket.awake_seconds,
                        bucket.cpu_millicore_seconds,
                        bucket.window_count,
                        bucket.last_window_end,
                    ),
                )
        self._database.remember(_CLOSED, str(due))

    def _add_cpu(self, machine_id: str, seconds: float) -> None:
        machine = self._machines.find(machine_id)
        if seconds <= 0 or machine is None:
            return
        self._database.execute(
            "INSERT INTO cpu_use (machine_id, hour, vcpu, memory_mib, storage_gib,"
            " millicore_seconds) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " millicore_seconds = millicore_seconds + excluded.millicore_seconds",
            (
                machine_id,
                int(self._clock.now()) // HOUR * HOUR,
                machine.vcpu,
                machine.memory_mib,
                machine.storage_gib,
                seconds * 1000,
            ),
        )

    def _count_disks(self, now: int) -> None:
        """Add what each disk held from its mark until now, then move the mark."""
        for row in self._database.rows("SELECT machine_id, at, bytes FROM disk_marks"):
            for start, end in metering.by_period(int(row["at"]), now, HOUR):
                self._database.execute(
                    "INSERT INTO disk_use (machine_id, hour, bytes, byte_seconds)"
                    " VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes,"
                    " byte_seconds = byte_seconds + excluded.byte_seconds",
                    (
                        row["machine_id"],
                        start - start % HOUR,
                        row["bytes"],
                        row["bytes"] * (end - start),
                    ),
                )
        self._database.execute("UPDATE disk_marks SET at = MAX(at, ?)", (now,))
        known = {each.machine_id for each in self._machines.all() if each.phase != "destroyed"}
        for row in self._database.rows("SELECT machine_id FROM disk_marks"):
            if row["machine_id"] not in known:
                self._database.execute(
                    "DELETE FROM disk_marks WHERE machine_id = ?", (row["machine_id"],)
                )


def _size(row: Row) -> Size:
    return Size(float(row["vcpu"]), int(row["memory_mib"]), int(row["storage_gib"]))


def _sizes(directories: dict[str, Path]) -> dict[str, int]:
    return {machine_id: _bytes_in(path) for machine_id, path in directories.items()}


def _bytes_in(directory: Path) -> int:
    """Apparent size of the files below; what cannot be read counts as nothing."""
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                continue
    return total
