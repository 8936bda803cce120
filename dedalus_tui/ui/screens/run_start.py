"""The ways to a run: asking for a command, starting it again, ending it.

Await these in a worker of the app: they ask and wait. What comes of them is handed to the caller,
because screens are for screens to show.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dedalus_tui.actions import executions as actions
from dedalus_tui.domain.execution import Execution, ExecutionSpec
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.lifecycle import would_wake
from dedalus_tui.journal.commands import PastCommand
from dedalus_tui.ui.bindings import key_of
from dedalus_tui.ui.dialogs.run_command import RunCommandDialog, RunWish
from dedalus_tui.ui.dialogs.wake import agrees_to_wake
from dedalus_tui.ui.present.execution import command_words, delete_words
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.run_draft import RunDraft, command_line, draft_of
from dedalus_tui.ui.present.run_form import timeout_ms
from dedalus_tui.ui.present.text import clip
from dedalus_tui.ui.present.units import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from textual.app import App

    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services


async def ask_and_run(
    app: App[Any],
    services: Services,
    records: Sequence[MachineRecord],
    *,
    like: RunDraft | None = None,
) -> Execution | RunWish | None:
    """Ask for a command; on one machine it is started, for several the wish is handed back."""
    if not records:
        services.say("Run a command: select a machine first")
        return None
    if len(records) == 1 and not await _may_wake(app, services, records[0]):
        return None
    store, first = services.store, records[0]
    started: list[Execution] = []

    async def send(wish: RunWish) -> CloudFault | None:
        _remember(services, records, wish)
        try:
            started.append(await actions.start(store, first.machine_id, wish.spec))
        except CloudFault as fault:
            return fault
        return None

    dialog = RunCommandDialog(
        _title(records),
        history=store.journal.commands.recent(first.machine_id),
        like=like,
        notes=_notes(records),
        send=send if len(records) == 1 else None,
    )
    wish = await app.push_screen_wait(dialog)
    if wish is None:
        return None
    if len(records) > 1:
        _remember(services, records, wish)
        return wish
    return started[0] if started else None


def _title(records: Sequence[MachineRecord]) -> str:
    if len(records) == 1:
        return f"Run on {title_of(records[0].machine, records[0].label)}"
    return f"Run on {counted(len(records), 'machine')}"


def _notes(records: Sequence[MachineRecord]) -> list[Line]:
    asleep = sum(would_wake(record.machine) for record in records)
    if not asleep:
        return []
    which = f"{asleep} of the {len(records)} machines"
    if asleep == len(records):
        which = f"all {asleep} machines" if asleep > 1 else "the machine"
    return [((f"This wakes {which}.", Role.WARN),)]


async def _may_wake(app: App[Any], services: Services, record: MachineRecord) -> bool:
    """Asked once for each machine; the form goes on to say that it wakes."""
    agreed = services.store.executions.agreed_to_wake
    if record.machine_id not in agreed:
        if not await agrees_to_wake(app, record, "a command"):
            return False
        if would_wake(record.machine):
            agreed.add(record.machine_id)
    return True


def _remember(services: Services, records: Sequence[MachineRecord], wish: RunWish) -> None:
    now = services.store.clock.now()
    for record in records:
        past = PastCommand(
            machine_id=record.machine_id,
            line=wish.line,
            is_script=wish.is_script,
            cwd=wish.spec.cwd or "",
            timeout=wish.timeout,
            variables=" ".join(name for name, _ in wish.spec.env),
            has_input=bool(wish.spec.stdin),
        )
        services.store.journal.commands.add(past, now)


def draft_of_run(services: Services, execution: Execution) -> RunDraft:
    """What the form begins with for a run: what this session sent, else what can be known."""
    spec = services.store.executions.sent.get(execution.execution_id)
    if spec is not None:
        return draft_of(spec)
    line, is_script = command_line(execution.command)
    past = _past_of(services, execution)
    names = execution.env_keys
    return RunDraft(
        line=line,
        is_script=is_script,
        cwd=execution.cwd or "",
        timeout=past.timeout if past is not None else "",
        variables=" ".join(f"{name}=" for name in names),
        lost_names=names,
        is_input_lost=past is not None and past.has_input,
    )


def _past_of(services: Services, execution: Execution) -> PastCommand | None:
    """What was typed here the last time for the same command on the same machine."""
    line, is_script = command_line(execution.command)
    same = (execution.machine_id, is_script, execution.cwd or "")
    for past in services.store.journal.commands.recent(execution.machine_id):
        if (past.machine_id, past.is_script, past.cwd) != same:
            continue
        if past.line == line or _words(past.line) == list(execution.command):
            return past
    return None


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return []


async def run_again(app: App[Any], services: Services, execution: Execution) -> Execution | None:
    """The same once more; through the form if something of it is not known any more."""
    record = services.store.machines.get(execution.machine_id)
    if record is None or not execution.command:
        services.say("Run again: the machine or the command is not known any more")
        return None
    spec = services.store.executions.sent.get(execution.execution_id)
    if spec is None:
        draft = draft_of_run(services, execution)
        if draft.lost_names or draft.is_input_lost:
            started = await ask_and_run(app, services, [record], like=draft)
            return started if isinstance(started, Execution) else None
        limit = timeout_ms(draft.timeout)
        spec = ExecutionSpec(command=execution.command, cwd=execution.cwd, timeout_ms=limit)
    if not await _may_wake(app, services, record):
        return None
    try:
        return await actions.start(services.store, execution.machine_id, spec)
    except CloudFault as fault:
        told = explain(fault, about="the command")
        services.say(f"not run: {told.happened}. {told.advice}")
        return None


async def ask_and_delete(app: App[Any], services: Services, execution: Execution) -> bool:
    """Cancel or delete after asking; whether the service was asked."""
    from dedalus_tui.ui.dialogs.confirm import ConfirmDialog

    verb = "Delete" if execution.is_over else "Cancel"
    dialog = ConfirmDialog(
        f"{verb} this run?", delete_words(execution), accept_label=f"{verb} it", is_dangerous=True
    )
    if not await app.push_screen_wait(dialog):
        return False
    try:
        answer = await actions.delete(services.store, execution)
    except CloudFault as fault:
        told = explain(fault, about="the run")
        services.say(f"not done: {told.happened}. {told.advice}")
        return False
    words = clip(command_words(execution), 30)
    if execution.is_over:
        services.say(f"deleted: {words}")
    else:
        services.say(f"asked for; the service says {answer.status}: {words}")
    return True


async def newest_run(services: Services, record: MachineRecord) -> Execution | None:
    """A machine's newest run; listing wakes nothing."""
    try:
        found = await services.store.executions.list(record.machine_id)
    except CloudFault as fault:
        told = explain(fault, about="runs")
        services.say(f"{told.happened}. {told.advice}")
        return None
    if not found:
        key, title = key_of("machine.run", services), title_of(record.machine, record.label)
        services.say(f"nothing was run on {title} yet: {key} runs a command")
        return None
    return found[0]
