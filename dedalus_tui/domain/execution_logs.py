"""How far a run's log got to the host that publishes logs (contract 8). Values only."""

from __future__ import annotations

from dataclasses import dataclass

from dedalus_tui.domain.machine import UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCapture:
    """What the service could take in of what the run wrote."""

    state: str = UNKNOWN
    """pending, incomplete, unavailable; others may come."""
    code: str | None = None
    lost_bytes: int | None = None
    unconfirmed_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPublication:
    """What of that is published."""

    state: str = UNKNOWN
    """active, finishing, failed, closed; others may come."""
    queued_messages: int | None = None
    complete: bool | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionLogs:
    """Both, of one run."""

    execution_id: str
    capture: LogCapture | None = None
    publication: LogPublication | None = None
    stream_id: str | None = None
    code: str | None = None
