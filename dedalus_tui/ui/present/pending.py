"""What is about to start by itself, and how to stop it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.units import counted

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.actions.pending import Pending
    from dedalus_tui.ui.present.roles import Line


def pending_line(pending: Pending, now: datetime, *, undo_key: str) -> Line:
    """The action, its machines, the seconds left, and `undo_key`, which stops it."""
    left = max(0, round((pending.due_at - now).total_seconds()))
    targets = pending.targets
    if len(targets) == 1:
        whom = title_of(targets[0].machine, targets[0].label)
    else:
        whom = counted(len(targets), "machine")
    return (
        (f" {pending.action.label} {whom} in {left} s", Role.WARN),
        (f"   {undo_key} ", Role.KEY),
        ("stops it", Role.TEXT),
    )
