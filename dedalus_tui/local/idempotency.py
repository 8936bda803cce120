"""Idempotency-Key: one wish is carried out once, however often it is sent (contract 6.2).

The first successful answer is kept for a day and given again to the same request; the same key
with another request is refused, and so is a key whose first request is still under way.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dedalus_tui.local.refusals import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.database import Database

_KEPT_SECONDS = 86_400.0
IN_FLIGHT_RETRY_MS = 250


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer ready to send."""

    status: int
    document: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def request_hash(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same."""
    digest = hashlib.sha256(f"{method} {path}\n".encode())
    digest.update(body)
    return digest.hexdigest()


class Idempotency:
    """The keys seen and their answers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Answers live in the state file, keys under way only in memory."""
        self._database = database
        self._clock = clock
        self._in_flight: set[str] = set()

    def recall(self, key: str, fingerprint: str) -> Answer | None:
        """The first answer to this request, or None if the key is new. Raises 409 on reuse."""
        row = self._database.row("SELECT * FROM idempotency WHERE key = ?", (key,))
        if row is None:
            return None
        if row["request_hash"] != fingerprint:
            raise DomainError(
                409,
                "IDEMPOTENCY_KEY_REUSED",
                "idempotency key reused with different request parameters",
                details={
                    "expected_request_hash": row["request_hash"][:8],
                    "provided_request_hash": fingerprint[:8],
                },
            )
        return Answer(row["status"], json.loads(row["body"]), json.loads(row["headers"]))

    @contextmanager
    def under_way(self, key: str) -> Iterator[None]:
        """Hold the key; raises 429 if another request holds it."""
        if key in self._in_flight:
            raise DomainError(
                429,
                "RATE_LIMITED",
                "idempotency key is already in-flight",
                retryable=True,
                retry_after_ms=IN_FLIGHT_RETRY_MS,
            )
        self._in_flight.add(key)
        try:
            yield
        finally:
            self._in_flight.discard(key)

    def remember(self, key: str, fingerprint: str, answer: Answer) -> None:
        """Keep the answer, in the caller's transaction; drops those older than a day."""
        now = self._clock.now()
        self._database.execute(
            "DELETE FROM idempotency WHERE created_at < ?", (now - _KEPT_SECONDS,)
        )
        self._database.execute(
            "INSERT INTO idempotency (key, request_hash, status, headers, body, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                key,
                fingerprint,
                answer.status,
                json.dumps(answer.headers),
                json.dumps(answer.document),
                now,
            ),
        )
