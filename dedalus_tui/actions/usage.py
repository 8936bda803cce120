"""The way to what machines used."""

from __future__ import annotations

from dedalus_tui.actions.action import Action, Scope

ACTIONS: tuple[Action, ...] = (
    Action(
        id="app.usage",
        label="Usage and cost",
        footer="usage",
        footer_places=("fleet", "machine"),
        help="Show what all machines used this month, by machine, by hour and by day.",
        keys=("dollar_sign",),
        scope=Scope.APP,
        group="Application",
    ),
)
