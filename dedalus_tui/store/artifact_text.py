"""Text artifacts: which they are, and reading one to look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.store.artifact_bytes import kind_of, read_bytes, why_too_large
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
    kind, ending = kind_of(artifact)
    is_text = kind.startswith("text/") or kind in _TEXT_TYPES or kind.endswith(("+json", "+xml"))
    if not is_text and ending not in _TEXT_ENDINGS:
        return "it is not a text file"
    return why_too_large(artifact, MOST_BYTES)


async def read_text(artifacts: Artifacts, artifact: Artifact) -> bytes:
    """Its bytes. Raises CloudFault, and SpoiledError when they are no text, too many, or not
    those that were promised."""
    data = await read_bytes(artifacts, artifact, MOST_BYTES)
    if b"\0" in data[:_LOOKED_AT]:
        raise SpoiledError("it is not a text file, whatever its name says")
    return data
