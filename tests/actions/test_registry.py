"""The registry: every action once, worded, and no key with two meanings on one screen."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import pytest

from dedalus_tui.actions.action import SCREENS, Action, Danger, Scope
from dedalus_tui.actions.registry import ACTIONS, by_id, for_scope

HABITS = {"ctrl+d", "ctrl+k", "d", "x", "delete", "backspace"}
"""Keys that destroy or remove in k9s, lazygit or lazydocker."""


def test_every_action_is_there_once() -> None:
    """Ids are the registry's keys."""
    ids = [action.id for action in ACTIONS]
    assert len(ids) == len(set(ids))
    assert all(by_id(action.id) is action for action in ACTIONS)


@pytest.mark.parametrize("screen", sorted(SCREENS))
def test_no_key_means_two_things_on_one_screen(screen: str) -> None:
    """Scopes that are alive together share no key, but where one says so."""
    together = for_scope(*SCREENS[screen])
    clashes = [
        (one.id, other.id, key)
        for one, other in combinations(together, 2)
        for key in set(one.keys) & set(other.keys)
        if one.id not in other.instead_of and other.id not in one.instead_of
    ]
    assert clashes == []


def test_whoever_takes_a_key_takes_one_that_is_there() -> None:
    """What is said of other actions' keys is true somewhere."""
    for action in ACTIONS:
        for other in map(by_id, action.instead_of):
            assert set(action.keys) & set(other.keys)
            assert any({action.scope, other.scope} <= scopes for scopes in SCREENS.values())


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_its_words(action: Action) -> None:
    """What help, footer and notices need is there."""
    assert action.label
    assert action.help.endswith(".")
    assert action.group
    if not action.is_carried_by_screen:
        assert action.words is not None
        assert action.danger is not Danger.HARMLESS


def test_only_capital_d_destroys() -> None:
    """The habits of other programs destroy nothing."""
    destroyers = [action for action in ACTIONS if action.danger is Danger.IRREVERSIBLE]
    assert {key for action in destroyers for key in action.keys}.isdisjoint(HABITS)
    assert by_id("machine.destroy").keys == ("D",)


def test_read_only_mode_keeps_what_changes_nothing() -> None:
    """And drops the rest."""
    kept = for_scope(*Scope, is_read_only=True)
    assert {action.danger for action in kept} == {Danger.HARMLESS}
    assert by_id("machine.sleep") not in kept
    assert by_id("machine.copy_id") in kept


def test_the_registry_is_light() -> None:
    """The UI builds its bindings from it before the first paint."""
    heavy = {"httpx", "pydantic", "websockets", "pyte", "textual", "starlette"}
    program = (
        "import sys, dedalus_tui.actions.registry, dedalus_tui.actions.runner,"
        " dedalus_tui.store.record, dedalus_tui.store.cloud, dedalus_tui.journal.journal;"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
