"""The client against the local cloud, over real sockets and in both generations."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from dedalus_tui.api.client import CloudClient
from dedalus_tui.api.keys import new_wish_key
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.domain.execution import ExecutionSpec
from dedalus_tui.domain.faults import (
    CloudFault,
    InvalidState,
    KeyReused,
    NotAuthenticated,
    NotFound,
    NotOffered,
    NotUnderstood,
    NotValid,
    RevisionMismatch,
    ServiceBroken,
    TimedOut,
    Unreachable,
)
from dedalus_tui.domain.machine import MachineChange, MachineSpec
from tests.local.harness import RunningCloud, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from dedalus_tui.api.exchange import Exchange
    from dedalus_tui.domain.machine import Machine

Answer = TypeVar("Answer")

SPEC = MachineSpec(vcpu=1, memory_mib=1024, storage_gib=10, autosleep="1h30m")


@pytest.fixture(params=["2026-05", "2026-09"])
async def cloud(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RunningCloud]:
    async with await serve(tmp_path, generation=request.param) as running:
        yield running


@pytest.fixture
async def old_cloud(tmp_path: Path) -> AsyncIterator[RunningCloud]:
    """The generation with every noun."""
    async with await serve(tmp_path) as running:
        yield running


def client_of(cloud: RunningCloud, **more: Any) -> CloudClient:
    credentials = Credentials(api_key=more.pop("api_key", cloud.api_key))
    return CloudClient(base_url=cloud.base_url, credentials=credentials, **more)


async def listed(client: CloudClient, limit: int | None = 100) -> list[Machine]:
    return [row async for page in client.machines.pages(limit=limit) for row in page.items]


async def until(ask: Callable[[], Awaitable[Answer]], holds: Callable[[Answer], bool]) -> Answer:
    """Ask again and again until the answer is as wanted."""
    async with asyncio.timeout(20):
        while True:
            answer = await ask()
            if holds(answer):
                return answer
            await asyncio.sleep(0.02)


async def until_phase(client: CloudClient, machine_id: str, phase: str) -> Machine:
    return await until(lambda: client.machines.get(machine_id), lambda seen: seen.phase == phase)


async def test_a_machines_life(cloud: RunningCloud) -> None:
    async with client_of(cloud) as client:
        created = await client.machines.create(SPEC, key=new_wish_key())
        machine = await until_phase(client, created.machine_id, "running")
        assert (machine.vcpu, machine.memory_mib, machine.storage_gib) == (1, 1024, 10)
        assert machine.autosleep_seconds == 5400
        assert machine.revision is not None
        assert [row.machine_id for row in await listed(client)] == [machine.machine_id]

        await client.machines.change(
            machine.machine_id, MachineChange(vcpu=2, autosleep="never"), key=new_wish_key()
        )
        changed = await until_phase(client, machine.machine_id, "running")
        assert (changed.vcpu, changed.autosleep_seconds) == (2, 0)

        await client.machines.sleep(machine.machine_id, key=new_wish_key())
        asleep = await until_phase(client, machine.machine_id, "sleeping")
        assert asleep.revision is not None
        assert int(asleep.revision) > int(machine.revision)
        with pytest.raises(InvalidState) as refusal:
            await client.machines.sleep(machine.machine_id, key=new_wish_key())
        assert refusal.value.details

        await client.machines.wake(machine.machine_id, key=new_wish_key())
        await until_phase(client, machine.machine_id, "running")
        assert machine.machine_id in await client.machines.raw(machine.machine_id)

        gone = await client.machines.destroy(machine.machine_id, key=new_wish_key())
        assert gone.desired_state == "destroyed"


async def test_generations_differ_in_what_they_show(cloud: RunningCloud) -> None:
    async with client_of(cloud) as client:
        created = await client.machines.create(SPEC, key=new_wish_key())
        is_new = not created.machine_id.startswith("dm-")
        await until_phase(client, created.machine_id, "running")
        (row,) = await listed(client)
        assert row.is_thin is is_new
        assert row.created_at is not None
        assert row.phase == "running"
        if is_new:
            with pytest.raises(NotOffered):
                [event async for event in client.machines.watch(row.machine_id)]
            with pytest.raises(NotOffered):
                await client.usage.summary()
        assert client.abilities.offers("status_stream") is (False if is_new else None)


async def test_a_settled_machines_stream_ends_at_once(old_cloud: RunningCloud) -> None:
    async with client_of(old_cloud) as client:
        created = await client.machines.create(SPEC, key=new_wish_key())
        events = [event async for event in client.machines.watch(created.machine_id)]
        machines = [event.machine for event in events if event.machine]
        assert all(machine.machine_id == created.machine_id for machine in machines)
        assert client.abilities.offers("status_stream") is True


async def test_a_stream_shows_the_way_to_sleep(old_cloud: RunningCloud) -> None:
    await old_cloud.pace("quick")
    async with client_of(old_cloud) as client:
        created = await client.machines.create(SPEC, key=new_wish_key())
        machine_id = created.machine_id
        phases = [
            event.machine.phase
            async for event in client.machines.watch(machine_id)
            if event.machine is not None
        ]
        assert phases[-1] == "running"
        assert len(phases) > 1
        slept = await client.machines.sleep(machine_id, key=new_wish_key())
        seen = [event async for event in client.machines.watch(machine_id)]
        last = [event.machine for event in seen if event.machine][-1]
        assert last.phase == "sleeping"
        assert last.revision is not None
        assert slept.revision is not None
        assert int(last.revision) > int(slept.revision)


async def test_pages_make_a_whole_list(cloud: RunningCloud) -> None:
    await cloud.load(machines=23)
    async with client_of(cloud) as client:
        for limit in (None, 1, 10, 23, 100):
            rows = await listed(client, limit)
            assert len(rows) == 23
            assert len({row.machine_id for row in rows}) == 23


async def test_an_answer_lost_after_the_rule_ran_is_replayed_not_repeated(
    cloud: RunningCloud,
) -> None:
    seen: list[Exchange] = []
    await cloud.fault(method="POST", path="/v1/machines$", drop="after", times=1)
    async with client_of(cloud, observe=seen.append) as client:
        created = await client.machines.create(SPEC, key=new_wish_key())
        assert [row.machine_id for row in await listed(client)] == [created.machine_id]
    creations = [exchange for exchange in seen if exchange.method == "POST"]
    assert [exchange.attempt for exchange in creations] == [1, 2]
    assert len({exchange.wish_key for exchange in creations}) == 1


async def test_a_key_with_another_body_is_refused(cloud: RunningCloud) -> None:
    async with client_of(cloud) as client:
        key = new_wish_key()
        first = await client.machines.create(SPEC, key=key)
        again = await client.machines.create(SPEC, key=key)
        assert again.machine_id == first.machine_id
        with pytest.raises(KeyReused):
            await client.machines.create(
                MachineSpec(vcpu=2, memory_mib=1024, storage_gib=10), key=key
            )


async def test_a_moved_revision_is_refused_when_it_is_sent(cloud: RunningCloud) -> None:
    async with client_of(cloud, send_if_match=True) as client:
        created = await client.machines.create(SPEC, key=new_wish_key())
        machine = await until_phase(client, created.machine_id, "running")
        with pytest.raises(RevisionMismatch):
            await client.machines.sleep(machine.machine_id, key=new_wish_key(), revision="1")
        await client.machines.sleep(
            machine.machine_id, key=new_wish_key(), revision=machine.revision
        )


async def test_refusals_carry_the_fields(cloud: RunningCloud) -> None:
    async with client_of(cloud) as client:
        with pytest.raises(NotValid) as caught:
            await client.machines.create(
                MachineSpec(vcpu=-1, memory_mib=1024, storage_gib=10, autosleep="soon"),
                key=new_wish_key(),
            )
        locations = " ".join(error.location for error in caught.value.field_errors)
        assert "vcpu" in locations
        with pytest.raises(NotFound):
            await client.machines.get("dm-01a2011a-a5f7-7ac3-8424-df5590e01913")


async def test_a_wrong_key_is_locked_out(cloud: RunningCloud) -> None:
    async with client_of(cloud, api_key="wrong") as client:
        with pytest.raises(NotAuthenticated) as caught:
            await listed(client)
        assert caught.value.code == "AUTH_INVALID"


FAULTS: list[tuple[dict[str, Any], type[CloudFault]]] = [
    ({"status": 500, "body": "<html>oops</html>"}, ServiceBroken),
    ({"status": 404, "body": {"title": "Not Found", "status": 404}}, NotFound),
    ({"garble": True}, NotUnderstood),
    ({"status": 200, "body": ""}, NotUnderstood),
    ({"cut_after_bytes": 20}, TimedOut),
    ({"drop": "before"}, TimedOut),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=str)
async def test_a_fault_of_any_shape_is_one_of_the_family(
    old_cloud: RunningCloud, fault: dict[str, Any], kind: type[CloudFault]
) -> None:
    await old_cloud.load(machines=3)
    async with client_of(old_cloud) as client:
        await old_cloud.fault(path="^/v1/machines$", **fault)
        with pytest.raises(kind):
            await listed(client)
        await old_cloud.clear_faults()
        assert len(await listed(client)) == 3


async def test_a_short_fault_is_got_over(cloud: RunningCloud) -> None:
    await cloud.load(machines=3)
    await cloud.fault(path="^/v1/machines$", drop="before", times=1)
    async with client_of(cloud) as client:
        assert len(await listed(client)) == 3


async def test_a_refused_connection_is_unreachable(cloud: RunningCloud) -> None:
    async with client_of(cloud) as client:
        await listed(client)
        await cloud.refuse(seconds=60)
        with pytest.raises(Unreachable):
            await listed(client)


async def test_an_execution_over_the_wire(old_cloud: RunningCloud) -> None:
    async with client_of(old_cloud) as client:
        machine = await client.machines.create(SPEC, key=new_wish_key())
        await until_phase(client, machine.machine_id, "running")
        spec = ExecutionSpec(
            command=("/bin/sh", "-c", "read word; echo $word $GREETING; echo bad >&2; exit 3"),
            env=(("GREETING", "hello"),),
            stdin="well\n",
            timeout_ms=20_000,
        )
        started = await client.executions.start(machine.machine_id, spec, key=new_wish_key())
        done = await until(
            lambda: client.executions.get(machine.machine_id, started.execution_id),
            lambda run: run.is_over,
        )
        assert (done.exit_code, done.status, done.env_keys) == (3, "failed", ("GREETING",))
        output = await client.executions.output(machine.machine_id, started.execution_id)
        assert (output.stdout, output.stderr) == ("well hello\n", "bad\n")
        page = await client.executions.events(machine.machine_id, started.execution_id)
        chunks = [event.chunk for event in page.items if event.type == "stdout"]
        assert "".join(chunk or "" for chunk in chunks) == "well hello\n"
        pages = [page async for page in client.executions.pages(machine.machine_id)]
        assert [run.execution_id for run in pages[0].items] == [started.execution_id]
        await client.executions.delete(machine.machine_id, started.execution_id, key=new_wish_key())
