"""One command on many machines, called off: what waits does not start, what runs is cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedalus_tui.actions.fan_out import FanOut, Waiting
from dedalus_tui.domain.execution import Execution, ExecutionSpec
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.screens.fan_out import FanOutScreen
from dedalus_tui.ui.screens.runs import RunsScreen
from tests.local.harness import start
from tests.store.living import create
from tests.ui.runs_stage import SIZE, opened
from tests.ui.stage import on_live_stage, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.local.harness import RunningCloud

LONG = ExecutionSpec(command=("sleep", "60"))


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    running = start(tmp_path)
    yield running
    running.stop_now()


async def test_all_are_cancelled_at_once_after_asking(cloud: RunningCloud) -> None:
    machines = [await create(cloud) for _ in range(3)]
    make = lambda stage: FanOutScreen(stage.services, machines, LONG)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        screen = stage.screen
        assert isinstance(screen, FanOutScreen)
        await until(pilot, lambda: stage.text.count("running") == 3)
        await pilot.press("ctrl+x")
        await opened(stage, pilot, ConfirmDialog)
        assert "Cancel 3 runs?" in stage.text
        await pilot.press("escape")
        await pilot.pause()
        assert stage.text.count("running") == 3
        await pilot.press("space", "ctrl+x")
        await opened(stage, pilot, ConfirmDialog)
        assert "Cancel 1 run?" in stage.text
        await pilot.press("y")
        await until(pilot, lambda: "1 cancelled   2 under way" in stage.text)
        await pilot.press("escape", "ctrl+x")
        await opened(stage, pilot, ConfirmDialog)
        await pilot.press("y")
        await until(pilot, lambda: "3 cancelled" in stage.text)
        await pilot.press("ctrl+x")
        await until(pilot, lambda: "nothing is under way here" in stage.text)


async def test_who_left_hears_how_it_ended(cloud: RunningCloud) -> None:
    machines = [await create(cloud) for _ in range(2)]
    make = lambda stage: RunsScreen(stage.services)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        spec = ExecutionSpec(command=("sleep", "0.3"))
        stage.push_screen(FanOutScreen(stage.services, machines, spec))
        await opened(stage, pilot, FanOutScreen)
        stage.pop_screen()
        await until(pilot, lambda: "sleep 0.3 on 2 machines: 2 ok" in " ".join(stage.said))


async def test_what_waits_for_its_turn_is_not_started(cloud: RunningCloud) -> None:
    machines = [await create(cloud) for _ in range(8)]
    make = lambda stage: RunsScreen(stage.services)  # noqa: E731
    async with on_live_stage(cloud, make, size=SIZE) as (stage, pilot):
        store = stage.services.store
        fan_out = FanOut(store, machines, LONG, lambda: None)
        running = stage.run_worker(fan_out.run(machines))
        await until(pilot, lambda: any(isinstance(one, Execution) for one in fan_out.fates))
        assert await fan_out.call_off(machines) == ()
        await running.wait()
        assert fan_out.is_over
        statuses = [one.status for one in fan_out.fates if isinstance(one, Execution)]
        assert set(statuses) == {"cancelled"}
        never = fan_out.fates.count(Waiting.CALLED_OFF)
        assert len(statuses) + never == 8
        listed = [len(await store.executions.list(machine)) for machine in machines]
        assert sum(listed) == len(statuses)
