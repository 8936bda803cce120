"""The line about a bad connection: its most important words stand in 80 and in 60 cells."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dedalus_tui.domain.faults import (
    CloudFault,
    LocalCloudEnded,
    LockedOut,
    NotUnderstood,
    RateLimited,
    ServiceBroken,
    TimedOut,
    Unreachable,
)
from dedalus_tui.store.health import HealthState, Line
from dedalus_tui.ui.present.connection import banner
from dedalus_tui.ui.present.roles import text_of
from dedalus_tui.ui.present.text import cell_width
from dedalus_tui.ui.present.units import clock_time
from tests.store.stepped_clock import START

LONG = "[Errno 111] Connect call failed ('127.0.0.1', 41234), and then some more words of it"
LINES: dict[type[CloudFault], Line] = {LockedOut: "locked_out", ServiceBroken: "degraded"}
SEEN = START - timedelta(seconds=14)


def told(fault: CloudFault, width: int) -> str:
    line = LINES.get(type(fault), "offline")
    state = HealthState(
        line=line,
        since=SEEN,
        last_good=SEEN,
        next_try=START + timedelta(seconds=28),
        fault=fault,
    )
    text = text_of(banner(state, START, width=width, again_key="ctrl-r"))
    assert cell_width(text) <= width, text
    return text


@pytest.mark.parametrize("width", [59, 79, 119])
@pytest.mark.parametrize(
    "kind", [Unreachable, TimedOut, LockedOut, RateLimited, ServiceBroken, NotUnderstood]
)
def test_what_as_of_when_next_try_and_key_are_there(kind: type[CloudFault], width: int) -> None:
    text = told(kind(LONG, retry_after=None), width)
    what, _, rest = text.partition(".  As of ")
    assert what
    assert rest.startswith(clock_time(SEEN, now=START))
    assert "28 s" in rest
    assert rest.endswith("ctrl-r now")


def test_with_room_it_says_why() -> None:
    assert told(Unreachable("refused"), 119).startswith("The service cannot be reached (refused).")
    assert told(Unreachable(LONG), 79).startswith("The service cannot be reached.")
    assert told(Unreachable(LONG), 59).startswith("No connection.")
    refused = told(LockedOut("bad key"), 200)
    assert "Check the key and the organisation." in refused


@pytest.mark.parametrize("width", [59, 79, 119])
def test_the_end_of_the_local_cloud_names_the_key_and_promises_no_try(width: int) -> None:
    text = told(LocalCloudEnded("killed by signal 9"), width)
    assert "ocal cloud ended" in text
    assert clock_time(SEEN, now=START) in text
    assert "ctrl-r starts it again" in text
    assert "28 s" not in text
    assert ("killed by signal 9" in text) == (width > 80)


def test_in_40_cells_what_is_wrong_and_the_key_are_left() -> None:
    assert told(Unreachable(LONG), 39).endswith("ctrl-r now")
    ended = told(LocalCloudEnded("killed by signal 9"), 39)
    assert ended == "Local cloud ended.  ctrl-r starts it"


def test_while_it_is_tried_no_next_try_is_promised() -> None:
    state = HealthState(
        line="offline", since=SEEN, last_good=SEEN, next_try=SEEN, fault=TimedOut("slow")
    )
    text = text_of(banner(state, START, width=79, again_key="ctrl-r"))
    assert text.endswith("  Trying now.")


def test_all_is_well_without_words() -> None:
    assert banner(HealthState(line="talking", since=START), START) == ()
    assert banner(None, START) == ()
