"""Fetching one artifact to a directory: resumable, verified, never over another file.

Bytes gather in a hidden part file named after the artifact, so an interrupted download goes on
where it stopped, even after a restart. Only a file whose size and sha256 are as promised gets its
name; anything else is removed.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dedalus_tui.api.artifacts import Artifacts
    from dedalus_tui.domain.artifact import Artifact

_LONGEST_NAME = 180
"""Bytes of a file name; leaves room for a number and the part file's ending."""

_READ = 1 << 20
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{word}{n}" for word in ("com", "lpt") for n in range(1, 10)}
)
"""Names that Windows takes for devices, whatever their ending."""


class SpoiledError(Exception):
    """What came is not what was promised; it was not kept. The text says what differs."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is, in bytes."""

    received: int
    total: int | None
    resumed_at: int = 0
    """How much was there from an earlier try."""


def safe_name(name: str, fallback: str = "artifact") -> str:
    """A plain file name made of what the service calls the artifact.

    No directory, no control or direction-changing character, no leading dot or dash, no device.
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join(
        "_" if each in '<>:"|?*' else each
        for each in unicodedata.normalize("NFC", last)
        if unicodedata.category(each)[0] != "C" and each not in "\u2028\u2029"
    )
    kept = kept.strip().lstrip(".-~ ").rstrip(". ")
    if kept.partition(".")[0].lower() in _RESERVED:
        kept = f"_{kept}"
    stem, dot, ending = kept.rpartition(".")
    while len(kept.encode()) > _LONGEST_NAME:
        # Cut the stem and keep the ending, unless the ending is the trouble.
        stem, ending = (stem[:-1], ending) if stem else ("", ending[:-1])
        kept = f"{stem}{dot if stem else ''}{ending}"
    return kept or (safe_name(fallback) if fallback != "artifact" else fallback)


async def download(
    artifacts: Artifacts,
    artifact: Artifact,
    directory: Path,
    *,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
) -> Path:
    """Fetch it and return where it lies.

    Raises CloudFault (what came so far is kept for the next try), SpoiledError (nothing is kept),
    OSError when the directory cannot be written.
    """
    await asyncio.to_thread(directory.mkdir, parents=True, exist_ok=True)
    part = _PartFile(_part_path(directory, artifact))
    try:
        held = await asyncio.to_thread(part.open)
        if artifact.size_bytes is not None and held > artifact.size_bytes:
            part.restart()
            held = 0
        if held == 0 or held != artifact.size_bytes:
            await _receive(artifacts, artifact, part, held, on_progress)
    finally:
        part.close()
    difference = part.difference_from(artifact)
    if difference is not None:
        part.path.unlink(missing_ok=True)
        raise SpoiledError(difference)
    return _name_it(part.path, directory, safe_name(artifact.name, artifact.artifact_id))


async def _receive(
    artifacts: Artifacts,
    artifact: Artifact,
    part: _PartFile,
    held: int,
    on_progress: Callable[[Progress], None],
) -> None:
    async with artifacts.download(artifact, offset=held) as answer:
        if answer.offset != held:
            part.restart()
        resumed_at = answer.offset
        on_progress(Progress(part.size, artifact.size_bytes, resumed_at))
        async for chunk in answer.chunks:
            part.write(chunk)
            if artifact.size_bytes is not None and part.size > artifact.size_bytes:
                break  # more than promised: no use to go on
            on_progress(Progress(part.size, artifact.size_bytes, resumed_at))


class _PartFile:
    """The bytes so far, with their digest."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._digest = hashlib.sha256()
        self._descriptor = -1

    def open(self) -> int:
        """Open for appending; returns how many bytes an earlier try left."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(self.path, flags, 0o600)
        while chunk := os.read(self._descriptor, _READ):
            self._digest.update(chunk)
            self.size += len(chunk)
        return self.size

    def restart(self) -> None:
        """Forget what an earlier try left."""
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        self.size = 0
        self._digest = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        """Append."""
        view = memoryview(chunk)
        while view:
            view = view[os.write(self._descriptor, view) :]
        self._digest.update(chunk)
        self.size += len(chunk)

    def close(self) -> None:
        """Close; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def difference_from(self, artifact: Artifact) -> str | None:
        """How it differs from what was promised; None when it does not."""
        if artifact.size_bytes is not None and self.size != artifact.size_bytes:
            return f"{self.size} bytes came, {artifact.size_bytes} were promised"
        promised = (artifact.sha256 or "").lower()
        if promised and promised != self._digest.hexdigest():
            return "its sha256 is not the promised one"
        return None


def _part_path(directory: Path, artifact: Artifact) -> Path:
    name = safe_name(artifact.name, artifact.artifact_id)
    mark = hashlib.sha256(f"{artifact.artifact_id} {artifact.sha256}".encode()).hexdigest()[:12]
    return directory / f".{name}.{mark}.part"


def _name_it(part: Path, directory: Path, name: str) -> Path:
    """Give the file its name, or the name with a number if that is taken."""
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    number = 1
    while True:
        path = directory / (name if number == 1 else f"{stem} ({number}){dot}{ending}")
        try:
            # Taking the name first means that no other file of that name can be overwritten.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            number += 1
            continue
        part.replace(path)
        return path
