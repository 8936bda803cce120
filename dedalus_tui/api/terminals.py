"""Terminals (contract 9): open, list, attach, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import Decoder
from dedalus_tui.api.resources import MachineResources, present
from dedalus_tui.api.terminal_socket import TerminalSocket, connect_terminal, stream_address
from dedalus_tui.api.wire import Answer
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.terminal import Terminal

if TYPE_CHECKING:
    from dedalus_tui.api.transport import Transport
    from dedalus_tui.domain.terminal import TerminalSpec


class Terminals(MachineResources[Terminal]):
    """`/v1/machines/{machine}/terminals`."""

    segment = "terminals"
    id_field = "terminal_id"
    ability = Ability.TERMINALS

    def __init__(self, transport: Transport) -> None:
        """All nouns share one transport."""
        super().__init__(transport, Decoder(Terminal, id_field="terminal_id"))

    async def open(self, machine_id: str, spec: TerminalSpec, *, key: str) -> Terminal:
        """Open one; a sleeping machine wakes for it."""
        body = present(
            {
                "width": spec.width,
                "height": spec.height,
                "cwd": spec.cwd,
                "env": dict(spec.env) or None,
                "shell": spec.shell,
            }
        )
        return await self._create(machine_id, body, key)

    async def close(self, machine_id: str, terminal_id: str, *, key: str) -> Terminal:
        """End it and what runs in it."""
        return await self._delete(machine_id, terminal_id, key)

    async def connect(self, machine_id: str, terminal: Terminal) -> TerminalSocket:
        """Attach to a ready terminal: one attempt, no waiting for it to become ready."""
        call = self._call("GET", machine_id, terminal.terminal_id, "stream")
        wire = self._transport.wire
        address = stream_address(
            wire.base_url, machine_id, terminal.terminal_id, terminal.stream_url
        )
        began = self._transport.clock.monotonic()
        try:
            socket = await connect_terminal(
                address, wire.identity_headers, user_agent=wire.user_agent
            )
        except CloudFault as fault:
            self._transport.report(call, 1, began, fault)
            raise
        self._transport.report(call, 1, began, Answer(101, {}, b""))
        return socket
