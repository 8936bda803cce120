"""The action log: every request, folded, filtered, copied; never a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.screens.action_log import ActionLogScreen
from dedalus_tui.ui.widgets.line_list import LineList
from tests.store.living import create
from tests.ui.stage import Stage, on_live_stage, until

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud


def log(stage: Stage) -> ActionLogScreen:
    return ActionLogScreen(stage.services)


async def test_requests_arrive_while_one_looks_and_repeats_are_folded(
    cloud: RunningCloud,
) -> None:
    async with on_live_stage(cloud, log) as (stage, pilot):
        await until(pilot, lambda: "GET    /v1/machines" in stage.text and "times" in stage.text)
        lists = [line for line in stage.lines if "GET    /v1/machines" in line]
        assert len(lists) == 1


async def test_an_action_and_its_answer_can_be_found_and_copied(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, log) as (stage, pilot):
        assert stage.store is not None
        record = stage.store.machines.get(machine_id)
        assert record is not None
        stage.start_action("machine.sleep", (record,))
        await pilot.press("w")
        await until(pilot, lambda: "only changes: 1 of" in stage.text)
        assert "GET" not in "\n".join(stage.lines_of("#exchanges"))
        await pilot.press("c")
        await until(pilot, lambda: stage.copied)
        assert f"/v1/machines/{machine_id}/sleep" in stage.copied[0]
        assert "idempotency key" in stage.copied[0]
        await pilot.press("escape")
        await until(pilot, lambda: "only changes" not in stage.text)


async def test_trouble_is_one_key_away_and_told_in_full(cloud: RunningCloud) -> None:
    async with on_live_stage(cloud, log) as (stage, pilot):
        await cloud.fault(
            path="/v1/machines$",
            times=2,
            status=503,
            body={
                "error_code": "DEPENDENCY_UNAVAILABLE",
                "message": "runtime down",
                "retryable": False,
            },
        )
        await pilot.press("e")
        await until(pilot, lambda: "runtime down (DEPENDENCY_UNAVAILABLE)" in stage.text)
        assert "only trouble" in stage.text
        assert "Trouble   runtime down" in "\n".join(stage.lines_of("#below"))


async def test_words_narrow_what_is_shown(cloud: RunningCloud) -> None:
    async with on_live_stage(cloud, log) as (stage, pilot):
        await pilot.press("slash", *"zzz")
        await until(pilot, lambda: "only lines with zzz: 0 of" in stage.text)
        await pilot.press("escape")
        await until(pilot, lambda: "GET    /v1/machines" in stage.text)


async def test_the_cursor_stays_where_one_reads(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, log) as (stage, pilot):
        assert stage.store is not None
        stage.store.refresh(machine_id)
        lines = stage.screen.query_one(LineList)
        await until(pilot, lambda: len(lines.content) >= 2)
        await pilot.press("g")
        assert lines.cursor == 0
        seen = stage.store.exchanges.count
        stage.store.refresh(machine_id)
        await until(pilot, lambda: stage.store and stage.store.exchanges.count > seen + 2)
        assert lines.cursor == 0


async def test_no_key_is_ever_shown_or_copied(cloud: RunningCloud) -> None:
    async with on_live_stage(cloud, log) as (stage, pilot):
        await until(pilot, lambda: "GET    /v1/machines" in stage.text)
        await pilot.press("C")
        await until(pilot, lambda: stage.copied)
        assert cloud.api_key not in stage.copied[0]
        assert cloud.api_key not in stage.text


async def test_escape_goes_up(cloud: RunningCloud) -> None:
    async with on_live_stage(cloud, log) as (stage, pilot):
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(stage.screen, ActionLogScreen)


async def test_a_short_screen_keeps_the_list(cloud: RunningCloud) -> None:
    async with on_live_stage(cloud, log, size=(40, 10)) as (stage, pilot):
        await until(pilot, lambda: "GET    /v1" in stage.text)
        assert not stage.screen.query_one("#below").display
