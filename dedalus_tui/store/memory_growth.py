"""Which machines may get more memory by themselves, as far as somebody asked (contract 12)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dedalus_tui.api.keys import new_wish_key
from dedalus_tui.domain.faults import CloudFault

if TYPE_CHECKING:
    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.store.changes import Changes
    from dedalus_tui.store.collection import MachineCollection


class MemoryGrowth:
    """Only newer generations of the service have it; the others are never asked."""

    def __init__(self, client: CloudClient, machines: MachineCollection, changes: Changes) -> None:
        """Nothing is known yet."""
        self._client = client
        self._machines = machines
        self._changes = changes
        self._known: dict[str, bool] = {}

    def of(self, machine_id: str) -> bool | None:
        """Whether its memory may grow; None while nobody knows."""
        return self._known.get(machine_id)

    async def look(self, machine_id: str) -> None:
        """Ask about one machine, where asking makes sense; it wakes nothing, faults say nothing."""
        offers = self._client.abilities.offers("autoresizing")
        if offers is False or (offers is None and not self._machines.has_thin_rows):
            return
        with suppress(CloudFault):
            self._note(machine_id, await self._client.autoresizing.of(machine_id))

    async def set(self, machine_id: str, *, enabled: bool, key: str) -> None:
        """Let it grow, or stop letting it. Raises CloudFault."""
        self._note(
            machine_id, await self._client.autoresizing.set(machine_id, enabled=enabled, key=key)
        )

    async def of_all(self) -> bool | None:
        """What holds for all machines of the organisation. Raises CloudFault."""
        return await self._client.autoresizing.of_all()

    async def set_for_all(self, *, enabled: bool) -> None:
        """Let the memory of all machines grow, or stop letting it. Raises CloudFault."""
        await self._client.autoresizing.set_for_all(enabled=enabled, key=new_wish_key())

    def _note(self, machine_id: str, enabled: bool | None) -> None:
        if enabled is not None and self._known.get(machine_id) != enabled:
            self._known[machine_id] = enabled
            self._changes.touch(("machine", machine_id))
