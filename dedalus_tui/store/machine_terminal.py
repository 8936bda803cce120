"""A terminal of the service as a source of streams: asked for, found again, connected to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedalus_tui.api.keys import new_wish_key
from dedalus_tui.domain.terminal import TerminalSpec
from dedalus_tui.domain.terminal_state import Standing
from dedalus_tui.store.terminal_arrival import (
    NotToBeHad,
    ask_for,
    find_again,
    standing_after_end,
    until_ready,
)
from dedalus_tui.store.terminal_source import Connected

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.api.terminal_socket import SocketEnding
    from dedalus_tui.domain.terminal import Terminal
    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.terminal_source import ProcessEnding


class MachineTerminal:
    """One terminal on one machine, or the next one there when it has ended."""

    is_ssh = False

    def __init__(
        self,
        client: CloudClient,
        clock: Clock,
        machine_id: str,
        *,
        spec: TerminalSpec | None = None,
        terminal: Terminal | None = None,
    ) -> None:
        """For a new terminal (`spec` says how, but for its size) or an existing one."""
        self._client = client
        self._clock = clock
        self._machine_id = machine_id
        self._spec = spec or TerminalSpec(width=1, height=1)
        self._terminal = terminal
        self._wish_key: str | None = None
        self._is_fresh = False

    @property
    def terminal(self) -> Terminal | None:
        """As the service last described it; None until there is one."""
        return self._terminal

    async def connect(
        self,
        columns: int,
        rows: int,
        *,
        may_wake: bool,
        waiting: Callable[[], None],
        anew: Callable[[], None],
    ) -> Connected:
        """Have a terminal and connect to it. Raises NotToBeHad, CloudFault."""
        if self._terminal is not None and not self._is_fresh:
            await self._find_again(self._terminal, may_wake=may_wake, anew=anew)
        if self._terminal is None:
            await self._ask_for_new(columns, rows, may_wake=may_wake)
        assert self._terminal is not None
        self._terminal = await until_ready(
            self._client, self._clock, self._terminal, self._machine_id, waiting=waiting
        )
        socket = await self._client.terminals.connect(self._machine_id, self._terminal)
        is_new, self._is_fresh = self._is_fresh, False
        return Connected(socket, is_new)

    def let_go(self) -> None:
        """The next one is asked for anew."""
        self._terminal = None

    async def standing_after(self, ending: SocketEnding | ProcessEnding) -> Standing:
        """Its machine sleeps, is gone, or its shell simply closed."""
        return await standing_after_end(self._client, self._machine_id)

    async def end(self) -> None:
        """End it at the service. Raises CloudFault."""
        if self._terminal is not None:
            await self._client.terminals.close(
                self._machine_id, self._terminal.terminal_id, key=new_wish_key()
            )

    async def aclose(self) -> None:
        """Nothing of it lies on this computer."""

    async def _find_again(
        self, terminal: Terminal, *, may_wake: bool, anew: Callable[[], None]
    ) -> None:
        try:
            self._terminal = await find_again(
                self._client, self._machine_id, terminal.terminal_id, may_wake=may_wake
            )
        except NotToBeHad as outcome:
            # Who agreed to wake the machine wants a shell on it, if not this one then another.
            if not may_wake or outcome.standing is not Standing.CLOSED:
                raise
            self.let_go()
            anew()

    async def _ask_for_new(self, columns: int, rows: int, *, may_wake: bool) -> None:
        # The key stays the same until there is an answer: the first may have been lost.
        self._wish_key = self._wish_key or new_wish_key()
        spec = replace(self._spec, width=columns, height=rows)
        self._terminal = await ask_for(
            self._client, self._machine_id, spec, key=self._wish_key, may_wake=may_wake
        )
        self._wish_key = None
        self._is_fresh = True
