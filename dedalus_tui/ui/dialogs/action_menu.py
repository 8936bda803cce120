"""All actions for what is selected, with the reason beside those that cannot be done now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.dialogs.menu import MenuDialog, MenuItem
from dedalus_tui.ui.present.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dedalus_tui.actions.action import Action


class ActionMenu(MenuDialog):
    """Yields the id of the action to do."""

    def __init__(
        self,
        title: str,
        actions: Iterable[Action],
        *,
        why_not: Callable[[Action], str | None],
        keys: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """`why_not` says for each action why it is not possible; `keys` are the effective ones
        by action id, where they differ from the defaults."""
        held = keys or {}
        items = [
            MenuItem(
                id=action.id,
                label=action.label,
                keys=held.get(action.id, action.keys),
                detail=action.help,
                why_not=_plain_or_none(why_not(action)),
                group=action.group,
            )
            for action in actions
            if action.id != "machine.menu"
        ]
        # Each group once, in the order in which they first come.
        groups = list(dict.fromkeys(item.group for item in items))
        super().__init__(title, sorted(items, key=lambda item: groups.index(item.group)))


def _plain_or_none(reason: str | None) -> str | None:
    return None if reason is None else plain(reason)
