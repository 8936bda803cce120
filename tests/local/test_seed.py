"""The demo fleet is there at once, real, varied, and planted only once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.local import runs
from tests.local.harness import start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.local.harness import RunningCloud


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[RunningCloud]:
    """The demo as a newcomer meets it."""
    running = start(tmp_path, seed="demo", pace="real")
    yield running
    running.stop_now()


def _machines(cloud: RunningCloud) -> list[Any]:
    return list(cloud.ask("GET", "/v1/machines")[2]["items"])


async def test_the_fleet_is_varied_and_what_moves_arrives(demo: RunningCloud) -> None:
    fleet = _machines(demo)
    assert 8 <= len(fleet) <= 10
    phases = Counter(each["status"]["phase"] for each in fleet)
    assert {"running", "sleeping", "failed"} <= phases.keys()
    assert phases["running"] >= 3
    assert phases.keys() & {"placement_pending", "starting"}
    assert len({(each["vcpu"], each["memory_mib"]) for each in fleet}) >= 5
    assert {0, 300} < {each["autosleep_seconds"] for each in fleet}
    assert [each["created_at"] for each in fleet] == sorted(each["created_at"] for each in fleet)
    await demo.step(30)
    moving = {each["status"]["phase"] for each in _machines(demo)} & {
        "placement_pending",
        "starting",
    }
    assert not moving


def test_an_unused_machine_falls_asleep_when_its_times_say(demo: RunningCloud) -> None:
    now = datetime.now(UTC)
    for each in _machines(demo):
        status, machine_id = each["status"], each["machine_id"]
        has_run = demo.ask("GET", f"/v1/machines/{machine_id}/executions")[2]["items"]
        if status["phase"] == "running" and each["autosleep_seconds"] and not has_run:
            awake = now - datetime.fromisoformat(status["last_transition_at"])
            assert awake < timedelta(seconds=60), "it is idle only since the demo began"


async def test_every_machine_has_its_directory_and_some_have_files(demo: RunningCloud) -> None:
    found: set[str] = set()
    for each in _machines(demo):
        inside = await demo.control("GET", f"machines/{each['machine_id']}")
        home = Path(inside["directory"]) / "home"
        assert (home / ".profile").exists()
        found |= {path.name for path in home.rglob("*")}
    assert {"README.md", "app.py", "run.sh"} <= found


def test_something_has_run_and_something_runs(demo: RunningCloud) -> None:
    executions = [
        execution
        for each in _machines(demo)
        for execution in demo.ask("GET", f"/v1/machines/{each['machine_id']}/executions")[2][
            "items"
        ]
    ]
    assert len(executions) == 4
    quick = [each for each in executions if "run.sh" not in each["command"][-1]]
    outcomes = Counter(runs.finished(demo, each)["status"] for each in quick)
    assert outcomes == {"succeeded": 2, "failed": 1}


async def test_it_is_planted_once_and_again_after_a_reset(tmp_path: Path) -> None:
    cloud = start(tmp_path, seed="demo")
    first = {each["machine_id"] for each in _machines(cloud)}
    cloud.stop_now()
    cloud = start(tmp_path, seed="demo")
    try:
        assert {each["machine_id"] for each in _machines(cloud)} == first
        await cloud.reset()
        assert not {each["machine_id"] for each in _machines(cloud)} & first
        assert len(_machines(cloud)) == len(first)
    finally:
        cloud.stop_now()
