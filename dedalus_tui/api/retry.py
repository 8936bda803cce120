"""What may be sent again, and when (contract 6.1). Pure: no clock, no socket.

The body's own word (`retryable`, `retry_after_ms`) comes first. A conflict is sent again only when
the service both says so and says when, and never for the two that need a person or a new reading:
a moved revision and a machine that woke too recently to sleep.
"""

from __future__ import annotations

from dataclasses import dataclass

from dedalus_tui.domain.faults import (
    CloudFault,
    Conflict,
    KeyReused,
    RevisionMismatch,
    SleepHeld,
    Unreachable,
)

_RETRYABLE_STATUSES = frozenset({408, 429, 502, 503, 504})
_NEEDS_ANOTHER_LOOK = (RevisionMismatch, SleepHeld, KeyReused)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How patient a request is."""

    attempts: int
    budget_seconds: float
    """No attempt begins later than this after the first."""
    longest_wait: float
    """A longer wait asked for by the service is left to whoever shows the countdown."""
    first_wait: float = 0.5
    """Doubles with every attempt when the service names no delay."""


READ = RetryPolicy(attempts=3, budget_seconds=6, longest_wait=2)
"""Reads are repeated anyway by whoever polls, and must say soon that the line is down."""

WISH = RetryPolicy(attempts=8, budget_seconds=30, longest_wait=10)
"""A wish carries its key, so sending it again is safe; a person is waiting for it."""


def is_worth_repeating(fault: CloudFault) -> bool:
    """True when the same request may succeed later without anything else changing."""
    if isinstance(fault, Unreachable):
        return fault.code != "tls_failed"
    if isinstance(fault, _NEEDS_ANOTHER_LOOK):
        return False
    if isinstance(fault, Conflict):
        return fault.is_retryable and fault.retry_after is not None
    if fault.code:
        return fault.is_retryable
    return fault.status in _RETRYABLE_STATUSES


def wait_before_retry(
    policy: RetryPolicy, fault: CloudFault, *, attempt: int, elapsed: float, chance: float
) -> float | None:
    """Seconds to wait before the next attempt, or None when `fault` is the last word.

    `attempt` counts from 1, `elapsed` is seconds since the first attempt began, `chance` is a
    random number in 0..1 that spreads many clients over time.
    """
    if attempt >= policy.attempts or not is_worth_repeating(fault):
        return None
    own = min(policy.first_wait * 2.0 ** (attempt - 1), policy.longest_wait)
    wait = own * (0.75 + 0.25 * chance)
    if fault.retry_after is not None:
        wait = fault.retry_after + 0.1 * fault.retry_after * chance
    if wait > policy.longest_wait * 1.1 or elapsed + wait > policy.budget_seconds:
        return None
    return wait
