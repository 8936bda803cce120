"""The raw tab: the service's own words, searched, copied, and kept through a fault."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

from dedalus_tui.ui.panes.raw import RawPane
from dedalus_tui.ui.screens.machine import MachineScreen
from dedalus_tui.ui.widgets.line_list import LineList
from tests.store.living import ask, create
from tests.ui.stage import Stage, on_live_stage, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from tests.local.harness import RunningCloud


def raw_of(machine_id: str) -> Callable[[Stage], MachineScreen]:
    return lambda stage: MachineScreen(stage.services, machine_id, tab="raw")


async def text_of_pane(stage: Stage, pilot: Pilot[None]) -> str:
    await until(pilot, lambda: stage.screen.query(RawPane))
    lines = stage.screen.query_one(RawPane).query_one(LineList)
    await until(pilot, lambda: lines.content)
    return lines.text


async def test_json_and_yaml_say_what_the_service_said(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    said = await ask(cloud, "GET", f"/v1/machines/{machine_id}")
    async with on_live_stage(cloud, raw_of(machine_id)) as (stage, pilot):
        assert json.loads(await text_of_pane(stage, pilot)) == said
        await pilot.press("y")
        assert yaml.safe_load(await text_of_pane(stage, pilot)) == said
        await pilot.press("Y")
        await until(pilot, lambda: stage.copied)
        assert yaml.safe_load(stage.copied[0]) == said


async def test_it_is_read_again_when_the_machine_changes(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, raw_of(machine_id)) as (stage, pilot):
        await text_of_pane(stage, pilot)
        await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        await until(pilot, lambda: '"phase": "sleeping"' in stage.text)


async def test_a_fault_leaves_the_text_and_says_so(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, raw_of(machine_id)) as (stage, pilot):
        before = await text_of_pane(stage, pilot)
        await cloud.fault(path=f"/v1/machines/{machine_id}$", method="GET", status=403, times=50)
        await pilot.press("r")
        await until(pilot, lambda: "does not permit it" in stage.text)
        assert await text_of_pane(stage, pilot) == before


async def test_search_lights_hits_and_goes_round(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, raw_of(machine_id)) as (stage, pilot):
        await text_of_pane(stage, pilot)
        await pilot.press("slash", *"_at")
        await until(pilot, lambda: "1 of 2 lines" in stage.text)
        await pilot.press("enter", "n")
        await until(pilot, lambda: "2 of 2 lines" in stage.text)
        await pilot.press("n")
        await until(pilot, lambda: "1 of 2 lines" in stage.text)
        await pilot.press("N")
        await until(pilot, lambda: "2 of 2 lines" in stage.text)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(stage.screen, MachineScreen)
        assert not stage.screen.query_one("#search-line").display
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(stage.screen, MachineScreen)


async def test_what_is_not_there_is_said(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, raw_of(machine_id)) as (stage, pilot):
        await text_of_pane(stage, pilot)
        await pilot.press("slash", *"nowhere")
        await until(pilot, lambda: "not found" in stage.text)


async def test_slashes_make_a_pattern_and_a_bad_one_finds_nothing(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, raw_of(machine_id)) as (stage, pilot):
        await text_of_pane(stage, pilot)
        await pilot.press("slash", "slash", *"p[ah]+ase", "slash")
        await until(pilot, lambda: "1 of 1 line" in stage.text)
        await pilot.press("ctrl+u", "slash", "left_parenthesis", "slash")
        await until(pilot, lambda: "not found" in stage.text)


async def test_an_unknown_machine_is_told_in_words(cloud: RunningCloud) -> None:
    async with on_live_stage(cloud, raw_of("dm-nobody")) as (stage, pilot):
        await until(pilot, lambda: "does not exist, or not any more" in stage.text)
