"""Runs actions: asks if it is possible, waits out the grace, calls, tells, remembers the inverse.

Screens go through here for everything that changes something. The runner owns its tasks: a screen
that is closed does not cut a call in two.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.actions.action import Action, Danger
from dedalus_tui.actions.attempt import Attempt
from dedalus_tui.actions.bulk import Bulk, Bulks
from dedalus_tui.actions.context import Context
from dedalus_tui.actions.notices import Notices
from dedalus_tui.actions.outcome import Done, Outcome, Refused, Stopped, Summary, Unknown
from dedalus_tui.actions.pending import Graces, Pending
from dedalus_tui.actions.undo import UndoStack
from dedalus_tui.actions.unsettled import Unsettled
from dedalus_tui.actions.wish import Inverse, LocalChange
from dedalus_tui.journal.history import ActionEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.actions.question import Question
    from dedalus_tui.actions.undo import Undo
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.record import MachineRecord

AT_ONCE = 6
"""Calls in flight, over all actions."""

Job = tuple["MachineRecord | None", object]
"""A target (None for a new machine) and the arguments for it."""


class Runner:
    """The one path from a decision to the service."""

    def __init__(self, store: Store, *, is_read_only: bool = False, has_grace: bool = True) -> None:
        """Without grace (headless use) everything starts at once."""
        self.context = Context(store=store, is_read_only=is_read_only)
        self.notices = Notices(store)
        self._store = store
        self._has_grace = has_grace
        self._graces = Graces(store)
        self._bulks = Bulks(store)
        self._undo = UndoStack()
        self._unsettled = Unsettled(store, self.notices)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[Summary]] = set()

    @property
    def pending(self) -> tuple[Pending, ...]:
        """What will start by itself unless it is stopped, oldest first."""
        return self._graces.waiting()

    @property
    def under_way(self) -> tuple[Bulk, ...]:
        """Actions whose calls are on their way, oldest first; `stop` keeps the rest from going."""
        return self._bulks.under_way()

    @property
    def can_stop(self) -> bool:
        """True while `stop` would stop something."""
        return bool(self.pending) or any(bulk.left for bulk in self.under_way)

    @property
    def next_undo(self) -> Undo | None:
        """What `undo` would take back."""
        return self._undo.newest()

    def why_not(self, action: Action, target: MachineRecord | None = None) -> str | None:
        """The sentence why this cannot be done (to this machine) now; None when it can."""
        if self.context.is_read_only and action.danger is not Danger.HARMLESS:
            return "this is read-only mode"
        if action.needs_line:
            reason = self._why_no_line()
            if reason is not None:
                return reason
        if target is None:
            return "select a machine first" if action.needs_target else None
        return self._why_not_target(action, target)

    def stop(self) -> Pending | Bulk | None:
        """Stop what is waiting out its grace, newest first; otherwise the calls that are still to
        be made for many machines. None when there is nothing to stop."""
        return self._graces.stop_newest() or self._bulks.stop_newest()

    async def question(self, action: Action, targets: Sequence[MachineRecord]) -> Question | None:
        """What the person must be asked before this, about those targets for which it can be."""
        if action.ask is None:
            return None
        possible = [target for target in targets if self.why_not(action, target) is None]
        return await action.ask(self.context, possible) if possible else None

    def why_not_with(
        self, action: Action, target: MachineRecord | None, arguments: object
    ) -> str | None:
        """The same, with these arguments."""
        reason = self.why_not(action, target)
        if reason is None and target is not None and action.why_not_with is not None:
            reason = action.why_not_with(target, arguments)
        return reason

    async def perform(
        self,
        action: Action,
        targets: Sequence[MachineRecord] = (),
        arguments: object = None,
        *,
        answered: Question | None = None,
    ) -> Summary:
        """Do it to every target for which it is possible, and tell; one summary.

        `targets` are the machines as the person saw them. An answered question takes precedence:
        its machines are the ones that were decided about. Nothing irreversible is done without
        one.
        """
        seen = answered.machines if answered is not None else tuple(targets)
        jobs: list[Job] = [(target, arguments) for target in seen]
        if not action.needs_target and not jobs:
            jobs = [(None, arguments)]
        is_agreed = answered is not None or action.danger is not Danger.IRREVERSIBLE
        return await self._start(action, jobs, is_agreed=is_agreed)

    async def undo_question(self) -> Question | None:
        """What the person must be asked before `undo`."""
        undo = self._undo.newest()
        if undo is None:
            return None
        return await self.question(undo.action, self._current(undo))

    async def undo(self) -> Summary | None:
        """Send the inverse of the last action; None when there is nothing to take back."""
        undo = self._undo.take()
        if undo is None:
            return None
        jobs: list[Job] = []
        for record in self._current(undo):
            jobs.append((record, undo.arguments[record.machine_id]))
        return await self._start(undo.action, jobs, is_undo=True)

    async def aclose(self) -> None:
        """Stop everything; calls on their way are cut and stay unknown."""
        self._unsettled.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _current(self, undo: Undo) -> list[MachineRecord]:
        held = (self._store.machines.get(machine_id) for machine_id in undo.arguments)
        return [record for record in held if record is not None]

    async def _start(
        self, action: Action, jobs: list[Job], *, is_undo: bool = False, is_agreed: bool = True
    ) -> Summary:
        if action.plan is None:
            raise ValueError(f"{action.id} is carried out by a screen")
        run = self._run(action, jobs, is_undo=is_undo, is_agreed=is_agreed)
        task = asyncio.create_task(run, name=action.id)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _run(
        self, action: Action, jobs: list[Job], *, is_undo: bool, is_agreed: bool
    ) -> Summary:
        outcomes, possible = self._sort_out(action, jobs)
        if not is_agreed:
            outcomes += [_unconfirmed(target) for target, _ in possible]
            possible = []
        grace = action.bulk_grace_seconds if len(possible) > 1 else action.grace_seconds
        if possible and grace and self._has_grace and not is_undo:
            targets = [target for target, _ in possible if target is not None]
            if await self._graces.wait_out(action, targets, grace):
                refused, possible = self._sort_out(action, possible)
                outcomes += refused
            else:
                outcomes += [Stopped(machine_id=target.machine_id) for target in targets]
                possible = []
        inverses: list[Inverse] = []
        with self._store.changes.busy(), self._bulks.begun(action, len(possible)) as bulk:
            async with asyncio.TaskGroup() as group:
                calls = [
                    group.create_task(self._do(bulk, target, arguments, inverses))
                    for target, arguments in possible
                ]
            outcomes += [call.result() for call in calls]
        summary = Summary(action=action, outcomes=tuple(outcomes))
        if inverses and not is_undo:
            self._undo.push(inverses)
        self._tell(summary)
        return summary

    def _sort_out(self, action: Action, jobs: list[Job]) -> tuple[list[Outcome], list[Job]]:
        """Those for which it is not possible, with the reason, and the others."""
        refused: list[Outcome] = []
        possible: list[Job] = []
        for target, arguments in jobs:
            reason = self.why_not_with(action, self._now(target), arguments)
            if reason is None and target is not None and len(jobs) > 1:
                reason = _why_not_in_bulk(action, self._now(target) or target)
            if reason is None:
                possible.append((target, arguments))
            else:
                machine_id = target.machine_id if target else ""
                refused.append(Refused(machine_id=machine_id, reason=reason))
        return refused, possible

    def _now(self, target: MachineRecord | None) -> MachineRecord | None:
        """The machine as it is now; permission goes by that, the fence by what was seen."""
        if target is None:
            return None
        return self._store.machines.get(target.machine_id) or target

    async def _do(
        self,
        bulk: Bulk,
        target: MachineRecord | None,
        arguments: object,
        inverses: list[Inverse],
    ) -> Outcome:
        action = bulk.action
        assert action.plan is not None
        step = action.plan(self.context, target, arguments)
        machine_id = target.machine_id if target else ""
        if isinstance(step, LocalChange):
            step.apply()
            outcome: Outcome = Done(machine_id=machine_id)
        else:
            doing = action.words.doing if action.words else action.label
            self._mark_under_way(machine_id, doing)
            try:
                async with self._slots:
                    if not self._bulks.ask(bulk):
                        return Stopped(machine_id=machine_id)
                    attempt = Attempt(self._store, step, target)
                    self._store.recorder.attribute(machine_id, action.id)
                    outcome = await attempt.carry_out()
            finally:
                self.context.under_way.pop(machine_id, None)
            if isinstance(outcome, Unknown) and attempt.intent is not None:
                self._unsettled.add(attempt.intent, action, outcome)
        if isinstance(outcome, Done) and not outcome.was_already and step.inverse is not None:
            inverses.append(step.inverse)
        return outcome

    def _mark_under_way(self, machine_id: str, doing: str) -> None:
        if machine_id:
            self.context.under_way[machine_id] = doing

    def _tell(self, summary: Summary) -> None:
        self.notices.add(summary)
        now = self._store.clock.now()
        entries = []
        for outcome in summary.outcomes:
            fault = getattr(outcome, "fault", None)
            entry = ActionEntry(
                at=now,
                action_id=summary.action.id,
                machine_id=outcome.machine_id,
                outcome=type(outcome).__name__.lower(),
                detail=fault.code if fault else "",
            )
            entries.append(entry)
        self._store.journal.history.note_actions(entries)

    def _why_no_line(self) -> str | None:
        line = self._store.health.state.line
        if line == "offline":
            return "there is no connection to the service"
        if line == "locked_out":
            return "the service does not accept the key"
        return None

    def _why_not_target(self, action: Action, target: MachineRecord) -> str | None:
        if action.needs_line:
            if target.is_stale:
                return "it was not yet seen live; only remembered from last time"
            doing = self.context.under_way.get(target.machine_id)
            if doing is not None:
                return f"it is still {doing}"
            if self._graces.of(target.machine_id) is not None:
                return "something else is about to be done to it; undo stops that"
        return action.permitted(self.context, target) if action.permitted else None


def _unconfirmed(target: MachineRecord | None) -> Refused:
    return Refused(machine_id=target.machine_id if target else "", reason="nobody confirmed it")


def _why_not_in_bulk(action: Action, target: MachineRecord) -> str | None:
    if action.danger is Danger.IRREVERSIBLE and target.label.is_pinned:
        return "it is pinned"
    return None
