"""What an execution left in `$DEDALUS_ARTIFACTS_DIR` becomes artifacts of the execution."""

from __future__ import annotations

import hashlib
import mimetypes
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dedalus_tui.local.identifiers import sub_resource_id

if TYPE_CHECKING:
    from pathlib import Path

    from dedalus_tui.local.database import Database

MOST_FILES: Final = 1000


@dataclass(frozen=True, slots=True)
class CollectedArtifact:
    """One file. `name` is its path below the artifacts directory, with `/` between."""

    artifact_id: str
    name: str
    size_bytes: int
    sha256: str
    mime_type: str | None


def collect(directory: Path) -> list[CollectedArtifact]:
    """Regular files below the directory, by name; links are left out. Reads every file."""
    found: list[CollectedArtifact] = []
    for root, folders, files in os.walk(directory):
        folders.sort()
        for file in sorted(files):
            path = directory.__class__(root) / file
            if path.is_symlink() or not path.is_file() or len(found) >= MOST_FILES:
                continue
            name = path.relative_to(directory).as_posix()
            if not _is_writable_text(name):
                continue
            with path.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
                size = opened.tell()
            found.append(
                CollectedArtifact(
                    artifact_id=sub_resource_id("wart"),
                    name=name,
                    size_bytes=size,
                    sha256=digest,
                    mime_type=mimetypes.guess_type(name)[0],
                )
            )
    return found


def record(
    database: Database,
    artifacts: list[CollectedArtifact],
    *,
    machine_id: str,
    execution_id: str,
    at: float,
) -> None:
    """Write the rows. The files stay where they are, below the execution's directory."""
    database.execute_many(
        "INSERT INTO artifacts (artifact_id, machine_id, execution_id, name, size_bytes,"
        " mime_type, sha256, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                each.artifact_id,
                machine_id,
                execution_id,
                each.name,
                each.size_bytes,
                each.mime_type,
                each.sha256,
                at,
            )
            for each in artifacts
        ],
    )


def _is_writable_text(name: str) -> bool:
    """Whether a file name is text at all: JSON and SQLite take no stray bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
