"""Injected faults do what they say, to the requests they name, as often as asked."""

from __future__ import annotations

import asyncio
import json
import socket
from http.client import IncompleteRead
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from tests.local import wishes

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud


async def test_a_status_with_a_json_or_html_body(cloud: RunningCloud) -> None:
    envelope = {"error_code": "DEPENDENCY_UNAVAILABLE", "message": "down", "retryable": True}
    await cloud.fault(path="^/v1/machines$", times=1, status=503, body=envelope)
    await cloud.fault(
        path="^/v1/machines$",
        times=1,
        status=502,
        body="<h1>bad</h1>",
        headers={"Retry-After": "3"},
    )
    status, _, document = cloud.ask("GET", "/v1/machines")
    assert (status, document) == (503, envelope)
    status, headers, text = cloud.ask("GET", "/v1/machines")
    assert (status, headers["retry-after"], text) == (502, "3", "<h1>bad</h1>")
    assert cloud.ask("GET", "/v1/machines")[0] == 200


async def test_only_what_matches_fails_and_only_after_the_skipped(cloud: RunningCloud) -> None:
    fault = await cloud.fault(method="GET", path="/v1/machines", skip=1, times=1, status=500)
    machine_id = wishes.create(cloud)["machine_id"]
    statuses = [cloud.ask("GET", f"/v1/machines/{machine_id}")[0] for _ in range(3)]
    assert statuses == [200, 500, 200]
    assert await cloud.fault_hits(fault) == 1


def test_a_client_that_goes_before_its_request_has_come_is_no_error(
    cloud: RunningCloud, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = cloud.base_url.removeprefix("http://").split(":")
    lines = (
        "POST /v1/machines HTTP/1.1",
        f"Host: {host}:{port}",
        f"Authorization: Bearer {cloud.api_key}",
        "Content-Type: application/json",
        "Content-Length: 99",
    )
    for _ in range(5):
        with socket.create_connection((host, int(port))) as client:
            client.sendall("\r\n".join((*lines, "", "{")).encode())
        assert cloud.ask("GET", "/v1/machines")[0] == 200
    assert not caplog.records


async def test_a_faulted_mutation_has_no_effect_and_keeps_no_key(cloud: RunningCloud) -> None:
    key = wishes.key()
    await cloud.fault(method="POST", times=1, status=503)
    assert cloud.ask("POST", "/v1/machines", wishes.SIZE, headers=key)[0] == 503
    assert cloud.ask("GET", "/v1/machines")[2]["items"] == []
    assert cloud.ask("POST", "/v1/machines", wishes.SIZE, headers=key)[0] == 200


async def test_cut_garble_and_drop(cloud: RunningCloud) -> None:
    wishes.create(cloud)
    await cloud.fault(times=1, cut_after_bytes=10)
    await cloud.fault(times=1, garble=True)
    await cloud.fault(times=1, drop="before")
    with pytest.raises(IncompleteRead) as cut:
        cloud.ask("GET", "/v1/machines")
    assert len(cut.value.partial) == 10
    with pytest.raises(json.JSONDecodeError):
        cloud.ask("GET", "/v1/machines")
    with pytest.raises(OSError):  # noqa: PT011  # reset or closed, as the moment has it
        cloud.ask("GET", "/v1/machines")
    assert cloud.ask("GET", "/v1/machines")[0] == 200


async def test_a_delay_holds_the_answer_back(cloud: RunningCloud) -> None:
    await cloud.fault(times=1, delay_ms=200)
    asked = asyncio.create_task(asyncio.to_thread(cloud.ask, "GET", "/v1/machines"))
    await cloud.until(lambda world: world.faults.active[0].hits)
    assert not asked.done()
    assert (await asked)[0] == 200


async def test_faults_can_be_cleared_and_never_touch_the_controls(cloud: RunningCloud) -> None:
    await cloud.fault(status=500)
    assert cloud.ask("GET", "/v1/machines")[0] == 500
    await cloud.clear_faults()
    assert cloud.ask("GET", "/v1/machines")[0] == 200


async def test_a_server_out_of_reach_refuses_and_comes_back(cloud: RunningCloud) -> None:
    # Long enough that a test that was kept waiting still finds it closed.
    await cloud.refuse(1.5)
    is_refused = False
    end = monotonic() + 20
    while monotonic() < end:
        try:
            status, _, _ = cloud.ask("GET", "/v1/machines")
        except OSError:
            is_refused = True
        else:
            if is_refused:
                break
        await asyncio.sleep(0.005)
    assert is_refused
    assert status == 200


async def test_a_wrong_fault_is_refused(cloud: RunningCloud) -> None:
    for body in ({"path": "("}, {"times": -1}, {"colour": 1}, {"drop": "never"}):
        assert cloud.ask("POST", "/_local/faults", body)[0] == 422


async def test_faults_are_no_errors_of_the_server(
    cloud: RunningCloud, caplog: pytest.LogCaptureFixture
) -> None:
    machine_id = wishes.create(cloud)["machine_id"]
    stream = f"/v1/machines/{machine_id}/status/stream"
    for fault in ({"drop": "before"}, {"drop": "after"}, {"cut_after_bytes": 5}):
        for path in ("/v1/machines", stream):
            await cloud.fault(times=1, **fault)
            with pytest.raises((OSError, IncompleteRead)):
                cloud.ask("GET", path)
    assert [each.getMessage() for each in caplog.records] == []
