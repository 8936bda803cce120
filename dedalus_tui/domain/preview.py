"""Previews, or ports: a machine's port behind a URL (contract 10). Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the decoder resolves these annotations at run time

from dedalus_tui.domain.machine import UNKNOWN
from dedalus_tui.domain.terminal import ENDED_STATUSES, SessionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSpec:
    """What opening a preview asks for; None leaves the choice to the service."""

    port: int
    protocol: str | None = None
    visibility: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One preview as the service lists it."""

    preview_id: str
    is_port: bool = False
    """The service calls it a port: `preview_id` is its `port_id`, and it has no visibility."""
    machine_id: str = UNKNOWN
    status: str = UNKNOWN
    port: int | None = None
    visibility: str = UNKNOWN
    created_at: datetime | None = None
    protocol: str | None = None
    url: str | None = None
    ready_at: datetime | None = None
    expires_at: datetime | None = None
    retry_after_ms: int | None = None
    error_code: str | None = None
    error_message: str | None = None

    @property
    def is_ended(self) -> bool:
        """True when it can never become ready."""
        return self.status in ENDED_STATUSES

    def is_open_to_all(self, now: datetime) -> bool:
        """True while anybody who has the address can reach the port."""
        if self.visibility != "public" or self.status != SessionStatus.READY:
            return False
        return self.expires_at is None or self.expires_at > now
