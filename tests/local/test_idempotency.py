"""One wish, one effect: replay, reuse, in flight, lost answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.local import wishes

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud


def test_the_same_request_again_gets_the_first_answer(cloud: RunningCloud) -> None:
    key = wishes.key()
    first = cloud.ask("POST", "/v1/machines", wishes.SIZE, headers=key)
    again = cloud.ask("POST", "/v1/machines", wishes.SIZE, headers=key)
    assert (first[0], first[1]["etag"], first[2]) == (again[0], again[1]["etag"], again[2])
    assert len(cloud.ask("GET", "/v1/machines")[2]["items"]) == 1


def test_a_key_of_another_request_is_refused(cloud: RunningCloud) -> None:
    key = wishes.key()
    machine_id = cloud.ask("POST", "/v1/machines", wishes.SIZE, headers=key)[2]["machine_id"]
    bigger = {**wishes.SIZE, "vcpu": 2}
    for method, path, body in [
        ("POST", "/v1/machines", bigger),
        ("POST", f"/v1/machines/{machine_id}/sleep", None),
    ]:
        status, _, refused = cloud.ask(method, path, body, headers=key)
        assert (status, refused["error_code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
        assert set(refused["details"]) == {"expected_request_hash", "provided_request_hash"}


async def test_a_key_under_way_is_asked_to_wait(cloud: RunningCloud) -> None:
    key = wishes.key()
    await cloud.fault(method="POST", delay_ms=60_000, times=1)
    slow = asyncio.create_task(
        asyncio.to_thread(cloud.ask, "POST", "/v1/machines", wishes.SIZE, headers=key)
    )
    await cloud.until(lambda world: world.faults.active[0].hits)
    again = await asyncio.to_thread(cloud.ask, "POST", "/v1/machines", wishes.SIZE, headers=key)
    assert (again[0], again[2]["error_code"], again[2]["retryable"]) == (429, "RATE_LIMITED", True)
    assert again[2]["retry_after_ms"] == 250
    await cloud.stop()
    assert (await slow)[0] == 503


async def test_an_answer_that_was_lost_is_given_again(cloud: RunningCloud) -> None:
    key = wishes.key()
    await cloud.fault(method="POST", path="^/v1/machines$", drop="after", times=1)
    with pytest.raises(OSError):  # noqa: PT011  # reset or closed, as the moment has it
        cloud.ask("POST", "/v1/machines", wishes.SIZE, headers=key)
    status, _, document = cloud.ask("POST", "/v1/machines", wishes.SIZE, headers=key)
    items = cloud.ask("GET", "/v1/machines")[2]["items"]
    assert status == 200
    assert [each["machine_id"] for each in items] == [document["machine_id"]]


def test_a_refused_wish_may_be_tried_again_with_its_key(cloud: RunningCloud) -> None:
    machine_id = wishes.create(cloud)["machine_id"]
    key = wishes.key()
    path = f"/v1/machines/{machine_id}/wake"
    assert cloud.ask("POST", path, headers=key)[0] == 409
    wishes.act(cloud, machine_id, "sleep")
    assert cloud.ask("POST", path, headers=key)[0] == 200


@pytest.mark.parametrize("key", [None, "", "x" * 256, "tab\there"])
def test_a_missing_or_unusable_key_is_named(cloud: RunningCloud, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    status, _, problem = cloud.ask("POST", "/v1/machines", wishes.SIZE, headers=headers)
    assert status == 422
    assert problem["errors"][0]["location"] == "header.Idempotency-Key"


async def test_answers_are_kept_for_a_day(cloud: RunningCloud) -> None:
    key = wishes.key()
    cloud.ask("POST", "/v1/machines", wishes.SIZE, headers=key)
    await cloud.step(86_401)
    wishes.create(cloud)
    assert cloud.ask("POST", "/v1/machines", wishes.SIZE, headers=key)[0] == 200
    running = [
        each
        for each in cloud.ask("GET", "/v1/machines")[2]["items"]
        if each["desired_state"] == "running"
    ]
    assert len(running) == 2
