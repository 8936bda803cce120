"""SSH sessions with certificates (contract 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import Decoder
from dedalus_tui.api.resources import MachineResources
from dedalus_tui.domain.ssh import SshSession

if TYPE_CHECKING:
    from dedalus_tui.api.transport import Transport


class SshSessions(MachineResources[SshSession]):
    """`/v1/machines/{machine}/ssh`."""

    segment = "ssh"
    id_field = "session_id"
    ability = Ability.SSH

    def __init__(self, transport: Transport) -> None:
        """All nouns share one transport."""
        super().__init__(transport, Decoder(SshSession, id_field="session_id"))

    async def create(self, machine_id: str, public_key: str, *, key: str) -> SshSession:
        """Ask for a certificate for `public_key`; a sleeping machine wakes for it."""
        return await self._create(machine_id, {"public_key": public_key}, key)

    async def delete(self, machine_id: str, session_id: str, *, key: str) -> SshSession:
        """Close the session."""
        return await self._delete(machine_id, session_id, key)
