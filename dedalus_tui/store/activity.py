"""What is seen running on machines. Listing does not wake a machine; only using it does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.domain.activity import Activity, ActivityKind
from dedalus_tui.domain.faults import NotOffered
from dedalus_tui.domain.idleness import SleepOutlook, sleep_outlook
from dedalus_tui.domain.machine import Phase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.domain.page import Item, Page
    from dedalus_tui.domain.ssh import SshSession
    from dedalus_tui.domain.terminal import Terminal
    from dedalus_tui.store.cloud import Store

MOST_PAGES = 5
"""Of each kind and look: a machine with thousands of old executions must not cost a minute."""

FRESH_SECONDS = 120.0
"""What was seen longer ago says nothing about now."""


class Activities:
    """The activities of machines somebody looked at, as last seen."""

    def __init__(self, store: Store) -> None:
        """Nothing seen yet."""
        self._store = store
        self._seen: dict[str, tuple[datetime, tuple[Activity, ...]]] = {}

    def of(self, machine_id: str) -> tuple[Activity, ...]:
        """What was seen, running first; empty also when nobody looked (see `seen_at`)."""
        return self._seen[machine_id][1] if machine_id in self._seen else ()

    def seen_at(self, machine_id: str) -> datetime | None:
        """When somebody last looked, None = never."""
        return self._seen[machine_id][0] if machine_id in self._seen else None

    def outlook(self, machine: Machine) -> SleepOutlook:
        """When the machine will probably sleep, from what was seen not too long ago."""
        now = self._store.clock.now()
        seen_at, seen = self._seen.get(machine.machine_id, (None, ()))
        is_fresh = seen_at is not None and (now - seen_at).total_seconds() <= FRESH_SECONDS
        return sleep_outlook(machine, seen if is_fresh else None, now)

    def forget(self, machine_id: str) -> None:
        """It is no longer awake: nothing that was seen runs on."""
        self._seen.pop(machine_id, None)

    async def look(self, machine_id: str) -> tuple[Activity, ...]:
        """Ask what runs on it now. Raises CloudFault when that cannot be seen."""
        client = self._store.client
        kinds = await asyncio.gather(
            _collect(client.executions.pages(machine_id), _of_execution),
            _collect(client.terminals.pages(machine_id), _of_terminal),
            _collect(client.ssh.pages(machine_id), _of_ssh),
            return_exceptions=True,
        )
        found: list[Activity] = []
        for kind in kinds:
            if isinstance(kind, NotOffered):
                continue
            if isinstance(kind, BaseException):
                raise kind
            found += kind
        seen = tuple(sorted(found, key=lambda activity: activity.is_over))
        is_news = machine_id not in self._seen or self._seen[machine_id][1] != seen
        self._seen[machine_id] = (self._store.clock.now(), seen)
        if is_news:
            self._store.changes.touch(("activity", machine_id))
            self._store.machines.repaint(machine_id)
        return seen


def is_awake(machine: Machine) -> bool:
    """True when something may be running on it."""
    return machine.phase in {Phase.RUNNING, Phase.STOPPING}


async def _collect(
    pages: AsyncIterator[Page[Item]], convert: Callable[[Item], Activity]
) -> list[Activity]:
    found: list[Activity] = []
    count = 0
    async for page in pages:
        found += map(convert, page.items)
        count += 1
        if count == MOST_PAGES:
            break
    return found


def _of_execution(execution: Execution) -> Activity:
    return Activity(
        kind=ActivityKind.EXECUTION,
        activity_id=execution.execution_id,
        title=" ".join(execution.command),
        began_at=execution.started_at or execution.created_at,
        ended_at=execution.completed_at,
        is_over=execution.is_over,
    )


def _of_terminal(terminal: Terminal) -> Activity:
    return Activity(
        kind=ActivityKind.TERMINAL,
        activity_id=terminal.terminal_id,
        title=f"{terminal.width}x{terminal.height}" if terminal.width and terminal.height else "",
        began_at=terminal.ready_at or terminal.created_at,
        is_over=terminal.is_ended,
    )


def _of_ssh(session: SshSession) -> Activity:
    return Activity(
        kind=ActivityKind.SSH,
        activity_id=session.session_id,
        began_at=session.ready_at or session.created_at,
        is_over=session.is_ended,
    )
