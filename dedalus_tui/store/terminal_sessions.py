"""All terminals this program holds: opened, attached, numbered, and told when the laptop slept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from dedalus_tui.api.keys import new_wish_key
from dedalus_tui.store.right_of_way import RightOfWay

if TYPE_CHECKING:
    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.domain.terminal import Terminal, TerminalSpec
    from dedalus_tui.emulator.palette import Palette
    from dedalus_tui.store.changes import Changes
    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.ssh_opening import SshOpening
    from dedalus_tui.store.terminal_session import TerminalSession
    from dedalus_tui.store.terminal_source import TerminalSource

TICK_SECONDS = 1.0
JUMP_SECONDS = 5.0
"""Wall time that ran this much further than ours: the computer slept."""


class TerminalSessions:
    """The sessions of one store. The emulator is imported with the first of them."""

    def __init__(self, client: CloudClient, clock: Clock, changes: Changes) -> None:
        """None yet."""
        self._client = client
        self._clock = clock
        self._changes = changes
        self._way = RightOfWay()
        self._sessions: list[TerminalSession] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._calling: set[TerminalSession] = set()
        self.palette: Palette | None = None
        """The theme's colours, which programs may ask for; see `change_theme`."""
        self.scrollback_lines = 10_000
        """Lines a new terminal keeps above its screen."""

    @property
    def all(self) -> tuple[TerminalSession, ...]:
        """Every session, in the order of their numbers."""
        return tuple(self._sessions)

    @property
    def logins(self) -> tuple[TerminalSession, ...]:
        """The ssh tabs in which ssh runs: it ends with this program."""
        return tuple(each for each in self._sessions if each.is_ssh and not each.state.is_dead)

    def of(self, machine_id: str) -> tuple[TerminalSession, ...]:
        """The sessions of one machine."""
        return tuple(session for session in self._sessions if session.machine_id == machine_id)

    def is_calling(self, machine_id: str) -> bool:
        """True when a terminal of a machine rang or posted something, and nobody has looked."""
        return any(session.machine_id == machine_id for session in self._calling)

    def numbered(self, number: int) -> TerminalSession | None:
        """The session of that number."""
        return next((session for session in self._sessions if session.number == number), None)

    def holding(self, terminal_id: str) -> TerminalSession | None:
        """The session that holds a terminal of the service."""
        for session in self._sessions:
            if session.terminal is not None and session.terminal.terminal_id == terminal_id:
                return session
        return None

    def open(
        self, machine_id: str, *, columns: int, rows: int, spec: TerminalSpec | None = None
    ) -> TerminalSession:
        """A new terminal, already asked for. A sleeping machine wakes: ask the person first."""
        from dedalus_tui.store.machine_terminal import MachineTerminal

        source = MachineTerminal(self._client, self._clock, machine_id, spec=spec)
        return self._begin(source, machine_id, columns, rows)

    def open_ssh(
        self, machine_id: str, opening: SshOpening, *, columns: int, rows: int
    ) -> TerminalSession:
        """Ssh in a terminal of this program. The opening, which must be ready, is its from now."""
        from dedalus_tui.store.ssh_terminal import SshTerminal

        return self._begin(SshTerminal(opening), machine_id, columns, rows)

    def attach(
        self, machine_id: str, terminal: Terminal, *, columns: int, rows: int
    ) -> TerminalSession:
        """The session of a terminal that exists: the one held, or a new one."""
        from dedalus_tui.store.machine_terminal import MachineTerminal

        held = self.holding(terminal.terminal_id)
        if held is not None:
            return held
        source = MachineTerminal(self._client, self._clock, machine_id, terminal=terminal)
        return self._begin(source, machine_id, columns, rows)

    def change_theme(self, palette: Palette) -> None:
        """Terminals have these colours from now on, those that are open too."""
        if palette == self.palette:
            return
        self.palette = palette
        for session in self._sessions:
            session.change_theme(palette)

    def forget(self, session: TerminalSession) -> None:
        """Let go of a session; its terminal goes on unless it was ended."""
        if session in self._sessions:
            self._sessions.remove(session)
            self._note_call(session)
            self._keep(asyncio.create_task(session.aclose(), name="terminal-close"))
            self._changes.touch(("terminal", str(session.number)))

    def _note_call(self, session: TerminalSession) -> None:
        is_calling = session.is_calling and session in self._sessions
        if is_calling != (session in self._calling):
            self._calling ^= {session}
            self._changes.touch(("bell", session.machine_id))

    async def find(self, machine_id: str, terminal_id: str) -> Terminal:
        """A terminal as the service has it. Raises CloudFault."""
        terminal = await self._client.terminals.get(machine_id, terminal_id)
        return replace(terminal, machine_id=machine_id)

    async def end_listed(self, machine_id: str, terminal_id: str) -> None:
        """End a terminal that is not held here. Raises CloudFault."""
        await self._client.terminals.close(machine_id, terminal_id, key=new_wish_key())

    async def _watch(self) -> None:
        """Notice a jump of the wall clock, for as long as there are sessions."""
        wall, ours = self._clock.now(), self._clock.monotonic()
        while True:
            await self._clock.sleep(TICK_SECONDS)
            now, monotonic = self._clock.now(), self._clock.monotonic()
            if (now - wall).total_seconds() - (monotonic - ours) > JUMP_SECONDS:
                for session in self._sessions:
                    self._keep(asyncio.create_task(session.check(), name="terminal-check"))
            wall, ours = now, monotonic

    def _keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task until it is done."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """Hang up everywhere; the terminals go on on their machines."""
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        sessions, self._sessions = self._sessions, []
        for session in sessions:
            self._keep(asyncio.create_task(session.aclose(), name="terminal-close"))
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(
        self, source: TerminalSource, machine_id: str, columns: int, rows: int
    ) -> TerminalSession:
        from dedalus_tui.emulator.emulator import Emulator
        from dedalus_tui.store.terminal_session import TerminalSession

        session = TerminalSession(
            source,
            self._clock,
            machine_id,
            Emulator(columns, rows, scrollback_lines=self.scrollback_lines, palette=self.palette),
            self._way,
        )
        numbers = {held.number for held in self._sessions}
        session.number = next(
            number for number in range(1, len(numbers) + 2) if number not in numbers
        )
        self._sessions.append(session)
        self._sessions.sort(key=lambda held: held.number)
        session.listen(lambda: self._note_call(session))
        session.start()
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name="terminals")
        self._changes.touch(("terminal", str(session.number)))
        return session
