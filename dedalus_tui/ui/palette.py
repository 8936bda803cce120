"""What the command palette finds: the actions of the screen it was opened on, and machines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Provider

from dedalus_tui.actions.registry import for_place
from dedalus_tui.ui.bindings import keys_at, shown_key
from dedalus_tui.ui.compat import LeavesOnce, MountsWhileShown
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.screens.action_screen import ActionScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.command import Hits

    from dedalus_tui.actions.action import Action
    from dedalus_tui.store.record import MachineRecord

MOST_MACHINES = 50


class ActionProvider(Provider):
    """Every action of the screen beneath the palette."""

    def _actions(self) -> Iterable[tuple[Action, ActionScreen]]:
        screen = self.screen
        if not isinstance(screen, ActionScreen):
            return
        actions = for_place(screen.place, is_read_only=screen.settings.read_only)
        for action in actions:
            is_shown = not action.takes_key and action.id != "app.palette"
            if is_shown and screen.carries_out(action):
                yield action, screen

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for action, screen in self._actions():
            yield DiscoveryHit(
                _words(action, screen), partial(screen.action_perform, action.id), help=action.help
            )

    async def search(self, query: str) -> Hits:
        """Those whose words fit."""
        matcher = self.matcher(query)
        for action, screen in self._actions():
            words = _words(action, screen)
            score = matcher.match(words)
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(words),
                    partial(screen.action_perform, action.id),
                    help=action.help,
                )


class MachineProvider(Provider):
    """Machines by name or id; choosing one goes to it in the fleet."""

    def _records(self) -> Iterable[MachineRecord]:
        screen = self.screen
        if isinstance(screen, ActionScreen) and screen.services is not None:
            yield from screen.services.store.machines.records()

    async def search(self, query: str) -> Hits:
        """Those whose name or id fits, a bounded number."""
        matcher = self.matcher(query)
        found = 0
        for record in self._records():
            words = f"{title_of(record.machine, record.label)}  {plain(record.machine_id)}"
            score = matcher.match(words)
            if score > 0:
                found += 1
                yield Hit(
                    score,
                    matcher.highlight(words),
                    partial(self._go_to, record.machine_id),
                    help=f"machine, {plain(record.machine.phase)}",
                )
            if found >= MOST_MACHINES:
                return

    def _go_to(self, machine_id: str) -> None:
        screen = self.screen
        if isinstance(screen, ActionScreen) and screen.services is not None:
            screen.services.open_machine(machine_id)


class Palette(LeavesOnce, MountsWhileShown, CommandPalette):
    """Textual's palette over both providers, in our colours."""

    CSS_PATH = "palette.tcss"

    def __init__(self) -> None:
        """Nothing typed yet."""
        super().__init__(
            providers=[ActionProvider, MachineProvider], placeholder="Action or machine"
        )

    def _action_command_list(self, action: str) -> None:
        # A list that has no room yet knows of no lines, and would raise KeyError.
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)


def _words(action: Action, screen: ActionScreen) -> str:
    keys = keys_at(screen.place, screen.keys)
    key = shown_key(action, keys, is_ascii=screen.settings.ascii)
    return f"{action.label}  ({key})" if key else action.label
