"""What every list of things on one machine can do; each noun adds what only it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from dedalus_tui.api.paging import PAGE_SIZE, walk
from dedalus_tui.api.transport import Call, Transport, path_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from dedalus_tui.api.abilities import Ability
    from dedalus_tui.api.decode import Decoder
    from dedalus_tui.domain.page import Page

Item = TypeVar("Item")


class MachineResources(Generic[Item]):
    """`/v1/machines/{machine}/{segment}` and its items. Everything raises CloudFault only."""

    segment: ClassVar[str]
    id_field: ClassVar[str]
    ability: ClassVar[Ability]

    def __init__(self, transport: Transport, decoder: Decoder[Item]) -> None:
        """All nouns share one transport."""
        self._transport = transport
        self._decoder = decoder

    def pages(self, machine_id: str, *, limit: int | None = PAGE_SIZE) -> AsyncIterator[Page[Item]]:
        """Every one of them on this machine, page by page."""
        call = self._call("GET", machine_id)
        return walk(self._transport, self._decoder, call, limit=limit)

    async def get(self, machine_id: str, item_id: str) -> Item:
        """One of them."""
        return await self._one(self._call("GET", machine_id, item_id), item_id)

    async def _create(self, machine_id: str, body: Mapping[str, object], key: str) -> Item:
        return await self._one(self._call("POST", machine_id, key=key, body=body), None)

    async def _delete(self, machine_id: str, item_id: str, key: str) -> Item:
        return await self._one(self._call("DELETE", machine_id, item_id, key=key), item_id)

    async def _one(self, call: Call, item_id: str | None) -> Item:
        answer = await self._transport.call(call)
        known: dict[str, object] = {"machine_id": call.machine_id}
        if item_id is not None:
            known[self.id_field] = item_id
        return self._decoder.one(answer.body, request=call.request, known=known)

    def _call(
        self,
        method: str,
        machine_id: str,
        *rest: str,
        key: str | None = None,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str | int | None] | None = None,
        seconds: float | None = None,
    ) -> Call:
        return Call(
            method=method,
            path=path_of("machines", machine_id, self.segment, *rest),
            query=query or {},
            body=body,
            key=key,
            machine_id=machine_id,
            ability=self.ability,
            names_item=bool(rest),
            seconds=seconds,
        )


def present(fields: Mapping[str, object]) -> dict[str, object]:
    """A request body: only what was given, because requests are strict (contract 14)."""
    return {name: value for name, value in fields.items() if value is not None}
