"""The machines: confirmed by the service, overlaid with what we asked (design 3.1).

The rules, in this order. Whoever asks takes a ticket first and brings it back with the answer. A
newer answer wins (`domain/freshness.py`). A thin row never overwrites: where it differs, it is a
reason to look. A complete list owns membership: what it does not have goes, unless an answer with
that machine came in after the list was sent (design says "was sent"; a slow create that overlaps
a list showed that arrival is what proves it). What is gone leaves a tombstone. Destroyed is a
phase nothing leaves, so that tombstone is for ever; one laid because a list lacked the machine
yields to an answer that was asked for later, so that one wrong list does not hide a fleet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.freshness import is_newer
from dedalus_tui.domain.lifecycle import is_moving
from dedalus_tui.domain.machine import UNKNOWN, Machine, Phase, merged
from dedalus_tui.store.intents import Intent, fold
from dedalus_tui.store.record import MachineRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dedalus_tui.domain.label import Label
    from dedalus_tui.store.changes import Changes
    from dedalus_tui.store.clock import Clock

_FOR_EVER = float("inf")
_THIN_FIELDS = tuple(
    name for name in Machine._fields if name not in {"machine_id", "status", "created_at"}
)


class _Entry:
    """What is held of one machine; the record is its frozen face."""

    __slots__ = ("agreed_row", "arrival", "newer_from", "record")

    def __init__(self, record: MachineRecord, arrival: int) -> None:
        self.record = record
        self.newer_from = arrival + 1
        """The first ticket that was not yet given out when what is held came in. An answer that
        cannot be ordered by revision or time is newer for certain only from this ticket on."""
        self.arrival = arrival
        """The newest ticket given out when the machine was last seen in any answer."""
        self.agreed_row: Machine | None = None
        """The last thin row found to say nothing new: the same row again is not compared anew."""


class MachineCollection:
    """All machines; readers get frozen records."""

    def __init__(
        self,
        clock: Clock,
        changes: Changes,
        *,
        label_of: Callable[[str], Label],
        look_at: Callable[[str], None],
        confirmed: Callable[[Machine | None, Machine], None],
    ) -> None:
        """`look_at` is asked to fetch one machine; `confirmed` hears each old and new truth."""
        self._clock = clock
        self._changes = changes
        self._label_of = label_of
        self._look_at = look_at
        self._confirmed = confirmed
        self._entries: dict[str, _Entry] = {}
        self._graves: dict[str, float] = {}
        self._moving: set[str] = set()
        self._snapshot: tuple[MachineRecord, ...] | None = ()
        self._last_ticket = 0
        self.is_loaded = False
        """True once a complete list came from the service itself."""
        self.has_thin_rows = False
        """True once the service sent a row without status: only a look at one machine tells all."""
        self.generation = 0
        """Rises with every change of any record and of membership."""

    def records(self) -> tuple[MachineRecord, ...]:
        """Every machine, in the order they were first seen."""
        if self._snapshot is None:
            self._snapshot = tuple(entry.record for entry in self._entries.values())
        return self._snapshot

    def get(self, machine_id: str) -> MachineRecord | None:
        """One machine, if it is held."""
        entry = self._entries.get(machine_id)
        return entry.record if entry else None

    def moving(self) -> frozenset[str]:
        """Ids of the machines the service is working on, by its own word."""
        return frozenset(self._moving)

    def take_ticket(self) -> int:
        """A number to take before sending a request, and to bring back with its answer."""
        self._last_ticket += 1
        return self._last_ticket

    def restore(self, records: Iterable[MachineRecord]) -> None:
        """Show rows remembered from an earlier run until the service speaks."""
        for record in records:
            if record.machine_id not in self._entries:
                self._entries[record.machine_id] = _Entry(record, arrival=0)
                self._touch(record.machine_id)
        self._changes.touch(("machines",))

    def sight(self, machine: Machine, ticket: int) -> None:
        """Take in one machine from the answer to the request with that ticket."""
        if machine.is_thin:
            self.has_thin_rows = True
        entry = self._entries.get(machine.machine_id)
        if entry is None:
            self._adopt(machine, ticket)
            return
        entry.arrival = self._last_ticket
        if entry.record.is_stale:
            created_at = machine.created_at or entry.record.confirmed.created_at
            entry.newer_from = self._last_ticket + 1
            self._confirm(entry, machine._replace(created_at=created_at))
        elif machine.is_thin:
            self._compare_thin(entry, machine)
        else:
            self._compare_full(entry, machine, ticket)

    def begin_listing(self) -> Listing:
        """Start taking in one complete list; its ticket is taken now, before it is asked for."""
        return Listing(self, self.take_ticket())

    def finish_listing(self, ticket: int) -> None:
        """The list with this ticket was complete: what it lacked and nobody saw since is gone."""
        missing = [key for key, entry in self._entries.items() if entry.arrival < ticket]
        for machine_id in missing:
            self._bury(machine_id)
        for machine_id, entry in self._entries.items():
            # Thin rows decide nothing, and the look that was to decide may have failed.
            if any(intent.decided_by is not None for intent in entry.record.intents):
                self._look_at(machine_id)
        if not self.is_loaded:
            self.is_loaded = True
            self._changes.touch(("machines",))

    def gone(self, machine_id: str) -> None:
        """The service says that there is no such machine."""
        if machine_id in self._entries:
            self._bury(machine_id)

    def repaint(self, machine_id: str) -> None:
        """Something shown beside the machine changed: its label, or what runs on it."""
        entry = self._entries.get(machine_id)
        if entry:
            self._show(entry, entry.record._replace(label=self._label_of(machine_id)))

    def begin(self, intent: Intent) -> None:
        """Lay a wish over its machine."""
        entry = self._entries.get(intent.machine_id)
        if entry:
            self._lay(entry, (*entry.record.intents, intent))

    def withdraw(self, intent: Intent) -> None:
        """Take the wish away again: it was refused, or is fulfilled."""
        self._exchange(intent, None)

    def leave_open(self, intent: Intent, *, is_unknown: bool) -> Intent:
        """Keep the wish until a full answer that is asked for from now on decides it."""
        waiting = intent._replace(decided_by=self._last_ticket, is_unknown=is_unknown)
        self._exchange(intent, waiting)
        self._look_at(intent.machine_id)
        return waiting

    def settle(self, intent: Intent, answer: Machine, ticket: int) -> None:
        """The call was answered: take the answer in and end the wish, in one step.

        Where the answer does not show in what is held (it is thin, or cannot be ordered), the wish
        stays on top until a full one that does, so that no old value shows between.
        """
        self.sight(answer, ticket)
        record = self.get(intent.machine_id)
        if record is not None and intent.is_met_by(record.confirmed):
            self.withdraw(intent)
        else:
            self.leave_open(intent, is_unknown=False)

    def _adopt(self, machine: Machine, ticket: int) -> None:
        if ticket <= self._graves.get(machine.machine_id, 0):
            return
        self._graves.pop(machine.machine_id, None)
        self._touch(machine.machine_id)
        record = MachineRecord(
            machine=machine,
            confirmed=machine,
            seen_at=self._clock.now(),
            version=self.generation,
            label=self._label_of(machine.machine_id),
        )
        self._entries[machine.machine_id] = _Entry(record, self._last_ticket)
        self._confirmed(None, machine)
        self._note_motion(machine)
        self._changes.touch(("machines",))

    def _compare_thin(self, entry: _Entry, row: Machine) -> None:
        if row == entry.agreed_row:
            return
        held = entry.record.confirmed
        if held.created_at is None and row.created_at is not None:
            held = held._replace(created_at=row.created_at)
            self._confirm(entry, held)
        if held.phase == Phase.DESTROYED or not _differs(held, row):
            entry.agreed_row = row
        else:
            self._look_at(held.machine_id)

    def _compare_full(self, entry: _Entry, seen: Machine, ticket: int) -> None:
        held = entry.record.confirmed
        if seen == held:
            entry.newer_from = self._last_ticket + 1
            self._decide(entry, ticket)
            return
        is_undead = held.phase == Phase.DESTROYED and seen.phase != Phase.DESTROYED
        if not is_undead and is_newer(held, entry.newer_from, seen, ticket):
            entry.newer_from = self._last_ticket + 1
            self._confirm(entry, merged(held, seen))
        self._decide(entry, ticket)

    def _decide(self, entry: _Entry, ticket: int) -> None:
        intents = entry.record.intents
        if intents:
            kept = tuple(
                intent
                for intent in intents
                if intent.decided_by is None or ticket <= intent.decided_by
            )
            self._lay(entry, kept)

    def _confirm(self, entry: _Entry, machine: Machine) -> None:
        record = entry.record
        if machine == record.confirmed and not record.is_stale:
            return
        self._confirmed(record.confirmed, machine)
        entry.agreed_row = None
        now = self._clock.now()
        fresh = record._replace(confirmed=machine, seen_at=now, is_stale=False)
        self._note_motion(machine)
        self._show(entry, fresh._replace(machine=fold(machine, record.intents)))

    def _exchange(self, intent: Intent, other: Intent | None) -> None:
        entry = self._entries.get(intent.machine_id)
        if entry:
            left = (other if held is intent else held for held in entry.record.intents)
            self._lay(entry, tuple(held for held in left if held is not None))

    def _lay(self, entry: _Entry, intents: tuple[Intent, ...]) -> None:
        if intents != entry.record.intents:
            shown = fold(entry.record.confirmed, intents)
            self._show(entry, entry.record._replace(machine=shown, intents=intents))

    def _show(self, entry: _Entry, record: MachineRecord) -> None:
        self._touch(record.machine_id)
        entry.record = record._replace(version=self.generation)

    def _bury(self, machine_id: str) -> None:
        entry = self._entries.pop(machine_id)
        is_destroyed = entry.record.confirmed.phase == Phase.DESTROYED
        self._graves[machine_id] = _FOR_EVER if is_destroyed else self._last_ticket
        self._moving.discard(machine_id)
        self._touch(machine_id)
        self._changes.touch(("machines",))

    def _note_motion(self, machine: Machine) -> None:
        if is_moving(machine):
            self._moving.add(machine.machine_id)
        else:
            self._moving.discard(machine.machine_id)

    def _touch(self, machine_id: str) -> None:
        self._snapshot = None
        self.generation += 1
        self._changes.touch(("machine", machine_id))


class Listing:
    """One list being taken in, page by page."""

    def __init__(self, collection: MachineCollection, ticket: int) -> None:
        """Use `MachineCollection.begin_listing`."""
        self._collection = collection
        self._ticket = ticket

    def add(self, machines: Iterable[Machine]) -> None:
        """Take in some rows."""
        for machine in machines:
            self._collection.sight(machine, self._ticket)

    def finish(self) -> None:
        """The last page came: the list is complete, and owns membership."""
        self._collection.finish_listing(self._ticket)


def _differs(held: Machine, row: Machine) -> bool:
    """True when a thin row says something else than what is held."""
    for name in _THIN_FIELDS:
        value = getattr(row, name)
        if value is not None and value != UNKNOWN and value != getattr(held, name):
            return True
    return False
