"""Previews: a machine's port behind a URL (contract 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import Decoder
from dedalus_tui.api.resources import MachineResources, present
from dedalus_tui.domain.preview import Preview

if TYPE_CHECKING:
    from dedalus_tui.api.transport import Transport
    from dedalus_tui.domain.preview import PreviewSpec


class Previews(MachineResources[Preview]):
    """`/v1/machines/{machine}/previews`."""

    segment = "previews"
    id_field = "preview_id"
    ability = Ability.PREVIEWS

    def __init__(self, transport: Transport) -> None:
        """All nouns share one transport."""
        super().__init__(transport, Decoder(Preview, id_field="preview_id"))

    async def create(self, machine_id: str, spec: PreviewSpec, *, key: str) -> Preview:
        """Open a port to the outside; a sleeping machine wakes for it."""
        body = present(
            {"port": spec.port, "protocol": spec.protocol, "visibility": spec.visibility}
        )
        return await self._create(machine_id, body, key)

    async def delete(self, machine_id: str, preview_id: str, *, key: str) -> Preview:
        """Close it."""
        return await self._delete(machine_id, preview_id, key)
