"""One machine as the screens see it: what the service said, what we asked, what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.domain.label import NO_LABEL, Label

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.store.intents import Intent


class MachineRecord(NamedTuple):
    """A frozen snapshot; a change makes a new one with a higher version."""

    machine: Machine
    """Shown: the confirmed machine folded with the intents."""
    confirmed: Machine
    """The newest the service said."""
    seen_at: datetime
    """When the service last said something that changed this record."""
    intents: tuple[Intent, ...] = ()
    is_stale: bool = False
    """True for a row remembered from an earlier run and not yet seen live."""
    version: int = 0
    """Rises with every change of what is shown of this machine, and is never used twice."""
    label: Label = NO_LABEL

    @property
    def machine_id(self) -> str:
        """The id, opaque."""
        return self.confirmed.machine_id

    @property
    def asking(self) -> str:
        """Words of the newest wish under way, or nothing."""
        return self.intents[-1].asking if self.intents else ""

    @property
    def is_unsure(self) -> bool:
        """True when a wish got no answer and nothing seen since decides it."""
        return any(intent.is_unknown for intent in self.intents)


def remembered(machine: Machine, seen_at: datetime, label: Label = NO_LABEL) -> MachineRecord:
    """The record of a row kept from an earlier run; stale until the service speaks."""
    return MachineRecord(
        machine=machine, confirmed=machine, seen_at=seen_at, is_stale=True, label=label
    )
