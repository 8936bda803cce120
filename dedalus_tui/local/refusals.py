"""Answers that refuse: the two error envelopes of the API (contract 5.1), raised by the rules.

RefusedError
├── DomainError     application/json: error_code, message, retryable, retry_after_ms, details
└── ProblemError    application/problem+json (RFC 9457): not found, validation, everything else
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class RefusedError(Exception):
    """A request that is answered with an error document."""

    content_type = "application/json"

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        """Keep the HTTP status and the JSON document to answer with."""
        super().__init__(f"{status} {document}")
        self.status = status
        self.document = document

    def encoded(self) -> bytes:
        """The document as JSON bytes."""
        return json.dumps(self.document).encode()


class DomainError(RefusedError):
    """A rule of the service says no."""

    def __init__(
        self,
        status: int,
        error_code: str,
        message: str,
        *,
        retryable: bool = False,
        retry_after_ms: int | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Build the domain envelope; absent optional fields stay absent."""
        document: dict[str, Any] = {
            "error_code": error_code,
            "message": message,
            "retryable": retryable,
        }
        if retry_after_ms is not None:
            document["retry_after_ms"] = retry_after_ms
        if details:
            document["details"] = dict(details)
        super().__init__(status, document)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: where (`body.vcpu`, `query.limit`), what is wrong, and the value."""

    location: str
    message: str
    value: object = None


class ProblemError(RefusedError):
    """A problem document."""

    content_type = "application/problem+json"

    def __init__(self, status: int, detail: str, errors: Sequence[FieldError] = ()) -> None:
        """Build the problem; `errors` name the fields of a validation failure."""
        document: dict[str, Any] = {
            "title": _title(status),
            "status": status,
            "detail": detail,
        }
        if errors:
            document["errors"] = [
                {"location": each.location, "message": each.message, "value": each.value}
                for each in errors
            ]
        super().__init__(status, document)


def invalid(errors: Sequence[FieldError]) -> ProblemError:
    """422 with the fields that are wrong."""
    return ProblemError(422, "validation failed", errors)


def no_such(noun: str) -> ProblemError:
    """404 for a noun ("machine", "execution")."""
    return ProblemError(404, f"{noun} not found")


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
