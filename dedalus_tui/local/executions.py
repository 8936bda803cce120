"""The rules of executions: from a wish to a real process, its output on disk, and one outcome.

    wake_in_progress → queued → running → succeeded | failed | cancelled | expired

A command that ran to its end has an exit code (128 + n and `signal` n when a signal ended it). One
that could not run, ran too long or lost its machine has an error code and no exit code. The
outcome is decided once; whatever the process does afterwards changes nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from dedalus_tui.local import artifact_collection
from dedalus_tui.local import execution as records
from dedalus_tui.local.directories import resolved
from dedalus_tui.local.execution import Execution, ExecutionWish, Status
from dedalus_tui.local.identifiers import sub_resource_id
from dedalus_tui.local.output_log import LoggedEvent, OutputLog, Stream, read_events, read_stream
from dedalus_tui.local.refusals import no_such
from dedalus_tui.local.run import Run, counted, outcome
from dedalus_tui.local.running_command import RunningCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from dedalus_tui.local.activity import Activity
    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.database import Database
    from dedalus_tui.local.directories import Directories
    from dedalus_tui.local.lifecycle import Phase
    from dedalus_tui.local.machine import Machine
    from dedalus_tui.local.machines import Machines
    from dedalus_tui.local.processes import Processes
    from dedalus_tui.local.timetable import Timetable

    Spawn = Callable[[Coroutine[object, object, None], str], asyncio.Task[None]]

RETRY_AFTER_MS: Final = 500
"""The polling hint while a machine wakes."""
OUTPUT_BYTES: Final = 8 * 1024 * 1024
"""`/output` gives this much of each stream; `/events` gives all that is kept."""
PAGE_BYTES: Final = 1024 * 1024
_REAP_SECONDS: Final = 5.0
_NOT_ROUTABLE: Final = "machine_not_routable"


class Executions:
    """All executions of all machines."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        timetable: Timetable,
        directories: Directories,
        processes: Processes,
        machines: Machines,
        activity: Activity,
        spawn: Spawn,
    ) -> None:
        """Follow the machines; nothing runs yet."""
        self._database = database
        self._clock = clock
        self._timetable = timetable
        self._directories = directories
        self._processes = processes
        self._machines = machines
        self._activity = activity
        self._spawn = spawn
        self._runs: dict[str, Run] = {}
        self._commands: set[RunningCommand] = set()
        machines.on_phase(self._on_phase)

    # Wishes and reading

    def create(self, machine_id: str, wish: ExecutionWish) -> Execution:
        """Accept a command; wakes the machine if it sleeps."""
        machine = self._machines.get(machine_id)
        if machine.phase == "destroyed":
            raise no_such("machine")
        execution = Execution(
            execution_id=sub_resource_id("wexec"),
            machine_id=machine_id,
            status="wake_in_progress",
            command=wish.command,
            created_at=self._clock.now(),
            cwd=wish.cwd,
            env_keys=tuple(wish.env),
        )
        with self._database.transaction():
            records.insert(self._database, execution)
            directory = self._directories.execution(machine_id, execution.execution_id)
            directory.mkdir(parents=True, mode=0o700)
            run = Run(wish, OutputLog(directory))
            self._runs[execution.execution_id] = run
            if machine.is_synthetic or machine.phase in ("failed", "destroying"):
                words = f"the machine cannot be reached: it is {machine.phase}"
                self._decide(execution, "failed", _NOT_ROUTABLE, words)
            elif machine.phase == "running" and machine.desired_state == "running":
                self._queue(execution)
            else:
                run.log.lifecycle({"status": "wake_in_progress"}, self._clock.now())
                self._machines.want_awake(machine_id)
        return self.get(machine_id, execution.execution_id)

    def get(self, machine_id: str, execution_id: str) -> Execution:
        """The execution, or 404; the byte counts of a running one are those of this moment."""
        self._machines.get(machine_id)
        found = records.find(self._database, machine_id, execution_id)
        if found is None:
            raise no_such("execution")
        run = self._runs.get(execution_id)
        return found if run is None else counted(found, run.log)

    def page(
        self, machine_id: str, *, before: int | None, limit: int
    ) -> list[tuple[int, Execution]]:
        """Executions of a machine, newest first, with their order numbers."""
        self._machines.get(machine_id)
        return records.newest_first(self._database, machine_id, before=before, limit=limit)

    def delete(self, machine_id: str, execution_id: str) -> Execution:
        """Cancel one that is under way (its record stays); drop the record of one that is over."""
        execution = self.get(machine_id, execution_id)
        if not execution.is_over:
            self._decide(execution, "cancelled")
            return self.get(machine_id, execution_id)
        with self._database.transaction():
            for table in ("executions", "artifacts"):
                self._database.execute(
                    f"DELETE FROM {table} WHERE execution_id = ?", (execution_id,)
                )
        self._directories.discard_path(self._directories.execution(machine_id, execution_id))
        return execution

    def events(
        self, machine_id: str, execution_id: str, *, after: int, limit: int
    ) -> tuple[list[LoggedEvent], bool]:
        """A page of events following a sequence, and whether there may ever be more."""
        execution = self.get(machine_id, execution_id)
        directory = self._directories.execution(machine_id, execution_id)
        events, has_more = read_events(directory, after=after, limit=limit, most_bytes=PAGE_BYTES)
        return events, has_more or not execution.is_over

    def output(self, machine_id: str, execution_id: str) -> dict[Stream, tuple[bytes, bool]]:
        """The beginning of each stream, and whether there is more than that."""
        self.get(machine_id, execution_id)
        directory = self._directories.execution(machine_id, execution_id)
        return {
            "stdout": read_stream(directory, "stdout", OUTPUT_BYTES),
            "stderr": read_stream(directory, "stderr", OUTPUT_BYTES),
        }

    # The server's own life

    def mark_lost(self) -> None:
        """After a restart: what was under way is failed, and says why."""
        now = self._clock.now()
        for execution in records.unfinished(self._database):
            directory = self._directories.execution(execution.machine_id, execution.execution_id)
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            log = OutputLog(directory)
            lost = replace(
                counted(execution, log),
                status="failed",
                completed_at=now,
                error_code="host_agent_execute_failed",
                error_message="the local cloud was restarted while this was under way",
            )
            log.lifecycle(outcome(lost), now)
            log.close()
            records.update(self._database, lost)

    async def end_all(self) -> None:
        """Decide what is under way and wait until every process is reaped."""
        for execution in records.unfinished(self._database):
            words = "the local cloud ended while this was under way"
            self._decide(execution, "failed", "host_agent_execute_failed", words)
        for command in set(self._commands):
            command.abandon()
        waits = [asyncio.create_task(each.gone.wait()) for each in self._commands]
        if waits:
            _, late = await asyncio.wait(waits, timeout=_REAP_SECONDS)
            for task in late:
                task.cancel()

    def forget_all(self) -> None:
        """End everything under way without keeping anything."""
        for execution in records.unfinished(self._database):
            self._decide(execution, "cancelled")

    # Private

    def _on_phase(self, machine: Machine, _before: Phase | None, _at: float) -> None:
        match machine.phase:
            case "running":
                for execution in self._under_way(machine.machine_id):
                    if execution.status == "wake_in_progress":
                        self._queue(execution)
            case "stopping" | "sleeping":
                for execution in self._under_way(machine.machine_id):
                    # A run that waits for its machine to wake survives a stop it waits behind.
                    if execution.status != "wake_in_progress":
                        words = "the machine went to sleep while the command ran"
                        self._decide(execution, "failed", _NOT_ROUTABLE, words)
            case "failed" | "destroying":
                words = machine.last_error or "the machine was destroyed"
                for execution in self._under_way(machine.machine_id):
                    self._decide(execution, "failed", _NOT_ROUTABLE, words)
            case "destroyed":
                for table in ("executions", "artifacts"):
                    self._database.execute(
                        f"DELETE FROM {table} WHERE machine_id = ?", (machine.machine_id,)
                    )

    def _under_way(self, machine_id: str) -> list[Execution]:
        if not self._runs:
            return []
        found = records.unfinished(self._database)
        return [each for each in found if each.machine_id == machine_id]

    def _queue(self, execution: Execution) -> None:
        run = self._runs[execution.execution_id]
        run.end_activity = self._activity.begin(execution.machine_id)
        run.log.lifecycle({"status": "queued"}, self._clock.now())
        records.update(self._database, replace(execution, status="queued"))
        self._spawn(self._start(execution.machine_id, execution.execution_id, run), "execution")

    async def _start(self, machine_id: str, execution_id: str, run: Run) -> None:
        if run.is_decided():
            return
        home = self._directories.home(machine_id)
        cwd = resolved(run.wish.cwd, home)
        if not cwd.is_dir():
            words = f"chdir {run.wish.cwd}: no such directory"
            self._decide_by_id(
                machine_id, execution_id, "failed", "execution_runner_prepare_failed", words
            )
            return
        artifacts = self._directories.execution(machine_id, execution_id) / "artifacts"
        artifacts.mkdir(mode=0o700)
        environment = {
            **self._processes.environment(machine_id, home),
            "DEDALUS_EXECUTION_ID": execution_id,
            "DEDALUS_ARTIFACTS_DIR": str(artifacts),
            **run.wish.env,
        }
        command = RunningCommand(
            on_output=partial(self._on_output, run),
            on_exit=partial(self._on_exit, machine_id, execution_id, run),
            on_reaped=partial(self._processes.note_end, machine_id),
            on_grace_over=partial(self._processes.kill_session, machine_id),
        )
        try:
            await command.start(
                run.wish.command,
                cwd=cwd,
                environment=environment,
                stdin=run.wish.stdin,
            )
        except OSError as error:
            words = f"exec {run.wish.command[0]!r}: {(error.strerror or str(error)).lower()}"
            self._decide_by_id(
                machine_id, execution_id, "failed", "host_agent_execute_failed", words
            )
            return
        self._commands.add(command)
        self._spawn(self._await_end(command, run), "reaping")
        self._processes.record(command.pid, machine_id)
        run.command = command
        if run.is_decided():
            command.terminate()
            return
        now = self._clock.now()
        execution = self.get(machine_id, execution_id)
        records.update(self._database, replace(execution, status="running", started_at=now))
        run.log.lifecycle({"status": "running"}, now)
        if run.wish.timeout_ms is not None:
            self._timetable.set(
                ("timeout", execution_id),
                now + run.wish.timeout_ms / 1000,
                lambda _due: self._time_out(machine_id, execution_id, run),
            )

    async def _await_end(self, command: RunningCommand, run: Run) -> None:
        try:
            await command.gone.wait()
        finally:
            self._commands.discard(command)
            if run.end_activity is not None:
                run.end_activity()

    def _time_out(self, machine_id: str, execution_id: str, run: Run) -> None:
        words = f"timed out after {(run.wish.timeout_ms or 0) / 1000:g} s"
        self._decide_by_id(machine_id, execution_id, "expired", "execution_timed_out", words)

    def _on_output(self, run: Run, stream: Stream, data: bytes) -> None:
        if not run.is_decided():
            run.log.output(stream, data, self._clock.now())

    def _on_exit(self, machine_id: str, execution_id: str, run: Run, returncode: int) -> None:
        if run.end_activity is not None:
            run.end_activity()
        if not run.is_decided():
            run.log.finish(self._clock.now())
            self._spawn(self._collect(machine_id, execution_id, run, returncode), "artifacts")

    async def _collect(self, machine_id: str, execution_id: str, run: Run, returncode: int) -> None:
        """Take up the artifacts, then decide by the return code."""
        directory = self._directories.execution(machine_id, execution_id) / "artifacts"
        found = await asyncio.to_thread(artifact_collection.collect, directory)
        if run.is_decided():
            return
        execution = self.get(machine_id, execution_id)
        with self._database.transaction():
            artifact_collection.record(
                self._database,
                found,
                machine_id=machine_id,
                execution_id=execution_id,
                at=self._clock.now(),
            )
            ended = replace(
                execution,
                exit_code=returncode if returncode >= 0 else 128 - returncode,
                signal=-returncode if returncode < 0 else None,
                artifacts=tuple((each.artifact_id, each.name) for each in found),
            )
            self._decide(ended, "succeeded" if returncode == 0 else "failed")

    def _decide_by_id(
        self, machine_id: str, execution_id: str, status: Status, code: str, words: str
    ) -> None:
        found = records.find(self._database, machine_id, execution_id)
        if found is not None and not found.is_over:
            self._decide(found, status, code, words)

    def _decide(
        self,
        execution: Execution,
        status: Status,
        error_code: str | None = None,
        error_message: str | None = None,
    ) -> None:
        """Give the outcome, end the process if there is one, close the log."""
        run = self._runs.pop(execution.execution_id)
        run.decide()
        self._timetable.cancel(("timeout", execution.execution_id))
        now = self._clock.now()
        run.log.finish(now)
        decided = replace(
            counted(execution, run.log),
            status=status,
            completed_at=now,
            error_code=error_code,
            error_message=error_message,
        )
        run.log.lifecycle(outcome(decided), now)
        run.log.close()
        records.update(self._database, decided)
        if run.command is not None:
            run.command.terminate()
        elif run.end_activity is not None:
            run.end_activity()
