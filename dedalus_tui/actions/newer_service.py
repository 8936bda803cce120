"""What only newer generations of the service can do: reboot, and memory that grows by itself.

They are possible only where the service has shown that it has them, or is of the generation that
does (its list rows are thin; contract 4.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.action import Action, Danger, Scope, Words
from dedalus_tui.actions.endings import ask_before_sleep
from dedalus_tui.actions.wish import Inverse, Wish
from dedalus_tui.domain import lifecycle
from dedalus_tui.domain.machine import Phase

if TYPE_CHECKING:
    from dedalus_tui.actions.context import Context
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.record import MachineRecord

_ON, _OFF = "machine.memory_grows", "machine.memory_stays"


ABILITIES = {
    "machine.reboot": "reboot",
    _ON: "autoresizing",
    _OFF: "autoresizing",
    "app.memory_growth": "autoresizing",
    "execution.log_capture": "execution_logs",
}
"""What (`api.abilities.Ability`) the service must offer for an action, by its id."""


def why_not_offered(store: Store, ability: str) -> str | None:
    """The sentence why a part of the newer generations cannot be asked for; None = it can."""
    offers = store.client.abilities.offers(ability)
    if offers is False:
        return "this deployment does not offer it"
    if offers is None and not store.machines.has_thin_rows:
        return "this deployment is of an earlier generation"
    return None


def _why_not_reboot(context: Context, record: MachineRecord) -> str | None:
    machine = record.machine
    if machine.phase != Phase.RUNNING or lifecycle.is_moving(machine):
        return lifecycle.why_not_change(machine) or f"it is {machine.phase}, not awake"
    return why_not_offered(context.store, ABILITIES["machine.reboot"])


def _why_not_autoresize(context: Context, record: MachineRecord, *, enabled: bool) -> str | None:
    if context.store.memory_growth.of(record.machine_id) is enabled:
        return "its memory may grow already" if enabled else "its memory stays as it is already"
    return lifecycle.why_not_change(record.machine) or why_not_offered(
        context.store, "autoresizing"
    )


def _plan_reboot(context: Context, record: MachineRecord | None, _: object) -> Wish:
    assert record is not None
    machines = context.store.client.machines
    machine_id = record.machine_id

    async def call(key: str, revision: str | None) -> Machine:
        await machines.reboot(machine_id, key=key, revision=revision)
        # A quick reboot ends where it began, and no thin row would tell that it happened.
        return await machines.get(machine_id)

    return Wish(call=call)


def _plan_autoresize(context: Context, record: MachineRecord | None, *, enabled: bool) -> Wish:
    assert record is not None
    machines = context.store.client.machines
    machine_id = record.machine_id

    async def call(key: str, _revision: str | None) -> Machine:
        await context.store.memory_growth.set(machine_id, enabled=enabled, key=key)
        return await machines.get(machine_id)

    return Wish(
        call=call,
        inverse=Inverse(
            action_id=_OFF if enabled else _ON,
            machine_id=machine_id,
            caveat="" if not enabled else "memory that was added stays",
        ),
    )


def _autoresize(
    action_id: str, label: str, help_: str, done: str, many_done: str, *, enabled: bool
) -> Action:
    return Action(
        id=action_id,
        label=label,
        footer="",
        help=help_,
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        takes_marks=True,
        needs_target=True,
        needs_line=True,
        permitted=lambda context, record: _why_not_autoresize(context, record, enabled=enabled),
        plan=lambda context, record, _: _plan_autoresize(context, record, enabled=enabled),
        words=Words(
            doing="changing how its memory grows",
            done=done,
            many_done=many_done,
            failed="kept its memory setting",
        ),
    )


_REBOOT = Action(
    id="machine.reboot",
    label="Reboot",
    footer="",
    help="Start the machine anew: its files stay, memory and processes do not.",
    danger=Danger.REVERSIBLE,
    scope=Scope.MACHINE,
    group="Machine",
    takes_marks=True,
    needs_target=True,
    needs_line=True,
    permitted=_why_not_reboot,
    ask=ask_before_sleep,
    plan=_plan_reboot,
    words=Words(
        doing="rebooting",
        done="is rebooting",
        many_done="are rebooting",
        failed="was not rebooted",
    ),
    bulk_grace_seconds=3.0,
)

_OF_ALL = Action(
    id="app.memory_growth",
    label="Memory growth of all machines",
    footer="",
    help="Say whether the service may give all machines of the organisation more memory; asks.",
    danger=Danger.REVERSIBLE,
    scope=Scope.APP,
    group="Application",
    needs_line=True,
)

ACTIONS: tuple[Action, ...] = (
    _REBOOT,
    _autoresize(
        _ON,
        "Let memory grow",
        "Let the service give the machine more memory when it needs it.",
        "may get more memory by itself",
        "may get more memory by themselves",
        enabled=True,
    ),
    _autoresize(
        _OFF,
        "Keep memory as it is",
        "No longer let the service give the machine more memory; what was added stays.",
        "keeps its memory as it is",
        "keep their memory as it is",
        enabled=False,
    ),
    _OF_ALL,
)
