"""What is sent again, and when: the table of contract 6.1."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.api.retry import READ, WISH, is_worth_repeating, wait_before_retry
from dedalus_tui.domain.faults import (
    CloudFault,
    Conflict,
    InvalidState,
    KeyReused,
    NotAuthenticated,
    NotFound,
    NotUnderstood,
    NotValid,
    RateLimited,
    Refused,
    RevisionMismatch,
    ServiceBroken,
    SleepHeld,
    TimedOut,
    Unavailable,
    Unreachable,
)

REPEATED: list[tuple[type[CloudFault], dict[str, Any]]] = [
    (Unreachable, {"code": "connect_failed"}),
    (TimedOut, {"code": "timed_out"}),
    (RateLimited, {"status": 429, "code": "RATE_LIMITED", "is_retryable": True}),
    (RateLimited, {"status": 429}),
    (Unavailable, {"status": 503, "code": "DEPENDENCY_UNAVAILABLE", "is_retryable": True}),
    (Unavailable, {"status": 503}),
    (ServiceBroken, {"status": 502}),
    (ServiceBroken, {"status": 504}),
    (Refused, {"status": 408}),
    (
        InvalidState,
        {"status": 409, "code": "INVALID_STATE", "is_retryable": True, "retry_after": 1},
    ),
]
FINAL: list[tuple[type[CloudFault], dict[str, Any]]] = [
    (Unreachable, {"code": "tls_failed"}),
    (RevisionMismatch, {"status": 409, "is_retryable": True, "retry_after": 1}),
    (SleepHeld, {"status": 409, "is_retryable": True, "retry_after": 1}),
    (KeyReused, {"status": 409}),
    (Conflict, {"status": 409}),
    (InvalidState, {"status": 409, "code": "INVALID_STATE"}),
    (InvalidState, {"status": 409, "code": "INVALID_STATE", "is_retryable": True}),
    (Unavailable, {"status": 503, "code": "DEPENDENCY_UNAVAILABLE"}),
    (ServiceBroken, {"status": 500}),
    (NotAuthenticated, {"status": 401}),
    (NotFound, {"status": 404}),
    (NotValid, {"status": 422}),
    (NotUnderstood, {"status": 200}),
]


@pytest.mark.parametrize(("kind", "facts"), REPEATED)
def test_repeated(kind: type[CloudFault], facts: dict[str, Any]) -> None:
    assert is_worth_repeating(kind("x", **facts))


@pytest.mark.parametrize(("kind", "facts"), FINAL)
def test_not_repeated(kind: type[CloudFault], facts: dict[str, Any]) -> None:
    assert not is_worth_repeating(kind("x", **facts))
    assert wait_before_retry(WISH, kind("x", **facts), attempt=1, elapsed=0, chance=0) is None


def test_without_a_word_from_the_service_the_wait_doubles_up_to_its_limit() -> None:
    fault = Unavailable("x", status=503)
    waits = [
        wait_before_retry(WISH, fault, attempt=attempt, elapsed=0, chance=1)
        for attempt in range(1, 9)
    ]
    assert waits == [0.5, 1, 2, 4, 8, 10, 10, None]


def test_the_service_is_waited_for_as_long_as_it_says() -> None:
    fault = RateLimited("x", status=429, retry_after=3)
    assert wait_before_retry(WISH, fault, attempt=1, elapsed=0, chance=0) == 3


def test_too_long_a_wait_is_left_to_the_person() -> None:
    fault = RateLimited("x", status=429, retry_after=3)
    assert wait_before_retry(READ, fault, attempt=1, elapsed=0, chance=0) is None
    fault = RateLimited("x", status=429, retry_after=12)
    assert wait_before_retry(WISH, fault, attempt=1, elapsed=0, chance=0) is None


def test_no_attempt_begins_after_the_budget() -> None:
    fault = TimedOut("x")
    assert wait_before_retry(WISH, fault, attempt=2, elapsed=28, chance=1) is not None
    assert wait_before_retry(WISH, fault, attempt=2, elapsed=29.5, chance=1) is None


@given(
    attempt=st.integers(1, 20),
    elapsed=st.floats(0, 100),
    chance=st.floats(0, 1),
    retry_after=st.none() | st.floats(0, 1e9),
)
def test_whatever_is_said_the_wait_stays_in_bounds(
    attempt: int, elapsed: float, chance: float, retry_after: float | None
) -> None:
    fault = RateLimited("x", status=429, retry_after=retry_after)
    for policy in (READ, WISH):
        wait = wait_before_retry(policy, fault, attempt=attempt, elapsed=elapsed, chance=chance)
        if wait is None:
            continue
        assert attempt < policy.attempts
        assert elapsed + wait <= policy.budget_seconds
        assert 0 <= wait <= policy.longest_wait * 1.1
        assert wait >= (retry_after or 0)
