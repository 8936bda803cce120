"""The generation between: previews are called ports, machines have a network, phases are flat."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.local import harness, wishes
from tests.local.test_previews import WEB_SERVER, fetch, post, server_on

if TYPE_CHECKING:
    from pathlib import Path

    from dedalus_tui.local.world import Generation, World


def gate_port(world: World) -> int:
    assert world.ssh.gate is not None
    return world.ssh.gate.port


@pytest.mark.parametrize("generation", ["2026-05", "2026-09"])
async def test_no_other_generation_has_ports_or_networks(
    tmp_path: Path, generation: Generation
) -> None:
    async with await harness.serve(tmp_path, generation=generation) as cloud:
        machine_id = wishes.create(cloud)["machine_id"]
        for path in (f"/machines/{machine_id}/ports", f"/machines/{machine_id}/network"):
            assert cloud.ask("GET", f"/v1{path}")[0] == 404
        assert cloud.ask("GET", "/v1/networks/net-loopback")[0] == 404


async def test_a_port_reaches_the_machine_and_has_no_visibility(tmp_path: Path) -> None:
    (tmp_path / "hello.txt").write_text("hello from the machine")
    async with await harness.serve(tmp_path, generation="2026-07") as cloud:
        machine_id = wishes.create(cloud, autosleep="never")["machine_id"]
        path = f"/v1/machines/{machine_id}"
        async with server_on(cloud, machine_id, WEB_SERVER, tmp_path) as number:
            made = post(cloud, f"{path}/ports", "p", {"port": number})
            assert made["port_id"].startswith("port-")
            assert not {"preview_id", "visibility"} & set(made)
            answer = await asyncio.to_thread(fetch, made["url"])
            assert answer == (200, b"hello from the machine")
        assert cloud.ask("GET", f"{path}/ports")[2]["items"] == [made]
        one = f"{path}/ports/{made['port_id']}"
        assert cloud.ask("GET", one)[2] == made
        assert cloud.ask("DELETE", one)[2]["status"] == "closed"
        wrong = {"port": 80, "visibility": "public"}
        assert cloud.ask("POST", f"{path}/ports", wrong, headers=wishes.key())[0] == 422
        assert cloud.ask("GET", f"{path}/previews")[0] == 404


async def test_the_network_is_this_computers_loopback(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path, generation="2026-07") as cloud:
        created = wishes.create(cloud)
        assert (created["phase"], "status" in created) == ("running", False)
        machine_id = created["machine_id"]
        network = cloud.ask("GET", f"/v1/machines/{machine_id}/network")[2]
        assert network["machine_id"] == machine_id
        assert (network["private_ipv4"], network["hostname"]) == ("127.0.0.1", "localhost")
        path = f"/v1/networks/{network['network_id']}"
        (port,) = cloud.ask("GET", path)[2]["gateways"]
        assert (port["kind"], port["protocol"], "port" in port) == ("port", "https", False)
        await cloud.inside(lambda world: world.spawn(world.ssh.open_gate(), "gate"))
        await cloud.until(lambda world: world.ssh.gate)
        ssh, _ = cloud.ask("GET", path)[2]["gateways"]
        gate = await cloud.inside(gate_port)
        assert ssh == {"kind": "ssh", "protocol": "ssh", "hostname": "127.0.0.1", "port": gate}
        assert cloud.ask("GET", "/v1/networks/another")[0] == 404
        assert cloud.ask("GET", "/v1/machines/dm-none/network")[0] == 404


async def test_the_latest_generation_says_that_logs_are_not_captured(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path, generation="2026-09") as cloud:
        machine_id = wishes.create(cloud)["machine_id"]
        path = f"/v1/machines/{machine_id}/executions"
        run = post(cloud, path, "r", {"command": ["true"]})
        said = cloud.ask("GET", f"{path}/{run['execution_id']}/logs")[2]
        assert said["capture"] == run["log_capture"]
        assert cloud.ask("GET", f"{path}/none/logs")[0] == 404
