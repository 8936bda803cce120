"""Every transition and every action seen from this computer, across runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedalus_tui.journal.database import Database

KEPT_DAYS = 90


class Transition(NamedTuple):
    """A machine was seen to enter a phase, or to be asked for another state."""

    machine_id: str
    at: datetime
    phase: str
    desired_state: str
    reason: str = ""
    """The service's own words."""
    cause: str = ""
    """The id of our action that asked for it; empty when it was not this computer."""


class ActionEntry(NamedTuple):
    """One action taken from this computer, and what came of it."""

    at: datetime
    action_id: str
    machine_id: str
    outcome: str
    detail: str = ""


class History:
    """The history of one cloud."""

    def __init__(self, database: Database, cloud: str) -> None:
        """Nothing is read until asked for."""
        self._database = database
        self._cloud = cloud

    def note_transitions(self, transitions: Iterable[Transition]) -> None:
        """Keep these."""
        rows = [
            (
                self._cloud,
                each.machine_id,
                each.at.isoformat(),
                each.phase,
                each.desired_state,
                each.reason,
                each.cause,
            )
            for each in transitions
        ]
        self._database.write(
            "INSERT INTO transitions"
            " (cloud, machine_id, at, phase, desired_state, reason, cause)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            *rows,
        )

    def transitions_of(self, machine_id: str, *, limit: int = 500) -> tuple[Transition, ...]:
        """The newest transitions of a machine, oldest first."""
        rows = self._database.rows(
            "SELECT machine_id, at, phase, desired_state, reason, cause FROM transitions"
            " WHERE cloud = ? AND machine_id = ? ORDER BY id DESC LIMIT ?",
            (self._cloud, machine_id, limit),
        )
        return tuple(
            Transition(
                machine_id=machine_id,
                at=datetime.fromisoformat(at),
                phase=phase,
                desired_state=desired_state,
                reason=reason,
                cause=cause,
            )
            for machine_id, at, phase, desired_state, reason, cause in reversed(rows)
        )

    def note_actions(self, entries: Iterable[ActionEntry]) -> None:
        """Keep these."""
        rows = [
            (
                self._cloud,
                entry.at.isoformat(),
                entry.action_id,
                entry.machine_id,
                entry.outcome,
                entry.detail,
            )
            for entry in entries
        ]
        self._database.write(
            "INSERT INTO actions (cloud, at, action_id, machine_id, outcome, detail)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *rows,
        )

    def actions(self, *, limit: int = 500) -> tuple[ActionEntry, ...]:
        """The newest actions, oldest first."""
        rows = self._database.rows(
            "SELECT at, action_id, machine_id, outcome, detail FROM actions"
            " WHERE cloud = ? ORDER BY id DESC LIMIT ?",
            (self._cloud, limit),
        )
        return tuple(
            ActionEntry(
                at=datetime.fromisoformat(at),
                action_id=action_id,
                machine_id=machine_id,
                outcome=outcome,
                detail=detail,
            )
            for at, action_id, machine_id, outcome, detail in reversed(rows)
        )

    def forget_before(self, now: datetime) -> None:
        """Drop what is older than KEPT_DAYS at `now`."""
        oldest = ((now - timedelta(days=KEPT_DAYS)).isoformat(),)
        self._database.write_all(
            (
                ("DELETE FROM transitions WHERE at < ?", (oldest,)),
                ("DELETE FROM actions WHERE at < ?", (oldest,)),
            )
        )
