"""One machine as the local cloud keeps it: a frozen record and its row in the state file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sqlite3 import Row

    from dedalus_tui.local.database import Database
    from dedalus_tui.local.lifecycle import DesiredState, Phase


@dataclass(frozen=True, slots=True)
class Size:
    """What was asked for; on this computer nothing enforces it."""

    vcpu: float
    memory_mib: int
    storage_gib: int


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine at one revision. Moments are seconds since the epoch."""

    seq: int
    """Order of creation; lists and cursors go by it."""
    machine_id: str
    vcpu: float
    memory_mib: int
    storage_gib: int
    autosleep_seconds: int
    """0: never."""
    desired_state: DesiredState
    phase: Phase
    reason: str
    retryable: bool
    revision: int
    created_at: float
    last_transition_at: float
    last_progress_at: float
    last_error: str | None = None
    is_synthetic: bool = False
    """Made for a scale test: no directory, no processes."""
    is_autoresizing: bool = False


_COLUMNS = [each.name for each in fields(Machine)]
_INSERT = (
    f"INSERT INTO machines ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' for _ in _COLUMNS)})"
)
_UPDATE = (
    f"UPDATE machines SET {', '.join(f'{name} = ?' for name in _COLUMNS[2:])} WHERE machine_id = ?"
)


def insert(database: Database, machine: Machine) -> None:
    """Write a new row."""
    database.execute(_INSERT, [getattr(machine, name) for name in _COLUMNS])


def update(database: Database, machine: Machine) -> None:
    """Write the row anew."""
    values = [getattr(machine, name) for name in _COLUMNS[2:]]
    database.execute(_UPDATE, [*values, machine.machine_id])


def journal(database: Database, machine: Machine, phase_before: Phase | None, at: float) -> None:
    """Append to the journal of transitions, from which usage is counted.

    Synthetic machines use nothing and are left out.
    """
    if machine.is_synthetic:
        return
    database.execute(
        "INSERT INTO transitions (machine_id, at, phase_before, phase, desired_state, revision,"
        " reason, vcpu, memory_mib, storage_gib) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            machine.machine_id,
            at,
            phase_before,
            machine.phase,
            machine.desired_state,
            machine.revision,
            machine.reason,
            machine.vcpu,
            machine.memory_mib,
            machine.storage_gib,
        ),
    )


def load_all(database: Database) -> list[Machine]:
    """Every machine in order of creation."""
    return [_from_row(row) for row in database.rows("SELECT * FROM machines ORDER BY seq")]


def _from_row(row: Row) -> Machine:
    values = {name: row[name] for name in _COLUMNS}
    for name in ("retryable", "is_synthetic", "is_autoresizing"):
        values[name] = bool(values[name])
    return Machine(**cast("dict[str, object]", values))  # type: ignore[arg-type]  # SQLite's types are the record's
