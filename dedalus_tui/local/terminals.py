"""The rules of terminals: a login shell on a PTY that outlives its connections.

    wake_in_progress → ready → closed | failed

A terminal is ready as soon as its shell is started. It is closed when the shell ends, when it is
deleted and when its machine sleeps; attached clients keep the machine awake, a detached terminal
does not.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from dedalus_tui.local import terminal as records
from dedalus_tui.local.directories import resolved
from dedalus_tui.local.identifiers import sub_resource_id
from dedalus_tui.local.refusals import DomainError, no_such
from dedalus_tui.local.shell_session import ShellSession
from dedalus_tui.local.terminal import Terminal, TerminalWish

if TYPE_CHECKING:
    from dedalus_tui.local.activity import Activity
    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.database import Database
    from dedalus_tui.local.directories import Directories
    from dedalus_tui.local.lifecycle import Phase
    from dedalus_tui.local.machine import Machine
    from dedalus_tui.local.machines import Machines
    from dedalus_tui.local.processes import Processes

RETRY_AFTER_MS: Final = 500
"""The polling hint while a machine wakes."""
NOT_READY_RETRY_MS: Final = 1000
SHELLS: Final = ("/bin/bash", "/bin/sh")
_REAP_SECONDS: Final = 5.0
_GRACE_SECONDS: Final = 1.0
_NOT_ROUTABLE: Final = "machine_not_routable"


class Terminals:
    """All terminals of all machines."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        directories: Directories,
        processes: Processes,
        machines: Machines,
        activity: Activity,
    ) -> None:
        """Follow the machines."""
        self._database = database
        self._clock = clock
        self._directories = directories
        self._processes = processes
        self._machines = machines
        self.activity = activity
        self._wishes: dict[str, TerminalWish] = {}
        self._sessions: dict[str, ShellSession] = {}
        machines.on_phase(self._on_phase)

    # Wishes and reading

    def create(self, machine_id: str, wish: TerminalWish) -> Terminal:
        """Open a terminal; wakes the machine if it sleeps."""
        machine = self._machines.get(machine_id)
        if machine.phase == "destroyed":
            raise no_such("machine")
        terminal = Terminal(
            terminal_id=sub_resource_id("wterm"),
            machine_id=machine_id,
            status="wake_in_progress",
            created_at=self._clock.now(),
            width=wish.width,
            height=wish.height,
        )
        with self._database.transaction():
            records.insert(self._database, terminal)
            self._wishes[terminal.terminal_id] = wish
            if machine.is_synthetic or machine.phase in ("failed", "destroying"):
                words = f"the machine cannot be reached: it is {machine.phase}"
                self._fail(terminal, _NOT_ROUTABLE, words)
            elif machine.phase == "running" and machine.desired_state == "running":
                self._open(terminal)
            else:
                self._machines.want_awake(machine_id)
        return self.get(machine_id, terminal.terminal_id)

    def get(self, machine_id: str, terminal_id: str) -> Terminal:
        """The terminal, or 404."""
        self._machines.get(machine_id)
        found = records.find(self._database, machine_id, terminal_id)
        if found is None:
            raise no_such("terminal")
        return found

    def page(
        self, machine_id: str, *, before: int | None, limit: int
    ) -> list[tuple[int, Terminal]]:
        """Terminals of a machine, newest first, with their order numbers."""
        self._machines.get(machine_id)
        return records.newest_first(self._database, machine_id, before=before, limit=limit)

    def delete(self, machine_id: str, terminal_id: str) -> Terminal:
        """Close an open terminal (its record stays); drop the record of a closed one."""
        terminal = self.get(machine_id, terminal_id)
        if terminal.is_open:
            return self._close(terminal)
        records.delete(self._database, terminal_id)
        return terminal

    def session(self, machine_id: str, terminal_id: str) -> ShellSession:
        """The shell to attach to; raises the documented 409 while there is none."""
        terminal = self.get(machine_id, terminal_id)
        session = self._sessions.get(terminal_id)
        if terminal.status == "ready" and session is not None:
            return session
        is_waking = terminal.status == "wake_in_progress"
        raise DomainError(
            409,
            "INVALID_STATE",
            "terminal is not ready for streaming",
            retryable=is_waking,
            retry_after_ms=NOT_READY_RETRY_MS if is_waking else None,
            details={"current_status": terminal.status, "expected_status": "ready"},
        )

    def sessions(self) -> list[ShellSession]:
        """Every shell that lives."""
        return list(self._sessions.values())

    def resize(self, machine_id: str, terminal_id: str, width: int, height: int) -> None:
        """A client's window has a new size; the terminal takes the newest word."""
        terminal = self.get(machine_id, terminal_id)
        session = self._sessions.get(terminal_id)
        if session is not None:
            session.resize(width, height)
            records.update(self._database, replace(terminal, width=width, height=height))

    # The server's own life

    def mark_lost(self) -> None:
        """After a restart no shell is left."""
        for terminal in records.still_open(self._database):
            records.update(self._database, replace(terminal, status="closed"))

    async def end_all(self) -> None:
        """Close every terminal and wait until every shell is reaped."""
        sessions = list(self._sessions.values())
        self.forget_all()
        with suppress(TimeoutError):
            async with asyncio.timeout(_REAP_SECONDS):
                for session in sessions:
                    await session.gone.wait()

    def forget_all(self) -> None:
        """Close every terminal."""
        for terminal in records.still_open(self._database):
            self._close(terminal)

    # Private

    def _on_phase(self, machine: Machine, _before: Phase | None, _at: float) -> None:
        match machine.phase:
            case "running":
                for terminal in self._open_ones(machine.machine_id):
                    if terminal.status == "wake_in_progress":
                        self._open(terminal)
            case "stopping" | "sleeping":
                for terminal in self._open_ones(machine.machine_id):
                    if terminal.status == "ready":
                        self._close(terminal, "the machine went to sleep")
            case "failed":
                for terminal in self._open_ones(machine.machine_id):
                    words = machine.last_error or "the machine failed"
                    self._fail(terminal, _NOT_ROUTABLE, words)
            case "destroying":
                for terminal in self._open_ones(machine.machine_id):
                    self._close(terminal, "the machine was destroyed")
            case "destroyed":
                self._database.execute(
                    "DELETE FROM terminals WHERE machine_id = ?", (machine.machine_id,)
                )

    def _open_ones(self, machine_id: str) -> list[Terminal]:
        if not self._wishes:
            return []
        found = records.still_open(self._database)
        return [each for each in found if each.machine_id == machine_id]

    def _open(self, terminal: Terminal) -> None:
        """Start the shell."""
        wish = self._wishes[terminal.terminal_id]
        machine_id = terminal.machine_id
        home = self._directories.home(machine_id)
        cwd = resolved(wish.cwd, home)
        environment = {
            **self._processes.environment(machine_id, home),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": os.environ.get("LANG", "C.UTF-8"),
            **wish.env,
        }
        shell = _found(wish.shell, environment.get("PATH"))
        if shell is None:
            words = f"no such shell: {wish.shell}"
            self._fail(terminal, "terminal_prepare_failed", words)
            return
        if not cwd.is_dir():
            words = f"chdir {wish.cwd}: no such directory"
            self._fail(terminal, "terminal_prepare_failed", words)
            return
        try:
            session = ShellSession(
                [f"-{os.path.basename(shell)}"],
                program=shell,
                cwd=cwd,
                environment={**environment, "SHELL": shell},
                width=terminal.width,
                height=terminal.height,
                on_exit=partial(self._processes.note_end, machine_id),
                on_end=partial(self._ended, machine_id, terminal.terminal_id),
            )
        except OSError as error:
            self._fail(terminal, "terminal_prepare_failed", error.strerror or str(error))
            return
        self._processes.record(session.pid, machine_id)
        self._sessions[terminal.terminal_id] = session
        ready = replace(terminal, status="ready", ready_at=self._clock.now())
        records.update(self._database, ready)
        self.activity.touch(machine_id)

    def _close(self, terminal: Terminal, why: str | None = None) -> Terminal:
        closed = replace(terminal, status="closed")
        if why is not None:
            closed = replace(closed, error_code=_NOT_ROUTABLE, error_message=why)
        self._let_go(closed)
        return closed

    def _fail(self, terminal: Terminal, code: str, words: str) -> None:
        self._let_go(replace(terminal, status="failed", error_code=code, error_message=words))

    def _let_go(self, ended: Terminal) -> None:
        """Write the end, let clients leave, end the shell."""
        records.update(self._database, ended)
        self._wishes.pop(ended.terminal_id, None)
        session = self._sessions.pop(ended.terminal_id, None)
        if session is not None:
            session.end_clients()
            session.hang_up()
            asyncio.get_running_loop().call_later(
                _GRACE_SECONDS, self._processes.kill_session, ended.machine_id, session.pid
            )

    def _ended(self, machine_id: str, terminal_id: str) -> None:
        """The shell has ended by itself, or after it was let go."""
        if self._sessions.pop(terminal_id, None) is None:
            return
        self._wishes.pop(terminal_id, None)
        found = records.find(self._database, machine_id, terminal_id)
        if found is not None:
            records.update(self._database, replace(found, status="closed"))


def _found(shell: str | None, path: str | None) -> str | None:
    """The program of the wished shell, or of the usual one."""
    for each in (shell,) if shell else SHELLS:
        program = shutil.which(each, path=path)
        if program is not None:
            return program
    return None
