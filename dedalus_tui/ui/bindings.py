"""Textual bindings from the registry. Every binding's id is an action's id: keys can be remapped.

Everything a key can do goes through `perform(id)` on the screen, or on the app for what is the
same everywhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.keys import format_key

from dedalus_tui.actions.action import SCREENS, Scope
from dedalus_tui.actions.registry import ACTIONS, by_id, for_place, for_scope
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.widgets.span_line import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol

    from textual.binding import BindingType

    from dedalus_tui.actions.action import Action
    from dedalus_tui.config.settings import Settings

    class HasKeys(Protocol):
        """The app, a screen, the services: whoever knows the keys in effect."""

        @property
        def keys(self) -> Mapping[str, tuple[str, ...]]: ...
        @property
        def settings(self) -> Settings: ...


_ACTION_ID = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")
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


def pane_bindings(*scopes: Scope) -> list[BindingType]:
    """The bindings of a tab for what is its own; `MachinePane.action_carry_out` takes them."""
    return list(_bindings(for_scope(*scopes), call="carry_out"))


def _bindings(actions: Iterable[Action], *, call: str = "perform") -> Iterable[Binding]:
    for action in actions:
        for key in action.keys:
            arguments = f"'{action.id}', '{key}'" if action.takes_key else f"'{action.id}'"
            yield Binding(
                key,
                f"{call}({arguments})",
                action.label,
                tooltip=action.help,
                show=bool(action.footer),
                id=f"{action.id}.{key}" if action.takes_key else action.id,
            )


def default_keys() -> dict[str, tuple[str, ...]]:
    """The keys of every action as the registry has them."""
    return {action.id: action.keys for action in ACTIONS}


def keys_at(place: str, keys: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The keys in effect on a screen: without those that its tab takes for something else."""
    actions = for_place(place)
    left = {action.id: keys.get(action.id, action.keys) for action in actions}
    for action in actions:
        for other in action.instead_of:
            if other in left:
                left[other] = tuple(key for key in left[other] if key not in left[action.id])
    return left


def own_key_pieces(
    *scopes: Scope,
    keys: Mapping[str, tuple[str, ...]],
    settings: Settings,
    words: Mapping[str, str] | None = None,
) -> tuple[Piece, ...]:
    """A line of the keys that are a tab's or a small screen's own; `words` by action id stand in
    for the registry's. A click on one is that key."""
    pieces: list[Piece] = []
    for action in for_scope(*scopes, is_read_only=settings.read_only):
        word = (words or {}).get(action.id, action.footer)
        key = shown_key(action, keys, is_ascii=settings.ascii)
        if word and key:
            pieces.append(Piece(f"{key} ", Role.KEY, action.id))
            pieces.append(Piece(f"{word}   ", Role.TEXT, action.id))
    return tuple(pieces)


def sort_pieces(keys: Mapping[str, tuple[str, ...]], settings: Settings) -> tuple[Piece, ...]:
    """The keys that sort, as one."""
    ids = ("list.sort_previous", "list.sort_next", "list.sort_reverse")
    shown = (shown_key(by_id(each), keys, is_ascii=settings.ascii) for each in ids)
    return (Piece(f"{' '.join(shown)} ", Role.KEY), Piece("sort", Role.TEXT))


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


def key_of(action_id: str, holder: HasKeys) -> str:
    """The key of an action in effect; without one, what can be typed in the command line."""
    key = shown_key(by_id(action_id), holder.keys, is_ascii=holder.settings.ascii)
    return key or f":{action_id}"


def keyed(text: str, holder: HasKeys) -> str:
    """A text of ours with the key in effect in place of each `{action.id}`."""
    return _ACTION_ID.sub(lambda found: key_of(found[1], holder), text)
