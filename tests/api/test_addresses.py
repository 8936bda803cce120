"""Previews or ports, whichever the service has; networks; how far a log got."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedalus_tui.api.abilities import FORGET_AFTER_SECONDS
from dedalus_tui.api.client import CloudClient
from dedalus_tui.api.keys import new_wish_key
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.domain.execution import ExecutionSpec
from dedalus_tui.domain.faults import NotFound, NotOffered, Unavailable
from dedalus_tui.domain.network import Gateway
from dedalus_tui.domain.preview import PreviewSpec
from tests.api.clocks import QuickClock
from tests.api.scripted_server import Reply, ScriptedServer
from tests.local import wishes
from tests.local.harness import RunningCloud, serve

if TYPE_CHECKING:
    from pathlib import Path

    from dedalus_tui.api.exchange import Exchange
    from dedalus_tui.domain.preview import Preview
    from dedalus_tui.local.world import Generation
    from tests.api.scripted_server import Asked

M = "dm-1"


def client_of(cloud: RunningCloud, seen: list[Exchange] | None = None) -> CloudClient:
    observe = None if seen is None else seen.append
    credentials = Credentials(api_key=cloud.api_key)
    return CloudClient(base_url=cloud.base_url, credentials=credentials, observe=observe)


async def listed(client: CloudClient, machine_id: str) -> list[Preview]:
    return [each async for page in client.addresses.pages(machine_id) for each in page.items]


def routes(seen: list[Exchange], machine_id: str) -> list[str]:
    """What was asked about a machine, without its id."""
    return [f"{each.method} {each.path.partition(machine_id)[2]}" for each in seen]


@pytest.mark.parametrize(("generation", "are_ports"), [("2026-05", False), ("2026-07", True)])
async def test_one_life_by_either_name(
    tmp_path: Path, generation: Generation, are_ports: bool
) -> None:
    async with await serve(tmp_path, generation=generation) as cloud, client_of(cloud) as client:
        machine_id = wishes.create(cloud)["machine_id"]
        assert await listed(client, machine_id) == []
        assert (client.addresses.is_offered, client.addresses.are_ports) == (True, are_ports)
        spec = PreviewSpec(port=8080, protocol="http", visibility="public")
        made = await client.addresses.create(machine_id, spec, key=new_wish_key())
        assert (made.is_port, made.port, made.status) == (are_ports, 8080, "ready")
        assert made.visibility == ("?" if are_ports else "public")
        assert await listed(client, machine_id) == [made]
        assert await client.addresses.get(made) == made
        closed = await client.addresses.delete(made, key=new_wish_key())
        assert (closed.preview_id, closed.status) == (made.preview_id, "closed")


async def test_previews_are_asked_for_first_and_a_refusal_is_remembered(tmp_path: Path) -> None:
    seen: list[Exchange] = []
    async with await serve(tmp_path, generation="2026-07") as cloud:
        machine_id = wishes.create(cloud)["machine_id"]
        async with client_of(cloud, seen) as client:
            await listed(client, machine_id)
            await listed(client, machine_id)
    # The look at the machine tells that it is the route that is missing.
    assert routes(seen, machine_id) == ["GET /previews", "GET ", "GET /ports", "GET /ports"]


async def test_where_there_are_neither_nobody_asks_twice(tmp_path: Path) -> None:
    seen: list[Exchange] = []
    async with await serve(tmp_path, generation="2026-09") as cloud:
        machine_id = wishes.create(cloud)["machine_id"]
        async with client_of(cloud, seen) as client:
            for _ in range(2):
                with pytest.raises(NotOffered):
                    await listed(client, machine_id)
                assert client.addresses.is_offered is False
            assert routes(seen, machine_id) == ["GET /previews", "GET ", "GET /ports", "GET "]


async def test_a_fault_is_no_refusal(tmp_path: Path) -> None:
    """A service that cannot list its previews just now is not asked for ports."""
    seen: list[Exchange] = []
    async with await serve(tmp_path) as cloud:
        machine_id = wishes.create(cloud)["machine_id"]
        body = {"error_code": "DEPENDENCY_UNAVAILABLE", "message": "no", "retryable": False}
        await cloud.fault(path="/previews$", status=503, body=body)
        async with client_of(cloud, seen) as client:
            with pytest.raises(Unavailable):
                await listed(client, machine_id)
            assert client.addresses.is_offered is None
            await cloud.clear_faults()
            with pytest.raises(NotFound):
                await listed(client, "dm-gone")
    assert not any("ports" in each.path for each in seen)


async def test_ports_stay_ports_when_the_refusal_of_previews_is_forgotten() -> None:
    clock = QuickClock()

    def answer(asked: Asked) -> Reply:
        if "/previews" in asked.path:
            return Reply(405)
        row = {"port_id": "p-1", "machine_id": M, "status": "ready", "port": 80}
        return Reply(200, row if asked.path.endswith("p-1") else {"items": [row]})

    async with ScriptedServer(answer) as server:
        client = CloudClient(
            base_url=server.base_url, credentials=Credentials(api_key="k"), clock=clock
        )
        async with client:
            (held,) = await listed(client, M)
            await clock.sleep(FORGET_AFTER_SECONDS + 1)
            assert client.abilities.offers("previews") is None
            assert client.addresses.are_ports
            await client.addresses.delete(held, key=new_wish_key())
            await listed(client, M)
    asked = [f"{each.method} {each.path.rpartition(M)[2]}" for each in server.asked]
    again = ["GET /previews", "GET /ports"]
    assert asked == [*again, "DELETE /ports/p-1", *again]


ROWS = [
    {"port_id": "p-1", "port": "eighty", "status": None, "visibility": 3, "colour": "red"},
    {"preview_id": "p-2", "port": 80},
    {"port_id": "a/b"},
    "nonsense",
]


async def test_rows_of_ports_are_read_tolerantly() -> None:
    async with ScriptedServer(lambda _: Reply(200, {"items": ROWS})) as server:
        client = CloudClient(base_url=server.base_url, credentials=Credentials(api_key="k"))
        async with client:
            (page,) = [page async for page in client.ports.pages(M)]
    (port,) = page.items
    assert (port.preview_id, port.port, port.status, port.is_port) == ("p-1", None, "?", True)
    assert page.skipped == 3


async def test_a_machine_says_where_it_is(tmp_path: Path) -> None:
    async with await serve(tmp_path, generation="2026-07") as cloud, client_of(cloud) as client:
        machine_id = wishes.create(cloud)["machine_id"]
        wishes.act(cloud, machine_id, "sleep")
        place = await client.networks.of_machine(machine_id)
        assert (place.network_name, place.hostname) == ("loopback", "localhost")
        assert (place.private_ipv4, place.private_ipv6) == ("127.0.0.1", "::1")
        assert place.network_id
        network = await client.networks.get(place.network_id)
        assert network.gateways == (Gateway(kind="port", protocol="https", hostname="127.0.0.1"),)
        assert wishes.phase(cloud, machine_id) == "sleeping"


async def test_a_service_without_networks_is_asked_once(tmp_path: Path) -> None:
    seen: list[Exchange] = []
    async with await serve(tmp_path) as cloud:
        machine_id = wishes.create(cloud)["machine_id"]
        async with client_of(cloud, seen) as client:
            for _ in range(2):
                with pytest.raises(NotOffered):
                    await client.networks.of_machine(machine_id)
    assert routes(seen, machine_id) == ["GET /network", "GET "]


async def test_a_network_is_read_tolerantly() -> None:
    gateways = [
        {"kind": "ssh", "hostname": "gate.example", "port": "22", "weight": 3},
        None,
        {"kind": ["port"], "hostname": "fd00::1", "port": 443},
        {},
    ]

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/network"):
            return Reply(200, {"private_ipv4": "10.0.0.7", "private_ipv6": None, "hostname": 5})
        return Reply(200, {"name": None, "gateways": gateways})

    async with ScriptedServer(answer) as server:
        client = CloudClient(base_url=server.base_url, credentials=Credentials(api_key="k"))
        async with client:
            place = await client.networks.of_machine(M)
            network = await client.networks.get("n-1")
    assert (place.machine_id, place.private_ipv4, place.hostname) == (M, "10.0.0.7", None)
    assert (network.network_id, network.name) == ("n-1", None)
    addresses = [gateway.address for gateway in network.gateways]
    assert addresses == ["gate.example:22", "[fd00::1]:443", None]


async def test_how_far_a_log_got(tmp_path: Path) -> None:
    async with await serve(tmp_path, generation="2026-09") as cloud, client_of(cloud) as client:
        machine_id = wishes.create(cloud)["machine_id"]
        spec = ExecutionSpec(command=("true",))
        run = await client.executions.start(machine_id, spec, key=new_wish_key())
        logs = await client.executions.logs(machine_id, run.execution_id)
        assert logs.capture is not None
        assert logs.capture.state == "unavailable"
        assert client.abilities.offers("execution_logs") is True
        with pytest.raises(NotFound):
            await client.executions.logs(machine_id, "none")


async def test_a_service_without_logs_is_asked_once(tmp_path: Path) -> None:
    seen: list[Exchange] = []
    async with await serve(tmp_path) as cloud:
        machine_id = wishes.create(cloud)["machine_id"]
        async with client_of(cloud) as client:
            spec = ExecutionSpec(command=("true",))
            run = await client.executions.start(machine_id, spec, key=new_wish_key())
        async with client_of(cloud, seen) as client:
            # That the run is gone says nothing about the route.
            with pytest.raises(NotFound):
                await client.executions.logs(machine_id, "none")
            assert client.abilities.offers("execution_logs") is None
            for _ in range(2):
                with pytest.raises(NotOffered):
                    await client.executions.logs(machine_id, run.execution_id)
    assert len(seen) == 4


async def test_no_secret_comes_with_the_state_of_a_log() -> None:
    body = {
        "capture": {"state": "incomplete", "lost_bytes": "120", "unconfirmed_bytes": "x"},
        "publication": {"state": "resting", "queued_messages": None, "complete": False},
        "access_token": "hush-hush",
        "code": 7,
    }
    async with ScriptedServer(lambda _: Reply(200, body)) as server:
        client = CloudClient(base_url=server.base_url, credentials=Credentials(api_key="k"))
        async with client:
            logs = await client.executions.logs(M, "e-1")
    assert (logs.execution_id, logs.code) == ("e-1", None)
    assert logs.capture is not None
    assert (logs.capture.lost_bytes, logs.capture.unconfirmed_bytes) == (120, None)
    assert logs.publication is not None
    assert (logs.publication.state, logs.publication.complete) == ("resting", False)
    assert "hush" not in repr(logs)
