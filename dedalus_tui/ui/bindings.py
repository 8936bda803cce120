"""Textual bindings from the registry. Every binding's id is an action's id: keys can be remapped.

Everything a key can do goes through `perform(id)` on the screen, or on the app for what is the
same everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.keys import format_key

from dedalus_tui.actions.action import SCREENS, Scope
from dedalus_tui.actions.registry import ACTIONS, for_scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import BindingType

    from dedalus_tui.actions.action import Action

_SHOWN_KEYS = {
    "enter": "↵",
    "question_mark": "?",
    "escape": "esc",
    "space": "space",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "backslash": "\\",
    "at": "@",
}


def app_bindings() -> list[BindingType]:
    """The bindings of what is the same everywhere."""
    return list(_bindings(action for action in ACTIONS if action.scope is Scope.APP))


def screen_bindings(place: str) -> list[BindingType]:
    """The bindings of a screen, by its name in `actions.action.SCREENS`."""
    scopes = SCREENS[place] - {Scope.APP}
    return list(_bindings(for_scope(*scopes)))


def _bindings(actions: Iterable[Action]) -> Iterable[Binding]:
    for action in actions:
        for key in action.keys:
            call = f"perform('{action.id}', '{key}')" if action.takes_key else None
            yield Binding(
                key,
                call or f"perform('{action.id}')",
                action.label,
                tooltip=action.help,
                show=bool(action.footer),
                id=f"{action.id}.{key}" if action.takes_key else action.id,
            )


def default_keys() -> dict[str, tuple[str, ...]]:
    """The keys of every action as the registry has them."""
    return {action.id: action.keys for action in ACTIONS}


def key_words(keys: Iterable[str], *, is_ascii: bool = False) -> str:
    """The first of these keys, as people write it; empty when there is none."""
    for key in keys:
        modifiers, plus, name = key.rpartition("+")
        shown = _SHOWN_KEYS.get(name) or format_key(name)
        if is_ascii and not shown.isascii():
            shown = name
        return f"{modifiers}-{shown}" if plus else shown
    return ""


def shown_key(
    action: Action, keys: Mapping[str, tuple[str, ...]], *, is_ascii: bool = False
) -> str:
    """The key of an action now in effect, for people."""
    return key_words(keys.get(action.id, action.keys), is_ascii=is_ascii)
