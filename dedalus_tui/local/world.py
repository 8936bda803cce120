"""The local cloud as one thing: every noun's rules over one state file and one clock.

The routes call it and nothing else. One thread, one event loop; no rule awaits anything, so each
request sees and leaves a whole world.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from dedalus_tui.local.activity import Activity
from dedalus_tui.local.artifacts import Artifacts
from dedalus_tui.local.clock import Clock
from dedalus_tui.local.database import Database
from dedalus_tui.local.directories import Directories
from dedalus_tui.local.executions import Executions
from dedalus_tui.local.faults import Faults
from dedalus_tui.local.idempotency import Idempotency
from dedalus_tui.local.machines import Machines
from dedalus_tui.local.meter import Meter, last_alive
from dedalus_tui.local.previews import Previews
from dedalus_tui.local.processes import Processes
from dedalus_tui.local.seed import demo_fleet
from dedalus_tui.local.ssh_sessions import SshSessions
from dedalus_tui.local.terminals import Terminals
from dedalus_tui.local.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from dedalus_tui.local.lifecycle import Pace, Phase
    from dedalus_tui.local.machine import Machine

Generation = Literal["2026-05", "2026-07", "2026-09"]
Seed = Literal["empty", "demo"]

LOCAL_ORG_ID = "00000000-0000-7000-8000-000000000001"
"""The organisation the local key belongs to."""


class World:
    """All state of one local cloud, from `start` to `close`."""

    def __init__(
        self,
        state: Path,
        *,
        pace: Pace = "instant",
        seed: Seed = "empty",
        generation: Generation = "2026-05",
    ) -> None:
        """Open the state directory; raises StateInUseError if another server holds it."""
        self.generation: Generation = generation
        self.clock = Clock()
        self.directories = Directories(state)
        self.database = Database(self.directories.state_file)
        self.timetable = Timetable(self.clock)
        self.idempotency = Idempotency(self.database, self.clock)
        self.processes = Processes(self.database)
        self.faults = Faults()
        self.machines = Machines(self.database, self.clock, self.timetable, pace=pace)
        self.activity = Activity(self.machines, self.clock, self.timetable)
        self.artifacts = Artifacts(self.database, self.directories, self.machines, self.clock)
        self.previews = Previews(
            self.machines,
            self.processes,
            self.clock,
            self.timetable,
            self.spawn,
            noun="port" if generation == "2026-07" else "preview",
        )
        self.ssh = SshSessions(
            self.machines,
            self.processes,
            self.directories,
            self.activity,
            self.clock,
            self.timetable,
        )
        self.meter = Meter(
            self.database,
            self.clock,
            self.timetable,
            self.machines,
            self.processes,
            self.directories,
        )
        self.executions = Executions(
            self.database,
            self.clock,
            self.timetable,
            self.directories,
            self.processes,
            self.machines,
            self.activity,
            self.spawn,
        )
        self.terminals = Terminals(
            self.database,
            self.clock,
            self.directories,
            self.processes,
            self.machines,
            self.activity,
        )
        self.closing = asyncio.Event()
        """Set when the server is about to end; long answers end themselves."""
        self.refuse_connections: Callable[[float], Coroutine[object, object, None]]
        """Set by the server: be unreachable for some seconds."""
        self._seed: Seed = seed
        self._tasks: set[asyncio.Task[None]] = set()
        self.machines.on_phase(self._on_phase)

    async def start(self) -> None:
        """End what a killed server left, put its machines to sleep, and let time run."""
        self.processes.end_all()
        self.directories.discard_strangers({each.machine_id for each in self.machines.all()})
        self.executions.mark_lost()
        self.terminals.mark_lost()
        died_at = last_alive(self.database)
        self.clock.never_before(died_at or 0.0)
        self.machines.resume(after_restart=True, died_at=died_at)
        self._plant()
        self.meter.start()
        self.spawn(self.timetable.run(), "timetable")
        self.spawn(self.meter.sample(), "meter")
        self.spawn(self._empty_trash(), "trash")

    async def close(self) -> None:
        """End every process and task; the state file keeps what the machines were."""
        self.closing.set()
        self.meter.note_alive()
        await self.ssh.close_gate()
        self.processes.end_all()
        await self.executions.end_all()
        await self.terminals.end_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.processes.close()
        self.database.close()
        self.directories.close()

    def reset(self) -> None:
        """Forget everything: machines, processes, faults, keys; plant the seed anew."""
        self.faults.clear()
        self.previews.forget_all()
        self.ssh.forget_all()
        self.machines.mishaps.forget()
        self.executions.forget_all()
        self.terminals.forget_all()
        self.processes.end_all()
        for machine in self.machines.all():
            self.timetable.cancel(("phase", machine.machine_id))
            self.timetable.cancel(("idle", machine.machine_id))
            self.timetable.cancel(("expire", machine.machine_id))
        mark = self.database.setting("process_mark") or ""
        with self.database.transaction():
            self.database.clear()
            self.database.remember("process_mark", mark)
        self.activity.forget_all()
        self.machines.reload()
        self.directories.discard_strangers(set())
        self.clock.thaw()
        self.meter.start()
        self._plant()
        self.timetable.wake()

    def step(self, seconds: float) -> None:
        """Move the clock forward and do what falls due."""
        self.clock.step(seconds)
        self.timetable.run_due()
        self.timetable.wake()

    def spawn(self, work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
        """Run a task that ends with the world."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _plant(self) -> None:
        """Put the demo fleet into a state directory that never had a machine."""
        if self._seed == "demo" and self.database.setting("seeded") is None:
            with self.database.transaction():
                wishes = demo_fleet(self.machines, self.directories, self.clock.now())
                self.database.remember("seeded", "demo")
            self.machines.resume(after_restart=False)
            for machine_id, wish in wishes:
                self.executions.create(machine_id, wish)

    def _on_phase(self, machine: Machine, _before: Phase | None, _at: float) -> None:
        """Make the machine real: its directory, its processes."""
        if machine.is_synthetic:
            return
        match machine.phase:
            case "accepted" | "starting" | "running":
                self.directories.prepare(machine.machine_id)
            case "stopping":
                self.processes.hang_up(machine.machine_id)
            case "sleeping" | "failed" | "destroying":
                self.processes.kill(machine.machine_id)
            case "destroyed":
                self.directories.discard(machine.machine_id)
                self.spawn(self._empty_trash(), "trash")
            case "placement_pending":
                pass

    async def _empty_trash(self) -> None:
        await asyncio.to_thread(self.directories.empty_trash)
