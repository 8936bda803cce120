"""The rules of ssh sessions: asked for, waiting for the machine to wake, ready, closed, expired.

They live as long as this server: a session ends when its machine stops. The gate itself is opened
with the first session, since its library takes a while to load.
"""

from __future__ import annotations

import asyncio
import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from dedalus_tui.local.identifiers import sub_resource_id
from dedalus_tui.local.refusals import DomainError, FieldError, invalid, no_such

if TYPE_CHECKING:
    from dedalus_tui.local.activity import Activity
    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.directories import Directories
    from dedalus_tui.local.lifecycle import Phase
    from dedalus_tui.local.machine import Machine
    from dedalus_tui.local.machines import Machines
    from dedalus_tui.local.processes import Processes
    from dedalus_tui.local.ssh_gate import SshGate
    from dedalus_tui.local.timetable import Timetable

Status = Literal["wake_in_progress", "ready", "closed", "expired", "failed"]

LIFETIME_SECONDS = 3600.0
KEPT_SECONDS = 300.0
"""How long an ended session can still be read."""

_ENDING = frozenset({"stopping", "sleeping", "destroying", "destroyed"})


@dataclass(slots=True)
class SshSession:
    """One session; moments are seconds since the epoch."""

    seq: int
    session_id: str
    machine_id: str
    public_key: str
    created_at: float
    expires_at: float
    status: Status = "wake_in_progress"
    ready_at: float | None = None
    certificate: str | None = field(default=None, repr=False)
    error_code: str | None = None
    error_message: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether it will never be ready again."""
        return self.status in ("closed", "expired", "failed")


class SshSessions:
    """All ssh sessions of this server's life, and the gate they lead to."""

    def __init__(
        self,
        machines: Machines,
        processes: Processes,
        directories: Directories,
        activity: Activity,
        clock: Clock,
        timetable: Timetable,
    ) -> None:
        """Follow every machine."""
        self.lifetime_seconds = LIFETIME_SECONDS
        self.gate: SshGate | None = None
        self._opening = asyncio.Lock()
        self._machines = machines
        self._processes = processes
        self._directories = directories
        self._activity = activity
        self._clock = clock
        self._timetable = timetable
        self._records: dict[str, SshSession] = {}
        self._last_seq = 0
        machines.on_phase(self._on_phase)

    async def open_gate(self) -> None:
        """Have the SSH server listening; only the first call does anything."""
        async with self._opening:
            if self.gate is not None:
                return
            module = await asyncio.to_thread(importlib.import_module, "dedalus_tui.local.ssh_gate")
            gate: SshGate = module.SshGate(
                home=self._directories.home,
                environment=lambda machine_id: self._processes.environment(
                    machine_id, self._directories.home(machine_id)
                ),
                started=self._processes.record,
                ended=self._processes.note_end,
                begin=self._activity.begin,
                is_open=self._is_open,
            )
            await gate.open()
            self.gate = gate

    async def close_gate(self) -> None:
        """Stop listening and end every login."""
        if self.gate is not None:
            await self.gate.close()

    def of(self, machine_id: str) -> list[SshSession]:
        """The machine's sessions in order of creation; 404 for an unknown machine."""
        self._machines.get(machine_id)
        return [each for each in self._records.values() if each.machine_id == machine_id]

    def get(self, machine_id: str, session_id: str) -> SshSession:
        """One session, or 404."""
        self._machines.get(machine_id)
        found = self._records.get(session_id)
        if found is None or found.machine_id != machine_id:
            raise no_such("ssh session")
        return found

    def open(self, machine_id: str, public_key: str) -> SshSession:
        """Open a session for a public key; a sleeping machine is woken for it.

        The gate must be open. 422 for what is no OpenSSH public key.
        """
        machine = self._machines.get(machine_id)
        is_usable = machine.desired_state != "destroyed" and machine.phase != "failed"
        if not is_usable or machine.is_synthetic:
            raise DomainError(409, "INVALID_STATE", "no ssh session can be opened on this machine")
        now = self._clock.now()
        self._last_seq += 1
        session = SshSession(
            seq=self._last_seq,
            session_id=sub_resource_id("ssh"),
            machine_id=machine_id,
            public_key=public_key,
            created_at=now,
            expires_at=now + self.lifetime_seconds,
        )
        session.certificate = self._signed(session)
        self._records[session.session_id] = session
        self._timetable.set(
            ("ssh", session.session_id),
            session.expires_at,
            lambda due: self._end(session, "expired", due),
        )
        if self._machines.want_awake(machine_id).phase == "running":
            self._make_ready(session, now)
        return session

    def close(self, machine_id: str, session_id: str) -> SshSession:
        """End a session; the last one of a machine ends its logins. Ending twice is no error."""
        session = self.get(machine_id, session_id)
        if not session.is_over:
            self._end(session, "closed", self._clock.now())
        return session

    def forget_all(self) -> None:
        """End and forget every session."""
        for session in self._records.values():
            self._timetable.cancel(("ssh", session.session_id))
            self._hang_up(session.machine_id)
        self._records.clear()

    def _signed(self, session: SshSession) -> str:
        assert self.gate is not None
        try:
            return self.gate.certificate(
                session.public_key, session.machine_id, session.session_id, self.lifetime_seconds
            )
        except ValueError as error:
            raise invalid([FieldError("body.public_key", str(error))]) from error

    def _is_open(self, machine_id: str) -> bool:
        return any(
            each.status == "ready" and each.machine_id == machine_id
            for each in self._records.values()
        )

    def _on_phase(self, machine: Machine, _before: Phase | None, at: float) -> None:
        for session in list(self._records.values()):
            if session.machine_id != machine.machine_id or session.is_over:
                continue
            if machine.phase == "running":
                if session.status == "wake_in_progress":
                    self._make_ready(session, at)
            elif machine.phase == "failed":
                session.error_code = "machine_not_routable"
                session.error_message = machine.last_error
                self._end(session, "failed", at)
            elif machine.phase in _ENDING and session.status == "ready":
                self._end(session, "closed", at)

    def _make_ready(self, session: SshSession, at: float) -> None:
        session.status = "ready"
        session.ready_at = at

    def _end(self, session: SshSession, status: Status, at: float) -> None:
        session.status = status
        if not self._is_open(session.machine_id):
            self._hang_up(session.machine_id)
        self._timetable.set(
            ("ssh", session.session_id),
            at + KEPT_SECONDS,
            lambda _due: self._forget(session.session_id),
        )

    def _forget(self, session_id: str) -> None:
        self._records.pop(session_id, None)

    def _hang_up(self, machine_id: str) -> None:
        if self.gate is not None:
            self.gate.hang_up(machine_id)
