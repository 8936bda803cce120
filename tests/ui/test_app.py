"""The app around its screens: first paint, welcome, keys of others, quitting, remapping."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.config.settings import Settings
from dedalus_tui.domain.faults import LocalCloudEnded
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import DesiredState, Machine, Phase
from dedalus_tui.journal.journal import Journal
from dedalus_tui.ui.screens.action_screen import ActionScreen
from tests.drivers import passing
from tests.drivers.app import Person, open_app
from tests.local.harness import serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.local.harness import RunningCloud

DESTRUCTIVE_HABITS = {
    "k9s": ("ctrl+d", "ctrl+k", "x", "ctrl+d", "enter"),
    "lazydocker": ("d", "escape", "x", "escape", "s", "ctrl+r"),
    "lazygit": ("d", "escape", "D", "enter", "x", "escape", "delete", "backspace"),
    "others": ("delete", "ctrl+x", "X", "ctrl+w", "ctrl+backspace", "K", "R", "f8", "f9"),
}


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[RunningCloud]:
    async with await serve(tmp_path) as running:
        body = {"vcpu": 1, "memory_mib": 1024, "storage_gib": 10, "autosleep": "1h"}
        for number in range(2):
            headers = {"Idempotency-Key": f"key-{number}"}
            running.ask("POST", "/v1/machines", body, headers=headers)
        yield running


@pytest.fixture
def remembered() -> Iterator[Journal]:
    journal = Journal(None, cloud="test")
    machine = Machine(
        machine_id="dm-remembered", phase=Phase.RUNNING, desired_state=DesiredState.RUNNING
    )
    journal.rows.save([(machine, datetime(2026, 11, 21, tzinfo=UTC))])
    journal.labels.put("dm-remembered", Label(name="from-last-time"))
    yield journal
    journal.close()


@pytest.mark.parametrize("program", DESTRUCTIVE_HABITS)
async def test_no_habit_of_other_programs_destroys(cloud: RunningCloud, program: str) -> None:
    before = {machine["machine_id"] for machine in cloud.ask("GET", "/v1/machines")[2]["items"]}
    async with open_app(cloud) as person:
        await person.do("list.first")
        for key in DESTRUCTIVE_HABITS[program]:
            await person.press(key)
            await person.pilot.pause()
            if len(person.app.screen_stack) > 1:
                await person.press("escape")
        await person.store.changes.idle()
        listed = cloud.ask("GET", "/v1/machines")[2]["items"]
        assert {machine["machine_id"] for machine in listed} == before
        wanted = {machine.get("desired_state") for machine in listed}
        assert "destroyed" not in wanted


async def test_remembered_rows_are_painted_before_anything_is_connected(
    remembered: Journal,
) -> None:
    async with open_app(None, journal=remembered, failure="no way there", wait=False) as person:
        await person.until_shown("from-last-time")
        await person.until_shown("Not connected: no way there")
        assert "running" in person.line_with("▌  from-last-time")
        await person.do("machine.sleep")
        await person.until_shown("not connected yet")


async def test_remembered_rows_give_way_to_what_the_service_says(
    cloud: RunningCloud, remembered: Journal
) -> None:
    async with open_app(cloud, journal=remembered) as person:
        await person.until_gone("from-last-time")
        assert len(person.fleet.table.order) == 2


async def test_a_failed_connection_says_why_and_can_be_tried_again() -> None:
    async with open_app(None, failure="the settings name no service", wait=False) as person:
        await person.until_shown("Not connected")
        await person.until_shown("the settings name no service")
        await person.do("app.refresh_all")
        await person.until_shown("the settings name no service")


async def test_without_a_key_the_welcome_screen_checks_one(cloud: RunningCloud) -> None:
    async with open_app(cloud, has_key=False, wait=False) as person:
        await person.until_shown("There is no API key yet")
        await person.press("enter")
        await person.until_shown("Paste a key first")
        await person.type("not-a-key")
        await person.press("enter")
        await person.until_shown("does not accept the API key")
        assert "not-a-key" not in person.text, "keys are masked"
        key_input = person.app.screen.query_one("#key")
        key_input.value = cloud.api_key  # type: ignore[attr-defined]
        await person.press("enter")
        await person.until_shown("2 machines")
        assert cloud.api_key not in person.text


async def test_the_welcome_screen_leads_to_the_local_cloud(cloud: RunningCloud) -> None:
    async with open_app(cloud, has_key=False, wait=False) as person:
        await person.until_shown("start a small cloud")
        await person.press("ctrl+l")
        await person.until_shown("2 machines")


async def test_leaving_the_welcome_screen_quits() -> None:
    async with open_app(None, has_key=False, wait=False) as person:
        await person.until_shown("There is no API key yet")
        await person.press("escape")
        await person.until(lambda: not person.app.is_running or person.app._exit)


async def test_a_refused_key_is_a_banner_not_a_crash(cloud: RunningCloud) -> None:
    async with open_app(cloud) as person:
        await cloud.fault(path="/v1/machines$", status=401, times=1_000)
        await person.until_shown("key refused")
        await person.until_shown("does not accept the API key")
        assert len(person.fleet.table.order) == 2


async def test_q_goes_up_and_at_the_top_quits(cloud: RunningCloud) -> None:
    async with open_app(cloud) as person:
        await person.do("app.action_log")
        await person.until_shown("action log")
        await person.do("app.up_or_quit")
        await person.until(lambda: len(person.app.screen_stack) == 1)
        assert not person.app._exit
        await person.do("app.up_or_quit")
        await person.until(lambda: person.app._exit)


async def test_ctrl_c_quits_when_pressed_twice(cloud: RunningCloud) -> None:
    async with open_app(cloud) as person:
        await person.press("ctrl+c")
        await person.until_shown("ctrl-c again quits")
        assert not person.app._exit
        await person.press("ctrl+c")
        await person.until(lambda: person.app._exit)


async def test_quitting_asks_while_something_is_about_to_start(cloud: RunningCloud) -> None:
    async with open_app(cloud) as person:
        await person.until_shown("running")
        await person.do("list.mark_all")
        await person.do("machine.sleep")
        await person.until_shown("u stops it")
        await person.do("app.quit")
        await person.until_shown("Sleep 2 machines has not started yet")
        await person.press("escape")
        assert not person.app._exit
        await person.do("machine.undo")
        await person.until_gone("u stops it")


async def test_remapped_keys_work_and_are_shown(cloud: RunningCloud) -> None:
    keys = MappingProxyType({"machine.sleep": ("f5",), "machine.wake": ("D",), "no.such": ("v",)})
    settings = Settings(motion=False, keys=keys)
    async with open_app(cloud, settings=settings) as person:
        await person.until_shown("there is no such action")
        await person.until_shown("D is destroy already")
        await person.press("escape")
        await person.until_shown("f5 sleep")
        await person.until_shown("● running")
        await person.press("s")
        await person.press("f5")
        await person.until_shown("is going to sleep")


async def test_errors_stay_until_escape(cloud: RunningCloud) -> None:
    async with open_app(cloud) as person:
        await person.until_shown("● running")
        await cloud.fault(path="/sleep$", method="POST", status=500, times=10)
        await person.do("machine.sleep")
        await person.until_shown("was not put to sleep")
        assert all(notice.timeout > 3_600 for notice in person.app._notifications)
        await person.press("escape")
        await person.until_gone("was not put to sleep")


async def test_what_was_told_in_passing_goes(
    cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(cloud) as person:
        await person.until_shown("● running")
        person.app.say("said in passing")
        await person.until_shown("said in passing")
        assert "q quit" not in person.text
        passing.stays(monkeypatch, 0.05)
        person.app.tell("told for a moment")
        person.app.notify("noted for a moment")
        person.app.tell("not done", is_error=True)
        person.app.say("said for a moment")
        await person.until_shown("not done")
        await person.until_gone("for a moment|in passing")
        await person.until_shown("q quit")
        assert "not done" in person.text


async def test_every_action_of_a_screen_can_be_carried_out(cloud: RunningCloud) -> None:
    """Whatever the registry offers on the fleet screen has somebody who does it."""
    from dedalus_tui.actions.action import SCREENS
    from dedalus_tui.actions.registry import for_scope

    async with open_app(cloud) as person:
        fleet = person.fleet
        assert isinstance(fleet, ActionScreen)
        orphans = [
            action.id
            for action in for_scope(*SCREENS["fleet"])
            if action.is_carried_by_screen
            and action.id != "machine.undo"
            and not hasattr(fleet, f"action_{action.id.replace('.', '_')}")
            and not hasattr(person.app, f"action_{action.id.replace('.', '_')}")
        ]
        assert orphans == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_header_and_tabs_make_room_and_come_back(
    cloud: RunningCloud, size: tuple[int, int]
) -> None:
    """Ctrl-e takes header and tabs away on every screen, ctrl-g only says where one is or not."""
    async with open_app(cloud, size=size) as person:
        await person.until(lambda: "live" in person.lines[0] and "1 All" in person.lines[1])
        whole = person.lines
        await person.do("app.header")
        await person.until_gone("1 All")
        assert not any("live" in line for line in person.lines)
        assert person.lines[0].split()[:2] == whole[2].split()[:2], "the list begins at the top"
        await person.press("enter")
        await person.until_shown("wanted ●|wanted")
        assert "Overview" not in person.text
        await person.do("app.header")
        await person.until_shown("1 Overview|Overview")
        assert "▸" in person.lines[0]
        await person.do("app.breadcrumbs")
        await person.until(lambda: "▸" not in person.lines[0])
        assert "live" in person.lines[0]
        await person.do("app.breadcrumbs")
        await person.until(lambda: "▸" in person.lines[0])
        await person.press("escape")
        await person.until(lambda: person.lines[0].split()[:1] == whole[0].split()[:1])
        assert "1 All" in person.lines[1]


async def test_the_end_of_the_local_cloud_is_said_and_a_key_starts_it_again(
    cloud: RunningCloud,
) -> None:
    async with open_app(cloud, size=(80, 24)) as person:
        await person.until_shown("● running")
        machine_id = person.store.machines.records()[0].machine_id
        revived = []
        health = person.store.health

        async def revive() -> None:
            revived.append(health.state.line)
            health.begin_again()

        assert person.app._connection is not None
        person.app._connection = person.app._connection._replace(revive=revive)
        health.end(LocalCloudEnded("killed by signal 9"))
        await person.until_shown("The local cloud ended. .* ctrl-r starts it again")
        await person.until_shown("State +was ● running")
        await person.until(lambda: role_of(person, "machine.sleep") == "muted")
        person.app.open_machine(machine_id)
        await person.until_shown("last seen ● running *✗ local cloud ended")
        await person.until_shown("ctrl-r starts it again")
        await person.until_shown("State +was ● running")
        await person.do("app.refresh_all")
        await person.until(lambda: revived == ["offline"])
        await person.until_shown("● running +● live")
        await person.until_gone("last seen|was ●|cloud ended|As of")


def role_of(person: Person, action_id: str) -> str:
    """The colour of an action's key at the bottom."""
    screen = person.app.screen
    assert isinstance(screen, ActionScreen)
    pieces = [piece for row in screen.key_lines._rows for piece in row.left]
    return next((piece.role for piece in pieces if piece.target == action_id), "")
