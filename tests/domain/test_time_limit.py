"""Work that never ends is stopped; work that ends is not disturbed, however late the timer is."""

from __future__ import annotations

import re
import signal
import sys
from threading import Thread

import pytest

from dedalus_tui.domain import time_limit
from dedalus_tui.domain.time_limit import TookTooLongError, within

NEVER_ENDING = re.compile("(a+)+$")


def test_an_expression_that_never_ends_is_stopped_soon() -> None:
    with pytest.raises(TookTooLongError):
        within(0.02, lambda: NEVER_ENDING.search("a" * 100 + "!"))


def test_what_the_work_gives_and_raises_comes_through() -> None:
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)


def test_nothing_rings_once_the_work_is_done() -> None:
    within(5, lambda: None)
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_a_late_ring_strikes_nobody() -> None:
    within(5, lambda: None)
    listener = signal.getsignal(signal.SIGVTALRM)
    assert callable(listener)
    listener(signal.SIGVTALRM, sys._getframe())


def test_other_threads_work_without_a_limit() -> None:
    found: list[int] = []
    thread = Thread(target=lambda: found.append(within(0.000_001, lambda: sum(range(200_000)))))
    thread.start()
    thread.join()
    assert found == [sum(range(200_000))]


def test_a_system_without_such_a_timer_works_without_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for missing in ("setitimer", "ITIMER_VIRTUAL", "SIGVTALRM"):
        monkeypatch.delattr(signal, missing)
    assert within(0.000_001, lambda: sum(range(200_000))) == sum(range(200_000))
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)


def test_where_no_signal_can_be_heard_there_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("signal only works in main thread of the main interpreter")

    monkeypatch.setattr(time_limit, "_is_listening", False)
    monkeypatch.setattr(signal, "signal", refuse)
    assert within(0.000_001, lambda: sum(range(200_000))) == sum(range(200_000))
