"""Faults in words: each says what happened and what to do, and none is a bare code."""

from __future__ import annotations

import pytest

from dedalus_tui.domain import faults
from dedalus_tui.domain.faults import CloudFault, FieldError
from dedalus_tui.ui.present.fault import explain


def every_kind(kind: type[CloudFault] = CloudFault) -> list[type[CloudFault]]:
    return [kind, *(each for child in kind.__subclasses__() for each in every_kind(child))]


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("message", ["", "INTERNAL_ERROR", "\x1b[2J<html>" + "x" * 5000])
def test_every_fault_has_two_sentences_fit_for_the_screen(
    kind: type[CloudFault], message: str
) -> None:
    fault = kind(
        message,
        status=418,
        code="SOME_CODE",
        request="POST /v1/machines/dm-1/sleep",
        request_id="req-7",
    )
    told = explain(fault, about="api-refactor")
    assert " " in told.happened
    assert told.happened[0].islower()
    assert not told.happened.endswith(".")
    assert told.advice[0].isupper()
    assert told.advice.endswith(".")
    assert "\x1b" not in told.sentences
    assert len(told.sentences) < 450
    assert "SOME_CODE" not in told.sentences
    assert told.facts == "418, SOME_CODE, POST /v1/machines/dm-1/sleep, request id req-7"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (faults.Unreachable("connection refused"), "cannot be reached (connection refused)"),
        (faults.TimedOut(""), "may have arrived all the same"),
        (faults.TimedOut("", request="GET /v1/machines"), "goes on trying by itself"),
        (faults.NotAuthenticated("", code="AUTH_REQUIRED"), "no API key was sent"),
        (faults.NotAuthenticated("bad", code="AUTH_INVALID"), "does not accept the API key"),
        (
            faults.NotAuthenticated("Missing internal route signature"),
            "this deployment does not allow that",
        ),
        (faults.NotPermitted("", code="AUTH_ORG_MISMATCH"), "another organisation"),
        (faults.NotPermitted("", code="AUTH_SCOPE_FORBIDDEN"), "lacks a scope"),
        (faults.NotPermitted("", code="BETA_ACCESS_REQUIRED"), "not admitted to this beta"),
        (faults.NotPermitted("no!"), "does not permit it: no!"),
        (faults.NotFound(""), "api does not exist, or not any more"),
        (faults.NotOffered(""), "does not offer that"),
        (
            faults.NotValid("bad", field_errors=(FieldError("body.vcpu", "must be more than 0"),)),
            "vcpu: must be more than 0",
        ),
        (faults.NotValid("too big"), "too big"),
        (faults.RevisionMismatch(""), "api was changed meanwhile"),
        (
            faults.InvalidState(
                "",
                details={
                    "current_observed_state": "starting",
                    "expected_observed_state": "running",
                },
            ),
            "api is starting, and must be running",
        ),
        (faults.InvalidState("", details={"current_phase": "failed"}), "api is failed"),
        (faults.InvalidState("odd"), "does not allow this: odd"),
        (faults.SleepHeld("", details={"remaining_ms": "192000"}), "allows it in 3m12s"),
        (faults.SleepHeld("", retry_after=60), "allows it in 1m00s"),
        (faults.SleepHeld(""), "in a few minutes"),
        (faults.KeyReused(""), "bug of this program"),
        (faults.RateLimited("", retry_after=0.25), "Try again in 1s."),
        (faults.RateLimited(""), "slows down by itself"),
        (faults.Unavailable("runtime down", retry_after=12), "runtime down. Try again in 12s."),
        (faults.ServiceBroken("oops"), "the service itself failed: oops"),
        (faults.NotUnderstood("<html>"), "none this program understands: <html>"),
    ],
    ids=lambda value: value.__class__.__name__ if isinstance(value, CloudFault) else None,
)
def test_words_say_what_matters(fault: CloudFault, expected: str) -> None:
    assert expected in explain(fault, about="api").sentences.replace("The ", "the ").replace(
        "Api ", "api "
    ).replace("This ", "this ").replace("No ", "no ")
