"""Ssh in a tab beside the terminals, instead of in place of this program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.registry import by_id
from dedalus_tui.store.ssh_terminal import why_no_ssh_tab
from dedalus_tui.ui.screens.ssh_login import prepared
from dedalus_tui.ui.screens.terminal_entry import show, terminal_screen

if TYPE_CHECKING:
    from typing import Any

    from textual.app import App

    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.services import Services


async def open_ssh_tab(app: App[Any], services: Services, record: MachineRecord) -> None:
    """The ssh tab of a machine that is open, or a new login. Await it in a worker of the app."""
    action = by_id("machine.ssh_tab")
    why_not = services.runner.why_not(action, record) or why_no_ssh_tab()
    if why_not is not None:
        services.say(f"{action.label}: {why_not}")
        return
    terminals = services.store.terminals
    held = [
        each for each in terminals.of(record.machine_id) if each.is_ssh and not each.state.is_dead
    ]
    if held:
        show(app, services, max(held, key=lambda each: each.last_input_at))
        return
    opening = await prepared(app, services, record)
    if opening is not None:
        room = terminal_screen(app, services).room
        show(
            app,
            services,
            terminals.open_ssh(record.machine_id, opening, columns=room.columns, rows=room.rows),
        )
