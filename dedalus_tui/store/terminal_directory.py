"""The terminals that machines have, as the service lists them, beside those held here.

Listing wakes nothing. Only machines that are awake are asked, since a terminal ends with its
machine; the transport keeps the number of requests in flight small.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault, NotOffered
from dedalus_tui.domain.machine import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedalus_tui.domain.terminal import Terminal
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.terminal_session import TerminalSession

MOST_MACHINES = 200
"""A fleet of thousands is not asked machine by machine; those most recently changed are."""


@dataclass(frozen=True, slots=True)
class TerminalEntry:
    """One terminal: as the service lists it, as we hold it, or both."""

    machine_id: str
    terminal: Terminal | None
    session: TerminalSession | None

    @property
    def key(self) -> str:
        """A name for it among all entries."""
        if self.session is not None:
            return f"session {self.session.number}"
        return f"terminal {self.terminal.terminal_id}" if self.terminal is not None else ""


class TerminalDirectory:
    """What the last look found."""

    def __init__(self, store: Store) -> None:
        """Nobody has looked yet."""
        self._store = store
        self._listed: dict[str, tuple[Terminal, ...]] = {}
        self.has_looked = False
        self.faults: dict[str, CloudFault] = {}
        """Machines that could not be asked, by id."""

    async def look(self, machine_ids: Iterable[str]) -> None:
        """Ask these machines for their terminals. Faults end in `faults`."""
        wanted = list(machine_ids)[:MOST_MACHINES]
        await asyncio.gather(*(self._look_at(machine_id) for machine_id in wanted))
        self.has_looked = True

    async def _look_at(self, machine_id: str) -> None:
        found: list[Terminal] = []
        try:
            async for page in self._store.client.terminals.pages(machine_id):
                found += page.items
        except NotOffered as fault:
            self.faults[machine_id] = fault
            self._listed.pop(machine_id, None)
        except CloudFault as fault:
            self.faults[machine_id] = fault
        else:
            self.faults.pop(machine_id, None)
            self._listed[machine_id] = tuple(found)

    def awake(self) -> tuple[str, ...]:
        """The machines that can have terminals now."""
        return tuple(
            record.machine_id
            for record in self._store.machines.records()
            if record.machine.phase == Phase.RUNNING
        )

    def entries(self, machine_id: str | None = None) -> tuple[TerminalEntry, ...]:
        """Held terminals by their numbers, then the service's other ones that still live."""
        held = [
            session
            for session in self._store.terminals.all
            if machine_id is None or session.machine_id == machine_id
        ]
        entries = [TerminalEntry(session.machine_id, session.terminal, session) for session in held]
        known = {session.terminal.terminal_id for session in held if session.terminal is not None}
        for owner, terminals in self._listed.items():
            if machine_id is not None and owner != machine_id:
                continue
            entries += [
                TerminalEntry(owner, terminal, None)
                for terminal in terminals
                if not terminal.is_ended and terminal.terminal_id not in known
            ]
        return tuple(entries)
