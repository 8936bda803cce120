"""Usage over HTTP: what the service bills equals what its own journal of transitions says."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.local import harness, runs, shells

if TYPE_CHECKING:
    from dedalus_tui.local.world import World

HOUR = 3600
SIZE = {"vcpu": 2, "memory_mib": 2048, "storage_gib": 10}


def compute(cloud: harness.RunningCloud, query: str = "") -> list[dict[str, Any]]:
    status, _, document = cloud.ask("GET", f"/v1/usage/machines/compute{query}")
    assert status == 200, document
    rows: list[dict[str, Any]] = document["rows"]
    return rows


def create(cloud: harness.RunningCloud) -> str:
    status, _, machine = cloud.ask(
        "POST", "/v1/machines", {**SIZE, "autosleep": "never"}, headers={"Idempotency-Key": "k1"}
    )
    assert status in (200, 202), machine
    return str(machine["machine_id"])


async def recounted(cloud: harness.RunningCloud, machine_id: str) -> int:
    """Awake seconds by an independent count over the journal of transitions."""

    def count(world: Any) -> int:
        total, since = 0, None
        query = "SELECT at, phase FROM transitions WHERE machine_id = ? ORDER BY seq"
        for row in world.database.rows(query, (machine_id,)):
            if since is not None:
                total += int(row["at"]) - since
            since = int(row["at"]) if row["phase"] == "running" else None
        return total + (0 if since is None else int(world.clock.now()) - since)

    return int(await cloud.inside(count))


async def test_hours_add_up_to_the_journal_over_sleep_wake_and_resize(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = create(cloud)
        await cloud.freeze()
        await cloud.step(2 * HOUR)
        path = f"/v1/machines/{machine_id}"
        cloud.ask("PATCH", path, {"memory_mib": 4096}, headers={"Idempotency-Key": "k2"})
        await cloud.step(100)
        cloud.ask("POST", f"{path}/sleep", headers={"Idempotency-Key": "k3"})
        await cloud.step(5 * HOUR)
        cloud.ask("POST", f"{path}/wake", headers={"Idempotency-Key": "k4"})
        await cloud.step(50)
        rows = compute(cloud, "?period_start=2020-01-01")
        assert sum(row["awake_seconds"] for row in rows) == await recounted(cloud, machine_id)
        assert {row["requested_memory_mib"] for row in rows} == {2048, 4096}
        for row in rows:
            assert row["memory_mib_seconds"] == row["awake_seconds"] * row["requested_memory_mib"]
        days = compute(cloud, "?period_start=2020-01-01&granularity=day")
        assert sum(row["awake_seconds"] for row in days) == sum(
            row["awake_seconds"] for row in rows
        )


async def test_the_summary_counts_closed_hours_only(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        create(cloud)
        await cloud.freeze()
        _, _, early = cloud.ask("GET", "/v1/usage?period_start=2020-01-01")
        assert early["billed_awake_seconds"] == 0
        await cloud.step(3 * HOUR)
        _, _, health = cloud.ask("GET", "/v1/metering/health")
        _, _, late = cloud.ask("GET", "/v1/usage?period_start=2020-01-01")
        rows = compute(cloud, "?period_start=2020-01-01")
        closed = [row for row in rows if row["bucket_end"] <= health["closed_through"]["storage"]]
        assert late["billed_awake_seconds"] == sum(row["awake_seconds"] for row in closed) > 0
        assert late["provisioned_storage_gib"] == 10


async def test_the_time_a_server_was_away_is_not_billed(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = create(cloud)
        before = await recounted(cloud, machine_id)
    async with await harness.serve(tmp_path) as cloud:
        await cloud.freeze()
        await cloud.step(2 * HOUR)
        rows = compute(cloud, f"?period_start=2020-01-01&machine_id={machine_id}")
        billed = sum(row["awake_seconds"] for row in rows)
        assert billed == await recounted(cloud, machine_id)
        assert billed - before <= 60


async def test_closed_hours_never_change(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = create(cloud)
        await cloud.freeze()
        await cloud.step(3 * HOUR)
        first = compute(cloud, "?period_start=2020-01-01")[0]
        cloud.ask("DELETE", f"/v1/machines/{machine_id}", headers={"Idempotency-Key": "k5"})
        await cloud.step(3 * HOUR)
        assert compute(cloud, "?period_start=2020-01-01")[0] == first


async def test_disk_use_is_bytes_times_time(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = create(cloud)
        _, _, inside = cloud.ask("GET", f"/_local/machines/{machine_id}")
        (Path(inside["directory"]) / "home" / "data").write_bytes(b"x" * (8 << 20))
        await cloud.freeze()
        query = f"/v1/usage/machines/storage?period_start=2020-01-01&machine_id={machine_id}"
        cloud.ask("GET", query)
        await cloud.step(2 * HOUR)
        _, _, document = cloud.ask("GET", query)
        assert document["rows"][-1]["logical_storage_bytes"] >= 8 << 20
        used = sum(row["storage_mib_seconds"] for row in document["rows"])
        assert 8 * 2 * HOUR <= used < 9 * 2 * HOUR


STARTING = 0.4
"""More CPU seconds than starting a shell and an interpreter takes."""


def busy(seconds: float, *then: str) -> list[str]:
    """A command that computes for so long, then does something else."""
    loop = f"import time\nwhile time.process_time() < {seconds}: pass"
    return [sys.executable, "-c", "\n".join([loop, *then])]


async def cpu_seconds(cloud: harness.RunningCloud, machine_id: str) -> float:
    """What usage says after another look at what runs."""
    await cloud.inside(lambda world: world.meter.sample_cpu())
    rows = compute(cloud, f"?machine_id={machine_id}")
    return float(sum(row["cpu_millicore_seconds"] for row in rows)) / 1000


async def test_a_command_of_a_second_is_metered(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = create(cloud)
        runs.finished(cloud, runs.post(cloud, machine_id, *busy(1.0)))
        assert 1.0 <= await cpu_seconds(cloud, machine_id) < 1.0 + STARTING


async def test_what_was_sampled_is_not_counted_again_at_the_end(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = create(cloud)
        _, _, inside = cloud.ask("GET", f"/_local/machines/{machine_id}")
        go = Path(inside["directory"]) / "home" / "go"
        os.mkfifo(go)
        program = busy(0.6, "print('half', flush=True)", "input()")
        # The shell waits for its child, so the end of the shell tells the time of both.
        script = '"$@" < go; exit 0'
        execution = runs.post(cloud, machine_id, "sh", "-c", script, "sh", *program)
        with go.open("w") as line:
            while "half" not in runs.get(cloud, execution, "/output")["stdout"]:
                pass
            sampled = await cpu_seconds(cloud, machine_id)
            assert 0.55 <= sampled < 0.6 + STARTING
            line.write("go\n")

        def look_before_the_end_is_settled(world: World) -> None:
            while world.processes.belonging_to(machine_id):
                pass
            world.meter.sample_cpu()

        await cloud.inside(look_before_the_end_is_settled)
        runs.finished(cloud, execution)
        assert sampled <= await cpu_seconds(cloud, machine_id) < 0.6 + STARTING


async def test_terminals_are_metered_too(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = create(cloud)
        program = tmp_path / "busy.py"
        program.write_text(busy(0.3)[-1])
        with shells.Shell(cloud, shells.post(cloud, machine_id)) as shell:
            shell.type(f"{sys.executable} {program}; exit\r")
            shell.until_closed()
        await cloud.until(lambda world: not world.terminals.sessions())
        assert 0.3 <= await cpu_seconds(cloud, machine_id) < 0.3 + STARTING


async def test_bad_periods_are_refused_by_name(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        for query in (
            "period_start=yesterday",
            "period_start=2026-02-30",
            "period_end=9999-12-31x",
            "period_start=2026-02-02&period_end=2026-02-01",
            "granularity=minute",
        ):
            status, _, document = cloud.ask("GET", f"/v1/usage/machines/compute?{query}")
            assert (status, document["error_code"]) == (400, "INVALID_ARGUMENT"), query


async def test_the_later_generation_has_no_usage(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path, generation="2026-09") as cloud:
        assert cloud.ask("GET", "/v1/usage")[0] == 404
