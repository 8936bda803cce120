"""The later generation: bare ids, flat phases, fewer routes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.local import wishes

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_phases_are_flat_but_for_a_single_machine(later_cloud: RunningCloud) -> None:
    cloud = later_cloud
    status, headers, created = cloud.ask("POST", "/v1/machines", {})
    assert (status, created["phase"]) == (200, "running")
    assert (created["vcpu"], created["memory_mib"], created["storage_gib"]) == (1, 4096, 10)
    assert _UUID.fullmatch(created["machine_id"])
    assert "status" not in created
    assert headers["location"] == f"/v1/machines/{created['machine_id']}"
    (row,) = cloud.ask("GET", "/v1/machines")[2]["items"]
    assert row["phase"] == "running"
    assert "status" not in row
    one = wishes.machine(cloud, created["machine_id"])
    assert one["status"]["phase"] == "running"
    assert one["status"]["memory_configured_mib"] == 4096
    assert wishes.machine(cloud, "dm-" + created["machine_id"]) == one


def test_the_key_is_optional_and_echoed(later_cloud: RunningCloud) -> None:
    key = wishes.key()
    _, headers, _ = later_cloud.ask("POST", "/v1/machines", {}, headers=key)
    assert headers["idempotency-key"] == key["Idempotency-Key"]


def test_invalid_state_names_action_and_phase(later_cloud: RunningCloud) -> None:
    machine_id = wishes.create(later_cloud)["machine_id"]
    _, _, refused = wishes.act(later_cloud, machine_id, "wake")
    assert refused["message"] == "machine can only be woken from the sleeping state"
    assert refused["details"] == {
        "current_desired_state": "running",
        "current_observed_state": "running",
        "current_phase": "running",
        "requested_action": "wake",
    }


def test_reboot_keeps_the_machine_and_needs_it_awake(later_cloud: RunningCloud) -> None:
    machine_id = wishes.create(later_cloud)["machine_id"]
    status, _, rebooted = wishes.act(later_cloud, machine_id, "reboot")
    assert (status, rebooted["phase"], rebooted["machine_id"]) == (200, "running", machine_id)
    wishes.act(later_cloud, machine_id, "sleep")
    assert wishes.act(later_cloud, machine_id, "reboot")[0] == 409


def test_autoresizing_is_kept(later_cloud: RunningCloud) -> None:
    machine_id = wishes.create(later_cloud)["machine_id"]
    for path in (f"/v1/machines/{machine_id}/autoresizing", "/v1/organization/autoresizing"):
        assert later_cloud.ask("GET", path)[2] == {"enabled": False}
        assert later_cloud.ask("PUT", path, {"enabled": True})[2] == {"enabled": True}
        assert later_cloud.ask("GET", path)[2] == {"enabled": True}
        assert later_cloud.ask("PUT", path, {"enabled": "yes"})[0] == 422


@pytest.mark.parametrize(
    "path", ["status/stream", "terminals", "previews", "artifacts", "../../usage"]
)
def test_what_the_generation_dropped_is_not_found(later_cloud: RunningCloud, path: str) -> None:
    machine_id = wishes.create(later_cloud)["machine_id"]
    url = "/v1/usage" if "usage" in path else f"/v1/machines/{machine_id}/{path}"
    assert later_cloud.ask("GET", url)[0] == 404


def test_the_first_generation_does_not_know_what_came_later(cloud: RunningCloud) -> None:
    machine_id = wishes.create(cloud)["machine_id"]
    assert wishes.act(cloud, machine_id, "reboot")[0] == 404
    assert cloud.ask("GET", f"/v1/machines/{machine_id}/autoresizing")[0] == 404
