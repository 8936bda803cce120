"""Reading a small artifact into memory, verified, to look at it without keeping a file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dedalus_tui.store.artifact_download import SpoiledError

if TYPE_CHECKING:
    from dedalus_tui.api.artifacts import Artifacts
    from dedalus_tui.domain.artifact import Artifact

_UNTOLD_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""These say nothing: the name decides."""
_MIB = 1024 * 1024


def kind_of(artifact: Artifact) -> tuple[str, str]:
    """Its MIME type, and its name's ending if the type says nothing; lower case."""
    kind = (artifact.mime_type or "").partition(";")[0].strip().lower()
    ending = artifact.name.rpartition(".")[2].lower() if "." in artifact.name else ""
    return (kind, ending if kind in _UNTOLD_TYPES else "")


def why_too_large(artifact: Artifact, most_bytes: int) -> str | None:
    """Why it cannot be read into memory, from what the service says of it; None = it can."""
    if artifact.size_bytes is not None and artifact.size_bytes > most_bytes:
        return f"it is larger than {most_bytes // _MIB} MiB"
    return None


async def read_bytes(artifacts: Artifacts, artifact: Artifact, most_bytes: int) -> bytes:
    """Its bytes. Raises CloudFault, and SpoiledError when they are too many, or not those that
    were promised."""
    # Its address may have been signed for a short while only: ask for a fresh one.
    fresh = await artifacts.get(artifact.machine_id, artifact.artifact_id)
    data = bytearray()
    async with artifacts.download(fresh) as answer:
        async for chunk in answer.chunks:
            data += chunk
            if len(data) > most_bytes:
                raise SpoiledError(f"it is larger than {most_bytes // _MIB} MiB")
    if fresh.size_bytes is not None and len(data) != fresh.size_bytes:
        raise SpoiledError(f"{len(data)} bytes came, {fresh.size_bytes} were promised")
    if fresh.sha256 and hashlib.sha256(data).hexdigest() != fresh.sha256.lower():
        raise SpoiledError("its sha256 is not the promised one")
    return bytes(data)
