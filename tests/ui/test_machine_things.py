"""The tabs of ssh sessions, previews and artifacts, on a real local cloud."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from dedalus_tui.config.settings import Settings
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.dialogs.menu import MenuDialog
from dedalus_tui.ui.dialogs.preview import PreviewDialog
from dedalus_tui.ui.dialogs.prompt import PromptDialog
from dedalus_tui.ui.dialogs.qr import QrDialog
from dedalus_tui.ui.panes.items import ItemsPane
from dedalus_tui.ui.panes.previews import is_web_address
from dedalus_tui.ui.screens.machine import MachineScreen
from dedalus_tui.ui.widgets.qr_code import qr_lines
from tests.drivers.app import open_app
from tests.local import harness, runs, wishes
from tests.ui.stage import Stage, on_live_stage, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

needs_ssh = pytest.mark.skipif(
    shutil.which("ssh") is None or shutil.which("ssh-keygen") is None,
    reason="no OpenSSH client on this computer",
)


def tab(machine_id: str, key: str) -> Any:
    return lambda stage: MachineScreen(stage.services, machine_id, tab=key)


def pane(stage: Stage) -> ItemsPane[Any]:
    screens = [each for each in stage.screen_stack if isinstance(each, MachineScreen)]
    found = screens[-1].pane
    assert isinstance(found, ItemsPane)
    return found


async def listed(pilot: Pilot[None], stage: Stage) -> ItemsPane[Any]:
    """The pane, once it knows what there is (or why not)."""

    def is_known() -> bool:
        screens = [each for each in stage.screen_stack if isinstance(each, MachineScreen)]
        if not isinstance(screens[-1].pane, ItemsPane):
            return False
        state = pane(stage).book.state(pane(stage).machine_id)
        return state.listed_at is not None or state.fault is not None

    await until(pilot, is_known)
    await pilot.pause()
    return pane(stage)


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[harness.RunningCloud]:
    async with await harness.serve(tmp_path) as running:
        yield running


def machine(cloud: harness.RunningCloud) -> str:
    return str(wishes.create(cloud, autosleep="never")["machine_id"])


@pytest.mark.parametrize(
    ("key", "words"), [("ssh", "No ssh sessions"), ("previews", "No ports"),
                       ("artifacts", "No files")],
)  # fmt: skip
async def test_an_empty_tab_says_what_to_do(
    cloud: harness.RunningCloud, key: str, words: str
) -> None:
    machine_id = machine(cloud)
    wishes.act(cloud, machine_id, "sleep")
    async with on_live_stage(cloud, tab(machine_id, key)) as (stage, pilot):
        await listed(pilot, stage)
        await until(pilot, lambda: words in stage.text)
        assert wishes.phase(cloud, machine_id) == "sleeping"


@pytest.mark.parametrize("key", ["ssh", "previews", "artifacts"])
@pytest.mark.parametrize(
    ("status", "code"), [(403, "AUTH_SCOPE_FORBIDDEN"), (503, "DEPENDENCY_UNAVAILABLE")]
)
async def test_a_refused_list_says_why(
    cloud: harness.RunningCloud, key: str, status: int, code: str
) -> None:
    machine_id = machine(cloud)
    body = {"error_code": code, "message": "no", "retryable": False}
    await cloud.fault(path=f"/{key}$", status=status, body=body)
    async with on_live_stage(cloud, tab(machine_id, key)) as (stage, pilot):
        found = await listed(pilot, stage)
        fault = found.book.state(machine_id).fault
        assert fault is not None
        assert fault.status == status
        await until(pilot, lambda: "asking for" not in stage.text)


@pytest.mark.parametrize("key", ["previews", "artifacts"])
async def test_a_service_without_them_dims_the_tab(tmp_path: Path, key: str) -> None:
    async with await harness.serve(tmp_path, generation="2026-09") as cloud:
        machine_id = machine(cloud)
        async with on_live_stage(cloud, tab(machine_id, key), size=(160, 45)) as (stage, pilot):
            await listed(pilot, stage)
            screen = stage.screen
            assert isinstance(screen, MachineScreen)
            await screen.open_tab("overview")
            title = {"previews": "Ports", "artifacts": "Files"}[key]
            await until(pilot, lambda: f" {title})" in stage.text)
            await screen.open_tab(key)
            assert screen.tab_key == "overview"


async def test_a_fault_keeps_the_rows_and_says_how_old_they_are(
    cloud: harness.RunningCloud,
) -> None:
    machine_id = machine(cloud)
    path = f"/v1/machines/{machine_id}/previews"
    cloud.ask("POST", path, {"port": 8080}, headers=wishes.key())
    async with on_live_stage(cloud, tab(machine_id, "previews"), size=(120, 30)) as (stage, pilot):
        found = await listed(pilot, stage)
        await until(pilot, lambda: ":8080" in stage.text)
        body = {"error_code": "DEPENDENCY_UNAVAILABLE", "message": "no", "retryable": False}
        await cloud.fault(path="/previews$", status=503, body=body)
        found.reload(force=True)
        await until(pilot, lambda: "as of" in stage.text)
        assert ":8080" in stage.text


async def test_previews_are_opened_shown_and_closed(cloud: harness.RunningCloud) -> None:
    machine_id = machine(cloud)
    async with on_live_stage(cloud, tab(machine_id, "previews"), size=(120, 30)) as (stage, pilot):
        found = await listed(pilot, stage)
        found.focus_first()
        await pilot.press("n")
        await until(pilot, lambda: isinstance(stage.screen, PreviewDialog))
        dialog = stage.screen
        assert isinstance(dialog, PreviewDialog)
        dialog.field("port").text = "70000"
        await until(pilot, lambda: "a port from 1 to 65535" in stage.text)
        dialog.field("port").text = "8000"
        dialog.field("visibility").text = "public"
        await until(pilot, lambda: "Anybody who has the address" in stage.text)
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "PUBLIC" in stage.text)
        url = found.book.of(machine_id)[0].url
        assert url.startswith("http://127.0.0.1:")
        await pilot.press("y")
        await until(pilot, lambda: stage.copied == [url])
        await pilot.press("Q")
        await until(pilot, lambda: isinstance(stage.screen, QrDialog))
        assert "█" in stage.text
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(stage.screen, MachineScreen))
        await pilot.press("X")
        await until(pilot, lambda: isinstance(stage.screen, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: found.book.of(machine_id)[0].status == "closed")


async def test_keys_reach_rows_that_come_late(cloud: harness.RunningCloud) -> None:
    machine_id = machine(cloud)
    async with on_live_stage(cloud, tab(machine_id, "previews"), size=(120, 30)) as (stage, pilot):
        found = await listed(pilot, stage)
        await until(pilot, lambda: "No ports" in stage.text)
        await pilot.press("X")
        await until(pilot, lambda: "select a port" in stage.text)
        path = f"/v1/machines/{machine_id}/previews"
        cloud.ask("POST", path, {"port": 8080}, headers=wishes.key())
        found.reload(force=True)
        await until(pilot, lambda: ":8080" in stage.text)
        await pilot.press("X")
        await until(pilot, lambda: isinstance(stage.screen, ConfirmDialog))


async def test_read_only_mode_opens_and_closes_nothing(cloud: harness.RunningCloud) -> None:
    machine_id = machine(cloud)
    path = f"/v1/machines/{machine_id}/previews"
    cloud.ask("POST", path, {"port": 8080}, headers=wishes.key())
    settings = Settings(read_only=True)
    async with on_live_stage(
        cloud, tab(machine_id, "previews"), settings=settings, size=(120, 30)
    ) as (stage, pilot):
        found = await listed(pilot, stage)
        found.focus_first()
        await pilot.press("n")
        await until(pilot, lambda: "read-only mode" in stage.text)
        assert isinstance(stage.screen, MachineScreen)
        await pilot.press("X")
        await pilot.pause()
        assert isinstance(stage.screen, MachineScreen)
        assert cloud.ask("GET", path)[2]["items"][0]["status"] == "ready"


async def test_an_artifact_is_downloaded_verified_and_deleted(
    cloud: harness.RunningCloud, tmp_path: Path
) -> None:
    machine_id = machine(cloud)
    script = 'mkdir -p "$DEDALUS_ARTIFACTS_DIR"; echo hello > "$DEDALUS_ARTIFACTS_DIR/out.txt"'
    runs.shell(cloud, machine_id, script)
    target = tmp_path / "downloads"
    async with on_live_stage(cloud, tab(machine_id, "artifacts"), size=(120, 30)) as (stage, pilot):
        found = await listed(pilot, stage)
        await until(pilot, lambda: "out.txt" in stage.text)
        found.focus_first()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(stage.screen, PromptDialog))
        dialog = stage.screen
        assert isinstance(dialog, PromptDialog)
        dialog.field("text").text = str(target)
        await pilot.press("enter")
        await until(pilot, lambda: (target / "out.txt").exists())
        digest = hashlib.sha256((target / "out.txt").read_bytes()).hexdigest()
        await until(pilot, lambda: isinstance(stage.screen, MachineScreen))
        await pilot.press("y")
        await until(pilot, lambda: stage.copied == [digest])
        await pilot.press("X")
        await until(pilot, lambda: isinstance(stage.screen, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: "No files" in stage.text)
        assert cloud.ask("GET", f"/v1/machines/{machine_id}/artifacts")[2]["items"] == []


@needs_ssh
async def test_a_session_to_use_elsewhere_logs_in_and_goes_away(
    cloud: harness.RunningCloud,
) -> None:
    machine_id = machine(cloud)
    wishes.act(cloud, machine_id, "sleep")
    async with on_live_stage(cloud, tab(machine_id, "ssh"), size=(140, 30)) as (stage, pilot):
        found = await listed(pilot, stage)
        found.focus_first()
        await pilot.press("n")
        # Nothing wakes unasked.
        await until(pilot, lambda: isinstance(stage.screen, ConfirmDialog))
        assert wishes.phase(cloud, machine_id) == "sleeping"
        await pilot.press("y")
        await until(
            pilot, lambda: "ready" in stage.text and isinstance(stage.screen, MachineScreen)
        )
        assert stage.store is not None
        (opening,) = stage.store.ssh_kept.values()
        assert opening.target is not None
        argv = opening.identity.ssh_argv(opening.target, ["echo", "$DEDALUS_MACHINE_ID"])
        argv[1:1] = ["-F", os.devnull, "-o", "BatchMode=yes"]
        process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        assert output.decode().strip() == machine_id
        await pilot.press("y")
        await until(pilot, lambda: isinstance(stage.screen, MenuDialog))
        await pilot.press("s")
        await until(pilot, lambda: stage.copied and stage.copied[0].startswith("ssh -i "))
        directory = opening.identity.directory
        assert directory.exists()
        await until(pilot, lambda: isinstance(stage.screen, MachineScreen))
        await pilot.press("X")
        await until(pilot, lambda: isinstance(stage.screen, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: not directory.exists())
        await until(pilot, lambda: found.book.of(machine_id)[0].status == "closed")


@needs_ssh
async def test_a_host_block_is_shown_and_then_appended(
    cloud: harness.RunningCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    machine_id = machine(cloud)
    async with on_live_stage(cloud, tab(machine_id, "ssh"), size=(140, 40)) as (stage, pilot):
        found = await listed(pilot, stage)
        found.focus_first()
        await pilot.press("n")
        await until(
            pilot, lambda: "ready" in stage.text and isinstance(stage.screen, MachineScreen)
        )
        await pilot.press("H")
        await until(pilot, lambda: isinstance(stage.screen, PromptDialog))
        dialog = stage.screen
        assert isinstance(dialog, PromptDialog)
        dialog.field("text").text = "m one"
        await until(pilot, lambda: "a word of letters" in stage.text)
        dialog.field("text").text = "m1"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(stage.screen, ConfirmDialog))
        config = tmp_path / "home" / ".ssh" / "config"
        assert "CertificateFile" in stage.text
        assert not config.exists()
        await pilot.press("y")
        await until(pilot, config.exists)
        process = await asyncio.create_subprocess_exec(
            "ssh", "-F", str(config), "-o", "BatchMode=yes", "m1", "echo in",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, _ = await process.communicate()
        assert output == b"in\n"


def test_only_web_addresses_go_to_a_browser() -> None:
    assert is_web_address("http://127.0.0.1:8080/")
    assert is_web_address("https://x.example/a?b=c")
    for bad in ("file:///etc/passwd", "javascript:alert(1)", "http:///nohost", "x", "http://a\x1b"):
        assert not is_web_address(bad)


def test_a_code_has_a_quiet_border_and_equal_lines() -> None:
    lines = qr_lines("https://example.com/")
    assert len({len(line) for line in lines}) == 1
    assert set(lines[0]) == {"█"}


async def test_a_tab_chosen_before_the_first_one_opened_stays(cloud: harness.RunningCloud) -> None:
    machine_id = machine(cloud)

    def make(stage: Stage) -> MachineScreen:
        screen = MachineScreen(stage.services, machine_id)
        screen.call_later(screen.action_detail_tab, "6")
        return screen

    async with on_live_stage(cloud, make, size=(120, 30)) as (stage, pilot):
        await until(pilot, lambda: "No files" in stage.text)
        await pilot.pause()
        assert "No files" in stage.text


@pytest.mark.parametrize(("key", "create"), [("ssh", "ssh_session.create"),
                                             ("previews", "preview.create")])  # fmt: skip
async def test_on_a_machine_that_failed_nothing_is_opened_and_the_tab_says_why(
    tmp_path: Path, key: str, create: str
) -> None:
    """Without a form first that could only be refused."""
    async with await harness.serve(tmp_path, seed="demo") as cloud, open_app(cloud) as person:
        machines = person.store.machines
        (broken,) = (each for each in machines.records() if each.machine.phase == "failed")
        person.app.open_machine(broken.machine_id, tab=key)
        await person.until_shown("No ssh sessions|No ports")
        await person.do(create)
        await person.until_shown("not possible: it has failed")
        assert isinstance(person.app.screen, MachineScreen)
