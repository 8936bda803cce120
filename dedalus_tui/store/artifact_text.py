"""Reading a small text artifact into memory, verified, to look at it without keeping a file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dedalus_tui.store.artifact_download import SpoiledError

if TYPE_CHECKING:
    from dedalus_tui.api.artifacts import Artifacts
    from dedalus_tui.domain.artifact import Artifact

MOST_BYTES = 4 * 1024 * 1024

_TEXT_TYPES = frozenset(
    {
        "application/json", "application/xml", "application/yaml", "application/x-yaml",
        "application/toml", "application/x-ndjson", "application/jsonl", "application/csv",
        "application/javascript", "application/x-sh", "application/sql",
    }
)  # fmt: skip
_UNTOLD_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""These say nothing: the name decides."""
_TEXT_ENDINGS = frozenset(
    {
        "txt", "log", "md", "rst", "json", "jsonl", "ndjson", "xml", "csv", "tsv", "yaml", "yml",
        "toml", "ini", "cfg", "conf", "env", "html", "css", "js", "ts", "py", "sh", "rs", "go",
        "c", "h", "cpp", "java", "rb", "sql", "diff", "patch", "out", "err",
    }
)  # fmt: skip
_LOOKED_AT = 8192


def why_not_text(artifact: Artifact) -> str | None:
    """Why it cannot be viewed as text, from what the service says of it; None = it can."""
    kind = (artifact.mime_type or "").partition(";")[0].strip().lower()
    ending = artifact.name.rpartition(".")[2].lower() if "." in artifact.name else ""
    is_text = kind.startswith("text/") or kind in _TEXT_TYPES or kind.endswith(("+json", "+xml"))
    if not is_text and not (kind in _UNTOLD_TYPES and ending in _TEXT_ENDINGS):
        return "it is not a text file"
    if artifact.size_bytes is not None and artifact.size_bytes > MOST_BYTES:
        return "it is larger than 4 MiB"
    return None


async def read_text(artifacts: Artifacts, artifact: Artifact) -> bytes:
    """Its bytes. Raises CloudFault, and SpoiledError when they are no text, too many, or not
    those that were promised."""
    data = bytearray()
    async with artifacts.download(artifact) as answer:
        async for chunk in answer.chunks:
            data += chunk
            if len(data) > MOST_BYTES:
                raise SpoiledError("it is larger than 4 MiB")
    if artifact.size_bytes is not None and len(data) != artifact.size_bytes:
        raise SpoiledError(f"{len(data)} bytes came, {artifact.size_bytes} were promised")
    if artifact.sha256 and hashlib.sha256(data).hexdigest() != artifact.sha256.lower():
        raise SpoiledError("its sha256 is not the promised one")
    if b"\0" in data[:_LOOKED_AT]:
        raise SpoiledError("it is not a text file, whatever its name says")
    return bytes(data)
