"""Memory that grows by itself: a switch for each machine and one for all (contract 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import json_in
from dedalus_tui.api.transport import Call, path_of

if TYPE_CHECKING:
    from dedalus_tui.api.transport import Transport


class Autoresizing:
    """`/v1/machines/{machine}/autoresizing` and `/v1/organization/autoresizing`.

    Everything raises CloudFault only; None stands for an answer that does not say.
    """

    def __init__(self, transport: Transport) -> None:
        """All nouns share one transport."""
        self._transport = transport

    async def of(self, machine_id: str) -> bool | None:
        """Whether the memory of this machine may grow by itself."""
        return await self._ask(_of_machine("GET", machine_id))

    async def set(self, machine_id: str, *, enabled: bool, key: str) -> bool | None:
        """Let its memory grow by itself, or stop letting it."""
        return await self._ask(_of_machine("PUT", machine_id, enabled=enabled, key=key))

    async def of_all(self) -> bool | None:
        """Whether the memory of every machine of the organisation may grow by itself."""
        return await self._ask(_of_all("GET"))

    async def set_for_all(self, *, enabled: bool, key: str) -> bool | None:
        """Let the memory of every machine grow by itself, or stop letting it."""
        return await self._ask(_of_all("PUT", enabled=enabled, key=key))

    async def _ask(self, call: Call) -> bool | None:
        data = json_in((await self._transport.call(call)).body, request=call.request)
        value = data.get("enabled") if isinstance(data, dict) else None
        return value if isinstance(value, bool) else None


def _of_machine(
    method: str, machine_id: str, *, enabled: bool | None = None, key: str | None = None
) -> Call:
    return Call(
        method=method,
        path=path_of("machines", machine_id, "autoresizing"),
        body=None if enabled is None else {"enabled": enabled},
        key=key,
        machine_id=machine_id,
        ability=Ability.AUTORESIZING,
    )


def _of_all(method: str, *, enabled: bool | None = None, key: str | None = None) -> Call:
    return Call(
        method=method,
        path=path_of("organization", "autoresizing"),
        body=None if enabled is None else {"enabled": enabled},
        key=key,
        ability=Ability.ORGANIZATION_AUTORESIZING,
    )
