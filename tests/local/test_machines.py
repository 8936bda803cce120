"""The rules of machines, through the socket."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dedalus_tui.local.lifecycle import DWELL_SECONDS
from tests.local import wishes

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud


def test_a_machine_runs_sleeps_wakes_and_is_destroyed(cloud: RunningCloud) -> None:
    created = wishes.create(cloud, autosleep="30m")
    machine_id = created["machine_id"]
    assert created["status"]["phase"] == "running"
    assert created["autosleep_seconds"] == 1800
    status, _, slept = wishes.act(cloud, machine_id, "sleep")
    assert (status, slept["status"]["phase"]) == (200, "sleeping")
    status, _, woken = wishes.act(cloud, machine_id, "wake")
    assert (status, woken["status"]["phase"]) == (200, "running")
    status, _, gone = wishes.destroy(cloud, machine_id)
    assert (status, gone["status"]["phase"], gone["desired_state"]) == (
        200,
        "destroyed",
        "destroyed",
    )


async def test_phases_take_the_time_of_the_pace(cloud: RunningCloud) -> None:
    await cloud.freeze()
    await cloud.pace("real")
    machine_id = wishes.create(cloud)["machine_id"]
    seen = [wishes.phase(cloud, machine_id)]
    for name in ("accepted", "placement_pending", "starting"):
        await cloud.step(DWELL_SECONDS["real"][name])
        seen.append(wishes.phase(cloud, machine_id))
    assert seen == ["accepted", "placement_pending", "starting", "running"]


async def test_one_long_step_plays_the_whole_boot_with_true_times(cloud: RunningCloud) -> None:
    await cloud.freeze()
    await cloud.pace("real")
    created = wishes.create(cloud, autosleep="never")
    await cloud.step(3600)
    rows = await cloud.inside(
        lambda world: [
            (row["phase"], row["at"])
            for row in world.database.rows("SELECT phase, at FROM transitions ORDER BY seq")
        ]
    )
    phases, moments = zip(*rows, strict=True)
    assert phases == ("accepted", "placement_pending", "starting", "running")
    dwells = [round(after - before, 6) for before, after in pairwise(moments)]
    assert dwells == [0.4, 1.2, 2.0]
    assert wishes.machine(cloud, created["machine_id"])["status"]["reason"] == "DesiredStateReached"


async def test_the_revision_rises_with_every_change_and_is_the_etag(cloud: RunningCloud) -> None:
    await cloud.pace("quick")
    await cloud.freeze()
    machine_id = wishes.create(cloud)["machine_id"]
    revisions: list[int] = []
    for _ in range(6):
        _, headers, document = cloud.ask("GET", f"/v1/machines/{machine_id}")
        revisions.append(int(document["status"]["revision"]))
        assert headers["etag"] == f'"{revisions[-1]}"'
        await cloud.step(0.2)
    assert revisions == sorted(revisions)
    assert revisions[-1] > revisions[0]


@pytest.mark.parametrize("action", ["sleep", "wake"])
async def test_sleep_and_wake_only_from_the_settled_opposite(
    cloud: RunningCloud, action: str
) -> None:
    await cloud.freeze()
    await cloud.pace("real")
    machine_id = wishes.create(cloud)["machine_id"]
    status, _, refused = wishes.act(cloud, machine_id, action)
    assert (status, refused["error_code"], refused["retryable"]) == (409, "INVALID_STATE", False)
    assert set(refused["details"]) == {
        "current_desired_state",
        "current_observed_state",
        "expected_observed_state",
        "target_desired_state",
    }
    await cloud.step(60)
    status, _, _ = wishes.act(cloud, machine_id, action)
    assert status == (202 if action == "sleep" else 409)


async def test_a_machine_can_be_destroyed_while_it_boots(cloud: RunningCloud) -> None:
    await cloud.freeze()
    await cloud.pace("real")
    machine_id = wishes.create(cloud)["machine_id"]
    status, _, document = wishes.destroy(cloud, machine_id)
    assert (status, document["status"]["phase"]) == (202, "destroying")
    assert wishes.destroy(cloud, machine_id)[0] == 202
    path = f"/v1/machines/{machine_id}"
    status, _, refused = cloud.ask("PATCH", path, {"vcpu": 2}, headers=wishes.key())
    assert (status, refused["error_code"]) == (409, "INVALID_STATE")
    await cloud.step(10)
    assert wishes.phase(cloud, machine_id) == "destroyed"


async def test_a_destroyed_machine_leaves_the_list_after_a_while(cloud: RunningCloud) -> None:
    machine_id = wishes.create(cloud)["machine_id"]
    wishes.destroy(cloud, machine_id)
    assert [each["machine_id"] for each in _list(cloud)["items"]] == [machine_id]
    await cloud.step(301)
    assert _list(cloud)["items"] == []
    status, headers, problem = cloud.ask("GET", f"/v1/machines/{machine_id}")
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert problem["detail"] == "machine not found"


async def test_a_planned_mishap_fails_the_machine_with_its_words(cloud: RunningCloud) -> None:
    await cloud.fail_next(phase="starting", reason="RuntimeWakeFailed", last_error="no memory left")
    created = wishes.create(cloud)
    assert created["status"]["phase"] == "failed"
    assert created["status"]["reason"] == "RuntimeWakeFailed"
    assert created["status"]["last_error"] == "no memory left"
    status, _, refused = wishes.act(cloud, created["machine_id"], "sleep")
    assert refused["details"]["current_observed_state"] == "error"
    assert status == 409
    assert wishes.create(cloud)["status"]["phase"] == "running"
    assert wishes.destroy(cloud, created["machine_id"])[2]["status"]["phase"] == "destroyed"


def test_resize_changes_what_was_asked_and_nothing_for_an_empty_wish(cloud: RunningCloud) -> None:
    created = wishes.create(cloud)
    path = f"/v1/machines/{created['machine_id']}"
    wish = {"vcpu": 4, "memory_mib": 8192, "autosleep": "1w"}
    status, _, resized = cloud.ask("PATCH", path, wish, headers=wishes.key())
    assert status == 200
    assert (resized["vcpu"], resized["memory_mib"], resized["storage_gib"]) == (4, 8192, 10)
    assert resized["autosleep_seconds"] == 604_800
    _, _, same = cloud.ask("PATCH", path, {}, headers=wishes.key())
    assert same["status"]["revision"] == resized["status"]["revision"]


@pytest.mark.parametrize("quoting", ['"{}"', "{}", 'W/"{}"'])
def test_if_match_fences_a_mutation(cloud: RunningCloud, quoting: str) -> None:
    created = wishes.create(cloud)
    machine_id, revision = created["machine_id"], created["status"]["revision"]
    stale = {"If-Match": quoting.format("0")}
    status, _, refused = wishes.act(cloud, machine_id, "sleep", **stale)
    assert (status, refused["error_code"], refused["retryable"]) == (409, "REVISION_MISMATCH", True)
    assert refused["details"] == {"expected_revision": revision, "provided_revision": "0"}
    fresh = {"If-Match": quoting.format(revision)}
    assert wishes.act(cloud, machine_id, "sleep", **fresh)[0] == 200


def test_a_page_ends_where_the_next_begins(cloud: RunningCloud) -> None:
    made = [wishes.create(cloud)["machine_id"] for _ in range(5)]
    seen: list[str] = []
    query = "?limit=2"
    for _ in range(5):
        page = _list(cloud, query)
        seen += [each["machine_id"] for each in page["items"]]
        assert len(page["items"]) <= 2
        assert all("created_at" in each for each in page["items"])
        if not page.get("next_cursor"):
            break
        query = f"?limit=2&cursor={page['next_cursor']}"
    assert seen == made


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("?limit=0", "query.limit"),
        ("?limit=many", "query.limit"),
        ("?limit=1_0", "query.limit"),
        ("?cursor=zzz", "query.cursor"),
        ("?cursor=%C3%A4", "query.cursor"),
    ],
)
def test_a_wrong_page_wish_names_its_place(cloud: RunningCloud, query: str, location: str) -> None:
    status, _, problem = cloud.ask("GET", f"/v1/machines{query}")
    assert status == 422
    assert [each["location"] for each in problem["errors"]] == [location]


@pytest.mark.parametrize(
    ("body", "status", "locations"),
    [
        ({"vcpu": 0, "memory_mib": 1024, "storage_gib": 10}, 422, ["body.vcpu"]),
        ({"vcpu": True, "memory_mib": "x", "storage_gib": 1.5}, 422, None),
        ({"vcpu": 1, "memory_mib": 10**30, "storage_gib": 10}, 422, ["body.memory_mib"]),
        ({**wishes.SIZE, "name": "web"}, 422, ["body.name"]),
        ({**wishes.SIZE, "autosleep": 300}, 422, ["body.autosleep"]),
        ({}, 422, ["body", "body", "body"]),
        ([1], 422, ["body"]),
        (b"{", 400, None),
        (b"", 400, None),
        (b'{"vcpu": NaN}', 400, None),
        (b'{"autosleep": "\\ud800"}', 400, None),
        (b"[" * 100_000, 400, None),
    ],
)
def test_a_wrong_body_is_refused_with_every_place_named(
    cloud: RunningCloud, body: Any, status: int, locations: list[str] | None
) -> None:
    got, headers, problem = cloud.ask("POST", "/v1/machines", body, headers=wishes.key())
    assert got == status
    assert headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    if locations is not None:
        assert [each["location"] for each in problem["errors"]] == locations
    assert _list(cloud)["items"] == []


def test_a_body_of_another_type_or_size_is_refused(cloud: RunningCloud) -> None:
    headers = {**wishes.key(), "Content-Type": "text/plain"}
    assert cloud.ask("POST", "/v1/machines", b"{}", headers=headers)[0] == 415
    huge = b" " * (16 * 1024 * 1024 + 1)
    assert cloud.ask("POST", "/v1/machines", huge, headers=wishes.key())[0] == 413


def test_unknown_paths_and_methods_are_problems(cloud: RunningCloud) -> None:
    for method, path, status in [
        ("GET", "/", 404),
        ("GET", "/v1/machines/", 404),
        ("GET", "/v1/machines/dm-none", 404),
        ("PUT", "/v1/machines", 405),
        ("DELETE", "/v1/machines/dm-none/sleep", 405),
    ]:
        got, headers, problem = cloud.ask(method, path)
        assert (got, problem["status"]) == (status, status)
        assert headers["content-type"] == "application/problem+json"


async def test_a_machine_is_a_directory_that_sleep_keeps_and_destroy_removes(
    cloud: RunningCloud,
) -> None:
    machine_id = wishes.create(cloud)["machine_id"]
    inside = await cloud.control("GET", f"machines/{machine_id}")
    home = Path(inside["directory"]) / "home"
    (home / "kept.txt").write_text("still here")
    wishes.act(cloud, machine_id, "sleep")
    assert (home / "kept.txt").read_text() == "still here"
    wishes.destroy(cloud, machine_id)
    assert not home.exists()


async def test_synthetic_machines_fill_pages_and_have_no_directory(cloud: RunningCloud) -> None:
    await cloud.load(250)
    page = _list(cloud, "?limit=200")
    assert len(page["items"]) == 200
    assert len(_list(cloud, f"?cursor={page['next_cursor']}")["items"]) == 50
    sleeping = next(each for each in page["items"] if each["status"]["phase"] == "sleeping")
    status, _, woken = wishes.act(cloud, sleeping["machine_id"], "wake")
    assert (status, woken["status"]["phase"]) == (200, "running")
    assert (
        await cloud.inside(lambda world: list(world.directories.machine("x").parent.iterdir()))
        == []
    )


async def test_reset_forgets_everything(cloud: RunningCloud) -> None:
    wishes.create(cloud)
    await cloud.fault(status=500)
    await cloud.reset()
    assert _list(cloud)["items"] == []


def _list(cloud: RunningCloud, query: str = "") -> Any:
    status, _, page = cloud.ask("GET", f"/v1/machines{query}")
    assert status == 200, page
    return page
