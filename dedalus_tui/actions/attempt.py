"""One wish carried out: the call, and what each answer means (design 3.2, the table).

The client repeats what may be repeated, under the same key, for about half a minute. What comes
here is the last word: an answer, a refusal, or silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.outcome import Done, Failed, Outcome, Overtaken, Unknown
from dedalus_tui.actions.wish import seen_revision
from dedalus_tui.api.keys import new_wish_key
from dedalus_tui.domain.faults import (
    CloudFault,
    InvalidState,
    LockedOut,
    NotFound,
    RevisionMismatch,
    Unreachable,
)
from dedalus_tui.domain.machine import Machine

if TYPE_CHECKING:
    from dedalus_tui.actions.wish import Wish
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.intents import Intent
    from dedalus_tui.store.record import MachineRecord

_MATTERS = ("desired_state", "vcpu", "memory_mib", "storage_gib", "autosleep_seconds")
"""A change of these makes it another machine than the person decided about; a phase that moved on
towards the same desired state does not."""


class Attempt:
    """One wish for one target, as the person saw it."""

    def __init__(self, store: Store, wish: Wish, seen: MachineRecord | None) -> None:
        """`seen` is the machine as it was shown when the person decided; None for a new one."""
        self._store = store
        self._wish = wish
        self._seen = seen
        self.intent: Intent | None = None
        """The intent left open when the outcome is Unknown."""

    async def carry_out(self) -> Outcome:
        """Do it; every expected fault becomes an outcome."""
        revision = seen_revision(self._seen)
        if self._wish.is_fenced and self._seen is not None:
            now = await self._look_once_more(self._seen)
            if not isinstance(now, Machine):
                return now
            revision = now.revision
        return await self._call(revision)

    async def _look_once_more(self, seen: MachineRecord) -> Machine | Outcome:
        """Read the machine just before the call: as it is now, or why not to go on.

        This narrows the gap in which somebody else's change goes unnoticed; it cannot close it.
        """
        try:
            now = await self._store.lookups.fetch(seen.machine_id)
        except NotFound:
            return Done(machine_id=seen.machine_id, was_already=True)
        except CloudFault as fault:
            self._store.health.failed(fault)
            return Failed(machine_id=seen.machine_id, fault=fault, machine=seen)
        return self._overtaken(seen, now) or now

    def _overtaken(self, seen: MachineRecord, now: Machine) -> Overtaken | None:
        changes = what_changed(seen.confirmed, now)
        if not changes:
            return None
        current = self._store.machines.get(seen.machine_id)
        return Overtaken(machine_id=seen.machine_id, changes=changes, now=current)

    async def _call(self, revision: str | None, *, is_second: bool = False) -> Outcome:
        """Send it once, under a key of its own: another revision is another request."""
        machines = self._store.machines
        intent = self._wish.intent
        if intent is not None:
            machines.begin(intent)
        ticket = machines.take_ticket()
        try:
            answer = await self._wish.call(new_wish_key(), revision)
        except (RevisionMismatch, InvalidState) as fault:
            self._withdraw()
            return await self._after_conflict(fault, is_second=is_second)
        except CloudFault as fault:
            return self._after_fault(fault)
        except BaseException:
            # Cancelled: whether the service got it is not known.
            self._leave_open()
            raise
        self._store.heard()
        if intent is None:
            machines.sight(answer, ticket)
        else:
            machines.settle(intent, answer, ticket)
        self._store.refresh()
        return Done(machine_id=answer.machine_id)

    async def _after_conflict(self, fault: CloudFault, *, is_second: bool) -> Outcome:
        """The machine is not what the person saw: look, and decide by what is there now."""
        seen, intent = self._seen, self._wish.intent
        if seen is None or intent is None:
            return Failed(machine_id="", fault=fault)
        try:
            now = await self._store.lookups.fetch(seen.machine_id)
        except NotFound as gone:
            return self._after_fault(gone)
        except CloudFault:
            return Failed(machine_id=seen.machine_id, fault=fault, machine=seen)
        if intent.is_met_by(now):
            return Done(machine_id=seen.machine_id, was_already=True)
        if isinstance(fault, RevisionMismatch) and not is_second:
            overtaken = None if self._wish.may_repeat else self._overtaken(seen, now)
            return overtaken or await self._call(now.revision, is_second=True)
        return Failed(machine_id=seen.machine_id, fault=fault, machine=seen)

    def _after_fault(self, fault: CloudFault) -> Outcome:
        machine_id = self._seen.machine_id if self._seen else ""
        if isinstance(fault, Unreachable):
            self._store.health.failed(fault)
            self._leave_open()
            return Unknown(machine_id=machine_id, fault=fault)
        self._withdraw()
        if isinstance(fault, NotFound) and machine_id:
            self._store.machines.gone(machine_id)
            if self._wish.ends_machine:
                return Done(machine_id=machine_id, was_already=True)
        if isinstance(fault, LockedOut):
            self._store.health.failed(fault)
            self._store.refresh()
        return Failed(machine_id=machine_id, fault=fault, machine=self._seen)

    def _withdraw(self) -> None:
        if self._wish.intent is not None:
            self._store.machines.withdraw(self._wish.intent)

    def _leave_open(self) -> None:
        if self._wish.intent is not None:
            machines = self._store.machines
            self.intent = machines.leave_open(self._wish.intent, is_unknown=True)


def what_changed(seen: Machine, now: Machine) -> tuple[str, ...]:
    """The fields that matter to a decision and differ; what `now` does not say is not compared."""
    return tuple(name for name in _MATTERS if getattr(now, name) not in {None, getattr(seen, name)})
