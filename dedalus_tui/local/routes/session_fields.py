"""What ssh sessions and previews have in common, as the API words it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedalus_tui.local.clock import rfc3339
from dedalus_tui.local.routes.machines import spoken_id

if TYPE_CHECKING:
    from dedalus_tui.local.sessions import Session
    from dedalus_tui.local.world import Generation

_RETRY_AFTER_MS = 250


def session_fields(session: Session, generation: Generation) -> dict[str, Any]:
    """The fields of any session but its id; absent ones stay absent."""
    fields: dict[str, Any] = {
        "machine_id": spoken_id(session.machine_id, generation),
        "status": session.status,
        "created_at": rfc3339(session.created_at),
        "expires_at": rfc3339(session.expires_at),
    }
    if session.ready_at is not None:
        fields["ready_at"] = rfc3339(session.ready_at)
    if session.status == "wake_in_progress":
        fields["retry_after_ms"] = _RETRY_AFTER_MS
    if session.error_code is not None:
        fields["error_code"] = session.error_code
        fields["error_message"] = session.error_message or ""
    return fields
