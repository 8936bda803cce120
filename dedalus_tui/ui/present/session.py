"""Ssh sessions, previews and artifacts as cells and sentences. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.terminal import SessionStatus
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import (
    NONE,
    age,
    aware,
    byte_count,
    clock_time,
    duration,
    seconds_since,
)

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.domain.artifact import Artifact
    from dedalus_tui.domain.preview import Preview
    from dedalus_tui.domain.ssh import SshSession
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Span

SOON_SECONDS = 300

_STATUS_ROLES = {
    SessionStatus.READY: Role.OK,
    SessionStatus.WAKE_IN_PROGRESS: Role.BUSY,
    SessionStatus.CLOSED: Role.IDLE,
    SessionStatus.EXPIRED: Role.IDLE,
    SessionStatus.FAILED: Role.BAD,
}
_STATUS_WORDS = {SessionStatus.WAKE_IN_PROGRESS: "waking"}


def status_cell(status: str, signs: Glyphs) -> Span:
    """Sign, word, colour; a status nobody has heard of is shown as it came."""
    role = next((role for known, role in _STATUS_ROLES.items() if known == status), Role.BUSY)
    sign = {
        Role.OK: signs.phase("running"),
        Role.BUSY: signs.phase("starting"),
        Role.IDLE: signs.phase("sleeping"),
        Role.BAD: signs.phase("failed"),
    }[role]
    word = next((word for known, word in _STATUS_WORDS.items() if known == status), status)
    return (f"{sign} {plain(word)}", role)


def expiry_cell(expires_at: datetime | None, now: datetime, *, is_ended: bool = False) -> Span:
    """How long it lasts, counting down."""
    if expires_at is None or is_ended:
        return (NONE, Role.MUTED)
    left = (aware(expires_at) - aware(now)).total_seconds()
    if left <= 0:
        return ("expired", Role.WARN)
    return (duration(left), Role.WARN if left < SOON_SECONDS else Role.TEXT)


def age_cell(moment: datetime | None, now: datetime) -> Span:
    """How long ago."""
    return (age(seconds_since(moment, now)), Role.MUTED)


def ssh_cells(session: SshSession, now: datetime, signs: Glyphs) -> list[Span]:
    """Status, id, endpoint, expiry, age, what went wrong."""
    connection = session.connection
    endpoint = NONE
    if connection is not None:
        endpoint = plain(f"{connection.ssh_username}@{connection.endpoint}:{connection.port}")
    return [
        status_cell(session.status, signs),
        (endpoint, Role.TEXT),
        expiry_cell(session.expires_at, now, is_ended=session.is_ended),
        age_cell(session.created_at, now),
        (_trouble(session.error_code, session.error_message), Role.BAD),
        (plain(session.session_id), Role.MUTED),
    ]


def visibility_cell(visibility: str) -> Span:
    """Public ones stand out: anybody who has the address can reach them."""
    if visibility == "public":
        return ("PUBLIC", Role.WARN)
    return (plain(visibility), Role.TEXT)


def preview_cells(preview: Preview, now: datetime, signs: Glyphs) -> list[Span]:
    """Port, status, visibility, address, expiry, age, what went wrong."""
    return [
        (f":{preview.port}" if preview.port is not None else NONE, Role.STRONG),
        status_cell(preview.status, signs),
        visibility_cell(preview.visibility),
        (plain(preview.url) if preview.url else NONE, Role.TEXT),
        expiry_cell(preview.expires_at, now, is_ended=preview.is_ended),
        age_cell(preview.created_at, now),
        (_trouble(preview.error_code, preview.error_message), Role.BAD),
    ]


def port_cells(preview: Preview, now: datetime, signs: Glyphs) -> list[Span]:
    """The same without visibility, where the service calls them ports: those have none."""
    port, status, _, *rest = preview_cells(preview, now, signs)
    return [port, status, *rest]


def artifact_cells(artifact: Artifact, now: datetime) -> list[Span]:
    """Name, size, type, age, expiry, which run left it."""
    return [
        (plain(artifact.name), Role.STRONG),
        (byte_count(artifact.size_bytes), Role.TEXT),
        (plain(artifact.mime_type) if artifact.mime_type else NONE, Role.MUTED),
        age_cell(artifact.created_at, now),
        expiry_cell(artifact.expires_at, now),
        (plain(artifact.execution_id) if artifact.execution_id else NONE, Role.MUTED),
    ]


def artifact_words(artifact: Artifact, now: datetime) -> str:
    """An artifact in one line."""
    left = clock_time(artifact.created_at, now=now)
    return f"{plain(artifact.name)}, {byte_count(artifact.size_bytes)}, left {left}"


def _trouble(code: str | None, message: str | None) -> str:
    if message and code:
        return plain(f"{message} ({code})")
    return plain(message or code or "")
