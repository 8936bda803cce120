"""The keys in effect: the registry's own, and in their place those of the settings.

A setting that names no action, no key, or a key that means something else on the same screen is
left out and told, so that a typing error never takes a key away from something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.actions.action import SCREENS
from dedalus_tui.actions.registry import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedalus_tui.actions.action import Action


class Keymap(NamedTuple):
    """Keys by action id, and what was wrong with the settings."""

    keys: Mapping[str, tuple[str, ...]]
    overrides: Mapping[str, str]
    """What Textual is told: keys joined by commas, only for actions that were rebound."""
    problems: tuple[str, ...] = ()


def effective_keys(wanted: Mapping[str, tuple[str, ...]]) -> Keymap:
    """The registry's keys with `wanted` in their place, as far as that is possible."""
    by_id = {action.id: action for action in ACTIONS}
    keys = {action.id: action.keys for action in ACTIONS}
    problems: list[str] = []
    for action_id, new in wanted.items():
        action = by_id.get(action_id)
        if action is None:
            problems.append(f"keys.{action_id}: there is no such action")
        elif action.takes_key:
            problems.append(f"keys.{action_id}: the digits are not remapped")
        elif not new:
            problems.append(f"keys.{action_id}: say at least one key")
        else:
            keys[action_id] = new
    for action_id in wanted:
        if action_id not in by_id or keys[action_id] == by_id[action_id].keys:
            continue
        clash = _clash(by_id[action_id], keys, by_id)
        if clash:
            problems.append(f"keys.{action_id}: {clash}; it keeps its own key")
            keys[action_id] = by_id[action_id].keys
    overrides = {
        action_id: ",".join(new) for action_id, new in keys.items() if new != by_id[action_id].keys
    }
    return Keymap(keys, overrides, tuple(problems))


def _clash(action: Action, keys: Mapping[str, tuple[str, ...]], by_id: Mapping[str, Action]) -> str:
    together = [scopes for scopes in SCREENS.values() if action.scope in scopes]
    for other_id, other_keys in keys.items():
        other = by_id[other_id]
        if other is action or not any(other.scope in scopes for scopes in together):
            continue
        if other_id in action.instead_of or action.id in other.instead_of:
            continue
        shared = set(keys[action.id]) & set(other_keys)
        if shared:
            return f"{min(shared)} is {other.label.lower()} already ({other_id})"
    return ""
