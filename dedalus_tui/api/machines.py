"""Machines (contract 4): one function an endpoint, both shapes of the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import Decoder, json_in
from dedalus_tui.api.paging import PAGE_SIZE, walk
from dedalus_tui.api.status_stream import watch
from dedalus_tui.api.transport import Call, Transport, path_of
from dedalus_tui.domain.machine import Machine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dedalus_tui.api.status_stream import StatusEvent
    from dedalus_tui.domain.machine import MachineChange, MachineSpec
    from dedalus_tui.domain.page import Page

_DECODER = Decoder(Machine, id_field="machine_id", remembers_rows=True)


class Machines:
    """`/v1/machines`. Everything raises CloudFault only."""

    def __init__(self, transport: Transport) -> None:
        """All nouns share one transport."""
        self._transport = transport

    def pages(self, *, limit: int | None = PAGE_SIZE) -> AsyncIterator[Page[Machine]]:
        """Every machine, page by page; a walk that ends without raising was complete."""
        call = Call(method="GET", path=path_of("machines"))
        return walk(self._transport, _DECODER, call, limit=limit)

    async def get(self, machine_id: str) -> Machine:
        """One machine with its whole status."""
        call = self._call("GET", machine_id)
        answer = await self._transport.call(call)
        return _DECODER.one(answer.body, request=call.request, known={"machine_id": machine_id})

    async def raw(self, machine_id: str) -> str:
        """What the service says of one machine, as indented JSON text."""
        call = self._call("GET", machine_id)
        answer = await self._transport.call(call)
        return json.dumps(json_in(answer.body, request=call.request), indent=2, ensure_ascii=False)

    async def create(self, spec: MachineSpec, *, key: str) -> Machine:
        """A new machine; it starts running. All sizes are sent (contract 4.1)."""
        body: dict[str, object] = {
            "vcpu": _number(spec.vcpu),
            "memory_mib": spec.memory_mib,
            "storage_gib": spec.storage_gib,
        }
        if spec.autosleep is not None:
            body["autosleep"] = spec.autosleep
        call = Call(method="POST", path=path_of("machines"), body=body, key=key)
        answer = await self._transport.call(call)
        return _DECODER.one(answer.body, request=call.request)

    async def change(
        self, machine_id: str, change: MachineChange, *, key: str, revision: str | None = None
    ) -> Machine:
        """New sizes or a new autosleep; only what is not None is sent."""
        body: dict[str, object] = {
            "vcpu": None if change.vcpu is None else _number(change.vcpu),
            "memory_mib": change.memory_mib,
            "storage_gib": change.storage_gib,
            "autosleep": change.autosleep,
        }
        body = {name: value for name, value in body.items() if value is not None}
        return await self._wish("PATCH", machine_id, key=key, revision=revision, body=body)

    async def sleep(self, machine_id: str, *, key: str, revision: str | None = None) -> Machine:
        """Put it to sleep: files stay, memory and processes go."""
        return await self._wish(
            "POST", machine_id, "sleep", key=key, revision=revision, ability=Ability.SLEEP
        )

    async def wake(self, machine_id: str, *, key: str, revision: str | None = None) -> Machine:
        """Wake it up."""
        return await self._wish(
            "POST", machine_id, "wake", key=key, revision=revision, ability=Ability.WAKE
        )

    async def destroy(self, machine_id: str, *, key: str, revision: str | None = None) -> Machine:
        """Destroy it with everything on it; nothing brings it back."""
        return await self._wish("DELETE", machine_id, key=key, revision=revision)

    async def reboot(
        self, machine_id: str, *, key: str, force: bool = False, revision: str | None = None
    ) -> Machine:
        """Restart it; `force` falls back to its last checkpoint (newest generation only)."""
        return await self._wish(
            "POST",
            machine_id,
            "reboot",
            key=key,
            revision=revision,
            ability=Ability.REBOOT,
            query={"force": "true"} if force else None,
        )

    def watch(
        self, machine_id: str, *, last_event_id: str | None = None
    ) -> AsyncIterator[StatusEvent]:
        """Its status stream; a clean end means the machine has settled (contract 4.5)."""
        return watch(self._transport, _DECODER, machine_id, last_event_id)

    async def _wish(
        self,
        method: str,
        machine_id: str,
        *rest: str,
        key: str,
        revision: str | None,
        ability: Ability | None = None,
        body: dict[str, object] | None = None,
        query: dict[str, str | int | None] | None = None,
    ) -> Machine:
        call = self._call(
            method,
            machine_id,
            *rest,
            key=key,
            revision=revision,
            ability=ability,
            body=body,
            query=query,
        )
        answer = await self._transport.call(call)
        return _DECODER.one(answer.body, request=call.request, known={"machine_id": machine_id})

    @staticmethod
    def _call(
        method: str,
        machine_id: str,
        *rest: str,
        key: str | None = None,
        revision: str | None = None,
        ability: Ability | None = None,
        body: dict[str, object] | None = None,
        query: dict[str, str | int | None] | None = None,
    ) -> Call:
        return Call(
            method=method,
            path=path_of("machines", machine_id, *rest),
            query=query or {},
            body=body,
            key=key,
            revision=revision,
            machine_id=machine_id,
            ability=ability,
        )


def _number(vcpu: float) -> float | int:
    """Whole numbers are sent as such: `2`, not `2.0`."""
    return int(vcpu) if vcpu == int(vcpu) else vcpu
