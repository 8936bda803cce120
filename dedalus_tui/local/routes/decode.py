"""Requests taken apart: bodies, query and headers checked, every fault named with its location."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from dedalus_tui.local.refusals import FieldError, ProblemError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

LARGEST_BODY = 16 * 1024 * 1024
_LONGEST_KEY = 255
_DEFAULT_LIMIT = 100
_LARGEST_LIMIT = 1000


async def raw_body(request: Request) -> bytes:
    """The whole body; 413 above `LARGEST_BODY`."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            raise ProblemError(413, f"request body is larger than {LARGEST_BODY} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def json_object(request: Request, body: bytes) -> dict[str, Any]:
    """The body as a JSON object."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and media_type != "application/json":
        raise ProblemError(415, "the request body must be application/json")
    try:
        value = json.loads(body, parse_constant=_no_constant)
        # Lone surrogates are valid JSON escapes but no text.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise ProblemError(400, "the request body is not valid JSON") from None
    if not isinstance(value, dict):
        raise invalid([FieldError("body", "expected object", value)])
    return value


def checked(
    value: dict[str, Any],
    fields: Mapping[str, Callable[[Any], Any]],
    *,
    required: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The fields of a body through their checks; 422 naming everything wrong at once."""
    errors = [
        FieldError("body", f"expected required property {name} to be present", value)
        for name in required
        if name not in value
    ]
    result: dict[str, Any] = {}
    for name, each in value.items():
        check = fields.get(name)
        if check is None:
            errors.append(FieldError(f"body.{name}", "unexpected property", each))
            continue
        try:
            result[name] = check(each)
        except ValueError as error:
            errors.append(FieldError(f"body.{name}", str(error), each))
    if errors:
        raise invalid(errors)
    return result


def number(lowest: float, highest: float) -> Callable[[Any], float]:
    """A JSON number within bounds."""

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("expected number")
        if not lowest <= value <= highest:
            raise ValueError(f"expected number between {lowest:g} and {highest:g}")
        return float(value)

    return check


def integer(lowest: int, highest: int) -> Callable[[Any], int]:
    """A JSON number without fraction, within bounds."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1:
            raise ValueError("expected integer")
        if not lowest <= value <= highest:
            raise ValueError(f"expected integer between {lowest} and {highest}")
        return int(value)

    return check


def text(value: Any) -> str:
    """A string without NUL, which no file name, argument or variable may hold."""
    if not isinstance(value, str):
        raise ValueError("expected string")
    if "\0" in value:
        raise ValueError("must not contain NUL")
    return value


def one_of(*allowed: str) -> Callable[[Any], str]:
    """One of a few words."""

    def check(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"expected one of {', '.join(allowed)}")
        return str(value)

    return check


def boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("expected boolean")
    return value


def idempotency_key(request: Request, *, is_required: bool) -> str | None:
    """The key of a mutation."""
    key = request.headers.get("idempotency-key")
    location = "header.Idempotency-Key"
    if key is None:
        if is_required:
            raise invalid([FieldError(location, "required header parameter is missing")])
        return None
    if not 0 < len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise invalid([FieldError(location, "expected 1 to 255 printable characters", key)])
    return key


def page_query(request: Request) -> tuple[int, int | None]:
    """Page size and the position to go on from (None: from the start)."""
    errors: list[FieldError] = []
    limit = _DEFAULT_LIMIT
    given = request.query_params.get("limit")
    if given is not None:
        try:
            limit = int(given) if given.isascii() and "_" not in given else 0
        except ValueError:
            limit = 0
        if not 0 < limit < 2**63:
            errors.append(FieldError("query.limit", "expected integer >= 1", given))
    position: int | None = None
    cursor = request.query_params.get("cursor")
    if cursor:
        try:
            position = _position(cursor)
        except ValueError:
            errors.append(FieldError("query.cursor", "not a cursor of this list", cursor))
    if errors:
        raise invalid(errors)
    return min(limit, _LARGEST_LIMIT), position


def cursor_at(position: int) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(f"at:{position}".encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        decoded = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("not base64") from error
    word, _, digits = decoded.partition(":")
    if word != "at" or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise ValueError("not a position")
    return int(digits)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
