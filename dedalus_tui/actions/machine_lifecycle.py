"""What can be done to a machine that exists: sleep, wake, resize, autosleep, destroy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.action import Action, Danger, Form, Scope, Words
from dedalus_tui.actions.endings import DESTROY_GRACE_SECONDS, ask_before_destroy, ask_before_sleep
from dedalus_tui.actions.wish import Inverse, Wish
from dedalus_tui.domain import lifecycle
from dedalus_tui.domain.machine import NO_CHANGE, DesiredState, MachineChange
from dedalus_tui.domain.sizing import autosleep_to_seconds, why_not_shrink
from dedalus_tui.store.intents import Intent

if TYPE_CHECKING:
    from dedalus_tui.actions.context import Context
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.store.record import MachineRecord

BULK_GRACE_SECONDS = 3.0


def _plan_sleep(context: Context, record: MachineRecord | None, _: object) -> Wish:
    target = _required(record)
    machines = context.store.client.machines
    return Wish(
        call=lambda key, revision: machines.sleep(target.machine_id, key=key, revision=revision),
        intent=Intent(
            machine_id=target.machine_id,
            asking="going to sleep",
            action_id="machine.sleep",
            desired_state=DesiredState.SLEEPING,
        ),
        may_repeat=True,
        inverse=Inverse(action_id="machine.wake", machine_id=target.machine_id),
    )


def _plan_wake(context: Context, record: MachineRecord | None, _: object) -> Wish:
    target = _required(record)
    machines = context.store.client.machines
    return Wish(
        call=lambda key, revision: machines.wake(target.machine_id, key=key, revision=revision),
        intent=Intent(
            machine_id=target.machine_id,
            asking="waking",
            action_id="machine.wake",
            desired_state=DesiredState.RUNNING,
        ),
        may_repeat=True,
        inverse=Inverse(action_id="machine.sleep", machine_id=target.machine_id),
    )


def _plan_destroy(context: Context, record: MachineRecord | None, _: object) -> Wish:
    target = _required(record)
    machines = context.store.client.machines
    return Wish(
        call=lambda key, revision: machines.destroy(target.machine_id, key=key, revision=revision),
        intent=Intent(
            machine_id=target.machine_id,
            asking="being destroyed",
            action_id="machine.destroy",
            desired_state=DesiredState.DESTROYED,
        ),
        is_fenced=True,
        ends_machine=True,
    )


def _plan_resize(context: Context, record: MachineRecord | None, arguments: MachineChange) -> Wish:
    target = _required(record)
    change = _differing(target.machine, arguments)
    if change == NO_CHANGE:  # it became so, and other again, since it was seen
        change = arguments
    return _plan_change(context, target, change, "machine.resize", "being resized")


def _differing(machine: Machine, wanted: MachineChange) -> MachineChange:
    """Only the sizes that the machine does not have already."""
    return MachineChange(
        vcpu=wanted.vcpu if wanted.vcpu != machine.vcpu else None,
        memory_mib=wanted.memory_mib if wanted.memory_mib != machine.memory_mib else None,
        storage_gib=wanted.storage_gib if wanted.storage_gib != machine.storage_gib else None,
    )


def _why_not_sizes(record: MachineRecord, wanted: MachineChange) -> str | None:
    if wanted.storage_gib is not None:
        reason = why_not_shrink(record.machine.storage_gib, wanted.storage_gib)
        if reason is not None:
            return reason
    is_so = _differing(record.machine, wanted) == NO_CHANGE
    return "it has these sizes already" if is_so else None


def _plan_autosleep(
    context: Context, record: MachineRecord | None, arguments: MachineChange
) -> Wish:
    target = _required(record)
    return _plan_change(context, target, arguments, "machine.autosleep", "changing its autosleep")


def _plan_change(
    context: Context, target: MachineRecord, change: MachineChange, action_id: str, asking: str
) -> Wish:
    machines = context.store.client.machines
    seconds = autosleep_to_seconds(change.autosleep) if change.autosleep is not None else None
    return Wish(
        call=lambda key, revision: machines.change(
            target.machine_id, change, key=key, revision=revision
        ),
        intent=Intent(
            machine_id=target.machine_id,
            asking=asking,
            action_id=action_id,
            vcpu=change.vcpu,
            memory_mib=change.memory_mib,
            storage_gib=change.storage_gib,
            autosleep_seconds=seconds,
        ),
        inverse=_inverse_change(target.confirmed, change, action_id),
    )


def _inverse_change(held: Machine, change: MachineChange, action_id: str) -> Inverse | None:
    """The change that puts back what is held now; a disk that grew stays (it cannot shrink)."""
    autosleep = None
    if change.autosleep is not None and held.autosleep_seconds is not None:
        autosleep = f"{held.autosleep_seconds}s" if held.autosleep_seconds else "never"
    grew = change.storage_gib is not None and change.storage_gib != held.storage_gib
    back = MachineChange(
        vcpu=held.vcpu if change.vcpu is not None else None,
        memory_mib=held.memory_mib if change.memory_mib is not None else None,
        autosleep=autosleep,
    )
    if back == MachineChange():
        return None
    caveat = "the disk stays as it is: it can grow but never shrink" if grew else ""
    return Inverse(action_id=action_id, machine_id=held.machine_id, arguments=back, caveat=caveat)


def _required(record: MachineRecord | None) -> MachineRecord:
    if record is None:
        raise ValueError("this action is done to a machine")
    return record


ACTIONS: tuple[Action, ...] = (
    Action(
        id="machine.sleep",
        label="Sleep",
        footer="sleep",
        help="Put the machine to sleep: its files stay, what runs on it ends.",
        keys=("s",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        takes_marks=True,
        needs_target=True,
        needs_line=True,
        permitted=lambda _, record: lifecycle.why_not_sleep(record.machine),
        ask=ask_before_sleep,
        plan=_plan_sleep,
        words=Words(
            doing="going to sleep",
            done="is going to sleep",
            many_done="are going to sleep",
            failed="was not put to sleep",
        ),
        bulk_grace_seconds=BULK_GRACE_SECONDS,
    ),
    Action(
        id="machine.wake",
        label="Wake",
        footer="wake",
        help="Wake the machine; from then on it costs what an awake one costs.",
        keys=("w",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        takes_marks=True,
        needs_target=True,
        needs_line=True,
        permitted=lambda _, record: lifecycle.why_not_wake(record.machine),
        plan=_plan_wake,
        words=Words(
            doing="waking",
            done="is waking",
            many_done="are waking",
            failed="was not woken",
        ),
        bulk_grace_seconds=BULK_GRACE_SECONDS,
    ),
    Action(
        id="machine.resize",
        label="Resize",
        footer="resize",
        help="Change vCPU, memory and disk; a disk can grow but never shrink.",
        keys=("z",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        takes_marks=True,
        needs_target=True,
        needs_line=True,
        permitted=lambda _, record: lifecycle.why_not_change(record.machine),
        why_not_with=_why_not_sizes,
        form=Form.RESIZE,
        plan=_plan_resize,
        words=Words(
            doing="being resized",
            done="is being resized",
            many_done="are being resized",
            failed="was not resized",
        ),
    ),
    Action(
        id="machine.autosleep",
        label="Autosleep",
        footer="autosleep",
        help="Set after how much idle time the machine falls asleep by itself, or never.",
        keys=("A",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        takes_marks=True,
        needs_target=True,
        needs_line=True,
        permitted=lambda _, record: lifecycle.why_not_change(record.machine),
        form=Form.AUTOSLEEP,
        plan=_plan_autosleep,
        words=Words(
            doing="changing its autosleep",
            done="has its new autosleep",
            many_done="have their new autosleep",
            failed="kept its autosleep",
        ),
    ),
    Action(
        id="machine.destroy",
        label="Destroy",
        footer="destroy",
        help="Destroy the machine and its disk for ever; asks for a word and waits 5 seconds.",
        keys=("D",),
        danger=Danger.IRREVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        takes_marks=True,
        needs_target=True,
        needs_line=True,
        permitted=lambda _, record: lifecycle.why_not_destroy(record.machine),
        ask=ask_before_destroy,
        plan=_plan_destroy,
        words=Words(
            doing="being destroyed",
            done="is being destroyed",
            many_done="are being destroyed",
            failed="was not destroyed",
        ),
        grace_seconds=DESTROY_GRACE_SECONDS,
        bulk_grace_seconds=DESTROY_GRACE_SECONDS,
    ),
)
