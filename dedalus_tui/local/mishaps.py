"""Planned failures of machines: what is to go wrong at the next fitting transition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.local.lifecycle import Phase
    from dedalus_tui.local.machine import Machine


@dataclass(frozen=True, slots=True)
class Mishap:
    """One failure; without a machine or phase the first transition of any has it."""

    machine_id: str | None
    phase: Phase | None
    """The phase that the machine does not get out of."""
    reason: str
    last_error: str
    retryable: bool


class Mishaps:
    """Those still to come, oldest first."""

    def __init__(self) -> None:
        """Plan nothing."""
        self._planned: list[Mishap] = []

    def plan(self, mishap: Mishap) -> None:
        """Let the next fitting transition fail."""
        self._planned.append(mishap)

    def forget(self) -> None:
        """Let everything succeed again."""
        self._planned.clear()

    def take(self, machine: Machine) -> Mishap | None:
        """The mishap of the transition the machine is about to make, used up by that."""
        for mishap in self._planned:
            fits_machine = mishap.machine_id in (None, machine.machine_id)
            if fits_machine and mishap.phase in (None, machine.phase):
                self._planned.remove(mishap)
                return mishap
        return None
