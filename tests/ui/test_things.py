"""Ports, files and ssh sessions of all machines, in the whole app on a real local cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedalus_tui.ui.screens.machine import MachineScreen
from dedalus_tui.ui.screens.things import ThingsScreen
from tests.drivers.app import Person, open_app
from tests.local import harness, runs, wishes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

KINDS = ("ports", "files", "ssh")
ROUTES = {"ports": "previews", "files": "artifacts", "ssh": "ssh"}
NOUNS = {"ports": "port", "files": "file", "ssh": "ssh session"}


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[harness.RunningCloud]:
    async with await harness.serve(tmp_path) as running:
        yield running


def machine(cloud: harness.RunningCloud) -> str:
    return str(wishes.create(cloud, autosleep="never")["machine_id"])


def preview(cloud: harness.RunningCloud, machine_id: str, port: int, **more: str) -> None:
    path = f"/v1/machines/{machine_id}/previews"
    status, _, _ = cloud.ask("POST", path, {"port": port, **more}, headers=wishes.key())
    assert status < 300


async def listed(person: Person) -> ThingsScreen:
    await person.until(lambda: isinstance(person.app.screen, ThingsScreen))
    screen = person.app.screen
    assert isinstance(screen, ThingsScreen)
    return screen


async def test_previews_of_machines_awake_and_asleep_stand_in_one_list(
    cloud: harness.RunningCloud,
) -> None:
    awake, asleep = machine(cloud), machine(cloud)
    preview(cloud, awake, 8080)
    preview(cloud, asleep, 9090, visibility="public")
    wishes.act(cloud, asleep, "sleep")
    async with open_app(cloud) as person:
        await person.command("ports")
        screen = await listed(person)
        await person.until_shown(":8080")
        await person.until_shown(r":9090 .*PUBLIC")
        await person.until_shown("2 ports")
        assert wishes.phase(cloud, asleep) == "sleeping"
        key = next(key for key in screen.table.order if key.startswith(asleep))
        screen.table.select(key)
        await person.press("enter")
        await person.until(lambda: isinstance(person.app.screen, MachineScreen))
        opened = person.app.screen
        assert isinstance(opened, MachineScreen)
        assert (opened.machine_id, opened.tab_key) == (asleep, "previews")
        assert wishes.phase(cloud, asleep) == "sleeping"


async def test_rows_are_filtered_and_sorted(cloud: harness.RunningCloud) -> None:
    machine_id = machine(cloud)
    for port in (9000, 80, 443):
        preview(cloud, machine_id, port)
    async with open_app(cloud) as person:
        await person.command("ports")
        screen = await listed(person)
        await person.until_shown("3 ports")
        screen.table.sort_by("port")

        def ports() -> list[int]:
            book = person.store.previews
            found = [book.get(*key.split(" ")) for key in screen.table.order]
            return [one.port for one in found if one is not None and one.port is not None]

        assert ports() == [80, 443, 9000]
        await person.do("list.sort_reverse")
        assert ports() == [9000, 443, 80]
        await person.do("list.filter")
        # No port that an address may have begins like this.
        await person.type(":9000")
        await person.until(lambda: ports() == [9000])
        await person.until_shown("2 ports hidden")
        await person.press("enter", "escape")
        await person.until(lambda: len(ports()) == 3)


async def test_files_of_runs_are_listed(cloud: harness.RunningCloud) -> None:
    machine_id = machine(cloud)
    script = 'mkdir -p "$DEDALUS_ARTIFACTS_DIR"; echo hello > "$DEDALUS_ARTIFACTS_DIR/out.txt"'
    runs.shell(cloud, machine_id, script)
    async with open_app(cloud) as person:
        await person.command("files")
        await person.until_shown("out.txt .*6 B")


@pytest.mark.parametrize("verb", KINDS)
async def test_an_empty_list_says_what_to_do(cloud: harness.RunningCloud, verb: str) -> None:
    machine(cloud)
    async with open_app(cloud) as person:
        await person.command(verb)
        await person.until_shown(f"No {NOUNS[verb]}s on 1 machine")


@pytest.mark.parametrize("verb", KINDS)
async def test_a_refusal_says_why(cloud: harness.RunningCloud, verb: str) -> None:
    machine(cloud)
    body = {"error_code": "AUTH_SCOPE_FORBIDDEN", "message": "no", "retryable": False}
    await cloud.fault(path=f"/{ROUTES[verb]}$", status=403, body=body)
    async with open_app(cloud) as person:
        await person.command(verb)
        await listed(person)
        await person.until_shown("lacks a scope")
        await person.until_gone("asking for")


@pytest.mark.parametrize("verb", ["ports", "files"])
async def test_a_service_without_them_says_so(tmp_path: Path, verb: str) -> None:
    async with await harness.serve(tmp_path, generation="2026-09") as cloud:
        for _ in range(3):
            machine(cloud)
        async with open_app(cloud) as person:
            await person.command(verb)
            await person.until_shown("does not offer|not offered|does not have")


async def test_a_fault_keeps_the_rows(cloud: harness.RunningCloud) -> None:
    machine_id = machine(cloud)
    preview(cloud, machine_id, 8080)
    async with open_app(cloud) as person:
        await person.command("ports")
        await person.until_shown(":8080")
        body = {"error_code": "INTERNAL", "message": "no", "retryable": False}
        await cloud.fault(path="/previews$", status=500, body=body)
        await person.store.previews.load(machine_id, force=True)
        await person.until_shown("1 machine could not be asked")
        person.line_with(":8080")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_list_that_goes_on_says_how_far_it_is(
    cloud: harness.RunningCloud, size: tuple[int, int]
) -> None:
    for _ in range(6):
        machine(cloud)
    await cloud.fault(path="/artifacts$", delay_ms=30_000)
    async with open_app(cloud, size=size) as person:
        await person.command("files")
        await person.until_shown("listed 0 of 6 machines")
        await person.until_shown("asking for files")


async def test_the_lists_are_in_the_palette_and_by_machine(cloud: harness.RunningCloud) -> None:
    machine_id = machine(cloud)
    async with open_app(cloud) as person:
        await person.command("app.ssh_sessions")
        await listed(person)
        await person.press("escape")
        await person.command(f"ssh {machine_id}")
        await person.until(lambda: isinstance(person.app.screen, MachineScreen))
