"""The promise of the store, over a network that delays and reorders everything.

A simulated service changes machines while requests are on their way; each request is worked on
at one moment and its answer comes in at a later one, in any order. Whatever the schedule: what is
shown never steps back, what is gone never comes back, and in the end all equals the service.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dedalus_tui.domain.label import NO_LABEL
from dedalus_tui.domain.machine import LifecycleStatus, Machine
from dedalus_tui.store.changes import Changes
from dedalus_tui.store.collection import MachineCollection
from dedalus_tui.store.intents import Intent
from tests.store.stepped_clock import START, SteppedClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.store.changes import Key

PHASES = ("running", "stopping", "sleeping", "starting")


class Manner(Enum):
    """How a service describes machines; each manner orders sightings in another way."""

    NUMBERED = "revisions are whole numbers"
    TIMED = "revisions are opaque, times tell"
    THIN = "lists and mutations send rows without status"
    MUTE = "nothing tells which of two answers is newer"


@dataclass
class Truth:
    """One machine at the service. `version` travels as memory size, so tests can read it."""

    machine_id: str
    version: int = 1
    is_destroyed: bool = False

    def seen(self, manner: Manner, *, is_thin: bool) -> Machine:
        phase = "destroyed" if self.is_destroyed else PHASES[self.version % 4]
        desired = "destroyed" if self.is_destroyed else PHASES[self.version // 2 % 2 * 2]
        at = START + timedelta(seconds=self.version)
        status = LifecycleStatus(
            phase=phase,
            revision=str(self.version) if manner is not Manner.MUTE else None,
            last_transition_at=at,
            last_progress_at=at,
        )
        if manner is Manner.TIMED:
            status = status._replace(revision=f"r{self.version * 7919 % 1000}x")
        if manner is Manner.MUTE:
            status = status._replace(last_transition_at=None, last_progress_at=None)
        return Machine(
            machine_id=self.machine_id,
            phase=phase,
            desired_state=desired,
            memory_mib=self.version,
            status=None if is_thin else status,
        )


class Request:
    """A request on its way: first worked on by the service, later delivered to the store."""

    def __init__(self, work: Callable[[], None], deliver: Callable[[], None], *, name: str) -> None:
        self.work: Callable[[], None] | None = work
        self.deliver = deliver
        self.name = name


class Simulation:
    """A service, a store, and everything between them."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.truths: dict[str, Truth] = {}
        self.vanished: set[str] = set()
        self.requests: list[Request] = []
        self.created = 0
        self.newest_shown: dict[str, int] = {}
        self.seen_gone: set[str] = set()
        changes = Changes()
        changes.listen(self._told)
        self.told: set[Key] = set()
        self.machines = MachineCollection(
            SteppedClock(),
            changes,
            label_of=lambda _: NO_LABEL,
            look_at=self.send_get,
            confirmed=lambda _before, _after: None,
        )

    def _told(self, keys: frozenset[Key]) -> None:
        self.told |= keys

    @property
    def rows_are_thin(self) -> bool:
        return self.manner is Manner.THIN

    def send_get(self, machine_id: str) -> None:
        ticket = self.machines.take_ticket()
        answer: list[Machine] = []

        def work() -> None:
            if machine_id in self.truths:
                answer.append(self.truths[machine_id].seen(self.manner, is_thin=False))

        def deliver() -> None:
            if answer:
                self.machines.sight(answer[0], ticket)
            else:
                self.machines.gone(machine_id)

        self.requests.append(Request(work, deliver, name=f"get {machine_id}"))

    def send_list(self) -> None:
        listing = self.machines.begin_listing()
        answer: list[Machine] = []

        def work() -> None:
            thin = self.rows_are_thin
            answer.extend(truth.seen(self.manner, is_thin=thin) for truth in self.truths.values())

        def deliver() -> None:
            listing.add(answer)
            listing.finish()

        self.requests.append(Request(work, deliver, name="list"))

    def send_create(self) -> None:
        ticket = self.machines.take_ticket()
        self.created += 1
        truth = Truth(f"m{self.created}")
        answer: list[Machine] = []

        def work() -> None:
            self.truths[truth.machine_id] = truth
            answer.append(truth.seen(self.manner, is_thin=self.rows_are_thin))

        def deliver() -> None:
            self.machines.sight(answer[0], ticket)

        self.requests.append(Request(work, deliver, name="create"))

    def send_wish(self, machine_id: str, *, is_answer_lost: bool) -> None:
        intent = Intent(machine_id=machine_id, asking="moving", desired_state="sleeping")
        self.machines.begin(intent)
        ticket = self.machines.take_ticket()
        answer: list[Machine] = []

        def work() -> None:
            truth = self.truths.get(machine_id)
            if truth is not None and not truth.is_destroyed:
                truth.version += 1
                answer.append(truth.seen(self.manner, is_thin=self.rows_are_thin))

        def deliver() -> None:
            if is_answer_lost:
                self.machines.leave_open(intent, is_unknown=True)
            elif answer:
                self.machines.settle(intent, answer[0], ticket)
            else:
                self.machines.withdraw(intent)

        self.requests.append(Request(work, deliver, name=f"wish {machine_id}"))

    def move_on(self, machine_id: str, how: int) -> None:
        truth = self.truths[machine_id]
        if truth.is_destroyed:
            if how % 2:
                del self.truths[machine_id]
                self.vanished.add(machine_id)
            return
        truth.version += 1
        truth.is_destroyed = how % 5 == 0

    def step(self, kind: int, number: int) -> None:
        alive = sorted(self.truths)
        if kind <= 1 and alive:
            self.move_on(alive[number % len(alive)], number // 7)
        elif kind == 2:
            self.send_list()
        elif kind == 3 and alive:
            self.send_get(alive[number % len(alive)])
        elif kind == 4:
            self.send_create()
        elif kind == 5 and alive:
            self.send_wish(alive[number % len(alive)], is_answer_lost=number % 3 == 0)
        elif kind == 6:
            waiting = [request for request in self.requests if request.work]
            if waiting:
                self.work_on(waiting[number % len(waiting)])
        elif self.requests:
            self.deliver(self.requests[number % len(self.requests)])
        self.check()

    @staticmethod
    def work_on(request: Request) -> None:
        if request.work is not None:
            request.work()
            request.work = None

    def deliver(self, request: Request) -> None:
        self.work_on(request)
        self.requests.remove(request)
        request.deliver()

    def check(self) -> None:
        shown = {record.machine_id: record for record in self.machines.records()}
        for machine_id, record in shown.items():
            version = record.confirmed.memory_mib or 0
            assert version >= self.newest_shown.get(machine_id, 0), f"{machine_id} stepped back"
            assert machine_id not in self.seen_gone, f"{machine_id} came back"
            self.newest_shown[machine_id] = version
        for machine_id in self.newest_shown.keys() - shown.keys():
            truth = self.truths.get(machine_id)
            assert truth is None or truth.is_destroyed, f"{machine_id} was dropped while it lives"
            self.seen_gone.add(machine_id)

    def settle(self) -> None:
        """Let everything on its way arrive, then list as a poller does, until nothing is asked."""
        for _ in range(4):
            while self.requests:
                self.deliver(self.requests[0])
                self.check()
            self.send_list()
        while self.requests:
            self.deliver(self.requests[0])
            self.check()

    def check_equal(self) -> None:
        shown = {record.machine_id: record for record in self.machines.records()}
        expected = {key: truth for key, truth in self.truths.items() if not truth.is_destroyed}
        living = {key: held for key, held in shown.items() if held.machine.phase != "destroyed"}
        assert living.keys() == expected.keys()
        for machine_id, record in living.items():
            truth = expected[machine_id].seen(self.manner, is_thin=False)
            assert record.intents == ()
            assert record.machine.phase == truth.phase
            assert record.machine.desired_state == truth.desired_state
            assert record.machine.memory_mib == truth.memory_mib
        assert {key[1] for key in self.told if key[0] == "machine"} == self.newest_shown.keys()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("manner", list(Manner))
@given(
    schedule=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2**16)), min_size=5, max_size=100)
)
@example(schedule=[(4, 54453), (9, 7872), (5, 15365), (3, 16324), (6, 19495)])
@settings(
    max_examples=500,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_what_is_shown_never_lies(manner: Manner, schedule: list[tuple[int, int]]) -> None:
    """Never a step back, never a resurrection, in the end the same."""

    async def run() -> None:
        simulation = Simulation(manner)
        for kind, number in schedule:
            simulation.step(kind, number)
        simulation.settle()
        await asyncio.sleep(0)
        simulation.check_equal()

    asyncio.run(run())
