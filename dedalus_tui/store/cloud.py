"""The store: local copies of one cloud's machines, kept live while `run` runs."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dedalus_tui.store.activity import Activities, is_awake
from dedalus_tui.store.attention import Attention
from dedalus_tui.store.changes import Changes
from dedalus_tui.store.clock import Clock, SystemClock
from dedalus_tui.store.collection import MachineCollection
from dedalus_tui.store.exchanges import ExchangeLog
from dedalus_tui.store.executions import Executions
from dedalus_tui.store.health import Health
from dedalus_tui.store.lookups import Lookups
from dedalus_tui.store.machine_items import MachineItems
from dedalus_tui.store.memory_growth import MemoryGrowth
from dedalus_tui.store.networks import NetworkBook
from dedalus_tui.store.poller import LOOKED_AT_SECONDS, Poller
from dedalus_tui.store.record import remembered
from dedalus_tui.store.recorder import Recorder
from dedalus_tui.store.ssh_login import sweep
from dedalus_tui.store.terminal_sessions import TerminalSessions
from dedalus_tui.store.usage import UsageBook
from dedalus_tui.store.watcher import Watcher

if TYPE_CHECKING:
    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.domain.artifact import Artifact
    from dedalus_tui.domain.label import Label
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.domain.preview import Preview
    from dedalus_tui.domain.ssh import SshSession
    from dedalus_tui.journal.history import Transition
    from dedalus_tui.journal.journal import Journal
    from dedalus_tui.journal.watches import Watch
    from dedalus_tui.store.ssh_opening import SshOpening


class Store:
    """Everything known of one cloud, and the tasks that keep it true.

    Its promises to the screens: what is shown of a machine never steps back; some states may be
    skipped; changes of one turn of the loop arrive together; after a quiet period the screen
    equals the server.
    """

    def __init__(
        self,
        client: CloudClient,
        journal: Journal,
        *,
        clock: Clock | None = None,
        exchanges: ExchangeLog | None = None,
        looked_at_seconds: float = LOOKED_AT_SECONDS,
        ssh_directory: Path | None = None,
    ) -> None:
        """Rows remembered by the journal are shown as stale; nothing is asked before `run`.

        `ssh_directory` holds what a login with a certificate needs, for as long as it lasts.
        Give `exchanges.add` to the client as its observer. The store closes neither client nor
        journal.
        """
        self.client = client
        self.journal = journal
        self.clock: Clock = clock or SystemClock()
        self.exchanges = exchanges or ExchangeLog()
        self.changes = Changes()
        self.health = Health(self.clock, self.changes)
        self.recorder = Recorder(self)
        self.lookups = Lookups(self)
        self.machines = MachineCollection(
            self.clock,
            self.changes,
            label_of=journal.labels.of,
            look_at=self.lookups.ask,
            confirmed=self._note_confirmed,
        )
        self.memory_growth = MemoryGrowth(client, self.machines, self.changes)
        self.networks = NetworkBook(client, self.clock, self.changes)
        self.activity = Activities(self)
        self.poller = Poller(self, looked_at_seconds=looked_at_seconds)
        self.watcher = Watcher(self)
        self.usage = UsageBook(client, self.clock, self.changes)
        self._attention = Attention(self)
        self.executions = Executions(client, self.clock, self.changes)
        self.terminals = TerminalSessions(client, self.clock, self.changes)
        self.ssh_directory = ssh_directory or _temporary_ssh_directory()
        self.ssh_sessions: MachineItems[SshSession] = MachineItems(
            "ssh",
            client.ssh.pages,
            lambda session: session.session_id,
            lambda session: session.created_at,
            self.clock,
            self.changes,
        )
        self.ssh_kept: dict[str, SshOpening] = {}
        """Session id → what logs in to it: sessions opened to be used elsewhere, until we end."""
        self.previews: MachineItems[Preview] = MachineItems(
            "previews",
            client.addresses.pages,
            lambda preview: preview.preview_id,
            lambda preview: preview.created_at,
            self.clock,
            self.changes,
        )
        self.artifacts: MachineItems[Artifact] = MachineItems(
            "artifacts",
            client.artifacts.pages,
            lambda artifact: artifact.artifact_id,
            lambda artifact: artifact.created_at,
            self.clock,
            self.changes,
        )
        self.exchanges.added = self._note_exchange
        self.machines.restore(
            remembered(machine, seen_at, journal.labels.of(machine.machine_id))
            for machine, seen_at in journal.rows.load()
        )

    @property
    def base_url(self) -> str:
        """Which cloud this is a copy of."""
        return self.client.base_url

    async def run(self) -> None:
        """Keep everything live until cancelled. Faults of the service end in `health`.

        Whoever cancels it calls `aclose` then.
        """
        sweep(self.ssh_directory)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.recorder.run(), name="recorder")
                group.create_task(self.poller.run(), name="poller")
                group.create_task(self.lookups.run(), name="lookups")
                group.create_task(self.watcher.run(), name="watcher")
                group.create_task(self._attention.run(), name="attention")
                group.create_task(self.executions.run(), name="executions")
        finally:
            for opening in self.ssh_kept.values():
                opening.identity.discard()
            self.ssh_kept.clear()
            self.executions.close()

    async def aclose(self) -> None:
        """Hang up all terminals, and wait until no program of theirs is left here.

        Not a part of `run`: a task that is cancelled twice waits for nothing.
        """
        await self.terminals.aclose()

    def refresh(self, machine_id: str | None = None) -> None:
        """List now, or look at one machine now."""
        if machine_id is None:
            self.poller.ask()
        else:
            self.lookups.ask(machine_id, is_urgent=True)

    def look(self, *, screen_is_current: bool, selected: str | None) -> None:
        """Say what the person looks at: it decides the rhythm and who comes first."""
        self.poller.look(is_looked_at=screen_is_current)
        self.watcher.select(selected)
        self._attention.look(screen_is_current=screen_is_current, selected=selected)

    def label(self, machine_id: str, label: Label) -> None:
        """Keep what this person calls a machine, and show it."""
        self.journal.labels.put(machine_id, label)
        self.machines.repaint(machine_id)

    def history_of(self, machine_id: str) -> tuple[Transition, ...]:
        """The transitions seen of a machine, in this run and earlier ones, oldest first."""
        return self.recorder.transitions_of(machine_id)

    def watched(self) -> tuple[Watch, ...]:
        """When the machines were watched from this computer, oldest first."""
        return self.recorder.watched.all()

    async def raw(self, machine_id: str) -> str:
        """The service's own JSON about one machine, indented. Raises CloudFault."""
        return await self.client.machines.raw(machine_id)

    def heard(self) -> None:
        """A good answer came: note it, and list at once if the line had been bad."""
        if self.health.heard():
            self.poller.ask()

    def _note_confirmed(self, before: Machine | None, after: Machine) -> None:
        self.recorder.note(before, after)
        if not is_awake(after):
            self.activity.forget(after.machine_id)

    def _note_exchange(self) -> None:
        self.changes.touch(("exchange",))


def _temporary_ssh_directory() -> Path:
    """A place of this user's own; the directories within are private each."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    return Path(tempfile.gettempdir()) / f"dedalus-tui-ssh-{user}"
