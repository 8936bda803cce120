"""The executions of the machines somebody looks at, newest first. Listing wakes no machine.

Nothing is listed unless a screen says what it looks at. A run that is over stays over, whatever a
late answer says, and a field that an answer leaves out keeps its value.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from dedalus_tui.domain.faults import CloudFault, NotFound
from dedalus_tui.store.clock import sleep_unless
from dedalus_tui.store.execution_log import ExecutionLog
from dedalus_tui.store.output_severity import severity_rules
from dedalus_tui.store.sent_specs import SentSpecs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.store.changes import Changes
    from dedalus_tui.store.clock import Clock

MOST_PAGES = 5
LIVE_SECONDS, IDLE_SECONDS = 1.0, 5.0
"""Between two lists of a machine on which something runs, and on which nothing does."""
SECONDS_FOR_EACH = 0.25
"""A fleet is gone through no faster than a few machines in this time."""
LISTS_AT_ONCE = 4
LOGS_KEPT = 8
"""Logs kept open after nobody looks at them, so that coming back shows them at once."""

_EMPTY = (None, "", (), "?")


@dataclass(slots=True)
class MachineExecutions:
    """What is known of one machine."""

    known: dict[str, Execution] = field(default_factory=dict)
    sighted: dict[str, int] = field(default_factory=dict)
    """Execution → ticket of the newest sighting."""
    listed_at: datetime | None = None
    """When it was last listed; None = never, so nothing is known of what ran."""
    due_at: float = 0.0
    fault: CloudFault | None = None
    is_cut: bool = False
    """There are older ones that were not asked for."""


class Executions:
    """Every execution this program knows of, and the logs of those that were opened."""

    def __init__(
        self,
        client: CloudClient,
        clock: Clock,
        changes: Changes,
    ) -> None:
        """Nothing known, nothing looked at."""
        self._client = client
        self._clock = clock
        self._changes = changes
        self._machines: dict[str, MachineExecutions] = {}
        self._viewers: dict[str, tuple[str, ...]] = {}
        self._wanted = asyncio.Event()
        self._gone: set[str] = set()
        self._ticket = 0
        self._logs: dict[str, ExecutionLog] = {}
        self.sent = SentSpecs()
        self.agreed_to_wake: set[str] = set()
        """Machines that the person agreed to wake by running something; asked once for each."""

    # Reading

    def of(self, machine_id: str) -> tuple[Execution, ...]:
        """The executions of one machine, newest first."""
        held = self._machines.get(machine_id)
        return newest_first(held.known.values()) if held else ()

    def all(self) -> tuple[Execution, ...]:
        """Those of every machine, newest first."""
        return newest_first(one for held in self._machines.values() for one in held.known.values())

    def get(self, machine_id: str, execution_id: str) -> Execution | None:
        """One of them."""
        held = self._machines.get(machine_id)
        return held.known.get(execution_id) if held else None

    def is_gone(self, execution_id: str) -> bool:
        """Whether it was deleted, as far as is known here."""
        return execution_id in self._gone

    def newest(self, machine_id: str) -> Execution | None:
        """The one started last."""
        return next(iter(self.of(machine_id)), None)

    def state(self, machine_id: str) -> MachineExecutions:
        """When it was listed, and what went wrong."""
        return self._machines.get(machine_id) or MachineExecutions()

    # Looking

    def look(self, viewer: str, machine_ids: Iterable[str]) -> None:
        """Keep the lists of these machines fresh for a viewer; none ends it."""
        wanted = tuple(machine_ids)
        if wanted == self._viewers.get(viewer, ()):
            return
        if wanted:
            self._viewers[viewer] = wanted
        else:
            del self._viewers[viewer]
        self._wanted.set()

    def refresh(self, machine_id: str) -> None:
        """List a machine now, if somebody looks at it."""
        if machine_id in self._machines:
            self._machines[machine_id].due_at = 0.0
        self._wanted.set()

    async def run(self) -> None:
        """Keep what is looked at fresh, until cancelled."""
        while True:
            self._wanted.clear()
            due = self._due()
            if due:
                await asyncio.gather(*(self._list_quietly(one) for one in due[:LISTS_AT_ONCE]))
                if len(due) > LISTS_AT_ONCE:
                    await self._clock.sleep(SECONDS_FOR_EACH)
                continue
            await sleep_unless(self._clock, self._pause(), self._wanted)

    def _due(self) -> list[str]:
        now = self._clock.monotonic()
        looked_at = dict.fromkeys(one for many in self._viewers.values() for one in many)
        return [one for one in looked_at if self.state(one).due_at <= now]

    def _pause(self) -> float:
        looked_at = {one for many in self._viewers.values() for one in many}
        if not looked_at:
            return 3600.0
        first = min(self.state(one).due_at for one in looked_at)
        return max(0.01, first - self._clock.monotonic())

    async def _list_quietly(self, machine_id: str) -> None:
        held = self._machines.setdefault(machine_id, MachineExecutions())
        try:
            await self.list(machine_id)
        except CloudFault as fault:
            if held.fault is None or str(held.fault) != str(fault):
                held.fault = fault
                self._touch(machine_id)
            pause = max(IDLE_SECONDS, fault.retry_after or 0.0)
        else:
            is_live = any(not one.is_over for one in held.known.values())
            pause = LIVE_SECONDS if is_live else IDLE_SECONDS
        count = len({one for many in self._viewers.values() for one in many})
        pause = max(pause, count * SECONDS_FOR_EACH)
        held.due_at = self._clock.monotonic() + pause

    async def list(self, machine_id: str) -> tuple[Execution, ...]:
        """Ask for the executions of a machine now. Raises CloudFault."""
        held = self._machines.setdefault(machine_id, MachineExecutions())
        ticket = self._next_ticket()
        before = dict(held.known)
        count = 0
        held.is_cut = False
        listed: set[str] = set()
        async for page in self._client.executions.pages(machine_id):
            for one in page.items:
                listed.add(one.execution_id)
                self._put(held, one, ticket)
            count += 1
            if count == MOST_PAGES:
                held.is_cut = page.next_cursor is not None
                break
        if not held.is_cut:
            for execution_id in set(held.known) - listed:
                if held.sighted[execution_id] < ticket:
                    del held.known[execution_id]
        is_news = held.listed_at is None or held.fault is not None or before != held.known
        held.listed_at, held.fault = self._clock.now(), None
        if is_news:
            self._touch(machine_id)
        return self.of(machine_id)

    # Changing

    def note(self, execution: Execution) -> Execution:
        """Take in an answer about one execution; what is held now."""
        held = self._machines.setdefault(execution.machine_id, MachineExecutions())
        before = held.known.get(execution.execution_id)
        now = self._put(held, execution, self._next_ticket())
        if now != before:
            self._touch(execution.machine_id)
        return now

    def forget(self, machine_id: str, execution_id: str) -> None:
        """It was deleted; no late list brings it back."""
        self._gone.add(execution_id)
        held = self._machines.get(machine_id)
        if held and held.known.pop(execution_id, None) is not None:
            self._touch(machine_id)

    def _put(self, held: MachineExecutions, execution: Execution, ticket: int) -> Execution:
        execution_id = execution.execution_id
        if execution_id in self._gone:
            return execution
        before = held.known.get(execution_id)
        held.sighted[execution_id] = max(ticket, held.sighted.get(execution_id, 0))
        if before is not None:
            execution = (
                before if before.is_over and not execution.is_over else _filled(execution, before)
            )
        held.known[execution_id] = execution
        return execution

    def _next_ticket(self) -> int:
        self._ticket += 1
        return self._ticket

    def _touch(self, machine_id: str) -> None:
        self._changes.touch(("executions", machine_id))

    # Logs

    def open_log(self, execution: Execution, *, error_patterns: Iterable[str] = ()) -> ExecutionLog:
        """The log of an execution; give it back with `release_log`.

        Lines that match one of the patterns count as errors too.
        """
        execution_id = execution.execution_id
        log = self._logs.pop(execution_id, None)
        if log is None:
            log = ExecutionLog(
                self._client,
                self._clock,
                execution,
                rules=severity_rules(error_patterns),
                changed=lambda: self._log_changed(execution_id),
            )
        log.readers += 1
        self._logs[execution_id] = log
        return log

    def release_log(self, log: ExecutionLog) -> None:
        """Nobody looks at it here any more; the last few are kept all the same."""
        log.readers -= 1
        idle = [key for key, one in self._logs.items() if not one.readers]
        for stale in idle[:-LOGS_KEPT]:
            self._logs.pop(stale).close()

    @property
    def logs(self) -> tuple[ExecutionLog, ...]:
        """Every log that is open."""
        return tuple(self._logs.values())

    def _log_changed(self, execution_id: str) -> None:
        log = self._logs.get(execution_id)
        if log is None:
            return
        if log.is_gone and isinstance(log.fault, NotFound):
            self.forget(log.execution.machine_id, execution_id)
        else:
            self.note(log.execution)
        self._changes.touch(("execution", execution_id))

    def close(self) -> None:
        """Forget every log; those still shown go with their last reader."""
        for log in self._logs.values():
            if not log.readers:
                log.close()
        self._logs.clear()


def newest_first(executions: Iterable[Execution]) -> tuple[Execution, ...]:
    """Sorted by when they were created, those of unknown time last."""
    return tuple(
        sorted(
            executions,
            key=lambda one: (
                one.created_at.timestamp() if one.created_at else 0.0,
                one.execution_id,
            ),
            reverse=True,
        )
    )


def _filled(execution: Execution, before: Execution) -> Execution:
    """`execution` with what it leaves out taken from an earlier sighting."""
    kept: dict[str, Any] = {
        each.name: getattr(before, each.name)
        for each in fields(execution)
        if getattr(execution, each.name) in _EMPTY and getattr(before, each.name) not in _EMPTY
    }
    return replace(execution, **kept) if kept else execution
