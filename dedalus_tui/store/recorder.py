"""Writes what the store learns into the journal: in batches, off the loop."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING

from dedalus_tui.domain.machine import Phase
from dedalus_tui.journal.history import Transition
from dedalus_tui.store.watch_times import WatchTimes

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.cloud import Store

    _Batch = tuple[list[tuple[Machine, datetime]], list[str], list[Transition]]

PAUSE_SECONDS = 1.0
BATCH_ROWS = 200


class Recorder:
    """Keeps the last known rows and the transitions of every machine."""

    def __init__(self, store: Store) -> None:
        """Needs `run` to write anything; what is not yet written can be read all the same."""
        self._store = store
        self._changed: dict[str, None] = {}
        self._unwritten: list[Transition] = []
        self._causes: dict[str, str] = {}
        self._work = asyncio.Event()
        self.watched = WatchTimes(store.journal.watches)
        """When the machines were watched, in this run and earlier ones."""

    def note_list(self, began: datetime) -> None:
        """The whole list was read just now, from `began` on."""
        if self.watched.note(began, self._store.clock.now()):
            self._work.set()

    def attribute(self, machine_id: str, action_id: str) -> None:
        """The next transitions of this machine come from this action of ours."""
        self._causes[machine_id] = action_id

    def note(self, before: Machine | None, after: Machine) -> None:
        """A new truth about a machine: keep it if its phase or desired state moved."""
        machine_id = after.machine_id
        if before is not None and _state(before) == _state(after):
            return
        cause = self._causes.get(machine_id, "")
        if after.phase == after.desired_state or after.phase == Phase.FAILED:
            self._causes.pop(machine_id, None)
        now = self._store.clock.now()
        at = now
        if after.status and (before is None or before.phase != after.phase):
            at = after.status.last_transition_at or now
        transition = Transition(
            machine_id=machine_id,
            at=at,
            phase=after.phase,
            desired_state=after.desired_state,
            reason=after.status.reason if after.status else "",
            cause=cause,
        )
        self._unwritten.append(transition)
        self._work.set()

    def transitions_of(self, machine_id: str) -> tuple[Transition, ...]:
        """Written and not yet written transitions of a machine, oldest first."""
        written = self._store.journal.history.transitions_of(machine_id)
        waiting = (each for each in self._unwritten if each.machine_id == machine_id)
        return (*written, *waiting)

    async def run(self) -> None:
        """Write for as long as the store runs, and what is left at its end."""
        unlisten = self._store.changes.listen(self._gather)
        try:
            await asyncio.to_thread(self._forget_old)
            while True:
                await self._work.wait()
                await self._store.clock.sleep(PAUSE_SECONDS)
                self._work.clear()
                await asyncio.to_thread(self.watched.save)
                while self._changed or self._unwritten:
                    await asyncio.to_thread(self._write_batch, *self._take_batch())
        finally:
            unlisten()
            self.watched.save()
            while self._changed or self._unwritten:
                self._write_batch(*self._take_batch())

    def _gather(self, keys: frozenset[Key]) -> None:
        changed = [key[1] for key in keys if key[0] == "machine"]
        if changed:
            self._changed.update(dict.fromkeys(changed))
            self._work.set()

    def _take_batch(self) -> _Batch:
        machine_ids = list(islice(self._changed, BATCH_ROWS))
        seen, gone = [], []
        for machine_id in machine_ids:
            del self._changed[machine_id]
            record = self._store.machines.get(machine_id)
            if record is None:
                gone.append(machine_id)
            elif not record.is_stale:
                seen.append((record.confirmed, record.seen_at))
        transitions = self._unwritten[:BATCH_ROWS]
        del self._unwritten[:BATCH_ROWS]
        return seen, gone, transitions

    def _write_batch(
        self, seen: list[tuple[Machine, datetime]], gone: list[str], transitions: list[Transition]
    ) -> None:
        journal = self._store.journal
        journal.rows.save(seen, gone)
        journal.history.note_transitions(transitions)

    def _forget_old(self) -> None:
        now, journal = self._store.clock.now(), self._store.journal
        journal.history.forget_before(now)
        journal.watches.forget_before(now)


def _state(machine: Machine) -> tuple[str, str]:
    return machine.phase, machine.desired_state
