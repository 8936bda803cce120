"""Dialogs where they act: from a key's action through the form to the service and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.screen import Screen

from dedalus_tui.actions.pending import Graces
from dedalus_tui.domain.label import Label
from dedalus_tui.ui.dialogs.create import CreateDialog
from dedalus_tui.ui.dialogs.destroy import DestroyDialog
from dedalus_tui.ui.dialogs.would_end import WouldEndDialog
from tests.store.living import ask, create
from tests.ui.stage import Stage, on_live_stage, until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.pilot import Pilot

    from dedalus_tui.actions.action import Action
    from dedalus_tui.store.record import MachineRecord
    from tests.local.harness import RunningCloud


def empty(_: Stage) -> Screen[None]:
    return Screen()


def records(stage: Stage, *ids: str) -> tuple[MachineRecord, ...]:
    assert stage.store is not None
    found = tuple(stage.store.machines.get(machine_id) for machine_id in ids)
    assert None not in found
    return tuple(record for record in found if record is not None)


async def dialog(stage: Stage, pilot: Pilot[None], title: str) -> None:
    await until(pilot, lambda: title in stage.text)


async def test_a_machine_is_created_and_named(cloud: RunningCloud) -> None:
    async with on_live_stage(cloud, empty) as (stage, pilot):
        assert stage.store is not None
        machines = stage.store.machines
        stage.start_action("machine.create", ())
        await dialog(stage, pilot, "New machine")
        await pilot.press("2", "tab", *"2g", "tab", "tab", *"never", "tab", *"web", "ctrl+j")
        await until(pilot, lambda: machines.records())
        await until(pilot, lambda: not isinstance(stage.screen, CreateDialog))
        (record,) = machines.records()
        assert record.label.name == "web"
        made = await ask(cloud, "GET", f"/v1/machines/{record.machine_id}")
        assert (made["vcpu"], made["memory_mib"], made["autosleep_seconds"]) == (2, 2048, 0)


async def test_what_the_service_refuses_stands_beside_its_field(cloud: RunningCloud) -> None:
    async with on_live_stage(cloud, empty) as (stage, pilot):
        await cloud.fault(
            path="/v1/machines$",
            method="POST",
            times=1,
            status=422,
            body={
                "title": "Unprocessable Entity",
                "status": 422,
                "errors": [{"location": "body.vcpu", "message": "at most 4 on this plan"}],
            },
        )
        stage.start_action("machine.create", ())
        await dialog(stage, pilot, "New machine")
        await pilot.press("9", "ctrl+j")
        await until(pilot, lambda: "at most 4 on this plan" in stage.text)
        assert "at most 4" in next(line for line in stage.lines if "vCPU" in line)
        await pilot.press("4", "ctrl+j")
        await until(pilot, lambda: stage.store and stage.store.machines.records())


async def test_sizes_and_autosleep_are_changed(cloud: RunningCloud) -> None:
    machine_id = await create(cloud, storage_gib=10)
    async with on_live_stage(cloud, empty) as (stage, pilot):
        stage.start_action("machine.resize", records(stage, machine_id))
        await dialog(stage, pilot, "Resize")
        await pilot.press("tab", "tab", *"30", "ctrl+j")
        await until(pilot, lambda: records(stage, machine_id)[0].confirmed.storage_gib == 30)
        await until(pilot, lambda: "Resize" not in stage.text)
        stage.start_action("machine.autosleep", records(stage, machine_id))
        await dialog(stage, pilot, "Autosleep of")
        await pilot.press(*"2h", "enter")
        await until(
            pilot, lambda: records(stage, machine_id)[0].confirmed.autosleep_seconds == 7200
        )


async def test_a_label_is_kept_here(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, empty) as (stage, pilot):
        stage.start_action("machine.label", records(stage, machine_id))
        await dialog(stage, pilot, "Name, note, tags")
        await pilot.press(*"api", "tab", *"ci", "ctrl+j")
        await until(
            pilot,
            lambda: records(stage, machine_id)[0].label == Label(name="api", tags=("ci",)),
        )


async def test_sleep_asks_only_when_something_would_end(cloud: RunningCloud) -> None:
    idle, busy = await create(cloud), await create(cloud)
    await ask(cloud, "POST", f"/v1/machines/{busy}/executions", {"command": ["sleep", "600"]})
    async with on_live_stage(cloud, empty) as (stage, pilot):
        stage.start_action("machine.sleep", records(stage, idle))
        await until(pilot, lambda: records(stage, idle)[0].machine.phase == "sleeping")
        stage.start_action("machine.sleep", records(stage, busy))
        await until(pilot, lambda: isinstance(stage.screen, WouldEndDialog))
        assert "execution sleep 600" in stage.text
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(stage.screen, WouldEndDialog))
        assert records(stage, busy)[0].machine.desired_state == "running"
        stage.start_action("machine.sleep", records(stage, busy))
        await until(pilot, lambda: isinstance(stage.screen, WouldEndDialog))
        await pilot.press("y")
        await until(pilot, lambda: records(stage, busy)[0].machine.phase == "sleeping")


@pytest.fixture
def graces(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each grace that was begun; half a second of it is waited out."""
    begun: list[float] = []
    wait_out = Graces.wait_out

    async def wait_less(
        self: Graces, action: Action, targets: Sequence[MachineRecord], seconds: float
    ) -> bool:
        begun.append(seconds)
        return await wait_out(self, action, targets, 0.5)

    monkeypatch.setattr(Graces, "wait_out", wait_less)
    return begun


async def test_destroy_waits_out_its_grace(cloud: RunningCloud, graces: list[float]) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, empty) as (stage, pilot):
        (record,) = records(stage, machine_id)
        stage.start_action("machine.destroy", (record,))
        await until(pilot, lambda: isinstance(stage.screen, DestroyDialog))
        await pilot.press(*"destroy", "enter")
        await until(pilot, lambda: graces == [5.0])
        await until(
            pilot,
            lambda: records(stage, machine_id)[0].machine.desired_state == "destroyed",
        )


async def test_destroy_can_be_stopped_in_its_grace(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, empty) as (stage, pilot):
        assert stage.runner is not None
        runner = stage.runner
        stage.start_action("machine.destroy", records(stage, machine_id))
        await until(pilot, lambda: isinstance(stage.screen, DestroyDialog))
        await pilot.press(*"destroy", "enter")
        await until(pilot, lambda: runner.pending)
        stage.start_action("machine.undo", ())
        await until(pilot, lambda: not runner.pending)
        world = await ask(cloud, "GET", f"/v1/machines/{machine_id}")
        assert world["desired_state"] == "running"
