"""Where machines are in their private networks, as far as somebody asked (contract 10).

Asked about one machine when its screen is opened or refreshed, never about the fleet. A service
that has no networks is asked once; faults say nothing, and leave what was known.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.network import NetworkPlace

if TYPE_CHECKING:
    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.store.changes import Changes
    from dedalus_tui.store.clock import Clock

FRESH_SECONDS = 60.0
"""Coming back to a machine within this time asks nothing."""


class NetworkBook:
    """What was learnt, by machine."""

    def __init__(self, client: CloudClient, clock: Clock, changes: Changes) -> None:
        """Nothing is known yet. Changes are told as ("network", machine id)."""
        self._client = client
        self._clock = clock
        self._changes = changes
        self._known: dict[str, NetworkPlace] = {}
        self._asked: dict[str, float] = {}
        """Machine id → when, by the monotonic clock."""

    def of(self, machine_id: str) -> NetworkPlace | None:
        """Where it is; None while nobody knows."""
        return self._known.get(machine_id)

    async def look(self, machine_id: str, *, force: bool = False) -> None:
        """Ask about one machine; that wakes nothing."""
        now, asked = self._clock.monotonic(), self._asked.get(machine_id)
        if not force and asked is not None and now - asked < FRESH_SECONDS:
            return
        if self._client.abilities.offers("networks") is False:
            return
        with suppress(CloudFault):
            machine = await self._client.networks.of_machine(machine_id)
            held = self._known.get(machine_id)
            is_same = held is not None and held.machine.network_id == machine.network_id
            gateways = held.gateways if held is not None and is_same else ()
            self._note(machine_id, NetworkPlace(machine=machine, gateways=gateways))
            if machine.network_id:
                network = await self._client.networks.get(machine.network_id)
                self._note(machine_id, NetworkPlace(machine=machine, gateways=network.gateways))
            # Only now: who is cancelled on the way has learnt nothing.
            self._asked[machine_id] = now

    def _note(self, machine_id: str, place: NetworkPlace) -> None:
        if self._known.get(machine_id) != place:
            self._known[machine_id] = place
            self._changes.touch(("network", machine_id))
