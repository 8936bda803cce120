"""Artifacts: files that executions leave (contract 10). Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the decoder resolves these annotations at run time

from dedalus_tui.domain.machine import UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file; its download URL may carry a signature and stays out of reprs."""

    artifact_id: str
    machine_id: str = UNKNOWN
    name: str = UNKNOWN
    size_bytes: int | None = None
    created_at: datetime | None = None
    execution_id: str | None = None
    mime_type: str | None = None
    sha256: str | None = None
    download_url: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
