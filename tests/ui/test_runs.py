"""Running commands from the screens: the form, the lists, many machines, merged output."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.journal.commands import PastCommand
from dedalus_tui.ui.dialogs.field import FormField
from dedalus_tui.ui.dialogs.run_command import RunCommandDialog
from dedalus_tui.ui.panes.executions import ExecutionsPane
from dedalus_tui.ui.screens.compare_runs import CompareRunsScreen
from dedalus_tui.ui.screens.fan_out import FanOutScreen
from dedalus_tui.ui.screens.merged_output import MergedOutputScreen
from dedalus_tui.ui.screens.output import OutputScreen
from dedalus_tui.ui.screens.runs import RunsScreen
from tests.local import runs
from tests.local.harness import start
from tests.store.living import create
from tests.ui.runs_stage import SIZE, field, fill, machine_screen, opened
from tests.ui.stage import on_live_stage, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from dedalus_tui.domain.execution import Execution
    from tests.local.harness import RunningCloud
    from tests.ui.stage import Stage


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    running = start(tmp_path)
    yield running
    running.stop_now()


async def finished(cloud: RunningCloud, machine: str, script: str) -> dict[str, Any]:
    return await asyncio.to_thread(runs.shell, cloud, machine, script)


async def test_x_runs_a_command_and_shows_what_it_writes(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        await until(pilot, lambda: "Nothing was run here yet" in stage.text)
        await pilot.press("x")
        await opened(stage, pilot, RunCommandDialog)
        fill(stage, command="echo $GREETING; pwd; cat", shell="yes", cwd="/", stdin="from me\\n")
        fill(stage, env="GREETING='good day'")
        await pilot.press("ctrl+j")
        await opened(stage, pilot, OutputScreen)
        await until(pilot, lambda: "exit 0" in stage.lines[1])
        await until(
            pilot, lambda: all(x in stage.lines for x in ("  good day", "  /", "  from me"))
        )
        assert "env GREETING" in stage.text
        past = stage.services.store.journal.commands.recent(machine)
        assert [one.line for one in past] == ["echo $GREETING; pwd; cat"]
        assert past[0].variables == "GREETING"
        assert past[0].has_input
        assert "good day" not in repr(past)


async def test_enter_behind_a_command_runs_it(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        await pilot.press("x")
        await opened(stage, pilot, RunCommandDialog)
        assert "Enter behind the command runs it" in stage.text
        await pilot.press("enter")
        assert isinstance(stage.screen, RunCommandDialog)
        await pilot.press(*"pwd", "enter")
        await opened(stage, pilot, OutputScreen)
        await until(pilot, lambda: "exit 0" in stage.lines[1])


async def test_what_is_wrong_stands_beside_its_field(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        await pilot.press("x")
        await opened(stage, pilot, RunCommandDialog)
        fill(stage, command="echo 'open", timeout_ms="soon", env="1X=2", stdin="@/no/such/file")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "not shell words" in stage.text)
        for words in ("seconds, or as in 30s", "NAME=value, several", "cannot be read: no such"):
            assert words in stage.text
        assert isinstance(stage.screen, RunCommandDialog)
        fill(stage, command="ls | wc")
        await until(pilot, lambda: "sh runs it" in stage.text)
        assert field(stage, "shell").text == "yes"
        fill(stage, command="ls")
        await until(pilot, lambda: field(stage, "shell").text == "no")
        fill(stage, command="ls *")
        await until(pilot, lambda: field(stage, "shell").text == "yes")
        fill(stage, shell="no")
        await until(pilot, lambda: "signs that only a shell understands" in stage.text)
        fill(stage, command="ls * | wc")
        await pilot.pause()
        assert field(stage, "shell").text == "no"


async def test_a_refusal_of_the_service_keeps_what_was_typed(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        problem = {
            "title": "Unprocessable",
            "status": 422,
            "errors": [{"location": "body.cwd", "message": "must be absolute"}],
        }
        await cloud.fault(path="/executions$", method="POST", status=422, body=problem, times=1)
        await pilot.press("x")
        await opened(stage, pilot, RunCommandDialog)
        fill(stage, command="true", cwd="here")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "must be absolute" in stage.text)
        assert stage.screen.query_one("#field-command", FormField).text == "true"


async def test_earlier_commands_come_back(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        # Each run by hand shows two screens, which takes seconds; the last one is enough.
        store = stage.services.store
        for line in ("echo one", "ls"):
            past = PastCommand(machine_id=machine, line=line)
            store.journal.commands.add(past, store.clock.now())
        await pilot.press("x")
        await opened(stage, pilot, RunCommandDialog)
        fill(stage, command="echo two")
        await pilot.press("ctrl+j")
        await opened(stage, pilot, OutputScreen)
        stage.pop_screen()
        await pilot.pause()
        await pilot.press("x")
        await opened(stage, pilot, RunCommandDialog)
        field = stage.screen.query_one("#field-command", FormField)
        fill(stage, command="ech")
        await pilot.press("ctrl+r")
        assert field.text == "echo two"
        await pilot.pause()
        await pilot.press("ctrl+r")
        assert field.text == "echo one"
        await until(pilot, lambda: "earlier command 2 of 2" in stage.text)


async def test_a_sleeping_machine_is_woken_only_after_asking_once(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        store = stage.services.store
        await store.client.machines.sleep(machine, key="k1")
        store.refresh()
        await until(pilot, lambda: _phase(stage, machine) == "sleeping")
        await pilot.press("x")
        await until(pilot, lambda: "A command wakes it" in stage.text)
        await pilot.press("escape")
        await pilot.pause()
        assert _phase(stage, machine) == "sleeping"
        await pilot.press("x")
        await until(pilot, lambda: "A command wakes it" in stage.text)
        await pilot.press("y")
        await opened(stage, pilot, RunCommandDialog)
        assert "This wakes the machine." in stage.text
        fill(stage, command="echo awake now")
        await pilot.press("ctrl+j")
        await opened(stage, pilot, OutputScreen)
        await until(pilot, lambda: "  awake now" in stage.lines)


def _phase(stage: Stage, machine: str) -> str:
    record = stage.services.store.machines.get(machine)
    assert record is not None
    return str(record.machine.phase)


async def test_the_tab_lists_runs_again_and_deletes(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    await finished(cloud, machine, "exit 3")
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        await until(pilot, lambda: "exit 3" in stage.text)
        await pilot.press("R")
        store = stage.services.store
        await until(pilot, lambda: len(store.executions.of(machine)) == 2)
        await until(pilot, lambda: stage.text.count("✗ exit 3") == 2)
        await pilot.press("g", "X")
        await until(pilot, lambda: "The service has no undo." in stage.text)
        await pilot.press("y")
        await until(pilot, lambda: len(store.executions.of(machine)) == 1)
        await until(pilot, lambda: stage.text.count("✗ exit 3") == 1)
        await pilot.press("M")
        await opened(stage, pilot, RunCommandDialog)
        assert stage.screen.query_one("#field-command", FormField).text == "exit 3"
        assert stage.screen.query_one("#field-shell", FormField).text == "yes"


async def test_a_running_one_is_cancelled_with_honest_words(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    await asyncio.to_thread(runs.post, cloud, machine, "sleep", "60")
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        await until(pilot, lambda: "running" in stage.text and "sleep 60" in stage.text)
        await pilot.press("X")
        await until(pilot, lambda: "Its documents do not say whether" in stage.text)
        await pilot.press("y")
        await until(pilot, lambda: "cancelled" in stage.text)


async def test_enter_and_l_show_the_output(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    await finished(cloud, machine, "echo written earlier")
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        pane = stage.screen.query_one(ExecutionsPane)
        await until(pilot, lambda: pane.table.order)
        await pilot.press("enter")
        await opened(stage, pilot, OutputScreen)
        await until(pilot, lambda: "  written earlier" in stage.lines)
        stage.pop_screen()
        await pilot.pause()
        stage.screen.action_machine_output()  # type: ignore[attr-defined]
        await opened(stage, pilot, OutputScreen)


async def test_all_runs_are_listed_filtered_and_sorted(cloud: RunningCloud) -> None:
    one, two = await create(cloud), await create(cloud)
    await finished(cloud, one, "echo alpha")
    await finished(cloud, two, "exit 9")
    make = lambda stage: RunsScreen(stage.services)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        screen = stage.screen
        assert isinstance(screen, RunsScreen)
        await until(pilot, lambda: len(screen.table.order) == 2 and "exit 9" in stage.text)
        await pilot.press("Z")
        await until(pilot, lambda: len(screen.table.order) == 1 and "1 run hidden" in stage.text)
        await pilot.press("Z", "slash", *"alpha", "enter")
        await until(
            pilot, lambda: [run.command[2] for run in screen.table.marked] == ["echo alpha"]
        )
        await pilot.press("enter")
        await opened(stage, pilot, OutputScreen)


async def test_one_command_on_many_machines(cloud: RunningCloud) -> None:
    machines = [await create(cloud) for _ in range(3)]
    home = await cloud.inside(lambda world: world.directories.home(machines[2]))
    (home / "odd").touch()
    make = lambda stage: RunsScreen(stage.services)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        records = [stage.services.store.machines.get(machine) for machine in machines]
        chosen = [record for record in records if record is not None]
        screen = stage.screen
        assert isinstance(screen, RunsScreen)
        stage.run_worker(screen._ask_and_run(chosen))
        await opened(stage, pilot, RunCommandDialog)
        assert "Run on 3 machines" in stage.text
        script = "if [ -e odd ]; then echo odd; exit 4; fi; echo even"
        fill(stage, command=script, shell="yes")
        await pilot.press("ctrl+j")
        await opened(stage, pilot, FanOutScreen)
        await until(pilot, lambda: "2 ok   1 failed" in stage.text)
        await until(pilot, lambda: "output: 2 same, 1 different" in stage.text)
        screen = stage.screen
        assert isinstance(screen, FanOutScreen)
        screen.table.select(machines[2])
        await pilot.press("d")
        await opened(stage, pilot, CompareRunsScreen)
        await until(pilot, lambda: all(one in stage.lines for one in ("  -even", "  +odd")))
        await pilot.press("escape")
        await opened(stage, pilot, FanOutScreen)
        (home / "odd").unlink()
        await pilot.press("R")
        await until(pilot, lambda: "output: all 3 the same" in stage.text)
        assert "3 ok" in stage.text
        counts = [len(await _listed(stage, machine)) for machine in machines]
        assert counts == [1, 1, 2]


async def _listed(stage: Stage, machine: str) -> tuple[Execution, ...]:
    return await stage.services.store.executions.list(machine)


async def test_merged_output_is_in_the_order_of_time(cloud: RunningCloud) -> None:
    one, two = await create(cloud), await create(cloud)
    await finished(cloud, one, "echo first")
    await finished(cloud, two, "echo second")
    make = lambda stage: RunsScreen(stage.services)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        found = [stage.services.store.machines.get(machine) for machine in (two, one)]
        records = [record for record in found if record is not None]
        screen = stage.screen
        assert isinstance(screen, RunsScreen)
        await screen.show_merged_output(records)
        await opened(stage, pilot, MergedOutputScreen)
        await until(pilot, lambda: " END " in stage.text)
        lines = [line.split()[-1] for line in stage.lines if line.endswith(("first", "second"))]
        assert lines[-2:] == ["first", "second"]
        assert "output of 2 machines" in stage.text


async def test_a_run_is_copied_as_commands(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    await finished(cloud, machine, "echo it's")
    async with on_live_stage(cloud, machine_screen(machine), size=SIZE) as (stage, pilot):
        await until(pilot, lambda: "echo it's" in stage.text)
        await pilot.press("C")
        await until(pilot, lambda: "Copy the run as" in stage.text)
        await pilot.press("4")
        await until(pilot, lambda: stage.copied)
        assert stage.copied[0].startswith("curl -sS -X POST")
        assert "DEDALUS_API_KEY" in stage.copied[0]
        assert cloud.api_key not in stage.copied[0]
