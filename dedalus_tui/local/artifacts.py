"""The rules of artifacts: kept beside their execution for a while, read in parts, deleted.

The files lie where the execution left them. A row is the only way to one: names from outside
never make a path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.local.refusals import no_such

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Row

    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.database import Database
    from dedalus_tui.local.directories import Directories
    from dedalus_tui.local.machines import Machines

LIFETIME_SECONDS = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file; moments are seconds since the epoch."""

    seq: int
    artifact_id: str
    machine_id: str
    execution_id: str
    name: str
    size_bytes: int
    mime_type: str | None
    sha256: str
    created_at: float

    @property
    def expires_at(self) -> float:
        """When it is removed."""
        return self.created_at + LIFETIME_SECONDS


class Artifacts:
    """The artifacts of all machines, in the state file and on disk."""

    def __init__(
        self, database: Database, directories: Directories, machines: Machines, clock: Clock
    ) -> None:
        """Nothing is read before it is asked for."""
        self._database = database
        self._directories = directories
        self._machines = machines
        self._clock = clock

    def of(self, machine_id: str, *, after: int, limit: int) -> list[Artifact]:
        """Artifacts of the machine's executions in order of creation; 404 for no machine."""
        self._machines.get(machine_id)
        self._expire()
        rows = self._database.rows(
            "SELECT * FROM artifacts WHERE machine_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (machine_id, after, limit),
        )
        return [_from_row(row) for row in rows]

    def get(self, machine_id: str, artifact_id: str) -> Artifact:
        """One artifact, or 404."""
        self._machines.get(machine_id)
        self._expire()
        row = self._database.row(
            "SELECT * FROM artifacts WHERE machine_id = ? AND artifact_id = ?",
            (machine_id, artifact_id),
        )
        if row is None:
            raise no_such("artifact")
        return _from_row(row)

    def file(self, artifact: Artifact) -> Path:
        """Where its bytes lie; 404 when they are gone."""
        folder = self._directories.execution(artifact.machine_id, artifact.execution_id)
        path = folder / "artifacts" / artifact.name
        # A run of the machine's user may have put a link in its place since.
        if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()):
            raise no_such("artifact")
        if not path.is_file():
            raise no_such("artifact")
        return path

    def delete(self, machine_id: str, artifact_id: str) -> Artifact:
        """Remove the file and its row."""
        artifact = self.get(machine_id, artifact_id)
        self._remove(artifact)
        return artifact

    def _expire(self) -> None:
        oldest = self._clock.now() - LIFETIME_SECONDS
        due = self._database.rows("SELECT * FROM artifacts WHERE created_at <= ?", (oldest,))
        for row in due:
            self._remove(_from_row(row))

    def _remove(self, artifact: Artifact) -> None:
        folder = self._directories.execution(artifact.machine_id, artifact.execution_id)
        (folder / "artifacts" / artifact.name).unlink(missing_ok=True)
        self._database.execute("DELETE FROM artifacts WHERE seq = ?", (artifact.seq,))


def _from_row(row: Row) -> Artifact:
    return Artifact(
        seq=row["seq"],
        artifact_id=row["artifact_id"],
        machine_id=row["machine_id"],
        execution_id=row["execution_id"],
        name=row["name"],
        size_bytes=row["size_bytes"],
        mime_type=row["mime_type"],
        sha256=row["sha256"],
        created_at=row["created_at"],
    )
