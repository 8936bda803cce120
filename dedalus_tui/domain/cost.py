"""Rates times sizes: what a machine costs an hour. Always an estimate, and never without rates.

The service sends no prices (contract 11), so nothing here has a default: without rates that the
person has written into the settings, there is no money on screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dedalus_tui.domain.machine import Phase

if TYPE_CHECKING:
    from dedalus_tui.domain.machine import Machine

_MIB_PER_GIB = 1_024
_UNBILLED_COMPUTE = frozenset({Phase.SLEEPING, Phase.DESTROYED, Phase.FAILED, Phase.DESTROYING})


class Rates(Protocol):
    """What the person says an hour costs, in a currency of their own."""

    @property
    def currency(self) -> str:
        """Sign or code, such as $ or EUR."""

    @property
    def as_of(self) -> str:
        """The date of the price list, or nothing."""

    @property
    def vcpu_hour(self) -> float:
        """One vCPU, awake."""

    @property
    def memory_gib_hour(self) -> float:
        """One GiB of memory, awake."""

    @property
    def disk_gib_hour(self) -> float:
        """One GiB of disk, awake or asleep."""


def awake_per_hour(
    rates: Rates, vcpu: float | None, memory_mib: int | None, storage_gib: int | None
) -> float | None:
    """An hour awake at these sizes; None when a size is not known."""
    asleep = asleep_per_hour(rates, storage_gib)
    if vcpu is None or memory_mib is None or asleep is None:
        return None
    return vcpu * rates.vcpu_hour + memory_mib / _MIB_PER_GIB * rates.memory_gib_hour + asleep


def asleep_per_hour(rates: Rates, storage_gib: int | None) -> float | None:
    """An hour asleep: the disk alone; None when its size is not known."""
    return None if storage_gib is None else storage_gib * rates.disk_gib_hour


def per_hour(rates: Rates, machine: Machine) -> float | None:
    """An hour of the machine as it is now: its phase decides whether it counts as awake."""
    if machine.phase == Phase.DESTROYED:
        return 0.0
    if machine.phase in _UNBILLED_COMPUTE:
        return asleep_per_hour(rates, machine.storage_gib)
    return awake_per_hour(rates, machine.vcpu, machine.memory_mib, machine.storage_gib)
