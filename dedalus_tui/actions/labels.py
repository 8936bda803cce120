"""Names, notes, tags and pins: kept on this computer, unknown to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.action import Action, Danger, Form, Scope, Words
from dedalus_tui.actions.wish import Inverse, LocalChange

if TYPE_CHECKING:
    from dedalus_tui.actions.context import Context
    from dedalus_tui.domain.label import Label
    from dedalus_tui.store.record import MachineRecord


def _plan_label(context: Context, record: MachineRecord | None, label: Label) -> LocalChange:
    if record is None:
        raise ValueError("a label belongs to a machine")
    machine_id, held = record.machine_id, record.label
    return LocalChange(
        apply=lambda: context.store.label(machine_id, label),
        inverse=Inverse(action_id="machine.label", machine_id=machine_id, arguments=held),
    )


def _plan_pin(context: Context, record: MachineRecord | None, _: object) -> LocalChange:
    if record is None:
        raise ValueError("a pin belongs to a machine")
    return _plan_label(context, record, record.label._replace(is_pinned=not record.label.is_pinned))


ACTIONS: tuple[Action, ...] = (
    Action(
        id="machine.label",
        label="Name, note, tags",
        footer="edit",
        help="Give the machine a name, a note and tags; they stay on this computer.",
        keys=("e",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        needs_target=True,
        form=Form.LABEL,
        plan=_plan_label,
        words=Words(
            doing="being labelled",
            done="is labelled",
            many_done="are labelled",
            failed="kept its label",
        ),
    ),
    Action(
        id="machine.pin",
        label="Pin or unpin",
        footer="",
        help="Pinned machines come first, and no destruction in bulk includes them.",
        keys=("b",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        takes_marks=True,
        needs_target=True,
        plan=_plan_pin,
        words=Words(
            doing="being pinned or unpinned",
            done="is pinned or unpinned",
            many_done="are pinned or unpinned",
            failed="kept its pin",
        ),
    ),
)
