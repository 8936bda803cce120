"""Closing a terminal asks exactly when something may run in it."""

from __future__ import annotations

import pytest

from dedalus_tui.domain.terminal_state import Standing, TerminalState
from dedalus_tui.ui.present.terminal_close import ended_by_closing


def words(standing: Standing, *, close_code: int | None = None, **facts: bool) -> str:
    state = TerminalState(standing=standing, since=0.0, close_code=close_code)
    lines = ended_by_closing(state, **{"is_held": True, **facts})
    return " ".join(text for line in lines for text, _ in line)


@pytest.mark.parametrize("standing", [Standing.CLOSED, Standing.GONE])
def test_what_has_ended_is_closed_without_a_question(standing: Standing) -> None:
    assert words(standing) == ""
    assert words(standing, is_full_screen=True, runs_command=True) == ""


@pytest.mark.parametrize("standing", [Standing.OPENING, Standing.WAKING, Standing.REFUSED])
def test_what_is_not_there_yet_is_closed_without_a_question(standing: Standing) -> None:
    assert words(standing, is_held=False) == ""
    assert "ends" in words(standing)


@pytest.mark.parametrize(
    "standing", [Standing.ATTACHED, Standing.STALLED, Standing.RECONNECTING, Standing.LOST]
)
def test_what_runs_is_asked_about(standing: Standing) -> None:
    assert words(standing) == "Its shell ends, and what runs in it."
    assert "full-screen program" in words(standing, is_full_screen=True)
    assert "command is running" in words(standing, runs_command=True)


def test_a_detached_terminal_still_runs() -> None:
    assert "still runs" in words(Standing.DETACHED)


def test_sleep_ends_what_the_service_said_has_ended() -> None:
    assert words(Standing.SLEPT, close_code=1000) == ""
    assert "when the machine wakes" in words(Standing.SLEPT)
