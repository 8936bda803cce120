"""One command on many machines: started a few at a time, followed to the end, called off."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import TYPE_CHECKING

from dedalus_tui.actions import executions as actions
from dedalus_tui.domain.execution import Execution, ExecutionStatus
from dedalus_tui.domain.faults import CloudFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dedalus_tui.domain.execution import ExecutionSpec
    from dedalus_tui.store.cloud import Store

LOOK_SECONDS = 0.5
FAILED = frozenset({ExecutionStatus.FAILED, ExecutionStatus.EXPIRED})


class Waiting(Enum):
    """Why a machine has no run."""

    STARTING = "its turn has not come, or the answer has not"
    CALLED_OFF = "it was called off before it started"


Fate = Execution | CloudFault | Waiting


class FanOut:
    """What became of the command on each machine; lives on when the screen is left."""

    def __init__(
        self,
        store: Store,
        machine_ids: Sequence[str],
        spec: ExecutionSpec,
        changed: Callable[[], None],
    ) -> None:
        """Nothing is started yet; `changed` is called when a machine's fate is another."""
        self._store = store
        self._changed = changed
        self._fates: dict[str, Fate] = dict.fromkeys(machine_ids, Waiting.STARTING)
        self.machine_ids = tuple(machine_ids)
        self.spec = spec

    def fate(self, machine_id: str) -> Fate | None:
        """How it stands on one machine; None for one that is not among them."""
        fate = self._fates.get(machine_id)
        if isinstance(fate, Execution):
            return self._store.executions.get(machine_id, fate.execution_id) or fate
        return fate

    @property
    def fates(self) -> list[Fate]:
        """How it stands on each machine."""
        return [fate for one in self.machine_ids if (fate := self.fate(one)) is not None]

    def is_failed(self, machine_id: str) -> bool:
        """Whether it ended badly there, or could not start."""
        fate = self.fate(machine_id)
        return isinstance(fate, CloudFault) or (
            isinstance(fate, Execution) and fate.status in FAILED
        )

    def is_under_way(self, machine_id: str) -> bool:
        """Whether it waits for its turn there, or runs."""
        fate = self.fate(machine_id)
        return fate is Waiting.STARTING or (isinstance(fate, Execution) and not fate.is_over)

    @property
    def is_over(self) -> bool:
        """Whether nothing is under way anywhere."""
        return not any(map(self.is_under_way, self.machine_ids))

    async def run(self, machine_ids: Sequence[str]) -> None:
        """Start it on these machines, and follow until it is over everywhere."""
        for machine_id in machine_ids:
            self._fates[machine_id] = Waiting.STARTING
        viewer = f"fan-out {id(self)}"
        executions = self._store.executions
        executions.look(viewer, self.machine_ids)
        try:
            turns = asyncio.Semaphore(actions.STARTED_AT_ONCE)
            await asyncio.gather(*(self._start(machine_id, turns) for machine_id in machine_ids))
            while not self.is_over:
                await self._store.clock.sleep(LOOK_SECONDS)
        finally:
            executions.look(viewer, [])

    async def _start(self, machine_id: str, turns: asyncio.Semaphore) -> None:
        async with turns:
            if self._fates[machine_id] is Waiting.CALLED_OFF:
                return
            fate: Fate
            try:
                fate = await actions.start(self._store, machine_id, self.spec)
            except CloudFault as fault:
                fate = fault
        is_called_off = self._fates[machine_id] is Waiting.CALLED_OFF
        self._fates[machine_id] = fate
        self._changed()
        if is_called_off and isinstance(fate, Execution):
            await self._cancel(fate)

    async def call_off(self, machine_ids: Iterable[str]) -> tuple[CloudFault, ...]:
        """Start it on none of these that still wait, cancel where it runs; what was refused."""
        running: list[Execution] = []
        for machine_id in machine_ids:
            fate = self.fate(machine_id)
            if fate is Waiting.STARTING:
                self._fates[machine_id] = Waiting.CALLED_OFF
            elif isinstance(fate, Execution) and not fate.is_over:
                running.append(fate)
        self._changed()
        turns = asyncio.Semaphore(actions.STARTED_AT_ONCE)

        async def cancel(execution: Execution) -> CloudFault | None:
            async with turns:
                return await self._cancel(execution)

        answers = await asyncio.gather(*map(cancel, running))
        return tuple(fault for fault in answers if fault is not None)

    async def _cancel(self, execution: Execution) -> CloudFault | None:
        try:
            await actions.delete(self._store, execution)
        except CloudFault as fault:
            return fault
        self._changed()
        return None
