"""Ports: what a later generation calls previews (contract 10): another id, and no visibility."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import Decoder
from dedalus_tui.api.resources import MachineResources, present
from dedalus_tui.domain.preview import Preview

if TYPE_CHECKING:
    from dedalus_tui.api.transport import Transport
    from dedalus_tui.domain.preview import PreviewSpec


class _PortDecoder(Decoder[Preview]):
    """A port is a preview whose id has another name."""

    def __init__(self) -> None:
        super().__init__(Preview, id_field="port_id")

    def value(self, data: object) -> Preview | None:
        if isinstance(data, dict):
            data = {**data, "preview_id": data.get("port_id")}
        found = super().value(data)
        return None if found is None else replace(found, is_port=True)


class Ports(MachineResources[Preview]):
    """`/v1/machines/{machine}/ports`."""

    segment = "ports"
    id_field = "port_id"
    ability = Ability.PORTS

    def __init__(self, transport: Transport) -> None:
        """All nouns share one transport."""
        super().__init__(transport, _PortDecoder())

    async def create(self, machine_id: str, spec: PreviewSpec, *, key: str) -> Preview:
        """Open a port to the outside; a sleeping machine wakes for it. Who may see it cannot be
        asked for: the visibility of `spec` is not sent."""
        body = present({"port": spec.port, "protocol": spec.protocol})
        return await self._create(machine_id, body, key)

    async def delete(self, machine_id: str, port_id: str, *, key: str) -> Preview:
        """Close it."""
        return await self._delete(machine_id, port_id, key)
