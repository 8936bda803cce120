"""Where a machine is in its network: in the overview, and to be copied, where the service says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.actions.copy_as import choices
from dedalus_tui.domain.machine import Machine
from dedalus_tui.domain.network import Gateway, MachineNetwork, NetworkPlace
from dedalus_tui.ui.dialogs.copy_as import CopyAsDialog
from dedalus_tui.ui.present.detail import overview_lines
from dedalus_tui.ui.present.glyphs import glyphs
from dedalus_tui.ui.present.row import make_row
from dedalus_tui.ui.screens.machine import MachineScreen
from tests.drivers.app import open_app
from tests.local import harness, wishes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.drivers.app import Person


NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLACE = NetworkPlace(
    machine=MachineNetwork(
        machine_id="dm-1",
        network_id="net-1",
        network_name="blue\x1b[31m",
        hostname="one.blue.internal",
        private_ipv4="10.0.0.7",
        private_ipv6="fd00::7",
    ),
    gateways=(
        Gateway(kind="ssh", protocol="ssh", hostname="gate.example", port=2222),
        Gateway(kind="port", protocol="https", hostname="web.example"),
        Gateway(kind="port"),
    ),
)


def told(place: NetworkPlace | None) -> list[str]:
    """The lines of the overview that a network adds."""
    machine = Machine(machine_id="dm-1")
    without, lines = (
        ["".join(text for text, _ in line).rstrip() for line in made]
        for made in (
            overview_lines(make_row(machine, network=each), NOW, glyphs(is_ascii=True), width=60)
            for each in (None, place)
        )
    )
    assert lines[: len(without)] == without
    return lines[len(without) :]


def test_everything_that_is_said_is_shown_once() -> None:
    assert told(PLACE) == [
        "",
        "Network   blue\ufffd[31m",
        "Hostname  one.blue.internal",
        "Private   10.0.0.7",
        "          fd00::7",
        "Gateways  gate.example:2222   ssh",
        "          web.example   port, https",
    ]


@pytest.mark.parametrize(
    ("machine", "lines"),
    [
        (MachineNetwork(machine_id="dm-1"), []),
        (MachineNetwork(machine_id="dm-1", network_id="net-1"), ["", "Network   net-1"]),
        (MachineNetwork(machine_id="dm-1", private_ipv6="fd00::7"), ["", "Private   fd00::7"]),
    ],
)
def test_what_is_not_said_is_not_shown(machine: MachineNetwork, lines: list[str]) -> None:
    assert told(NetworkPlace(machine=machine)) == lines
    assert told(None) == []


def test_each_of_it_can_be_copied() -> None:
    offered = choices(Machine(machine_id="dm-1"), "https://dcs.example", PLACE)
    usual = choices(Machine(machine_id="dm-1"), "https://dcs.example")
    assert offered[: len(usual)] == usual
    assert [choice.text for choice in offered[len(usual) + 1 :]] == [
        "one.blue.internal",
        "10.0.0.7",
        "fd00::7",
        "gate.example:2222",
        "web.example",
    ]


def network_requests(person: Person) -> int:
    """How many requests were about networks."""
    return sum("/network" in each.path for each in person.store.exchanges.entries())


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_overview_asks_when_it_is_opened_and_when_it_is_refreshed(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with await harness.serve(tmp_path, generation="2026-07") as cloud:
        machine_id = wishes.create(cloud, autosleep="never")["machine_id"]
        wishes.act(cloud, machine_id, "sleep")
        async with open_app(cloud, size=size) as person:
            assert network_requests(person) == 0
            await person.select(machine_id)
            await person.do("fleet.open")
            await person.until(lambda: isinstance(person.app.screen, MachineScreen))
            await person.until_shown(r"Network +loopback")
            await person.until_shown(r"Hostname +localhost\s+Private +127\.0\.0\.1\s+::1")
            await person.until_shown(r"Gateways +127\.0\.0\.1 +port, https")
            assert network_requests(person) == 2
            await cloud.inside(lambda world: world.spawn(world.ssh.open_gate(), "gate"))
            await cloud.until(lambda world: world.ssh.gate)
            await person.do("machine.refresh")
            await person.until_shown(r"Gateways +127\.0\.0\.1:\d+ +ssh")
            assert network_requests(person) == 4
            await person.do("machine.copy_as")
            await person.until(lambda: isinstance(person.app.screen, CopyAsDialog))
            await person.until_shown("hostname")
        assert wishes.phase(cloud, machine_id) == "sleeping"


async def test_a_service_without_networks_says_nothing_of_them(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = wishes.create(cloud, autosleep="never")["machine_id"]
        async with open_app(cloud) as person:
            await person.select(machine_id)
            await person.do("fleet.open")
            await person.until(lambda: isinstance(person.app.screen, MachineScreen))
            await person.until(
                lambda: person.store.client.abilities.offers("networks") is False, "the refusal"
            )
            await person.do("machine.refresh")
            await person.until_shown("Id +dm-")
            assert "Hostname" not in person.text
            assert network_requests(person) == 1
