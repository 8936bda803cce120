"""Executions (contract 8): start, follow, read, end.

Two routes of the newest generation are not called. `logs/token` gives a secret for another host
whose protocol is unpublished: there is nothing it could be used for here, and a secret that nobody
asks for cannot leak. `logs/reauthorize` says to authorise the publication of a log anew; when that
would be called for, and what it changes, is not documented, and it changes something.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import Decoder
from dedalus_tui.api.resources import MachineResources, present
from dedalus_tui.api.transport import path_of
from dedalus_tui.domain.execution import Execution, ExecutionEvent, ExecutionOutput
from dedalus_tui.domain.execution_logs import ExecutionLogs

if TYPE_CHECKING:
    from dedalus_tui.api.transport import Transport
    from dedalus_tui.domain.execution import ExecutionSpec
    from dedalus_tui.domain.page import Page

_OUTPUT_SECONDS = 120.0
"""A whole output may be large and the line slow."""

_EVENTS = Decoder(ExecutionEvent, id_field="sequence")
_OUTPUT = Decoder(ExecutionOutput, id_field="execution_id")
_LOGS = Decoder(ExecutionLogs, id_field="execution_id")


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

    async def logs(self, machine_id: str, execution_id: str) -> ExecutionLogs:
        """How far its log got to the host that publishes logs: not the log itself.

        Fields the contract does not know are dropped here, so that no secret can come along.
        """
        call = replace(
            self._call("GET", machine_id, execution_id, "logs"),
            ability=Ability.EXECUTION_LOGS,
            owner=path_of("machines", machine_id, self.segment, execution_id),
            names_item=False,
        )
        answer = await self._transport.call(call)
        known = {"execution_id": execution_id}
        return _LOGS.one(answer.body, request=call.request, known=known)
