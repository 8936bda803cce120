"""What can be done with executions: run, read, run again, cancel or delete, copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.action import Action, Danger, Scope
from dedalus_tui.domain.machine import Phase

if TYPE_CHECKING:
    from dedalus_tui.actions.context import Context
    from dedalus_tui.store.record import MachineRecord

_CANNOT_RUN = {
    Phase.DESTROYED: "it is destroyed",
    Phase.DESTROYING: "it is being destroyed",
    Phase.FAILED: "it has failed",
}


def why_not_run(_: Context, record: MachineRecord) -> str | None:
    """Why no command can be run on a machine; None = it can, if need be by waking it."""
    return next(
        (words for phase, words in _CANNOT_RUN.items() if record.machine.phase == phase), None
    )


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
        permitted=why_not_run,
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
        scope=Scope.EXECUTION,
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
        footer="cancel",
        help="Cancel the run if it is under way, otherwise delete its record; asks first.",
        keys=("X",),
        danger=Danger.IRREVERSIBLE,
        scope=Scope.EXECUTION,
        group="Runs",
    ),
    Action(
        id="execution.previous",
        label="Previous run",
        footer="",
        help="Show the run of this machine before this one.",
        keys=("left_square_bracket",),
        scope=Scope.EXECUTION,
        group="Runs",
    ),
    Action(
        id="execution.next",
        label="Next run",
        footer="",
        help="Show the run of this machine after this one.",
        keys=("right_square_bracket",),
        scope=Scope.EXECUTION,
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
        id="execution.copy_as",
        label="Copy as",
        footer="",
        help="Copy the command, the id, or a CLI, curl or SDK command that runs it.",
        keys=("C",),
        scope=Scope.EXECUTION,
        group="Copy",
    ),
)
