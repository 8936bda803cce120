"""Terminals in words: how they stand, which keys there are, what tabs say."""

from __future__ import annotations

import pytest

from dedalus_tui.domain.faults import NotPermitted
from dedalus_tui.domain.terminal_state import Standing, TerminalState
from dedalus_tui.ui.present.roles import text_of
from dedalus_tui.ui.present.terminal import (
    directory_of,
    notice,
    sign,
    standing_words,
    status_cell,
    tab_title,
)


def keys_of(action_id: str) -> str:
    """As if there were one key a verb."""
    noun, _, verb = action_id.partition(".")
    return verb if noun == "unattached" else f"^] {verb}"


def state(standing: Standing, **more: object) -> TerminalState:
    return TerminalState(standing=standing, since=100.0, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("standing", list(Standing))
def test_every_standing_has_a_sign_and_words(standing: Standing) -> None:
    for is_ascii in (False, True):
        mark, role = sign(standing, is_ascii=is_ascii)
        assert len(mark) == 1
        assert mark.isascii() or not is_ascii
        assert role
    assert standing_words(state(standing), 105.0)


@pytest.mark.parametrize(
    ("standing", "keys"),
    [
        (Standing.OPENING, "^] close ^] back"),
        (Standing.WAKING, "close back"),
        (Standing.RECONNECTING, "reconnect close back"),
        (Standing.LOST, "reconnect close back"),
        (Standing.DETACHED, "reconnect close back"),
        (Standing.CLOSED, "new close back"),
        (Standing.SLEPT, "reconnect new close back"),
        (Standing.GONE, "new close back"),
        (Standing.REFUSED, "reconnect close back"),
    ],
)
def test_a_terminal_that_is_not_attached_says_which_keys_help(
    standing: Standing, keys: str
) -> None:
    said = notice(state(standing), 130.0, machine="api-refactor", keys_of=keys_of)
    assert said is not None
    assert " ".join(key for key, _ in said.keys) == keys


@pytest.mark.parametrize(
    ("status", "heading", "is_explained"),
    [
        (0, "ssh ended: exit 0", False),
        (5, "ssh ended: exit 5", False),
        (255, "ssh ended: exit 255", True),
        (-9, "ssh ended: signal 9", False),
    ],
)
def test_an_ssh_tab_says_how_ssh_ended(status: int, heading: str, is_explained: bool) -> None:
    ended = state(Standing.CLOSED, exit_status=status)
    said = notice(ended, 130.0, machine="api-refactor", keys_of=keys_of)
    assert said is not None
    assert said.heading == heading
    assert bool(said.explanation) is is_explained
    assert " ".join(key for key, _ in said.keys) == "new close back"
    assert standing_words(ended, 130.0) in heading


def test_an_attached_terminal_says_nothing() -> None:
    for standing in (Standing.ATTACHED, Standing.STALLED):
        assert notice(state(standing), 130.0, machine="m", keys_of=keys_of) is None


def test_waiting_counts_up_and_down() -> None:
    assert standing_words(state(Standing.WAKING), 112.0) == "the machine is waking, 12s"
    waiting = state(Standing.RECONNECTING, next_try=108.0)
    assert standing_words(waiting, 105.0) == "connection lost, trying again in 3 s"
    assert standing_words(waiting, 109.0) == "connection lost, connecting again"


def test_a_refusal_says_why_in_words() -> None:
    fault = NotPermitted("no", status=403, code="AUTH_SCOPE_FORBIDDEN")
    said = notice(state(Standing.REFUSED, fault=fault), 101.0, machine="m", keys_of=keys_of)
    assert said is not None
    text = "\n".join(text_of(line) for line in said.lines())
    assert "lacks a scope" in text
    assert "AUTH_SCOPE_FORBIDDEN" not in text


def test_titles_from_outside_are_made_plain_and_short() -> None:
    title = tab_title(2, "\x1b]0;evil\x07" + "x" * 100, has_bell=True, is_recorded=True)
    assert title.isprintable()
    assert len(title) < 40
    assert title.endswith("! rec")
    assert tab_title(1, "  ", has_bell=False, is_recorded=False) == "1 terminal"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("file://host/home/agent/repo", "agent/repo"),
        ("file:///", "/"),
        ("file:///a%20b", "a b"),
        ("https://x/y", ""),
        ("file:///a%1b%5b", "a\N{REPLACEMENT CHARACTER}["),
    ],
)
def test_a_directory_is_its_last_two_parts(uri: str, expected: str) -> None:
    assert directory_of(uri) == expected


def test_statuses_the_service_may_invent_are_shown_as_they_are() -> None:
    assert status_cell("ready")[0] == "○ open there"
    assert status_cell("hatching")[0] == "? hatching"
