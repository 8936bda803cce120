"""What the action log keeps of one attempt at one request: no query, no header, no body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One attempt: what was asked, what came back, how long it took."""

    at: datetime
    """When it was sent, in UTC."""
    method: str
    path: str
    """Without the query, which may carry a signature."""
    seconds: float
    """Until the whole answer (for a stream: its first byte) was there."""
    attempt: int = 1
    status: int | None = None
    """None when there was no answer."""
    fault_code: str | None = None
    fault_message: str | None = None
    wish_key: str | None = None
    """The idempotency key: equal for all attempts at one wish. None for reads."""
    request_id: str | None = None
    machine_id: str | None = None
