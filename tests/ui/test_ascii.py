"""With `--ascii` the program draws no character outside ASCII, whatever it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedalus_tui.config.settings import Settings
from dedalus_tui.domain.label import Label
from dedalus_tui.journal.journal import Journal
from dedalus_tui.ui.screens.machine import MachineScreen
from dedalus_tui.ui.screens.welcome import WelcomeScreen
from dedalus_tui.ui.widgets.ascii_filter import _STAND_INS
from tests.drivers.app import Person, open_app
from tests.local import harness, runs, wishes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SETTINGS = Settings(motion=False, ascii=True)
DIALOGS = (
    "machine.create",
    "machine.destroy",
    "machine.menu",
    "list.columns",
    "app.help",
    "app.palette",
    "app.command_line",
)


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[harness.RunningCloud]:
    async with await harness.serve(tmp_path) as running:
        yield running


def check(person: Person, where: str) -> None:
    """Fail with the line that holds anything else."""
    wrong = [line for line in person.lines if not line.isascii()]
    assert wrong == [], where


async def open_screen(person: Person, command: str) -> None:
    before = person.app.screen
    await person.command(command)
    await person.until(lambda: person.app.screen is not before)
    await person.pilot.pause()


async def test_no_screen_draws_anything_else(cloud: harness.RunningCloud) -> None:
    ids = [str(wishes.create(cloud, autosleep="never")["machine_id"]) for _ in range(22)]
    machine_id = ids[0]
    wishes.act(cloud, ids[1], "sleep")
    long = runs.post(cloud, machine_id, "sh", "-c", "seq 300; echo error: no >&2; printf %0200d 1")
    runs.finished(cloud, long)
    path = f"/v1/machines/{machine_id}/previews"
    cloud.ask("POST", path, {"port": 8080, "visibility": "public"}, headers=wishes.key())
    journal = Journal(None, cloud="test")
    journal.labels.put(
        machine_id,
        Label(
            name="a-name-of-a-machine-that-is-" + "very-" * 9 + "long",
            note="note " * 30,
            tags=("ci",),
            is_pinned=True,
        ),
    )
    async with open_app(cloud, settings=SETTINGS, journal=journal, size=(80, 24)) as person:
        await person.until_shown("22")
        await person.select(machine_id)
        await person.press("space", "k", "k")
        check(person, "fleet")
        await person.select(machine_id)
        await person.do("list.mark_none")
        for action_id in DIALOGS:
            await person.do(action_id)
            if action_id != "app.command_line":
                await person.until(lambda: person.app.screen is not person.fleet)
            await person.pilot.pause()
            check(person, action_id)
            await person.press("escape")
            await person.until(lambda: person.app.screen is person.fleet)
        person.app.tell("something failed that is said here", is_error=True)
        await person.until_shown("something failed")
        check(person, "notice")
        await person.press("escape")
        await open_screen(person, f"open {machine_id}")
        machine = person.app.screen
        assert isinstance(machine, MachineScreen)
        for number in "15789":
            await person.press(number)
            await person.until(lambda: machine.pane is not None)
            await person.pilot.pause(0.05)
            check(person, machine.tab_key)
        await machine.open_tab("executions")
        await person.until(lambda: machine.chosen_runs)
        await person.pilot.pause()
        check(person, "runs of a machine")
        await person.press("enter")
        await person.until(lambda: person.app.screen is not machine)
        await person.until_shown("300")
        for key in ("e", "m", "i", "t"):
            await person.press(key)
            check(person, f"output after {key}")
        for command in ("runs", "log", "app.usage"):
            person.app.to_fleet()
            await person.until(lambda: person.app.screen is person.fleet)
            await open_screen(person, command)
            check(person, command)
        person.app.to_fleet()
        await person.pilot.resize_terminal(200, 50)
        await person.select(machine_id)
        await person.until_shown("note note")
        check(person, "fleet and detail")
        await person.do("machine.terminal")
        await person.until_shown("user@")
        check(person, "terminal")
        await person.press("ctrl+right_square_bracket")
        await person.until_shown("split")
        check(person, "bar of the terminal")
        await person.press("d")
        await person.until(lambda: person.app.screen is person.fleet)
    journal.close()


async def test_the_welcome_draws_nothing_else() -> None:
    async with open_app(None, settings=SETTINGS, wait=False, has_key=False) as person:
        await person.until(lambda: isinstance(person.app.screen, WelcomeScreen))
        await person.pilot.pause()
        check(person, "welcome")


def test_a_stand_in_is_as_wide_as_what_it_stands_for() -> None:
    from rich.cells import cell_len

    for ours, signs in _STAND_INS.items():
        assert ours.isascii()
        assert {cell_len(sign) for sign in signs} == {len(ours)}
