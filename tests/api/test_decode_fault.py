"""Every shape of error answer becomes one fault (contract 5)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.api.decode_fault import fault_of_answer, fault_of_event
from dedalus_tui.domain.faults import (
    CloudFault,
    Conflict,
    FieldError,
    InvalidState,
    KeyReused,
    NotAuthenticated,
    NotFound,
    NotOffered,
    NotPermitted,
    NotUnderstood,
    NotValid,
    RateLimited,
    Refused,
    RevisionMismatch,
    ServiceBroken,
    SleepHeld,
    Unavailable,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REQUEST = "POST /v1/machines/dm-1/sleep"


def fault(status: int, body: Any = b"", **headers: str) -> CloudFault:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lower = {name.replace("_", "-"): value for name, value in headers.items()}
    return fault_of_answer(status, lower, raw, request=REQUEST, now=NOW)


def envelope(code: str, *, retryable: bool = False, **more: Any) -> dict[str, Any]:
    return {"error_code": code, "message": f"words of {code}", "retryable": retryable, **more}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "AUTH_REQUIRED", NotAuthenticated),
        (401, "AUTH_INVALID", NotAuthenticated),
        (403, "AUTH_ORG_MISMATCH", NotPermitted),
        (403, "AUTH_SCOPE_FORBIDDEN", NotPermitted),
        (403, "BETA_ACCESS_REQUIRED", NotPermitted),
        (409, "IDEMPOTENCY_KEY_REUSED", KeyReused),
        (409, "REVISION_MISMATCH", RevisionMismatch),
        (409, "INVALID_STATE", InvalidState),
        (409, "SLEEP_HOLD_WINDOW_ACTIVE", SleepHeld),
        (409, "SOMETHING_NEW", Conflict),
        (429, "RATE_LIMITED", RateLimited),
        (503, "DEPENDENCY_UNAVAILABLE", Unavailable),
        (500, "ANYTHING", ServiceBroken),
        (502, "LEDGER_DOWN", ServiceBroken),
    ],
)
def test_domain_errors(status: int, code: str, kind: type[CloudFault]) -> None:
    found = fault(status, envelope(code, retryable=True), x_request_id="r-1")
    assert type(found) is kind
    assert found.status == status
    assert found.code == code
    assert found.message == f"words of {code}"
    assert found.is_retryable
    assert found.request == REQUEST
    assert found.request_id == "r-1"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, NotValid),
        (401, NotAuthenticated),
        (403, NotPermitted),
        (404, NotFound),
        (405, NotOffered),
        (406, NotOffered),
        (408, Refused),
        (409, Conflict),
        (410, NotFound),
        (413, NotValid),
        (418, Refused),
        (422, NotValid),
        (429, RateLimited),
        (500, ServiceBroken),
        (501, NotOffered),
        (502, ServiceBroken),
        (503, Unavailable),
        (504, ServiceBroken),
        (599, ServiceBroken),
        (304, NotUnderstood),
        (302, NotUnderstood),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html><h1>Bad gateway</h1></html>", b"null", b"[1]", b"{"])
def test_bodies_that_say_nothing_still_have_a_status(
    status: int, kind: type[CloudFault], body: bytes
) -> None:
    found = fault(status, body)
    assert type(found) is kind
    assert "<" not in found.message
    assert not found.is_retryable


def test_a_problem_document_names_the_fields() -> None:
    found = fault(
        422,
        {
            "type": "about:blank",
            "title": "Unprocessable",
            "status": 422,
            "detail": "validation failed",
            "errors": [
                {"location": "body.vcpu", "message": "must be > 0", "value": -1},
                "nonsense",
                {"location": 3},
            ],
        },
    )
    assert type(found) is NotValid
    assert found.message == "validation failed"
    assert found.field_errors == (FieldError("body.vcpu", "must be > 0"), FieldError("", ""))


def test_details_are_texts() -> None:
    details = {"current_phase": "stopping", "n": 3, "deep": {"x": 1}, "none": None}
    found = fault(409, envelope("INVALID_STATE", details=details))
    assert found.details == {"current_phase": "stopping", "n": "3"}


def test_a_route_closed_to_public_keys_is_not_a_bad_key() -> None:
    found = fault(401, b"missing internal route signature")
    assert type(found) is NotOffered
    found = fault(401, envelope("AUTH_INVALID") | {"message": "Missing internal route signature"})
    assert type(found) is NotOffered


def test_plain_words_of_a_proxy_are_kept_and_markup_is_not() -> None:
    assert fault(502, b"upstream  connect\nerror").message == "upstream connect error"
    assert fault(502, b"hello", content_type="text/html; charset=utf-8").message == ""


@pytest.mark.parametrize(
    ("body_ms", "header", "seconds"),
    [
        (250, None, 0.25),
        (None, "3", 3),
        (250, "3", 3),
        (9000, "3", 9),
        (None, "Sun, 22 Nov 2026 12:00:30 GMT", 30),
        (None, "Sun, 22 Nov 2026 11:00:00 GMT", 0),
        (None, "soon", None),
        (None, "-3", None),
        ("250", None, None),
        (True, None, None),
        (-1, None, None),
        (None, "9" * 400, 999_999_999),
    ],
)
def test_the_longer_of_the_two_delays_counts(
    body_ms: Any, header: str | None, seconds: float | None
) -> None:
    body = envelope("RATE_LIMITED", retryable=True)
    if body_ms is not None:
        body["retry_after_ms"] = body_ms
    headers = {"retry_after": header} if header is not None else {}
    assert fault(429, body, **headers).retry_after == seconds


def test_an_error_event_is_a_fault() -> None:
    found = fault_of_event(json.dumps(envelope("INVALID_STATE")), request=REQUEST)
    assert type(found) is InvalidState
    found = fault_of_event("gone fishing", request=REQUEST)
    assert type(found) is ServiceBroken
    assert found.message == "gone fishing"
    assert found.is_retryable


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "error_code",
                    "message",
                    "retryable",
                    "retry_after_ms",
                    "details",
                    "errors",
                    "detail",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@given(status=st.integers(300, 599), body=json_values.map(json.dumps) | st.text(max_size=50))
def test_nothing_a_server_says_can_break_the_decoder(status: int, body: str) -> None:
    found = fault_of_answer(
        status,
        {"retry-after": body[:20], "content-type": "application/json"},
        body.encode("utf-8", "replace"),
        request=REQUEST,
        now=NOW,
    )
    assert found.status == status
    assert isinstance(found.message, str)
    assert isinstance(found.code, str)
    assert len(found.message) <= 500
