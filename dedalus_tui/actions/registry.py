"""Every action once, in the order people see them: keys, footer, help and palette come from here.

A noun adds its actions by exporting ACTIONS from its own module and taking a line below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions import (
    artifacts,
    copy_as,
    executions,
    labels,
    machine_create,
    machine_lifecycle,
    machine_views,
    newer_service,
    previews,
    screen_actions,
    ssh,
    tab_actions,
    terminals,
    text_actions,
    usage,
)
from dedalus_tui.actions.action import SCREENS, Danger

if TYPE_CHECKING:
    from dedalus_tui.actions.action import Action, Scope

ACTIONS: tuple[Action, ...] = (
    *machine_lifecycle.ACTIONS,
    *machine_create.ACTIONS,
    *terminals.ACTIONS,
    *executions.ACTIONS,
    *ssh.ACTIONS,
    *labels.ACTIONS,
    *machine_views.ACTIONS,
    *copy_as.ACTIONS,
    *previews.ACTIONS,
    *artifacts.ACTIONS,
    *newer_service.ACTIONS,
    *usage.ACTIONS,
    *tab_actions.ACTIONS,
    *text_actions.ACTIONS,
    *screen_actions.ACTIONS,
)

_BY_ID = {action.id: action for action in ACTIONS}


def by_id(action_id: str) -> Action:
    """The action of that id. Raises KeyError."""
    return _BY_ID[action_id]


def for_scope(*scopes: Scope, is_read_only: bool = False) -> tuple[Action, ...]:
    """The actions of these scopes; in read-only mode only those that change nothing."""
    return tuple(
        action
        for action in ACTIONS
        if action.scope in scopes and (not is_read_only or action.danger is Danger.HARMLESS)
    )


def for_place(place: str, *, is_read_only: bool = False) -> tuple[Action, ...]:
    """The actions of a screen, by its name in `actions.action.SCREENS`."""
    return for_scope(*SCREENS[place], is_read_only=is_read_only)
