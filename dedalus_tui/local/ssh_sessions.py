"""Ssh sessions: a certificate each, and the one gate that lets them in.

The gate is opened with the first session, since its library takes a while to load.
"""

from __future__ import annotations

import asyncio
import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedalus_tui.local.identifiers import sub_resource_id
from dedalus_tui.local.refusals import FieldError, invalid
from dedalus_tui.local.sessions import Session, Sessions

if TYPE_CHECKING:
    from dedalus_tui.local.activity import Activity
    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.directories import Directories
    from dedalus_tui.local.machines import Machines
    from dedalus_tui.local.processes import Processes
    from dedalus_tui.local.ssh_gate import SshGate
    from dedalus_tui.local.timetable import Timetable


@dataclass(slots=True, kw_only=True)
class SshSession(Session):
    """One session, and the certificate that logs in while it is ready."""

    certificate: str = field(repr=False)


class SshSessions(Sessions[SshSession]):
    """All ssh sessions, and the gate they lead to."""

    noun = "ssh session"

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
        super().__init__(machines, clock, timetable)
        self.gate: SshGate | None = None
        self._opening = asyncio.Lock()
        self._processes = processes
        self._directories = directories
        self._activity = activity

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
                is_open=self._is_any_ready,
            )
            await gate.open()
            self.gate = gate

    async def close_gate(self) -> None:
        """Stop listening and end every login."""
        if self.gate is not None:
            await self.gate.close()

    def open(self, machine_id: str, public_key: str) -> SshSession:
        """Open a session for a public key; a sleeping machine is woken for it.

        The gate must be open. 422 for what is no OpenSSH public key.
        """
        session_id = sub_resource_id("ssh")
        return self._take_up(
            machine_id,
            lambda seq, now, end: SshSession(
                seq=seq,
                session_id=session_id,
                machine_id=machine_id,
                certificate=self._signed(public_key, machine_id, session_id),
                created_at=now,
                expires_at=end,
            ),
        )

    def _signed(self, public_key: str, machine_id: str, session_id: str) -> str:
        assert self.gate is not None
        try:
            return self.gate.certificate(public_key, machine_id, session_id, self.lifetime_seconds)
        except ValueError as error:
            raise invalid([FieldError("body.public_key", str(error))]) from error

    def _serve(self, session: SshSession) -> None:
        """The gate asks whether there is a ready one."""

    def _let_go(self, session: SshSession) -> None:
        """The last one of a machine ends its logins."""
        if self.gate is not None and not self._is_any_ready(session.machine_id):
            self.gate.hang_up(session.machine_id)
