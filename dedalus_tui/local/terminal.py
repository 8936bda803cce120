"""One terminal as the local cloud keeps it: a frozen record and its row in the state file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sqlite3 import Row

    from dedalus_tui.local.database import Database

Status = Literal["wake_in_progress", "ready", "closed", "expired", "failed"]


@dataclass(frozen=True, slots=True)
class TerminalWish:
    """What is asked for. Values of the environment are never written to the state."""

    width: int
    height: int
    cwd: str | None = None
    env: dict[str, str] = field(default_factory=dict, repr=False)
    shell: str | None = None


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal at one moment of its life. Moments are seconds since the epoch."""

    terminal_id: str
    machine_id: str
    status: Status
    created_at: float
    width: int
    height: int
    ready_at: float | None = None
    error_code: str | None = None
    error_message: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is, or may still become, ready."""
        return self.status in ("wake_in_progress", "ready")


def insert(database: Database, terminal: Terminal) -> None:
    """Write a new row."""
    database.execute(
        "INSERT INTO terminals (terminal_id, machine_id, status, record) VALUES (?, ?, ?, ?)",
        (
            terminal.terminal_id,
            terminal.machine_id,
            terminal.status,
            json.dumps(asdict(terminal)),
        ),
    )


def update(database: Database, terminal: Terminal) -> None:
    """Write the row anew."""
    database.execute(
        "UPDATE terminals SET status = ?, record = ? WHERE terminal_id = ?",
        (terminal.status, json.dumps(asdict(terminal)), terminal.terminal_id),
    )


def delete(database: Database, terminal_id: str) -> None:
    """Drop the row."""
    database.execute("DELETE FROM terminals WHERE terminal_id = ?", (terminal_id,))


def find(database: Database, machine_id: str, terminal_id: str) -> Terminal | None:
    """One terminal of a machine."""
    row = database.row(
        "SELECT record FROM terminals WHERE terminal_id = ? AND machine_id = ?",
        (terminal_id, machine_id),
    )
    return None if row is None else _from_row(row)


def newest_first(
    database: Database, machine_id: str, *, before: int | None, limit: int
) -> list[tuple[int, Terminal]]:
    """Terminals of a machine with their order numbers, from the newest older than `before`."""
    rows = database.rows(
        "SELECT seq, record FROM terminals WHERE machine_id = ? AND seq < ?"
        " ORDER BY seq DESC LIMIT ?",
        (machine_id, before if before is not None else 2**62, limit),
    )
    return [(row["seq"], _from_row(row)) for row in rows]


def still_open(database: Database) -> list[Terminal]:
    """Every terminal that is waking or ready."""
    rows = database.rows(
        "SELECT record FROM terminals WHERE status IN ('wake_in_progress', 'ready')"
    )
    return [_from_row(row) for row in rows]


def _from_row(row: Row) -> Terminal:
    return Terminal(**json.loads(row["record"]))
