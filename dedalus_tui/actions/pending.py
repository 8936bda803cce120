"""Actions waiting out their grace, so that a person can still stop them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from dedalus_tui.store.clock import sleep_unless

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dedalus_tui.actions.action import Action
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.record import MachineRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One action that starts by itself at `due_at`."""

    action: Action
    targets: tuple[MachineRecord, ...]
    due_at: datetime
    stopped: asyncio.Event = field(default_factory=asyncio.Event, repr=False, compare=False)


class Graces:
    """All actions in their grace; a change touches the key ("pending",)."""

    def __init__(self, store: Store) -> None:
        """None yet."""
        self._store = store
        self._waiting: list[Pending] = []

    def waiting(self) -> tuple[Pending, ...]:
        """Oldest first."""
        return tuple(self._waiting)

    def of(self, machine_id: str) -> Pending | None:
        """What is about to be done to this machine, if anything."""
        for pending in self._waiting:
            if any(target.machine_id == machine_id for target in pending.targets):
                return pending
        return None

    def stop_newest(self) -> Pending | None:
        """Stop the action that began to wait last; None when none does."""
        for pending in reversed(self._waiting):
            if not pending.stopped.is_set():
                pending.stopped.set()
                return pending
        return None

    async def wait_out(
        self, action: Action, targets: Sequence[MachineRecord], seconds: float
    ) -> bool:
        """Wait; False when a person stopped it."""
        clock = self._store.clock
        pending = Pending(
            action=action,
            targets=tuple(targets),
            due_at=clock.now() + timedelta(seconds=seconds),
        )
        self._waiting.append(pending)
        self._store.changes.touch(("pending",))
        try:
            return not await sleep_unless(clock, seconds, pending.stopped)
        finally:
            self._waiting.remove(pending)
            self._store.changes.touch(("pending",))
