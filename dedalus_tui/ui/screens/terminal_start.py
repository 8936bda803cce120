"""Terminals at the start: straight into one, or an offer to go back into what is open."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.lifecycle import why_not_use
from dedalus_tui.store.terminal_directory import TerminalDirectory
from dedalus_tui.ui.bindings import key_of
from dedalus_tui.ui.dialogs.wake import agrees_to_wake
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import counted
from dedalus_tui.ui.screens.terminal_entry import attach, open_new, terminal_screen

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from textual.app import App

    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.store.terminal_directory import TerminalEntry
    from dedalus_tui.ui.services import Services

PATIENCE_SECONDS = 20.0
"""How long the first list of machines may take."""


async def attach_straight(
    app: App[Any], services: Services, wanted: str, terminal_id: str | None
) -> None:
    """Into a terminal of that machine and nothing else; ends the program if that is impossible."""
    await _until_loaded(services)
    record = find_machine(services, wanted)
    if record is None:
        _give_up(app, f"there is no machine {plain(wanted)}")
        return
    words = title_of(record.machine, record.label)
    reason = why_not_use(record.machine)
    if reason is not None:
        _give_up(app, f"{words}: {reason}")
        return
    terminal_screen(app, services).is_alone = True
    if terminal_id is not None:
        try:
            terminal = await services.store.terminals.find(record.machine_id, terminal_id)
        except CloudFault as fault:
            _give_up(app, explain(fault, about=f"the terminal {plain(terminal_id)}").sentences)
            return
        attach(app, services, terminal)
    elif await agrees_to_wake(app, record, "a terminal"):
        open_new(app, services, record.machine_id)
    else:
        app.exit()


async def offer_to_attach(app: App[Any], services: Services) -> None:
    """If terminals are open on machines that are awake, say so once, with the key to them."""
    await _until_loaded(services)
    entries = await _found(services)
    if entries and not services.store.terminals.all:
        machines = {entry.machine_id for entry in entries}
        key = key_of("app.terminals", services)
        app.notify(
            f"{counted(len(entries), 'terminal')} still open on "
            f"{counted(len(machines), 'machine')}. Press {key} to go back into them.",
            title="Terminals",
            markup=False,
        )


async def _found(services: Services) -> tuple[TerminalEntry, ...]:
    directory = TerminalDirectory(services.store)
    await directory.look(directory.awake())
    return directory.entries()


def find_machine(services: Services, wanted: str) -> MachineRecord | None:
    """The machine of that id or name, else the only one whose id ends so."""
    records = services.store.machines.records()
    for record in records:
        if wanted in {record.machine_id, record.label.name}:
            return record
    ending = [record for record in records if record.machine_id.endswith(wanted)]
    return ending[0] if len(ending) == 1 else None


async def _until_loaded(services: Services) -> None:
    """Wait for the first whole list, for a while."""
    store = services.store
    changed = asyncio.Event()
    unlisten: Callable[[], None] = store.changes.listen(lambda _: changed.set())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not store.machines.is_loaded:
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return
    finally:
        unlisten()


def _give_up(app: App[Any], why: str) -> None:
    app.exit(return_code=1, message=f"dedalus-tui: {why}")
