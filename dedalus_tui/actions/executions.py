"""What can be done with executions: run, read, run again, cancel or delete, copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.action import Action, Danger, Scope
from dedalus_tui.actions.permission import why_not_usable
from dedalus_tui.domain.faults import NotFound

if TYPE_CHECKING:
    from dedalus_tui.domain.execution import Execution, ExecutionSpec
    from dedalus_tui.store.cloud import Store

STARTED_AT_ONCE = 6
"""Of a command run on many machines."""


async def start(store: Store, machine_id: str, spec: ExecutionSpec, *, key: str = "") -> Execution:
    """Run a command; a sleeping machine wakes for it. Raises CloudFault.

    The same `key` again asks for the same run once more, after an answer that was lost.
    """
    from dedalus_tui.api.keys import new_wish_key

    with store.changes.busy():
        execution = await store.client.executions.start(machine_id, spec, key=key or new_wish_key())
    store.executions.sent.note(execution.execution_id, spec)
    held = store.executions.note(execution)
    store.executions.refresh(machine_id)
    return held


async def delete(store: Store, execution: Execution) -> Execution:
    """Ask the service to delete a run, whatever that means for one under way. Raises CloudFault."""
    from dedalus_tui.api.keys import new_wish_key

    machine_id, execution_id = execution.machine_id, execution.execution_id
    with store.changes.busy():
        try:
            answer = await store.client.executions.delete(
                machine_id, execution_id, key=new_wish_key()
            )
        except NotFound:
            answer = execution
    if execution.is_over:
        store.executions.forget(machine_id, execution_id)
    else:
        store.executions.note(answer)
    store.executions.refresh(machine_id)
    return answer


ACTIONS: tuple[Action, ...] = (
    Action(
        id="machine.run",
        label="Run a command",
        footer="run",
        help="Run a command on the machine; on marked machines, on all of them.",
        keys=("x",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Runs",
        takes_marks=True,
        needs_target=True,
        needs_line=True,
        permitted=why_not_usable,
    ),
    Action(
        id="machine.output",
        label="Output of the newest run",
        footer="logs",
        help="Show what the machine's newest run wrote.",
        keys=("l",),
        scope=Scope.MACHINE,
        group="Runs",
        needs_target=True,
        needs_line=True,
    ),
    Action(
        id="machine.merged_output",
        label="Merged output",
        footer="",
        help="Show the newest runs of the marked machines in one text, in the order of time.",
        keys=("L",),
        scope=Scope.MACHINE,
        group="Runs",
        takes_marks=True,
        needs_target=True,
        needs_line=True,
    ),
    Action(
        id="execution.open",
        label="Output",
        footer="output",
        help="Show what the run wrote.",
        keys=("enter",),
        scope=Scope.RUN_LIST,
        group="Runs",
    ),
    Action(
        id="execution.again",
        label="Run again",
        footer="again",
        help="Run the same command again on the same machine.",
        keys=("R",),
        danger=Danger.REVERSIBLE,
        scope=Scope.EXECUTION,
        group="Runs",
    ),
    Action(
        id="execution.again_changed",
        label="Run again with changes",
        footer="",
        help="Change the command first, then run it.",
        keys=("M",),
        danger=Danger.REVERSIBLE,
        scope=Scope.EXECUTION,
        group="Runs",
    ),
    Action(
        id="execution.delete",
        label="Cancel or delete",
        footer="cancel/delete",
        help="Cancel the run if it is under way, otherwise delete its record; asks first.",
        keys=("X",),
        danger=Danger.IRREVERSIBLE,
        scope=Scope.EXECUTION,
        group="Runs",
    ),
    Action(
        id="execution.cancel_all",
        label="Cancel all",
        footer="cancel all",
        help="Cancel the command on the marked machines, or wherever it is under way; asks first.",
        keys=("ctrl+x",),
        danger=Danger.IRREVERSIBLE,
        scope=Scope.FAN_OUT,
        group="Runs",
    ),
    Action(
        id="execution.previous",
        label="Previous run",
        footer="",
        help="Show the run of this machine before this one.",
        keys=("left_square_bracket",),
        scope=Scope.RUN_OUTPUT,
        group="Runs",
    ),
    Action(
        id="execution.next",
        label="Next run",
        footer="",
        help="Show the run of this machine after this one.",
        keys=("right_square_bracket",),
        scope=Scope.RUN_OUTPUT,
        group="Runs",
    ),
    Action(
        id="execution.compare",
        label="Compare runs",
        footer="",
        help="Show what differs from the run of the same command before, or from the other mark.",
        keys=("d",),
        scope=Scope.EXECUTION,
        group="Runs",
    ),
    Action(
        id="execution.log_capture",
        label="Log capture",
        footer="",
        help="Show how far the service got in publishing the run's log elsewhere.",
        keys=("H",),
        scope=Scope.EXECUTION,
        group="Runs",
    ),
    Action(
        id="execution.copy_as",
        label="Copy as",
        footer="",
        help="Copy the command, the id, or a CLI, curl or SDK command that runs it.",
        keys=("C",),
        scope=Scope.EXECUTION,
        group="Copy",
        instead_of=("machine.copy_as",),
    ),
)
