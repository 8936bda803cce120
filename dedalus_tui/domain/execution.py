"""Executions and their output events (contract 8). Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the decoder resolves these annotations at run time
from enum import StrEnum

from dedalus_tui.domain.machine import UNKNOWN


class ExecutionStatus(StrEnum):
    """Statuses the contract names; `Execution.status` may hold others."""

    WAKE_IN_PROGRESS = "wake_in_progress"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


TERMINAL_STATUSES = frozenset(
    {
        ExecutionStatus.SUCCEEDED,
        ExecutionStatus.FAILED,
        ExecutionStatus.CANCELLED,
        ExecutionStatus.EXPIRED,
    }
)
"""Nothing more happens after these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionSpec:
    """What starting an execution asks for: argv without a shell, everything else optional."""

    command: tuple[str, ...]
    cwd: str | None = None
    env: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Values may be secret: they are sent, and neither shown nor kept."""
    stdin: str | None = field(default=None, repr=False)
    timeout_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactReference:
    """An artifact as an execution names it."""

    artifact_id: str
    name: str = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One command on one machine."""

    execution_id: str
    machine_id: str = UNKNOWN
    status: str = UNKNOWN
    command: tuple[str, ...] = ()
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    expires_at: datetime | None = None
    cwd: str | None = None
    env_keys: tuple[str, ...] = ()
    exit_code: int | None = None
    """Set when the command ran to its end; a refused one has an error_code instead."""
    signal: int | str | None = None
    stdout_bytes: int | None = None
    stderr_bytes: int | None = None
    stdout_truncated: bool | None = None
    stderr_truncated: bool | None = None
    artifacts: tuple[ArtifactReference, ...] = ()
    retry_after_ms: int | None = None
    error_code: str | None = None
    error_message: str | None = None

    @property
    def is_over(self) -> bool:
        """True when nothing more will happen to it."""
        return self.status in TERMINAL_STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionEvent:
    """One event of an execution's log, ordered by `sequence`."""

    sequence: int
    type: str = UNKNOWN
    """lifecycle, stdout or stderr."""
    at: datetime | None = None
    chunk: str | None = None
    chunk_base64: str | None = None
    """The exact bytes where `chunk` is not exact; an extra of the local cloud."""
    status: str | None = None
    exit_code: int | None = None
    signal: int | str | None = None
    error_code: str | None = None
    error_message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionOutput:
    """The whole output as the service kept it."""

    execution_id: str
    stdout: str = ""
    stderr: str = ""
    stdout_base64: str | None = None
    """The exact bytes where the text is not exact; an extra of the local cloud."""
    stderr_base64: str | None = None
    stdout_bytes: int | None = None
    stderr_bytes: int | None = None
    stdout_truncated: bool | None = None
    stderr_truncated: bool | None = None
