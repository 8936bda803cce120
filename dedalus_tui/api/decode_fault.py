"""An HTTP answer that is not a success → one CloudFault (contract 5). Pure.

The envelope is chosen by the keys of the body, never by its content type: domain errors
(`error_code`, `message`, `retryable`), problem documents (RFC 9457), and neither of them
(HTML or nothing from a proxy).
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

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

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_BY_CODE: dict[str, type[CloudFault]] = {
    "REVISION_MISMATCH": RevisionMismatch,
    "INVALID_STATE": InvalidState,
    "SLEEP_HOLD_WINDOW_ACTIVE": SleepHeld,
    "IDEMPOTENCY_KEY_REUSED": KeyReused,
}
_BY_STATUS: dict[int, type[CloudFault]] = {
    400: NotValid,
    401: NotAuthenticated,
    403: NotPermitted,
    404: NotFound,
    405: NotOffered,
    406: NotOffered,
    409: Conflict,
    410: NotFound,
    413: NotValid,
    422: NotValid,
    429: RateLimited,
    501: NotOffered,
    503: Unavailable,
}
_LONGEST_TEXT = 500
_CLOSED_ROUTE = "missing internal route signature"
"""What some deployments answer (401) on routes that public keys may not use (contract 4.4)."""


def fault_of_answer(
    status: int, headers: Mapping[str, str], body: bytes, *, request: str, now: datetime
) -> CloudFault:
    """The fault an answer with this status means; `headers` has lower-case names.

    `request` is method and path without query; `now` turns a Retry-After date into seconds.
    """
    data = _object_of(body)
    message = _text(data, "message") or _text(data, "detail") or _text(data, "title")
    code = _text(data, "error_code")
    if not data:
        message = _plain_text(headers, body)
    kind = _kind(status, code, data, message)
    return kind(
        message,
        status=status,
        code=code,
        is_retryable=data.get("retryable") is True,
        retry_after=_longest(_body_delay(data), _header_delay(headers, now)),
        details=_details(data),
        field_errors=_field_errors(data),
        request=request,
        request_id=headers.get("x-request-id") or headers.get("request-id"),
    )


def fault_of_event(body: str, *, request: str) -> CloudFault:
    """The fault an `error` event of a status stream means; its data is JSON or plain text."""
    raw = body.encode()
    data = _object_of(raw)
    code = _text(data, "error_code")
    message = _text(data, "message") or _text(data, "detail") or body[:_LONGEST_TEXT]
    return _BY_CODE.get(code, ServiceBroken)(
        message,
        code=code,
        is_retryable=data.get("retryable") is not False,
        retry_after=_body_delay(data),
        details=_details(data),
        request=request,
    )


def _kind(status: int, code: str, data: Mapping[str, Any], message: str) -> type[CloudFault]:
    if status == 401 and _CLOSED_ROUTE in message.lower():
        return NotOffered
    if status == 409 and code in _BY_CODE:
        return _BY_CODE[code]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return ServiceBroken
    if status >= 400 and data:
        return Refused
    return Refused if 400 <= status < 500 else NotUnderstood


def _object_of(body: bytes) -> dict[str, Any]:
    try:
        data = from_json(body)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return value[:_LONGEST_TEXT] if isinstance(value, str) else ""


def _plain_text(headers: Mapping[str, str], body: bytes) -> str:
    """A proxy's words, if they are words: markup says nothing to a person."""
    text = body[: 4 * _LONGEST_TEXT].decode("utf-8", "replace").strip()
    if text.startswith("<") or "html" in headers.get("content-type", ""):
        return ""
    return " ".join(text.split())[:_LONGEST_TEXT]


def _body_delay(data: Mapping[str, Any]) -> float | None:
    value = data.get("retry_after_ms")
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12:
        return value / 1000
    return None


def _header_delay(headers: Mapping[str, str], now: datetime) -> float | None:
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _longest(first: float | None, second: float | None) -> float | None:
    known = [delay for delay in (first, second) if delay is not None]
    return max(known) if known else None


def _details(data: Mapping[str, Any]) -> dict[str, str]:
    details = data.get("details")
    if not isinstance(details, dict):
        return {}
    return {
        str(key)[:_LONGEST_TEXT]: str(value)[:_LONGEST_TEXT]
        for key, value in details.items()
        if isinstance(value, str | int | float | bool)
    }


def _field_errors(data: Mapping[str, Any]) -> tuple[FieldError, ...]:
    errors = data.get("errors")
    if not isinstance(errors, list):
        return ()
    return tuple(
        FieldError(_text(error, "location"), _text(error, "message"))
        for error in errors
        if isinstance(error, dict)
    )
