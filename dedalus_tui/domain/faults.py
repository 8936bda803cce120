"""What can go wrong between us and the service: one family (contract 5).

CloudFault
├── Unreachable            no answer: refused, reset, name, TLS, proxy
│   ├── TimedOut           no answer in time; the request may have arrived
│   └── LocalCloudEnded    the cloud on this computer is no longer there
├── LockedOut              the key is the trouble
│   ├── NotAuthenticated   401
│   └── NotPermitted       403
├── Refused                the service understood and said no
│   ├── NotFound           404
│   ├── NotOffered         404/405/406/501 on a route this deployment does not serve
│   ├── NotValid           400/413/422, with the fields at fault
│   ├── Conflict           409
│   │   ├── RevisionMismatch
│   │   ├── InvalidState
│   │   ├── SleepHeld      SLEEP_HOLD_WINDOW_ACTIVE
│   │   └── KeyReused      IDEMPOTENCY_KEY_REUSED: a bug of ours
│   └── RateLimited        429
├── ServiceBroken          5xx
│   └── Unavailable        503: a dependency is down
└── NotUnderstood          an answer that is not the contract's: HTML, empty, no id

Only `api` raises them, but for LocalCloudEnded: that comes from who started the local cloud. Words
for people are made in `ui/present/fault.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class FieldError(NamedTuple):
    """One field the service refused, as its problem document names it."""

    location: str
    message: str


class CloudFault(Exception):
    """Something between us and the service went wrong."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        is_retryable: bool = False,
        retry_after: float | None = None,
        details: Mapping[str, str] | None = None,
        field_errors: tuple[FieldError, ...] = (),
        request: str = "",
        request_id: str | None = None,
    ) -> None:
        """`retry_after` is in seconds; `request` is method and path, without query or secrets."""
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.is_retryable = is_retryable
        self.retry_after = retry_after
        self.details: Mapping[str, str] = details or {}
        self.field_errors = field_errors
        self.request = request
        self.request_id = request_id


class Unreachable(CloudFault):
    """No answer: the connection was refused, reset, or never made."""


class TimedOut(Unreachable):
    """No answer in time; whether the request arrived is unknown."""


class LocalCloudEnded(Unreachable):
    """The local cloud that this program started ended by itself; the message says how."""


class LockedOut(CloudFault):
    """The key, organisation or scope is the trouble; asking again will not help."""


class NotAuthenticated(LockedOut):
    """401."""


class NotPermitted(LockedOut):
    """403."""


class Refused(CloudFault):
    """The service understood the request and said no."""


class NotFound(Refused):
    """404: the thing named does not exist."""


class NotOffered(Refused):
    """This deployment does not serve the route (404/405/406/501 of the route itself)."""


class NotValid(Refused):
    """400/413/422: `field_errors` says which fields, where the service told."""


class Conflict(Refused):
    """409 without a better name."""


class RevisionMismatch(Conflict):
    """The machine changed since the revision this request named."""


class InvalidState(Conflict):
    """The machine (or terminal) is in a state in which this cannot be done."""


class SleepHeld(Conflict):
    """It woke too recently to sleep; `details` has the times (contract 4.4)."""


class KeyReused(Conflict):
    """The same idempotency key came with another body: a bug of ours."""


class RateLimited(Refused):
    """429: too many requests, or the same key is still being worked on."""


class ServiceBroken(CloudFault):
    """5xx."""


class Unavailable(ServiceBroken):
    """503: something the service depends on is down."""


class NotUnderstood(CloudFault):
    """The answer is not what the contract describes."""
