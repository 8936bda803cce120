"""Faults in words: what happened, to what, and what to do. Never a bare code. Pure.

The service's own message is quoted where it adds something; codes, status and request id stand
in `facts`, for a report to somebody who can look them up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.domain.faults import (
    Conflict,
    InvalidState,
    KeyReused,
    LocalCloudEnded,
    LockedOut,
    NotAuthenticated,
    NotFound,
    NotOffered,
    NotPermitted,
    NotUnderstood,
    NotValid,
    RateLimited,
    RevisionMismatch,
    ServiceBroken,
    SleepHeld,
    TimedOut,
    Unavailable,
    Unreachable,
)
from dedalus_tui.ui.present.text import clip, plain
from dedalus_tui.ui.present.units import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dedalus_tui.domain.faults import CloudFault

_MESSAGE_CELLS = 200
_UNSIGNED_ROUTE = "missing internal route signature"
"""A deployment's way to say that keys of people may not use a route (contract 4.4)."""


class FaultWords(NamedTuple):
    """A fault in three parts; the first two are for everybody."""

    happened: str
    """Without capital and full stop, so it can follow a colon."""
    advice: str
    """One whole sentence saying what to do."""
    facts: str
    """Status, code, request and its id; may be empty."""

    @property
    def sentences(self) -> str:
        """What happened and what to do, ready to stand alone."""
        return f"{self.happened[:1].upper()}{self.happened[1:]}. {self.advice}"


def explain(fault: CloudFault, *, about: str = "it") -> FaultWords:
    """Words for a fault that met `about`: a machine's title, or what was asked for."""
    happened, advice = next(words for kind, words in _WORDS.items() if isinstance(fault, kind))(
        fault, about
    )
    return FaultWords(happened, advice, _facts(fault))


def _facts(fault: CloudFault) -> str:
    parts = (
        str(fault.status) if fault.status else "",
        fault.code,
        fault.request,
        f"request id {fault.request_id}" if fault.request_id else "",
    )
    return plain(", ".join(part for part in parts if part))


def _quoted(fault: CloudFault, otherwise: str) -> str:
    """The service's own words, on one line and not endless."""
    message = clip(plain(fault.message).strip().rstrip("."), _MESSAGE_CELLS)
    return message or otherwise


def _wait(fault: CloudFault, otherwise: str) -> str:
    if fault.retry_after is None:
        return otherwise
    return f"Try again in {duration(max(1.0, fault.retry_after))}."


def _timed_out(fault: CloudFault, about: str) -> tuple[str, str]:
    if fault.request.startswith("GET "):
        return ("no answer came in time", "This program goes on trying by itself.")
    return (
        "no answer came in time; the request may have arrived all the same",
        "Wait for the next refresh: it shows what came of it.",
    )


def _unreachable(fault: CloudFault, about: str) -> tuple[str, str]:
    reason = _quoted(fault, "")
    return (
        f"the service cannot be reached ({reason})" if reason else "the service cannot be reached",
        "Check the network and the base URL; this program goes on trying by itself.",
    )


def _local_cloud_ended(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        f"the local cloud ended ({_quoted(fault, 'nobody knows how')})",
        "Refresh everything to start it again; its machines come back asleep.",
    )


def _not_authenticated(fault: CloudFault, about: str) -> tuple[str, str]:
    if _UNSIGNED_ROUTE in fault.message.lower():
        return (
            "this deployment does not allow that with an API key",
            "The key itself is good; ask the operator of the deployment to open this route.",
        )
    if fault.code == "AUTH_REQUIRED":
        return ("no API key was sent", "Set DEDALUS_API_KEY, or start again and paste a key.")
    return (
        "the service does not accept the API key",
        "Check DEDALUS_API_KEY or the profile; a new key comes from the service's dashboard.",
    )


def _not_permitted(fault: CloudFault, about: str) -> tuple[str, str]:
    match fault.code:
        case "AUTH_ORG_MISMATCH":
            return (
                "the API key belongs to another organisation than the one asked for",
                "Check DEDALUS_ORG_ID or org_id in the profile, or leave it out.",
            )
        case "AUTH_SCOPE_FORBIDDEN":
            return (
                "the API key lacks a scope for this",
                "Use a key with more rights; what the key may do still works.",
            )
        case "BETA_ACCESS_REQUIRED":
            return (
                "the organisation is not admitted to this beta",
                "Ask the service for access; everything else still works.",
            )
        case _:
            return (
                f"the service does not permit it: {_quoted(fault, 'no reason given')}",
                "Ask whoever gave you the key.",
            )


def _locked_out(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        f"the service refused the key: {_quoted(fault, 'no reason given')}",
        "Check the key and the organisation.",
    )


def _not_found(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        f"{about} does not exist, or not any more",
        "Refresh the list: somebody may have destroyed it.",
    )


def _not_offered(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        "this deployment does not offer that",
        "Nothing is wrong with the machine or the key; the rest works without it.",
    )


def _not_valid(fault: CloudFault, about: str) -> tuple[str, str]:
    fields = "; ".join(
        f"{plain(error.location.rpartition('.')[2])}: {plain(error.message)}"
        for error in fault.field_errors
    )
    said = clip(fields, _MESSAGE_CELLS) or _quoted(fault, "no reason given")
    return (f"the service did not accept the values: {said}", "Correct them and send again.")


def _revision_mismatch(fault: CloudFault, about: str) -> tuple[str, str]:
    return (f"{about} was changed meanwhile", "Look at what it is now, and ask again if need be.")


def _invalid_state(fault: CloudFault, about: str) -> tuple[str, str]:
    details = fault.details
    current = _first(details, "current_phase", "current_observed_state", "current_status")
    expected = _first(details, "expected_observed_state", "expected_status")
    if current and expected:
        return (f"{about} is {current}, and must be {expected} for this", "Wait until it is.")
    if current:
        return (f"{about} is {current}, which does not allow this", "Wait until that changes.")
    return (
        f"the state of {about} does not allow this: {_quoted(fault, 'no reason given')}",
        "Refresh to see its state.",
    )


def _sleep_held(fault: CloudFault, about: str) -> tuple[str, str]:
    remaining = fault.details.get("remaining_ms", "")
    seconds = int(remaining) / 1000 if remaining.isdecimal() else fault.retry_after
    when = f"in {duration(seconds)}" if seconds is not None else "in a few minutes"
    return (f"{about} woke too recently to sleep", f"The service allows it {when}.")


def _key_reused(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        "the service has seen the key of this request with other content, so nothing was done",
        "That is a bug of this program: please report it with the facts in the action log.",
    )


def _conflict(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        f"it conflicts with the state of {about}: {_quoted(fault, 'no reason given')}",
        "Refresh to see its state.",
    )


def _rate_limited(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        "the service wants fewer requests for a while",
        _wait(fault, "Try again in a moment; this program slows down by itself."),
    )


def _unavailable(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        f"something the service depends on is down: {_quoted(fault, 'no reason given')}",
        _wait(fault, "Try again in a moment."),
    )


def _service_broken(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        f"the service itself failed: {_quoted(fault, 'no reason given')}",
        "Try again; if it stays so, report the facts to the service.",
    )


def _not_understood(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        f"the answer is none this program understands: {_quoted(fault, 'it was empty')}",
        "Check the base URL: a proxy or another service may have answered.",
    )


def _any(fault: CloudFault, about: str) -> tuple[str, str]:
    return (
        f"the service said no: {_quoted(fault, 'no reason given')}",
        "See the action log for the whole request.",
    )


def _first(details: Mapping[str, str], *names: str) -> str:
    return next((plain(details[name]) for name in names if details.get(name)), "")


_WORDS: Mapping[type[BaseException], Callable[[CloudFault, str], tuple[str, str]]] = {
    TimedOut: _timed_out,
    LocalCloudEnded: _local_cloud_ended,
    Unreachable: _unreachable,
    NotAuthenticated: _not_authenticated,
    NotPermitted: _not_permitted,
    LockedOut: _locked_out,
    NotFound: _not_found,
    NotOffered: _not_offered,
    NotValid: _not_valid,
    RevisionMismatch: _revision_mismatch,
    SleepHeld: _sleep_held,
    KeyReused: _key_reused,
    InvalidState: _invalid_state,
    Conflict: _conflict,
    RateLimited: _rate_limited,
    Unavailable: _unavailable,
    ServiceBroken: _service_broken,
    NotUnderstood: _not_understood,
    Exception: _any,
}
"""The most particular kind first."""
