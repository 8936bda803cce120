"""The output screen on a real local cloud: following, endings, faults, other runs, saving."""

from __future__ import annotations

import asyncio
import stat
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.domain.execution import Execution
from dedalus_tui.ui.screens.output import OutputScreen
from dedalus_tui.ui.widgets.log_panel import LogPanel
from tests.local import runs
from tests.local.harness import start
from tests.store.living import create
from tests.ui.stage import on_live_stage, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from tests.local.harness import RunningCloud
    from tests.ui.stage import Stage

SIZE = (100, 24)


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    running = start(tmp_path)
    yield running
    running.stop_now()


async def run(cloud: RunningCloud, machine: str, script: str, **fields: Any) -> Execution:
    document = await asyncio.to_thread(runs.post, cloud, machine, "sh", "-c", script, **fields)
    return Execution(execution_id=document["execution_id"], machine_id=machine)


def screen_of(stage: Stage) -> OutputScreen:
    assert isinstance(stage.screen, OutputScreen)
    return stage.screen


async def test_a_run_is_followed_to_its_end(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    script = "echo begun; until [ -e gate ]; do sleep 0.02; done; echo trouble >&2; exit 7"
    held = await run(cloud, machine, script)
    make = lambda stage: OutputScreen(stage.services, held)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        await until(pilot, lambda: "FOLLOWING" in stage.text and "begun" in stage.text)
        home = await cloud.inside(lambda world: world.directories.home(machine))
        (home / "gate").touch()
        await until(pilot, lambda: "failed, exit 7" in stage.text)
        assert "trouble" in stage.text
        await until(pilot, lambda: " END " in stage.text)
        screen = screen_of(stage)
        await pilot.press("slash", *"trou", "enter")
        await until(pilot, lambda: "trou 1 of 1" in stage.text)
        screen.action_app_back()
        await until(pilot, lambda: "trou 1 of 1" not in stage.text)
        assert screen.panel.view.search is None


@pytest.mark.parametrize(
    ("script", "fields", "words"),
    [
        ("exit 0", {}, "exit 0"),
        ("exit 7", {}, "exit 7"),
        ("kill -9 $$", {}, "killed by signal 9"),
        ("sleep 30", {"timeout_ms": 100}, "timed out after"),
        ("true", {"cwd": "/nowhere"}, "could not run: execution_runner_prepare_failed"),
    ],
)
async def test_endings_read_differently(
    cloud: RunningCloud, script: str, fields: dict[str, Any], words: str
) -> None:
    machine = await create(cloud)
    held = await run(cloud, machine, script, **fields)
    make = lambda stage: OutputScreen(stage.services, held)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        await until(pilot, lambda: words in stage.lines[1])


async def test_what_is_missing_is_told(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    held = await run(cloud, machine, "head -c 200000 /dev/zero | tr '\\0' x")
    await asyncio.to_thread(
        runs.finished, cloud, {"execution_id": held.execution_id, "machine_id": machine}
    )
    empty: dict[str, Any] = {"items": []}
    await cloud.fault(path="/events$", status=200, body=empty)
    output = {"execution_id": held.execution_id, "stdout": "x" * 1000, "stdout_truncated": True}
    await cloud.fault(path="/output$", status=200, body=output)
    make = lambda stage: OutputScreen(stage.services, held)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        await until(
            pilot, lambda: "The service cut stdout: 194 KiB of it is not here" in stage.text
        )


async def test_a_fault_is_told_above_what_was_read(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    held = await run(cloud, machine, "echo begun; sleep 30")
    make = lambda stage: OutputScreen(stage.services, held)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        await until(pilot, lambda: "begun" in stage.text)
        await cloud.fault(path="/events$", status=500, body="<html>")
        await until(pilot, lambda: "Nothing comes just now" in stage.text)
        assert "begun" in stage.text
        await cloud.clear_faults()
        await until(pilot, lambda: "Nothing comes just now" not in stage.text)


async def test_brackets_step_through_the_runs_of_the_machine(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    first = await run(cloud, machine, "echo the first run")
    await asyncio.to_thread(
        runs.finished, cloud, {"execution_id": first.execution_id, "machine_id": machine}
    )
    second = await run(cloud, machine, "echo the second run")
    make = lambda stage: OutputScreen(stage.services, second)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        store = stage.services.store
        await until(pilot, lambda: len(store.executions.of(machine)) == 2)
        await until(pilot, lambda: "the second run" in "\n".join(stage.lines[3:]))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "the first run" in "\n".join(stage.lines[3:]))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "no run before this one" in stage.text)


async def test_a_run_known_by_its_id_alone_has_its_place_among_the_listed_ones(
    cloud: RunningCloud,
) -> None:
    machine = await create(cloud)
    first = await run(cloud, machine, "echo the first run")
    await asyncio.to_thread(
        runs.finished, cloud, {"execution_id": first.execution_id, "machine_id": machine}
    )
    second = await run(cloud, machine, "echo the second run")
    # What it wrote comes before the service has told when it was created.
    await cloud.fault(path=f"/{second.execution_id}$", status=500, body={})
    make = lambda stage: OutputScreen(stage.services, second)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        store = stage.services.store
        await until(pilot, lambda: len(store.executions.of(machine)) == 2)
        await until(pilot, lambda: "  the second run" in stage.lines)
        assert screen_of(stage).execution.created_at is None
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "  the first run" in stage.lines)


async def test_a_deleted_run_stays_on_show_between_its_neighbours(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    for text in ("first", "second", "third"):
        held = await run(cloud, machine, f"echo the {text} run")
        document = {"execution_id": held.execution_id, "machine_id": machine}
        await asyncio.to_thread(runs.finished, cloud, document)
        if text == "second":
            middle = held
    make = lambda stage: OutputScreen(stage.services, middle)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        store = stage.services.store
        await until(pilot, lambda: len(store.executions.of(machine)) == 3)
        await until(pilot, lambda: " END " in stage.text)
        await pilot.press("X")
        await until(pilot, lambda: "Delete this run?" in stage.text)
        await pilot.press("y")
        await until(pilot, lambda: "The service no longer knows this run" in stage.text)
        assert "  the second run" in stage.lines
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "  the first run" in stage.lines)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "  the third run" in stage.lines)


async def test_the_output_is_saved_exactly_and_with_times(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    machine = await create(cloud)
    held = await run(cloud, machine, "printf 'a\\351\\nb'; echo c >&2")
    make = lambda stage: OutputScreen(stage.services, held)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        await until(pilot, lambda: " END " in stage.text)
        plain, timed = tmp_path / "plain.log", tmp_path / "timed.log"
        for path, form in ((plain, "plain"), (timed, "times")):
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "Save the output" in stage.text)
            dialog = stage.screen
            dialog.query_one("#field-path").text = str(path)  # type: ignore[attr-defined]
            dialog.query_one("#field-form").text = form  # type: ignore[attr-defined]
            await pilot.press("ctrl+j")
            await until(pilot, path.exists)
            await until(pilot, lambda: "saved" in stage.text)
        assert plain.read_bytes() in {b"a\xe9\nc\nb", b"c\na\xe9\nb"}
        assert stat.S_IMODE(plain.stat().st_mode) == 0o600
        lines = timed.read_bytes().splitlines()
        assert len(lines) == 3
        assert all(b"Z std" in line for line in lines)


async def test_lines_are_copied(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    held = await run(cloud, machine, "echo alpha; echo beta; echo gamma")
    make = lambda stage: OutputScreen(stage.services, held)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        await until(pilot, lambda: " END " in stage.text)
        await pilot.press("slash", *"alpha", "enter")
        await until(pilot, lambda: "1 of 1" in stage.text)
        await pilot.press("v", "j", "y")
        assert stage.copied == ["alpha\nbeta"]


async def test_what_differs_from_the_run_before_is_shown(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    home = await cloud.inside(lambda world: world.directories.home(machine))
    for text in ("alpha\nbeta\n", "alpha\ngamma\n"):
        (home / "notes").write_text(text)
        held = await run(cloud, machine, "cat notes")
        await asyncio.to_thread(
            runs.finished, cloud, {"execution_id": held.execution_id, "machine_id": machine}
        )
    make = lambda stage: OutputScreen(stage.services, held)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        store = stage.services.store
        await until(pilot, lambda: len(store.executions.of(machine)) == 2)
        await until(pilot, lambda: " END " in stage.text)
        await pilot.press("d")
        await until(pilot, lambda: all(each in stage.lines for each in ("  -beta", "  +gamma")))
        assert "   alpha" in stage.lines
        await until(pilot, lambda: any("END   lines 1-6 of 6" in line for line in stage.lines))


async def test_other_runs_asked_for_at_once_or_too_late_show_one_or_none(
    cloud: RunningCloud,
) -> None:
    machine = await create(cloud)
    held, first, second = [await run(cloud, machine, f"echo {word}ish") for word in "abc"]
    make = lambda stage: OutputScreen(stage.services, held)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        screen = screen_of(stage)
        await asyncio.gather(screen.show_run(first), screen.show_run(second))
        await until(pilot, lambda: "cish" in stage.text and len(screen.query(LogPanel)) == 1)
        await screen.dismiss()
        await screen.show_run(first)
        assert screen.execution.execution_id == second.execution_id


async def test_a_log_without_lines_says_why_and_which_key_shows_more(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    held = await run(cloud, machine, "echo one; echo two")
    make = lambda stage: OutputScreen(stage.services, held)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        await until(pilot, lambda: "two" in stage.text and " END " in stage.text)
        await pilot.press("ampersand", *"zebra", "enter")
        await until(pilot, lambda: "lines are hidden   esc shows all lines" in stage.text)
        middle = next(line for line in stage.text.splitlines() if "Nothing matches zebra" in line)
        assert middle.startswith(" " * 20), "in the middle"
        await pilot.press("escape")
        await until(pilot, lambda: "Nothing matches" not in stage.text and "two" in stage.text)
        await pilot.press("s", "s")
        await until(pilot, lambda: "Nothing came from err" in stage.text)
        assert "lines are hidden   s shows other streams" in stage.text
        await pilot.press("s", "s")
        await until(pilot, lambda: "Nothing came" not in stage.text and "two" in stage.text)
        assert screen_of(stage).log_view.has_focus
