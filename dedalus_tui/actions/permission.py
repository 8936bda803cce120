"""Reasons shared by actions of several nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.lifecycle import why_not_use

if TYPE_CHECKING:
    from dedalus_tui.actions.context import Context
    from dedalus_tui.store.record import MachineRecord


def why_not_usable(_: Context, record: MachineRecord) -> str | None:
    """Why nothing can run on the machine; None = it can, if need be by waking it."""
    return why_not_use(record.machine)
