"""The rules of the collection, one by one; their interplay is in test_reordering_network.py."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import LifecycleStatus, Machine
from dedalus_tui.store.changes import Changes, Key
from dedalus_tui.store.collection import MachineCollection
from dedalus_tui.store.intents import Intent
from dedalus_tui.store.record import MachineRecord, remembered
from tests.store.stepped_clock import START, SteppedClock


def full(revision: int, phase: str = "running", desired: str = "running") -> Machine:
    return Machine(
        machine_id="m1",
        desired_state=desired,
        memory_mib=1024,
        status=LifecycleStatus(phase=phase, revision=str(revision)),
    )


def thin(phase: str = "running", desired: str = "running") -> Machine:
    return Machine(machine_id="m1", phase=phase, desired_state=desired, memory_mib=1024)


SLEEP = Intent(machine_id="m1", asking="going to sleep", desired_state="sleeping")


@dataclass
class Room:
    """A collection, and what it told."""

    machines: MachineCollection
    looks: list[str]
    told: list[frozenset[Key]] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)

    def sight(self, machine: Machine, ticket: int | None = None) -> MachineRecord:
        self.machines.sight(machine, ticket or self.machines.take_ticket())
        return self.held()

    def held(self) -> MachineRecord:
        record = self.machines.get("m1")
        assert record is not None
        return record

    def list_all(self, *rows: Machine) -> None:
        listing = self.machines.begin_listing()
        listing.add(rows)
        listing.finish()


@pytest.fixture
async def room() -> Room:
    looks: list[str] = []
    labels: dict[str, Label] = {}
    changes = Changes()
    machines = MachineCollection(
        SteppedClock(),
        changes,
        label_of=lambda machine_id: labels.get(machine_id, Label()),
        look_at=looks.append,
        confirmed=lambda _before, _after: None,
    )
    made = Room(machines, looks, labels=labels)
    changes.listen(made.told.append)
    return made


async def test_an_older_revision_changes_nothing(room: Room) -> None:
    """Not even asked for later."""
    before = room.sight(full(5))
    assert room.sight(full(4, "stopping")) is before


async def test_the_same_answer_again_is_no_change(room: Room) -> None:
    """Version and snapshot stay, so nothing is drawn anew."""
    before = room.sight(full(5))
    snapshot, generation = room.machines.records(), room.machines.generation
    assert room.sight(full(5)) is before
    assert room.machines.records() is snapshot
    assert room.machines.generation == generation


async def test_absent_fields_erase_nothing(room: Room) -> None:
    """A detail knows no created_at, a list row may know no error."""
    room.sight(full(5)._replace(created_at=START))
    record = room.sight(full(6))
    assert record.machine.created_at == START
    assert record.machine.revision == "6"


async def test_a_thin_row_that_agrees_is_no_reason_to_look(room: Room) -> None:
    """Nor is its age, which a detail lacks: that is simply taken."""
    room.sight(full(5))
    record = room.sight(thin()._replace(created_at=START))
    assert record.machine.created_at == START
    room.sight(thin()._replace(created_at=START))
    assert room.looks == []


async def test_a_thin_row_that_differs_is_only_a_hint(room: Room) -> None:
    """Shown is the old truth until the full one is fetched."""
    before = room.sight(full(5))
    assert room.sight(thin("stopping", "sleeping")) is before
    assert room.looks == ["m1"]
    assert room.sight(full(6, "stopping", "sleeping")).machine.phase == "stopping"


async def test_destroyed_is_final(room: Room) -> None:
    """Whatever comes later."""
    room.sight(full(5, "destroyed", "destroyed"))
    record = room.sight(full(9))
    assert record.machine.phase == "destroyed"
    room.list_all()
    assert room.machines.get("m1") is None
    room.list_all(full(10))
    assert room.machines.get("m1") is None


async def test_a_list_owns_membership(room: Room) -> None:
    """Unless the machine was seen after the list was sent."""
    listing = room.machines.begin_listing()
    room.sight(full(1), ticket=room.machines.take_ticket())
    listing.finish()
    assert room.machines.get("m1") is not None
    assert room.machines.is_loaded
    room.list_all()
    assert room.machines.get("m1") is None


async def test_an_unfinished_list_removes_nothing(room: Room) -> None:
    """It broke between two pages."""
    room.sight(full(1))
    room.machines.begin_listing().add(())
    assert room.machines.get("m1") is not None


async def test_a_wrong_list_does_not_hide_a_machine_for_ever(room: Room) -> None:
    """An answer asked for later brings it back; one asked for before does not."""
    room.sight(full(1))
    early = room.machines.take_ticket()
    room.list_all()
    room.machines.sight(full(1), early)
    assert room.machines.get("m1") is None
    room.list_all(full(1))
    assert room.held().machine.phase == "running"


async def test_remembered_rows_yield_to_the_first_live_word(room: Room) -> None:
    """Also when the service started over and its revisions are lower."""
    room.machines.restore([remembered(full(900, "sleeping", "sleeping"), START)])
    assert room.held().is_stale
    assert not room.machines.is_loaded
    record = room.sight(full(3))
    assert not record.is_stale
    assert record.machine.revision == "3"


@pytest.mark.parametrize("row", [full(900), thin()])
async def test_a_remembered_row_becomes_live_even_unchanged(room: Room, row: Machine) -> None:
    """And takes a new version, because stale rows are drawn dim."""
    room.machines.restore([remembered(row, START)])
    before = room.held().version
    record = room.sight(row)
    assert not record.is_stale
    assert record.version > before


async def test_remembered_rows_go_with_the_first_list(room: Room) -> None:
    """If it does not have them."""
    room.machines.restore([remembered(full(9), START)])
    room.list_all()
    assert room.machines.records() == ()


async def test_a_wish_lies_on_top_and_goes_with_its_answer(room: Room) -> None:
    """In one step: no old value shows between."""
    room.sight(full(5))
    room.machines.begin(SLEEP)
    assert room.held().machine.desired_state == "sleeping"
    assert room.held().confirmed.desired_state == "running"
    assert room.held().asking == "going to sleep"
    shown: list[str] = []
    ticket = room.machines.take_ticket()
    room.machines.settle(SLEEP, full(6, "stopping", "sleeping"), ticket)
    shown.append(room.held().machine.desired_state)
    assert shown == ["sleeping"]
    assert room.held().intents == ()


async def test_a_withdrawn_wish_shows_what_is(room: Room) -> None:
    """Not a snapshot of what was."""
    room.sight(full(5))
    room.machines.begin(SLEEP)
    room.sight(full(6)._replace(memory_mib=2048))
    room.machines.withdraw(SLEEP)
    assert room.held().machine == full(6)._replace(memory_mib=2048)


async def test_a_thin_answer_keeps_the_wish_until_a_full_one(room: Room) -> None:
    """One that was asked for after it."""
    room.sight(full(5))
    room.machines.begin(SLEEP)
    early = room.machines.take_ticket()
    room.machines.settle(SLEEP, thin("running", "sleeping"), room.machines.take_ticket())
    assert room.looks == ["m1", "m1"]
    room.sight(full(5), ticket=early)
    assert room.held().machine.desired_state == "sleeping"
    room.sight(full(6, "stopping", "sleeping"))
    assert room.held().intents == ()


async def test_an_open_wish_is_looked_at_again_with_every_list(room: Room) -> None:
    """The look that was to decide it may have failed, and thin rows cannot."""
    room.sight(full(5))
    room.machines.begin(SLEEP)
    room.machines.leave_open(SLEEP, is_unknown=True)
    room.looks.clear()
    room.list_all(thin())
    assert room.looks == ["m1"]
    room.sight(full(5))
    room.looks.clear()
    room.list_all(thin())
    assert room.looks == []


async def test_later_wishes_lie_over_earlier_ones(room: Room) -> None:
    """Each ends by itself."""
    room.sight(full(5))
    grow = Intent(machine_id="m1", asking="being resized", memory_mib=2048)
    room.machines.begin(SLEEP)
    room.machines.begin(grow)
    assert room.held().asking == "being resized"
    assert room.held().machine.memory_mib == 2048
    room.machines.withdraw(SLEEP)
    assert room.held().machine.desired_state == "running"
    assert room.held().machine.memory_mib == 2048


async def test_labels_are_shown(room: Room) -> None:
    """As soon as they change."""
    before = room.sight(full(5))
    room.labels["m1"] = Label(name="api")
    room.machines.repaint("m1")
    assert room.held().label.name == "api"
    assert room.held().version > before.version


async def test_what_moves_is_known(room: Room) -> None:
    """By the service's word, not by ours."""
    room.sight(full(5))
    room.machines.begin(SLEEP)
    assert room.machines.moving() == frozenset()
    room.sight(full(6, "stopping", "sleeping"))
    assert room.machines.moving() == {"m1"}
    room.machines.gone("m1")
    assert room.machines.moving() == frozenset()


async def test_unknown_phases_survive(room: Room) -> None:
    """A word nobody has heard of is shown as it came and called neither moving nor settled."""
    record = room.sight(full(5, "hibernating", "frozen"))
    assert record.machine.phase == "hibernating"
    assert room.machines.moving() == frozenset()
