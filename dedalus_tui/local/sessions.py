"""What is opened on a machine for a while: ssh sessions and previews live the same life.

    wake_in_progress → ready → closed | expired | failed → forgotten

They live as long as this server. One that asks for a sleeping machine wakes it; it ends when its
machine stops, and can still be read for a while.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from dedalus_tui.local.refusals import DomainError, no_such

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.lifecycle import Phase
    from dedalus_tui.local.machine import Machine
    from dedalus_tui.local.machines import Machines
    from dedalus_tui.local.timetable import Timetable

Status = Literal["wake_in_progress", "ready", "closed", "expired", "failed"]

LIFETIME_SECONDS = 3600.0
KEPT_SECONDS = 300.0
"""How long an ended session can still be read."""

_ENDING = frozenset({"stopping", "sleeping", "destroying", "destroyed"})


@dataclass(slots=True, kw_only=True)
class Session:
    """One of them; moments are seconds since the epoch."""

    seq: int
    session_id: str
    machine_id: str
    created_at: float
    expires_at: float
    status: Status = "wake_in_progress"
    ready_at: float | None = None
    error_code: str | None = None
    error_message: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether it will never be ready again."""
        return self.status in ("closed", "expired", "failed")


Kind = TypeVar("Kind", bound=Session)


class Sessions(ABC, Generic[Kind]):
    """All sessions of one kind of this server's life."""

    noun: str
    """What one is called in refusals."""

    def __init__(self, machines: Machines, clock: Clock, timetable: Timetable) -> None:
        """Follow every machine."""
        self.lifetime_seconds = LIFETIME_SECONDS
        self._machines = machines
        self._clock = clock
        self._timetable = timetable
        self._records: dict[str, Kind] = {}
        self._last_seq = 0
        machines.on_phase(self._on_phase)

    def of(self, machine_id: str) -> list[Kind]:
        """The machine's sessions in order of creation; 404 for an unknown machine."""
        self._machines.get(machine_id)
        return [each for each in self._records.values() if each.machine_id == machine_id]

    def get(self, machine_id: str, session_id: str) -> Kind:
        """One session, or 404."""
        self._machines.get(machine_id)
        found = self._records.get(session_id)
        if found is None or found.machine_id != machine_id:
            raise no_such(self.noun)
        return found

    def close(self, machine_id: str, session_id: str) -> Kind:
        """End a session; ending an ended one is no error."""
        session = self.get(machine_id, session_id)
        if not session.is_over:
            self._end(session, "closed", self._clock.now())
        return session

    def forget_all(self) -> None:
        """End and forget every session."""
        records, self._records = self._records, {}
        for session in records.values():
            self._timetable.cancel((self.noun, session.session_id))
            self._let_go(session)

    @abstractmethod
    def _serve(self, session: Kind) -> None:
        """It is ready: make true what it promises."""

    @abstractmethod
    def _let_go(self, session: Kind) -> None:
        """It has ended, or is forgotten."""

    def _take_up(self, machine_id: str, make: Callable[[int, float, float], Kind]) -> Kind:
        """What `make(sequence number, now, its end)` makes; a sleeping machine is woken for it.

        409 for a machine nothing can be opened on.
        """
        machine = self._machines.get(machine_id)
        is_usable = machine.desired_state != "destroyed" and machine.phase != "failed"
        if not is_usable or machine.is_synthetic:
            words = f"no {self.noun} can be opened on this machine"
            raise DomainError(409, "INVALID_STATE", words)
        now = self._clock.now()
        self._last_seq += 1
        session = make(self._last_seq, now, now + self.lifetime_seconds)
        self._records[session.session_id] = session
        self._timetable.set(
            (self.noun, session.session_id),
            session.expires_at,
            lambda due: self._end(session, "expired", due),
        )
        if self._machines.want_awake(machine_id).phase == "running":
            self._make_ready(session, now)
        return session

    def _is_any_ready(self, machine_id: str) -> bool:
        return any(
            each.status == "ready" and each.machine_id == machine_id
            for each in self._records.values()
        )

    def _on_phase(self, machine: Machine, _before: Phase | None, at: float) -> None:
        for session in list(self._records.values()):
            if session.machine_id != machine.machine_id or session.is_over:
                continue
            if machine.phase == "running":
                if session.status == "wake_in_progress":
                    self._make_ready(session, at)
            elif machine.phase == "failed":
                session.error_code = "machine_not_routable"
                session.error_message = machine.last_error
                self._end(session, "failed", at)
            elif machine.phase in _ENDING and session.status == "ready":
                self._end(session, "closed", at)

    def _make_ready(self, session: Kind, at: float) -> None:
        session.status = "ready"
        session.ready_at = at
        self._serve(session)

    def _end(self, session: Kind, status: Status, at: float) -> None:
        session.status = status
        self._let_go(session)
        self._timetable.set(
            (self.noun, session.session_id),
            at + KEPT_SECONDS,
            lambda _due: self._forget(session.session_id),
        )

    def _forget(self, session_id: str) -> None:
        self._records.pop(session_id, None)
