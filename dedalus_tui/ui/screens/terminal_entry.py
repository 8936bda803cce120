"""The ways into a terminal: one that is held, one the service still has, or a new one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedalus_tui.actions.terminals import OPEN
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.lifecycle import would_wake
from dedalus_tui.ui.dialogs.close_terminal import agrees_to_close
from dedalus_tui.ui.dialogs.wake import agrees_to_wake
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.screens.terminal import TerminalScreen

if TYPE_CHECKING:
    from typing import Any

    from textual.app import App

    from dedalus_tui.domain.terminal import Terminal
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.store.terminal_directory import TerminalEntry
    from dedalus_tui.store.terminal_session import TerminalSession
    from dedalus_tui.ui.services import Services

NAME = "terminals"
"""The installed screen's name."""
_NEW = "new"


def terminal_screen(app: App[Any], services: Services) -> TerminalScreen:
    """The one screen of all terminals, made when it is first needed."""
    if not app.is_screen_installed(NAME):
        made = TerminalScreen(services)
        app.install_screen(made, NAME)
        # Through the app: a screen that is not on the stack would not hear of it.
        app.theme_changed_signal.subscribe(app, lambda _: made.theme_changed())
    screen = app.get_screen(NAME)
    assert isinstance(screen, TerminalScreen)
    screen.prepare()
    return screen


def show(app: App[Any], services: Services, session: TerminalSession) -> None:
    """Show a terminal that is held."""
    screen = terminal_screen(app, services)
    screen.show_session(session)
    if screen not in app.screen_stack:
        app.push_screen(screen)


async def open_terminal(app: App[Any], services: Services, record: MachineRecord) -> None:
    """A terminal of a machine: the one held, else one that is open there, else a new one.

    Await it in a worker: it asks before it wakes a machine, and which one if there are several.
    """
    why_not = services.runner.why_not(OPEN, record)
    if why_not is not None:
        services.say(f"{OPEN.label}: {why_not}")
        return
    terminals = services.store.terminals
    held = [
        each
        for each in terminals.of(record.machine_id)
        if not each.is_ssh and not each.state.is_dead
    ]
    if held:
        current = terminal_screen(app, services).session
        last = max(held, key=lambda each: each.last_input_at)
        show(app, services, current if current in held else last)
        return
    words = title_of(record.machine, record.label)
    if would_wake(record.machine):
        if await agrees_to_wake(app, record, "a terminal"):
            open_new(app, services, record.machine_id)
        return
    there = await find_open(services, record.machine_id)
    chosen = await _choose(app, words, there) if there else _NEW
    if chosen == _NEW:
        open_new(app, services, record.machine_id)
    elif chosen is not None:
        attach(app, services, next(each for each in there if each.terminal_id == chosen))


def open_new(app: App[Any], services: Services, machine_id: str) -> None:
    """A new terminal, shown at once while it opens."""
    room = terminal_screen(app, services).room
    session = services.store.terminals.open(machine_id, columns=room.columns, rows=room.rows)
    show(app, services, session)


def attach(app: App[Any], services: Services, terminal: Terminal) -> None:
    """Show a terminal that the service has."""
    room = terminal_screen(app, services).room
    session = services.store.terminals.attach(
        terminal.machine_id, terminal, columns=room.columns, rows=room.rows
    )
    show(app, services, session)


def show_entry(app: App[Any], services: Services, entry: TerminalEntry) -> None:
    """Work in a terminal of a list."""
    if entry.session is not None:
        show(app, services, entry.session)
    elif entry.terminal is not None:
        attach(app, services, replace(entry.terminal, machine_id=entry.machine_id))


async def close_entry(app: App[Any], services: Services, entry: TerminalEntry) -> str:
    """End a terminal of a list, after asking; gives why it could not be ended, or nothing."""
    from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
    from dedalus_tui.ui.present.fault import explain

    if entry.session is not None:
        agrees = await agrees_to_close(app, entry.session, str(entry.session.number))
    else:
        lines = [(("Its shell ends, and what runs in it.", "text"),)]
        dialog = ConfirmDialog("Close this terminal?", lines, accept_label="Close")
        answer = app.push_screen_wait(dialog)
        agrees = bool(await answer)
    if not agrees:
        return ""
    try:
        if entry.session is not None:
            await entry.session.end()
            services.store.terminals.forget(entry.session)
        elif entry.terminal is not None:
            await services.store.terminals.end_listed(entry.machine_id, entry.terminal.terminal_id)
    except CloudFault as fault:
        return f"not closed: {explain(fault, about='the terminal').sentences}"
    return ""


async def find_open(services: Services, machine_id: str) -> list[Terminal]:
    """The terminals of a machine that could be attached; none where that cannot be seen."""
    found: list[Terminal] = []
    try:
        async for page in services.store.client.terminals.pages(machine_id):
            found += [terminal for terminal in page.items if not terminal.is_ended]
    except CloudFault:
        return []
    return found


async def _choose(app: App[Any], words: str, there: list[Terminal]) -> str | None:
    from dedalus_tui.ui.dialogs.menu import MenuDialog, MenuItem
    from dedalus_tui.ui.present.terminal import terminal_words

    items = [
        MenuItem(
            id=terminal.terminal_id,
            label=terminal_words(terminal),
            keys=(str(place),) if place < 10 else (),
            detail="Attach to it: what runs there goes on.",
            group="Open on the machine",
        )
        for place, terminal in enumerate(there, start=1)
    ]
    items.append(MenuItem(id=_NEW, label="New terminal", keys=("n",), group="Or"))
    return await app.push_screen_wait(MenuDialog(f"Terminal on {words}", items))
