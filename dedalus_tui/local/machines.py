"""The rules of machines: what may be asked of one, and how it moves from phase to phase.

Every change writes the row, raises the revision and tells the watchers. Times written are those
of the timetable, so a stepped clock leaves a true history.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dedalus_tui.local import machine as records
from dedalus_tui.local.fences import InvalidStateError, check_revision
from dedalus_tui.local.identifiers import uuid7
from dedalus_tui.local.lifecycle import (
    DWELL_SECONDS,
    Pace,
    Phase,
    is_settled,
    next_phase,
)
from dedalus_tui.local.machine import Machine, Size
from dedalus_tui.local.mishaps import Mishaps
from dedalus_tui.local.refusals import no_such

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.database import Database
    from dedalus_tui.local.fences import Action
    from dedalus_tui.local.lifecycle import DesiredState
    from dedalus_tui.local.timetable import Timetable

    PhaseListener = Callable[[Machine, Phase | None, float], None]

DESTROYED_STAYS_LISTED_SECONDS = 300.0
"""A destroyed machine can be read and listed this long; then its id is unknown."""


class Machines:
    """All machines, in memory and in the state file."""

    def __init__(
        self, database: Database, clock: Clock, timetable: Timetable, *, pace: Pace
    ) -> None:
        """Read the machines of the state file; nothing moves before `resume`."""
        self._database = database
        self._clock = clock
        self._timetable = timetable
        self._listeners: list[PhaseListener] = []
        self._policy_listeners: list[Callable[[str], None]] = []
        self._watchers: dict[str, list[Callable[[Machine], None]]] = {}
        self.mishaps = Mishaps()
        self._records: dict[str, Machine] = {}
        self._pace: Pace = pace
        self.reload()
        database.on_rollback(self.reload)

    def reload(self) -> None:
        """Take the state file's word for everything."""
        self._records = {each.machine_id: each for each in records.load_all(self._database)}

    # Reading

    def find(self, machine_id: str) -> Machine | None:
        """The machine, if there is one of that id."""
        return self._records.get(machine_id)

    def get(self, machine_id: str) -> Machine:
        """The machine, or 404."""
        found = self.find(machine_id)
        if found is None:
            raise no_such("machine")
        return found

    def all(self) -> list[Machine]:
        """Every machine in order of creation."""
        return list(self._records.values())

    # Being told

    def on_phase(self, listener: PhaseListener) -> None:
        """Call `listener(machine, phase_before, at)` after each change of phase."""
        self._listeners.append(listener)

    def on_policy(self, listener: Callable[[str], None]) -> None:
        """Call `listener(machine_id)` after each change of the autosleep window."""
        self._policy_listeners.append(listener)

    def watch(self, machine_id: str, watcher: Callable[[Machine], None]) -> Callable[[], None]:
        """Call `watcher` with each new revision; returns the way to stop it."""
        watchers = self._watchers.setdefault(machine_id, [])
        watchers.append(watcher)

        def stop() -> None:
            watchers.remove(watcher)
            if not watchers:
                self._watchers.pop(machine_id, None)

        return stop

    def watchers(self, machine_id: str) -> int:
        """How many watch a machine."""
        return len(self._watchers.get(machine_id, ()))

    # Wishes

    def create(self, size: Size, autosleep_seconds: int) -> Machine:
        """Accept a new machine that is to run."""
        now = self._clock.now()
        machine = Machine(
            seq=self._next_seq(),
            machine_id=f"dm-{uuid7()}",
            vcpu=size.vcpu,
            memory_mib=size.memory_mib,
            storage_gib=size.storage_gib,
            autosleep_seconds=autosleep_seconds,
            desired_state="running",
            phase="accepted",
            reason="machine create accepted",
            retryable=False,
            revision=1,
            created_at=now,
            last_transition_at=now,
            last_progress_at=now,
        )
        with self._database.transaction():
            self.adopt(machine)
            self._move(machine.machine_id, now)
        return self.get(machine.machine_id)

    def update(
        self, machine_id: str, changes: dict[str, Any], *, if_match: str | None = None
    ) -> Machine:
        """Resize, or change the sleep policy; an empty change raises no revision."""
        machine = self.get(machine_id)
        check_revision(machine, if_match)
        if machine.desired_state == "destroyed":
            raise InvalidStateError(machine, "patch", expected="running", target="running")
        changes = {name: each for name, each in changes.items() if getattr(machine, name) != each}
        if not changes:
            return machine
        with self._database.transaction():
            saved = self._save(
                replace(machine, **changes), reason="machine update accepted", at=self._clock.now()
            )
        for listener in self._policy_listeners:
            listener(machine_id)
        return saved

    def sleep(self, machine_id: str, *, if_match: str | None = None) -> Machine:
        """Put a running machine to sleep."""
        return self._wish(machine_id, if_match, "sleep", "running", "sleeping", "sleep requested")

    def autosleep(self, machine_id: str, at: float) -> None:
        """The machine was idle until `at` for as long as it is allowed to be."""
        machine = self.get(machine_id)
        if machine.phase == "running" and machine.desired_state == "running":
            self._want(machine, "sleeping", "autosleep: idle", at=at)

    def wake(self, machine_id: str, *, if_match: str | None = None) -> Machine:
        """Wake a sleeping machine."""
        return self._wish(machine_id, if_match, "wake", "sleeping", "running", "wake requested")

    def destroy(self, machine_id: str, *, if_match: str | None = None) -> Machine:
        """Destroy a machine in whatever phase; asking again is no error."""
        machine = self.get(machine_id)
        check_revision(machine, if_match)
        if machine.desired_state == "destroyed":
            return machine
        return self._want(machine, "destroyed", "destroy requested")

    def reboot(self, machine_id: str, *, if_match: str | None = None) -> Machine:
        """End the processes of an awake machine and start it again; files stay."""
        machine = self.get(machine_id)
        check_revision(machine, if_match)
        if machine.phase != "running" or machine.desired_state != "running":
            raise InvalidStateError(machine, "reboot", expected="running", target="running")
        now = self._clock.now()
        with self._database.transaction():
            self._enter(machine, "stopping", now, reason="reboot requested")
            self._move(machine_id, now)
        return self.get(machine_id)

    def want_awake(self, machine_id: str) -> Machine:
        """Wake a machine because something is to run on it; one that boots is left alone."""
        machine = self.get(machine_id)
        if machine.desired_state == "sleeping" and machine.phase in ("sleeping", "stopping"):
            return self._want(machine, "running", "wake requested by use")
        return machine

    # What tests and demos may do

    @property
    def pace(self) -> Pace:
        """How long phases last."""
        return self._pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        """Change the pace, also of the phases under way."""
        self._pace = pace
        with self._database.transaction():
            for machine in self.all():
                self._move(machine.machine_id, self._clock.now())

    def adopt(self, machine: Machine) -> None:
        """Add a machine as it is."""
        with self._database.transaction():
            records.insert(self._database, machine)
            records.journal(self._database, machine, None, machine.last_transition_at)
            self._records[machine.machine_id] = machine
            self._tell(machine, None, self._clock.now())

    def next_seq(self) -> int:
        """The order number the next adopted machine takes."""
        return self._next_seq()

    def resume(self, *, after_restart: bool, died_at: float | None = None) -> None:
        """Start moving; after a restart what was awake is asleep, for its processes are gone.

        `died_at` is when the earlier server was last known to run: from then on nothing was awake.
        """
        now = self._clock.now()
        with self._database.transaction():
            for machine in self.all():
                if after_restart and not machine.is_synthetic:
                    self._come_back(machine, now if died_at is None else min(died_at, now))
                if self.get(machine.machine_id).phase == "destroyed":
                    self._expire_later(self.get(machine.machine_id))
                self._move(machine.machine_id, now)

    # Private

    def _next_seq(self) -> int:
        row = self._database.row("SELECT seq FROM sqlite_sequence WHERE name = 'machines'")
        return 1 if row is None else int(row["seq"]) + 1

    def _come_back(self, machine: Machine, died_at: float) -> None:
        now = max(died_at, machine.last_progress_at)
        if machine.phase == "running" and machine.desired_state == "running":
            lost = replace(machine, desired_state="sleeping")
            self._enter(lost, "sleeping", now, reason="local cloud restarted")
        elif machine.phase in ("running", "stopping"):
            self._enter(machine, "sleeping", now, reason="local cloud restarted")

    def _wish(
        self,
        machine_id: str,
        if_match: str | None,
        action: Action,
        expected: Phase,
        target: DesiredState,
        reason: str,
    ) -> Machine:
        machine = self.get(machine_id)
        check_revision(machine, if_match)
        if not (machine.phase == expected and is_settled(machine.phase, machine.desired_state)):
            raise InvalidStateError(machine, action, expected=expected, target=target)
        return self._want(machine, target, reason)

    def _want(
        self, machine: Machine, desired: DesiredState, reason: str, *, at: float | None = None
    ) -> Machine:
        now = self._clock.now() if at is None else at
        with self._database.transaction():
            self._save(replace(machine, desired_state=desired), reason=reason, at=now)
            # A new wish starts a settled or failed machine at once; one in a passing phase takes
            # up the wish when that phase is over, unless it is to be destroyed.
            dwells = machine.phase in DWELL_SECONDS["real"] and desired != "destroyed"
            if not dwells:
                self._advance(machine.machine_id, now)
            return self.get(machine.machine_id)

    def _move(self, machine_id: str, at: float) -> None:
        """Advance when the present phase has lasted as long as the pace says."""
        machine = self._records.get(machine_id)
        if machine is None or next_phase(machine.phase, machine.desired_state) is None:
            self._timetable.cancel(("phase", machine_id))
            return
        dwell = DWELL_SECONDS[self._pace].get(machine.phase, 0.0)
        if dwell <= 0.0:
            self._advance(machine_id, at)
            return
        self._timetable.set(
            ("phase", machine_id), at + dwell, lambda due: self._advance(machine_id, due)
        )

    def _advance(self, machine_id: str, at: float) -> None:
        machine = self._records.get(machine_id)
        if machine is None:
            return
        following = next_phase(machine.phase, machine.desired_state)
        if following is None:
            return
        with self._database.transaction():
            mishap = self.mishaps.take(machine)
            if mishap is not None:
                failed = replace(machine, last_error=mishap.last_error, retryable=mishap.retryable)
                self._enter(failed, "failed", at, reason=mishap.reason)
                return
            settled = is_settled(following, machine.desired_state)
            reason = "DesiredStateReached" if settled else f"machine {following.replace('_', ' ')}"
            self._enter(machine, following, at, reason=reason)
            self._move(machine_id, at)

    def _enter(self, machine: Machine, phase: Phase, at: float, *, reason: str) -> None:
        before = self._records[machine.machine_id].phase
        saved = self._save(
            replace(machine, phase=phase, last_transition_at=at),
            reason=reason,
            at=at,
            before=before,
        )
        if phase == "destroyed":
            self._expire_later(saved)
        self._tell(saved, before, at)

    def _save(
        self, machine: Machine, *, reason: str, at: float, before: Phase | None = None
    ) -> Machine:
        saved = replace(machine, reason=reason, revision=machine.revision + 1, last_progress_at=at)
        records.update(self._database, saved)
        records.journal(self._database, saved, before or saved.phase, at)
        self._records[saved.machine_id] = saved
        for watcher in list(self._watchers.get(saved.machine_id, ())):
            watcher(saved)
        return saved

    def _tell(self, machine: Machine, before: Phase | None, at: float) -> None:
        for listener in self._listeners:
            listener(machine, before, at)

    def _expire_later(self, machine: Machine) -> None:
        machine_id = machine.machine_id

        def expire(_due: float) -> None:
            self._records.pop(machine_id, None)
            self._database.execute("DELETE FROM machines WHERE machine_id = ?", (machine_id,))

        due = machine.last_transition_at + DESTROYED_STAYS_LISTED_SECONDS
        self._timetable.set(("expire", machine_id), due, expire)
