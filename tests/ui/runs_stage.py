"""Steps of tests that run commands from screens on a real cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.screens.machine import MachineScreen
from tests.ui.stage import until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.ui.stage import Stage

SIZE = (110, 30)


def field(stage: Stage, key: str) -> FormField:
    """A field of the form on show."""
    return stage.screen.query_one(f"#field-{key}", FormField)


def fill(stage: Stage, **texts: str) -> None:
    """Type into fields."""
    for key, text in texts.items():
        field(stage, key).text = text


async def opened(stage: Stage, pilot: Pilot[None], kind: type[Any]) -> None:
    """Wait until a screen of that kind is on top."""
    await until(pilot, lambda: isinstance(stage.screen, kind) and stage.screen.is_mounted)
    await pilot.pause()


def machine_screen(machine: str, tab: str = "executions") -> Any:
    """Begins on a machine's own screen."""
    return lambda stage: MachineScreen(stage.services, machine, tab=tab)
