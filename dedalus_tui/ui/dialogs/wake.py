"""Consent to wake a machine, asked where using it would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedalus_tui.domain.lifecycle import would_wake
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of

if TYPE_CHECKING:
    from textual.app import App

    from dedalus_tui.store.record import MachineRecord


async def agrees_to_wake(app: App[Any], record: MachineRecord, what: str) -> bool:
    """True when the machine is awake, or the person agrees that `what` ("an ssh login") wakes it.

    Await it in a worker.
    """
    if not would_wake(record.machine):
        return True
    title = title_of(record.machine, record.label)
    lines = [
        (
            (
                f"{title} is {record.machine.phase}. {what[:1].upper()}{what[1:]} wakes it.",
                Role.TEXT,
            ),
        ),
        (("An awake machine counts as used until it sleeps again.", Role.MUTED),),
    ]
    answer = app.push_screen_wait(ConfirmDialog(f"Wake {title}?", lines, accept_label="Wake"))
    return bool(await answer)
