"""Executions (contract 8): start, follow, read, end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import Decoder
from dedalus_tui.api.resources import MachineResources, present
from dedalus_tui.domain.execution import Execution, ExecutionEvent, ExecutionOutput

if TYPE_CHECKING:
    from dedalus_tui.api.transport import Transport
    from dedalus_tui.domain.execution import ExecutionSpec
    from dedalus_tui.domain.page import Page

_OUTPUT_SECONDS = 120.0
"""A whole output may be large and the line slow."""

_EVENTS = Decoder(ExecutionEvent, id_field="sequence")
_OUTPUT = Decoder(ExecutionOutput, id_field="execution_id")


class Executions(MachineResources[Execution]):
    """`/v1/machines/{machine}/executions`."""

    segment = "executions"
    id_field = "execution_id"
    ability = Ability.EXECUTIONS

    def __init__(self, transport: Transport) -> None:
        """All nouns share one transport."""
        super().__init__(transport, Decoder(Execution, id_field="execution_id"))

    async def start(self, machine_id: str, spec: ExecutionSpec, *, key: str) -> Execution:
        """Run a command; a sleeping machine wakes for it."""
        body = present(
            {
                "command": list(spec.command),
                "cwd": spec.cwd,
                "env": dict(spec.env) or None,
                "stdin": spec.stdin,
                "timeout_ms": spec.timeout_ms,
            }
        )
        return await self._create(machine_id, body, key)

    async def delete(self, machine_id: str, execution_id: str, *, key: str) -> Execution:
        """Delete it; whether a running command is cancelled is the service's choice."""
        return await self._delete(machine_id, execution_id, key)

    async def output(self, machine_id: str, execution_id: str) -> ExecutionOutput:
        """All output the service kept; readable once the command is over."""
        call = self._call("GET", machine_id, execution_id, "output", seconds=_OUTPUT_SECONDS)
        answer = await self._transport.call(call)
        known = {"execution_id": execution_id}
        return _OUTPUT.one(answer.body, request=call.request, known=known)

    async def events(
        self,
        machine_id: str,
        execution_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[ExecutionEvent]:
        """One page of its log from `cursor` on; the caller keeps the last non-empty cursor."""
        call = self._call("GET", machine_id, execution_id, "events")
        answer = await self._transport.call(replace(call, query={"limit": limit, "cursor": cursor}))
        return _EVENTS.page(answer.body, request=call.request)
