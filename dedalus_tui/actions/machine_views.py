"""What to look at, and taking back: carried out by screens through store and runner."""

from __future__ import annotations

from dedalus_tui.actions.action import Action, Danger, Scope

ACTIONS: tuple[Action, ...] = (
    Action(
        id="machine.menu",
        label="All actions",
        footer="actions",
        help="Show every action for this machine, and why some cannot be done now.",
        keys=("a",),
        scope=Scope.MACHINE,
        group="Machine",
        takes_marks=True,
    ),
    Action(
        id="machine.undo",
        label="Stop or undo",
        footer="undo",
        help="Stop what is about to start or goes on; otherwise take the last action back.",
        keys=("u",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
    ),
    Action(
        id="machine.raw",
        label="Raw",
        footer="",
        help="Show what the service says about the machine, word for word.",
        keys=("y",),
        scope=Scope.MACHINE,
        group="Show",
        needs_target=True,
    ),
    Action(
        id="machine.refresh",
        label="Refresh",
        footer="",
        help="Ask the service about this machine now.",
        keys=("r",),
        scope=Scope.MACHINE,
        group="Show",
        takes_marks=True,
    ),
    Action(
        id="app.refresh_all",
        label="Refresh everything",
        footer="",
        help="Ask for the whole list now; a local cloud that ended is started again.",
        keys=("ctrl+r",),
        scope=Scope.APP,
        group="Show",
    ),
)
