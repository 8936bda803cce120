"""One execution as the local cloud keeps it: a frozen record and its row in the state file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from sqlite3 import Row

    from dedalus_tui.local.database import Database

Status = Literal[
    "wake_in_progress", "queued", "running", "succeeded", "failed", "cancelled", "expired"
]
TERMINAL: Final = frozenset({"succeeded", "failed", "cancelled", "expired"})


@dataclass(frozen=True, slots=True)
class ExecutionWish:
    """What is to be run. Values of the environment and stdin are never written to the state."""

    command: tuple[str, ...]
    cwd: str | None = None
    env: dict[str, str] = field(default_factory=dict, repr=False)
    stdin: str | None = field(default=None, repr=False)
    timeout_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """A run at one moment of its life. Moments are seconds since the epoch."""

    execution_id: str
    machine_id: str
    status: Status
    command: tuple[str, ...]
    created_at: float
    cwd: str | None = None
    env_keys: tuple[str, ...] = ()
    started_at: float | None = None
    completed_at: float | None = None
    exit_code: int | None = None
    signal: int | None = None
    stdout_bytes: int = 0
    stderr_bytes: int = 0
    stdout_truncated: bool = False
    stderr_truncated: bool = False
    artifacts: tuple[tuple[str, str], ...] = ()
    """(artifact id, name) of each file it left."""
    error_code: str | None = None
    error_message: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in TERMINAL


def insert(database: Database, execution: Execution) -> None:
    """Write a new row."""
    database.execute(
        "INSERT INTO executions (execution_id, machine_id, status, record) VALUES (?, ?, ?, ?)",
        (
            execution.execution_id,
            execution.machine_id,
            execution.status,
            json.dumps(asdict(execution)),
        ),
    )


def update(database: Database, execution: Execution) -> None:
    """Write the row anew."""
    database.execute(
        "UPDATE executions SET status = ?, record = ? WHERE execution_id = ?",
        (execution.status, json.dumps(asdict(execution)), execution.execution_id),
    )


def find(database: Database, machine_id: str, execution_id: str) -> Execution | None:
    """One execution of a machine."""
    row = database.row(
        "SELECT record FROM executions WHERE execution_id = ? AND machine_id = ?",
        (execution_id, machine_id),
    )
    return None if row is None else _from_row(row)


def newest_first(
    database: Database, machine_id: str, *, before: int | None, limit: int
) -> list[tuple[int, Execution]]:
    """Executions of a machine with their order numbers, from the newest older than `before`."""
    rows = database.rows(
        "SELECT seq, record FROM executions WHERE machine_id = ? AND seq < ?"
        " ORDER BY seq DESC LIMIT ?",
        (machine_id, before if before is not None else 2**62, limit),
    )
    return [(row["seq"], _from_row(row)) for row in rows]


def unfinished(database: Database) -> list[Execution]:
    """Every execution that is not over."""
    rows = database.rows(
        "SELECT record FROM executions"
        " WHERE status NOT IN ('succeeded', 'failed', 'cancelled', 'expired')"
    )
    return [_from_row(row) for row in rows]


def _from_row(row: Row) -> Execution:
    values = json.loads(row["record"])
    for name in ("command", "env_keys"):
        values[name] = tuple(values[name])
    values["artifacts"] = tuple((each[0], each[1]) for each in values["artifacts"])
    return Execution(**values)
