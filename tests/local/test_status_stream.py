"""The status stream: what is sent, in which order, and when it ends."""

from __future__ import annotations

import asyncio
import json
from http.client import HTTPConnection, IncompleteRead
from typing import TYPE_CHECKING, Any

import pytest

from tests.local import wishes

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud


def events_of(text: str) -> list[tuple[str, str, Any]]:
    """(event, id, data) of each block."""
    events = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        events.append((fields["event"], fields["id"], json.loads(fields["data"])))
    return events


def test_a_settled_machine_is_told_once(cloud: RunningCloud) -> None:
    created = wishes.create(cloud)
    path = f"/v1/machines/{created['machine_id']}/status/stream"
    status, headers, text = cloud.ask("GET", path)
    assert status == 200
    assert headers["content-type"].startswith("text/event-stream")
    assert events_of(text) == [("status", created["status"]["revision"], created)]


def test_who_knows_the_revision_gets_a_bookmark(cloud: RunningCloud) -> None:
    created = wishes.create(cloud)
    path = f"/v1/machines/{created['machine_id']}/status/stream"
    revision = created["status"]["revision"]
    _, _, text = cloud.ask("GET", path, headers={"Last-Event-ID": revision})
    assert events_of(text) == [("bookmark", revision, {})]
    _, _, text = cloud.ask("GET", path, headers={"Last-Event-ID": "someone else's"})
    assert events_of(text)[0][0] == "status"


async def test_every_phase_is_sent_and_the_end_is_the_wanted_one(cloud: RunningCloud) -> None:
    await cloud.pace("quick")
    machine_id = wishes.create(cloud)["machine_id"]
    _, _, text = await asyncio.to_thread(
        cloud.ask, "GET", f"/v1/machines/{machine_id}/status/stream"
    )
    events = events_of(text)
    phases = [data["status"]["phase"] for _, _, data in events]
    assert phases == ["accepted", "placement_pending", "starting", "running"]
    revisions = [int(number) for _, number, _ in events]
    assert revisions == sorted(set(revisions))


async def test_a_failure_ends_the_stream(cloud: RunningCloud) -> None:
    await cloud.pace("quick")
    await cloud.fail_next(phase="placement_pending")
    machine_id = wishes.create(cloud)["machine_id"]
    path = f"/v1/machines/{machine_id}/status/stream"
    _, _, text = await asyncio.to_thread(cloud.ask, "GET", path)
    assert events_of(text)[-1][2]["status"]["phase"] == "failed"


async def test_a_server_that_ends_ends_its_streams(cloud: RunningCloud) -> None:
    await cloud.freeze()
    await cloud.pace("real")
    machine_id = wishes.create(cloud)["machine_id"]
    path = f"/v1/machines/{machine_id}/status/stream"
    following = asyncio.create_task(asyncio.to_thread(cloud.ask, "GET", path))
    await cloud.until(lambda world: world.machines.watchers(machine_id))
    await cloud.stop()
    assert events_of((await following)[2])[0][2]["status"]["phase"] == "accepted"


async def test_a_listener_that_leaves_is_forgotten(cloud: RunningCloud) -> None:
    await cloud.freeze()
    await cloud.pace("real")
    machine_id = wishes.create(cloud)["machine_id"]
    host = cloud.base_url.removeprefix("http://")
    connection = HTTPConnection(host)
    path = f"/v1/machines/{machine_id}/status/stream"
    connection.request("GET", path, headers={"x-api-key": cloud.api_key})
    answer = connection.getresponse()
    assert answer.readline().startswith(b"event: status")
    await cloud.until(lambda world: world.machines.watchers(machine_id))
    answer.close()
    connection.close()
    await cloud.until(lambda world: not world.machines.watchers(machine_id))


async def test_a_cut_stream_is_told_from_an_ended_one(cloud: RunningCloud) -> None:
    machine_id = wishes.create(cloud)["machine_id"]
    await cloud.fault(path="status/stream$", cut_after_bytes=40)
    with pytest.raises(IncompleteRead) as cut:
        cloud.ask("GET", f"/v1/machines/{machine_id}/status/stream")
    assert len(cut.value.partial) == 40
