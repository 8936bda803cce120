"""How far the published copy of a run's log got: asked for by key, where the service has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedalus_tui.domain.execution_logs import ExecutionLogs, LogCapture, LogPublication
from dedalus_tui.ui.dialogs.tell import TellDialog
from dedalus_tui.ui.present.log_capture import log_capture_lines
from dedalus_tui.ui.screens.output import OutputScreen
from tests.drivers.app import open_app
from tests.local import harness, runs, wishes

if TYPE_CHECKING:
    from pathlib import Path

    from dedalus_tui.local.world import Generation
    from tests.drivers.app import Person


def told(logs: ExecutionLogs) -> list[str]:
    """The lines above the note."""
    lines = ["".join(text for text, _ in line).rstrip() for line in log_capture_lines(logs, 76)]
    return lines[: lines.index("")]


@pytest.mark.parametrize(
    ("logs", "lines"),
    [
        (ExecutionLogs(execution_id="e"), ["Captured  the service does not say"]),
        (
            ExecutionLogs(execution_id="e", capture=LogCapture(state="pending", lost_bytes=0)),
            ["Captured  pending"],
        ),
        (
            ExecutionLogs(
                execution_id="e",
                capture=LogCapture(state="incomplete", lost_bytes=120, unconfirmed_bytes=5),
                publication=LogPublication(
                    state="failed", queued_messages=1, complete=False, code="NOT_AUTHORISED\x1b"
                ),
                stream_id="s-1",
                code="LATE",
            ),
            [
                "Captured  incomplete   120 B lost, 5 B unconfirmed",
                "Published failed   NOT_AUTHORISED\ufffd, 1 message waiting, not complete",
                "Code      LATE",
                "Stream    s-1",
            ],
        ),
        (
            ExecutionLogs(
                execution_id="e", publication=LogPublication(state="resting", complete=True)
            ),
            ["Captured  the service does not say", "Published resting   complete"],
        ),
    ],
)
def test_what_the_service_says_is_told(logs: ExecutionLogs, lines: list[str]) -> None:
    assert told(logs) == lines


async def at_output(person: Person, cloud: harness.RunningCloud, words: str = "hello") -> None:
    """On the output of a run that is over, once it shows the words."""
    machine_id = wishes.create(cloud, autosleep="never")["machine_id"]
    runs.shell(cloud, machine_id, "echo hello")
    await person.until(lambda: person.store.machines.records())
    (record,) = person.store.machines.records()
    await person.until(lambda: len(person.fleet.rows) == 1)
    await person.select(record.machine_id)
    await person.do("machine.output")
    await person.until(lambda: isinstance(person.app.screen, OutputScreen))
    await person.until_shown(words)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_key_shows_how_far_it_got(tmp_path: Path, size: tuple[int, int]) -> None:
    async with (
        await harness.serve(tmp_path, generation="2026-09") as cloud,
        open_app(cloud, size=size) as person,
    ):
        await at_output(person, cloud)
        await person.do("execution.log_capture")
        await person.until(lambda: isinstance(person.app.screen, TellDialog))
        await person.until_shown(r"Captured +unavailable +not_configured")
        await person.press("escape")
        await person.until(lambda: isinstance(person.app.screen, OutputScreen))


@pytest.mark.parametrize("generation", ["2026-05", "2026-07"])
async def test_a_service_without_it_is_said_to_have_none(
    tmp_path: Path, generation: Generation
) -> None:
    async with (
        await harness.serve(tmp_path, generation=generation) as cloud,
        open_app(cloud) as person,
    ):
        await at_output(person, cloud)
        await person.do("execution.log_capture")
        await person.until_shown("Log capture: this deployment|this deployment does not offer")
        assert isinstance(person.app.screen, OutputScreen)


async def test_an_empty_screen_says_that_the_output_is_withheld(tmp_path: Path) -> None:
    async with (
        await harness.serve(tmp_path, generation="2026-09") as cloud,
        open_app(cloud, size=(80, 24)) as person,
    ):
        for path in ("/events$", "/output$"):
            await cloud.fault(path=path, status=404, body={"title": "Not Found", "status": 404})
        await at_output(person, cloud, "gives out no output .* H says")
