"""SSH sessions with certificates (contract 7). Values only; certificates stay out of reprs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the decoder resolves these annotations at run time

from dedalus_tui.domain.machine import UNKNOWN
from dedalus_tui.domain.terminal import ENDED_STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTrust:
    """How the host proves itself: a certificate authority for a host pattern."""

    kind: str = UNKNOWN
    host_pattern: str = ""
    public_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SshConnection:
    """Where and as whom to connect. All values come from outside: check before use."""

    endpoint: str = ""
    port: int | None = None
    ssh_username: str = ""
    user_certificate: str | None = field(default=None, repr=False)
    host_trust: HostTrust | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SshSession:
    """One ssh session as the service lists it."""

    session_id: str
    machine_id: str = UNKNOWN
    status: str = UNKNOWN
    created_at: datetime | None = None
    ready_at: datetime | None = None
    expires_at: datetime | None = None
    connection: SshConnection | None = None
    retry_after_ms: int | None = None
    error_code: str | None = None
    error_message: str | None = None

    @property
    def is_ended(self) -> bool:
        """True when it can never become ready."""
        return self.status in ENDED_STATUSES
