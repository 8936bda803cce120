"""A service with ports in place of previews: the same tab and the same list, and they say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.dialogs.preview import PreviewDialog
from dedalus_tui.ui.dialogs.qr import QrDialog
from dedalus_tui.ui.panes.previews import PORTS_WORDS, PreviewsPane
from dedalus_tui.ui.screens.machine import MachineScreen
from tests.drivers.app import Person, open_app
from tests.local import harness, wishes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 45)])


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[harness.RunningCloud]:
    """The generation that has ports."""
    async with await harness.serve(tmp_path, generation="2026-07") as running:
        yield running


def machine(cloud: harness.RunningCloud) -> str:
    return str(wishes.create(cloud, autosleep="never")["machine_id"])


def port(cloud: harness.RunningCloud, machine_id: str, number: int) -> None:
    path = f"/v1/machines/{machine_id}/ports"
    assert cloud.ask("POST", path, {"port": number}, headers=wishes.key())[0] == 200


def open_ports(cloud: harness.RunningCloud, machine_id: str) -> list[str]:
    """The states of a machine's ports, as the service has them."""
    rows = cloud.ask("GET", f"/v1/machines/{machine_id}/ports")[2]["items"]
    return [row["status"] for row in rows]


def pane(person: Person) -> PreviewsPane:
    screens = [each for each in person.app.screen_stack if isinstance(each, MachineScreen)]
    found = screens[-1].pane
    assert isinstance(found, PreviewsPane)
    return found


@SIZES
async def test_a_port_is_opened_shown_and_closed_in_the_tab(
    cloud: harness.RunningCloud, size: tuple[int, int]
) -> None:
    machine_id = machine(cloud)
    async with open_app(cloud, size=size) as person:
        await person.command(f"ports {machine_id}")
        await person.until_shown("No ports")
        await person.until_shown(PORTS_WORDS[:40])
        assert "FOR" not in person.text
        await person.do("preview.create")
        await person.until(lambda: isinstance(person.app.screen, PreviewDialog))
        await person.until_shown("Port of ")
        assert "Visible" not in person.text
        dialog = person.app.screen
        assert isinstance(dialog, PreviewDialog)
        dialog.field("port").text = "8000"
        await person.press("ctrl+j")
        await person.until_shown(r":8000 .*ready.*http://127\.0\.0\.1:\d+.*(59m|1h)")
        (made,) = pane(person).book.of(machine_id)
        assert made.is_port
        await person.do("preview.show_code")
        await person.until(lambda: isinstance(person.app.screen, QrDialog))
        await person.press("escape")
        await person.until(lambda: isinstance(person.app.screen, MachineScreen))
        await person.do("preview.close")
        await person.until(lambda: isinstance(person.app.screen, ConfirmDialog))
        await person.until_shown("Close the port")
        await person.press("y")
        await person.until_shown(":8000 .*closed")
        assert open_ports(cloud, machine_id) == ["closed"]


async def test_ports_of_all_machines_stand_in_one_list(cloud: harness.RunningCloud) -> None:
    awake, asleep = machine(cloud), machine(cloud)
    port(cloud, awake, 8080)
    port(cloud, asleep, 9090)
    wishes.act(cloud, asleep, "sleep")
    async with open_app(cloud) as person:
        await person.command("ports")
        await person.until_shown(":8080 .*ready")
        await person.until_shown(":9090 .*closed")
        await person.until_shown("2 ports")
        assert "FOR" not in person.text
        assert "preview" not in person.text
        assert wishes.phase(cloud, asleep) == "sleeping"


async def test_an_empty_list_of_ports_calls_them_so(cloud: harness.RunningCloud) -> None:
    machine(cloud)
    async with open_app(cloud) as person:
        await person.command("ports")
        await person.until_shown("No ports on 1 machine")


async def test_a_ready_one_opens_from_the_fleet(
    cloud: harness.RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine_id = machine(cloud)
    port(cloud, machine_id, 8080)
    opened: list[str] = []
    async with open_app(cloud) as person:
        monkeypatch.setattr(person.app, "open_url", opened.append)
        await person.select(machine_id)
        await person.do("machine.open_url")
        await person.until(lambda: opened)
    assert opened[0].startswith("http://127.0.0.1:")


async def test_a_fault_of_one_keeps_the_other_open(cloud: harness.RunningCloud) -> None:
    """Previews are refused for good, ports only for now: the tab stays, and says what is wrong."""
    machine_id = machine(cloud)
    body = {"error_code": "AUTH_SCOPE_FORBIDDEN", "message": "no", "retryable": False}
    await cloud.fault(path="/ports$", status=403, body=body)
    async with open_app(cloud) as person:
        await person.command(f"ports {machine_id}")
        await person.until_shown("lacks a scope")
        await person.do("detail.next_tab")
        await person.until(lambda: "(5" not in person.text and "Files" in person.text)
