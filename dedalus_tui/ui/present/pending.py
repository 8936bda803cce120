"""What is about to start by itself or goes on by itself, and how to stop it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.units import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dedalus_tui.actions.bulk import Bulk
    from dedalus_tui.actions.pending import Pending
    from dedalus_tui.ui.present.roles import Line


def pending_line(
    waiting: Sequence[Pending], under_way: Sequence[Bulk], now: datetime, *, undo_key: str
) -> Line:
    """What `undo_key` would stop: the newest that waits out its grace, or has machines left."""
    if waiting:
        return _stoppable(_grace_words(waiting[-1], now), undo_key, "stops it")
    for bulk in reversed(under_way):
        if bulk.left:
            words = f"{bulk.action.label}: {bulk.asked} of {counted(bulk.total, 'machine')}"
            return _stoppable(words, undo_key, "stops the rest")
    return ()


def _stoppable(words: str, undo_key: str, effect: str) -> Line:
    return ((f" {words}", Role.WARN), (f"   {undo_key} ", Role.KEY), (effect, Role.TEXT))


def _grace_words(pending: Pending, now: datetime) -> str:
    left = max(0, round((pending.due_at - now).total_seconds()))
    return f"{pending_words(pending)} in {left} s"


def pending_words(pending: Pending) -> str:
    """What it is and for whom, as in "Destroy web-1"."""
    targets = pending.targets
    if len(targets) == 1:
        whom = title_of(targets[0].machine, targets[0].label)
    else:
        whom = counted(len(targets), "machine")
    return f"{pending.action.label} {whom}"
