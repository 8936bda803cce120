"""Terminals of a machine (contract 9). Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the decoder resolves these annotations at run time
from enum import StrEnum

from dedalus_tui.domain.machine import UNKNOWN


class SessionStatus(StrEnum):
    """Statuses of terminals, ssh sessions and previews; the fields may hold others."""

    WAKE_IN_PROGRESS = "wake_in_progress"
    READY = "ready"
    CLOSED = "closed"
    EXPIRED = "expired"
    FAILED = "failed"


ENDED_STATUSES = frozenset({SessionStatus.CLOSED, SessionStatus.EXPIRED, SessionStatus.FAILED})
"""A session in one of these never becomes ready again. Unknown statuses count as in progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalSpec:
    """What opening a terminal asks for; width and height are columns and rows."""

    width: int
    height: int
    cwd: str | None = None
    env: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    shell: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """One terminal as the service lists it."""

    terminal_id: str
    machine_id: str = UNKNOWN
    status: str = UNKNOWN
    created_at: datetime | None = None
    width: int | None = None
    height: int | None = None
    protocol: str | None = None
    stream_url: str | None = None
    ready_at: datetime | None = None
    expires_at: datetime | None = None
    retry_after_ms: int | None = None
    error_code: str | None = None
    error_message: str | None = None

    @property
    def is_ended(self) -> bool:
        """True when it can never be attached again."""
        return self.status in ENDED_STATUSES
