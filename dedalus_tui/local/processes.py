"""The processes of the machines: started marked, recorded, and ended together.

Each is the leader of a session of its own. What belongs to a machine is found by session, by
descent and (Linux) by a secret mark in the environment, so a job sent to the background or a
daemon that left its session ends with its machine. Processes that a killed server left behind are
ended at the next start; a stranger who got a recycled pid is never touched.
"""

from __future__ import annotations

import os
import secrets
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from dedalus_tui.local import process_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dedalus_tui.local.database import Database
    from dedalus_tui.local.process_table import ProcessRow

    OnEnd = Callable[[str, int, float], None]

_MOST_LOOKS = 6
_INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
"""All that a machine learns of the server's own environment: nothing secret is among it."""


class Processes:
    """The recorded processes of all machines.

    A record outlives its process until the machine sleeps: what the process left behind is found
    by it.
    """

    def __init__(self, database: Database) -> None:
        """Use the state file's records and its mark."""
        self._database = database
        mark = database.setting("process_mark")
        if mark is None:
            mark = secrets.token_hex(16)
            database.remember("process_mark", mark)
        self._mark = mark
        self._is_closed = False
        self._awaited: set[int] = set()
        self._listeners: list[OnEnd] = []

    def on_end(self, listener: OnEnd) -> None:
        """Call `listener(machine id, pid, CPU seconds)` whenever a recorded process was reaped."""
        self._listeners.append(listener)

    def environment(self, machine_id: str, home: Path) -> dict[str, str]:
        """The environment every process of the machine starts with."""
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return {
            "PATH": os.defpath,
            **inherited,
            "HOME": str(home),
            "USER": "user",
            "LOGNAME": "user",
            "DEDALUS_MACHINE_ID": machine_id,
            "DEDALUS_LOCAL_MARK": self._mark_of(machine_id),
        }

    def record(self, pid: int, machine_id: str) -> None:
        """Remember a process just started, leader of its own session; `note_end` will follow."""
        self._awaited.add(pid)
        row = process_table.read_one(pid)
        if row is not None:
            self._database.execute(
                "INSERT OR REPLACE INTO processes (pid, started, machine_id) VALUES (?, ?, ?)",
                (pid, row.started, machine_id),
            )

    def note_end(self, machine_id: str, pid: int, cpu_seconds: float) -> None:
        """A recorded process was reaped, and with the children it waited for used so much."""
        self._awaited.discard(pid)
        if not self._is_closed:
            for listener in self._listeners:
                listener(machine_id, pid, cpu_seconds)

    def is_awaited(self, pid: int) -> bool:
        """Whether it was recorded and `note_end` has not been called yet."""
        return pid in self._awaited

    def belonging_to(self, machine_id: str) -> list[int]:
        """Pids of every live process of the machine, descendants and daemons included."""
        return [row.pid for row in self._members(machine_id)]

    def machines(self) -> list[str]:
        """Machines that have, or had since they woke, a process."""
        rows = self._database.rows("SELECT DISTINCT machine_id FROM processes ORDER BY machine_id")
        return [str(row["machine_id"]) for row in rows]

    def hang_up(self, machine_id: str) -> None:
        """Ask the machine's processes to end."""
        if not self._has_started_any(machine_id):
            return
        for pid in self.belonging_to(machine_id):
            _send(pid, signal.SIGHUP)
            _send(pid, signal.SIGTERM)
            _send(pid, signal.SIGCONT)

    def kill(self, machine_id: str) -> None:
        """End the machine's processes now; a machine that never had any costs nothing."""
        if not self._has_started_any(machine_id):
            return
        # More than once: a process may have forked while the table was read, or been in the middle
        # of an exec, when its environment cannot be read.
        looks_without_any = 0
        for _ in range(_MOST_LOOKS):
            living = self.belonging_to(machine_id)
            for pid in living:
                _send(pid, signal.SIGKILL)
            looks_without_any = 0 if living else looks_without_any + 1
            if looks_without_any == 2:
                break
        self._database.execute("DELETE FROM processes WHERE machine_id = ?", (machine_id,))

    def kill_session(self, machine_id: str, session: int) -> None:
        """End what is left of one session of the machine, its leader or not."""
        if self._is_closed:
            return  # a grace that ran out after everything was ended
        for row in self._members(machine_id):
            if session in (row.session, row.pid):
                _send(row.pid, signal.SIGKILL)

    def close(self) -> None:
        """Nothing is to be ended any more: the state file is about to close."""
        self._is_closed = True

    def end_all(self) -> None:
        """End the processes of every machine, those an earlier server left running included."""
        for machine_id in self.machines():
            self.kill(machine_id)
        # A server killed between starting a process and recording it.
        mark = f"DEDALUS_LOCAL_MARK={self._mark}."
        for row in process_table.read_all():
            if process_table.carries(row.pid, mark, is_prefix=True):
                _send(row.pid, signal.SIGKILL)

    def _members(self, machine_id: str) -> list[ProcessRow]:
        recorded = self._database.rows(
            "SELECT pid, started FROM processes WHERE machine_id = ?", (machine_id,)
        )
        return _household(
            {(int(row["pid"]), str(row["started"])) for row in recorded},
            f"DEDALUS_LOCAL_MARK={self._mark_of(machine_id)}",
        )

    def _has_started_any(self, machine_id: str) -> bool:
        query = "SELECT 1 FROM processes WHERE machine_id = ? LIMIT 1"
        return self._database.row(query, (machine_id,)) is not None

    def _mark_of(self, machine_id: str) -> str:
        return f"{self._mark}.{machine_id}"


def _household(leaders: set[tuple[int, str]], marker: str) -> list[ProcessRow]:
    """Live processes that are, descend from or share the session of a leader, or carry the mark."""
    table = process_table.read_all()
    own = {row.pid for row in table if (row.pid, row.started) in leaders}
    sessions = set(own)
    members = {
        row.pid
        for row in table
        if row.pid in own
        or (row.session and row.session in sessions)
        or process_table.carries(row.pid, marker)
    }
    grown = True
    while grown:
        children = {row.pid for row in table if row.parent in members} - members
        members |= children
        grown = bool(children)
    members.discard(os.getpid())
    return [row for row in table if row.pid in members]


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
