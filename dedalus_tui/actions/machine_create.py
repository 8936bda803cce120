"""New machines: from a form, or like one that exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.action import Action, Danger, Form, Scope, Words
from dedalus_tui.actions.wish import Wish
from dedalus_tui.domain.machine import MachineSpec

if TYPE_CHECKING:
    from dedalus_tui.actions.context import Context
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.store.record import MachineRecord

_WORDS = Words(
    doing="being created",
    done="is being created",
    many_done="are being created",
    failed="was not created",
)


def spec_like(machine: Machine) -> MachineSpec:
    """What to ask for to get another such machine; what is not known takes the usual size."""
    autosleep = None
    if machine.autosleep_seconds is not None:
        autosleep = f"{machine.autosleep_seconds}s" if machine.autosleep_seconds else "never"
    return MachineSpec(
        vcpu=machine.vcpu or USUAL.vcpu,
        memory_mib=machine.memory_mib or USUAL.memory_mib,
        storage_gib=machine.storage_gib or USUAL.storage_gib,
        autosleep=autosleep,
    )


USUAL = MachineSpec(vcpu=1, memory_mib=4096, storage_gib=10, autosleep="5m")
"""What the service takes where a newer generation lets sizes be left out (contract 4.1)."""


def _plan(context: Context, _: MachineRecord | None, spec: MachineSpec) -> Wish:
    machines = context.store.client.machines
    return Wish(call=lambda key, _revision: machines.create(spec, key=key))


ACTIONS: tuple[Action, ...] = (
    Action(
        id="machine.create",
        label="New machine",
        footer="new",
        help="Create a machine.",
        keys=("n",),
        danger=Danger.REVERSIBLE,
        scope=Scope.FLEET,
        group="Machine",
        needs_line=True,
        form=Form.CREATE,
        plan=_plan,
        words=_WORDS,
    ),
    Action(
        id="machine.create_like",
        label="New like this",
        footer="",
        help="Create a machine with the sizes and autosleep of this one.",
        keys=("N",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        needs_target=True,
        needs_line=True,
        form=Form.CREATE,
        plan=_plan,
        words=_WORDS,
    ),
)
