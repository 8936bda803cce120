"""Networks (contract 10): where a machine is in its private network. Asking wakes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import Decoder
from dedalus_tui.api.transport import Call, path_of
from dedalus_tui.domain.network import MachineNetwork, Network

if TYPE_CHECKING:
    from dedalus_tui.api.transport import Transport

_OF_MACHINE = Decoder(MachineNetwork, id_field="machine_id")
_NETWORK = Decoder(Network, id_field="network_id")


class Networks:
    """`/v1/machines/{machine}/network` and `/v1/networks/{network}`. Raises CloudFault only."""

    def __init__(self, transport: Transport) -> None:
        """All nouns share one transport."""
        self._transport = transport

    async def of_machine(self, machine_id: str) -> MachineNetwork:
        """The machine's name and addresses in its network."""
        call = Call(
            method="GET",
            path=path_of("machines", machine_id, "network"),
            machine_id=machine_id,
            ability=Ability.NETWORKS,
        )
        answer = await self._transport.call(call)
        known = {"machine_id": machine_id}
        return _OF_MACHINE.one(answer.body, request=call.request, known=known)

    async def get(self, network_id: str) -> Network:
        """The network with its gateways."""
        call = Call(
            method="GET",
            path=path_of("networks", network_id),
            ability=Ability.NETWORKS,
            names_item=True,
        )
        answer = await self._transport.call(call)
        known = {"network_id": network_id}
        return _NETWORK.one(answer.body, request=call.request, known=known)
