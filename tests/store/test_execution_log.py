"""Following real commands on a real local cloud, cuts and all."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.domain.execution import Execution
from dedalus_tui.domain.faults import NotFound
from dedalus_tui.domain.output import Stream
from dedalus_tui.store.execution_log import ExecutionLog
from tests.local import runs
from tests.store.living import create, living_store
from tests.store.stepped_clock import HastyClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from dedalus_tui.store.clock import Clock
    from tests.local.harness import RunningCloud

SECONDS = 30


@asynccontextmanager
async def following(
    cloud: RunningCloud, document: dict[str, Any], clock: Clock | None = None
) -> AsyncIterator[ExecutionLog]:
    """A log of an execution; ended and closed with the test."""
    held = Execution(execution_id=document["execution_id"], machine_id=document["machine_id"])
    async with living_store(cloud, is_running=False, clock=clock, client_clock=clock) as store:
        log = ExecutionLog(store.client, store.clock, held)
        try:
            yield log
        finally:
            log.close()


async def start(cloud: RunningCloud, script: str, **fields: Any) -> dict[str, Any]:
    machine = await create(cloud)
    return await asyncio.to_thread(runs.post, cloud, machine, "sh", "-c", script, **fields)


async def to_end(log: ExecutionLog) -> None:
    async with asyncio.timeout(SECONDS):
        await log.follow()


def stream(log: ExecutionLog, which: Stream) -> bytes:
    return b"".join(data for _, data in log.spool.pieces(frozenset({which})))


def lifecycle(log: ExecutionLog) -> list[str]:
    return stream(log, Stream.LIFECYCLE).decode().splitlines()


async def test_output_comes_while_the_command_runs(cloud: RunningCloud) -> None:
    document = await start(cloud, "echo begun; read x < gate; echo ended >&2; exit 7")
    async with following(cloud, document) as log:
        task = asyncio.create_task(log.follow())
        arrived = asyncio.Event()

        def look() -> None:
            if b"begun" in stream(log, Stream.STDOUT) or task.done():
                arrived.set()

        log.spool.subscribe(look)
        # The command ends by itself here: there is no gate to read from.
        async with asyncio.timeout(SECONDS):
            await arrived.wait()
            await task
        assert stream(log, Stream.STDOUT) == b"begun\n"
        assert b"ended" in stream(log, Stream.STDERR)
        assert lifecycle(log)[-1].startswith("failed, exit 7")
        assert log.execution.exit_code == 7
        assert log.is_complete
        assert not log.missing


@pytest.mark.parametrize(
    ("script", "fields", "status", "ending"),
    [
        ("true", {}, "succeeded", "succeeded, exit 0"),
        ("exit 3", {}, "failed", "failed, exit 3"),
        ("kill -9 $$", {}, "failed", "failed, exit 137, signal 9"),
        ("sleep 60", {"timeout_ms": 150}, "expired", "expired, execution_timed_out"),
        ("true", {"cwd": "/no/such/place"}, "failed", "failed, execution_runner_prepare_failed"),
    ],
)
async def test_every_ending_is_told(
    cloud: RunningCloud, script: str, fields: dict[str, Any], status: str, ending: str
) -> None:
    document = await start(cloud, script, **fields)
    async with following(cloud, document) as log:
        await to_end(log)
        assert log.execution.status == status
        assert lifecycle(log)[-1].startswith(ending)


async def test_a_command_that_cannot_run_has_no_output(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    document = await asyncio.to_thread(runs.post, cloud, machine, "no-such-program")
    async with following(cloud, document) as log:
        await to_end(log)
        assert log.execution.exit_code is None
        assert "host_agent_execute_failed" in lifecycle(log)[-1]
        assert stream(log, Stream.STDOUT) == b""


async def test_streams_are_merged_in_the_order_they_were_written(cloud: RunningCloud) -> None:
    lines = [f"{name} {i}" for i in range(1, 4) for name in ("out", "err")]
    # Two pipes have no order between them: each line is written when the one before was read.
    gate = "until [ -e '%s' ]; do sleep 0.01; done"
    script = "; ".join(
        f"echo {line}{' >&2' if line.startswith('err') else ''}; {gate % line}" for line in lines
    )
    machine = await create(cloud)
    home = await cloud.inside(lambda world: world.directories.home(machine))
    document = await asyncio.to_thread(runs.post, cloud, machine, "sh", "-c", script)
    async with following(cloud, document) as log:
        async with asyncio.TaskGroup() as group:
            group.create_task(to_end(log))
            for line in lines:
                while line not in written(log):  # noqa: ASYNC110 - the log tells nobody
                    await asyncio.sleep(0.01)
                (home / line).touch()
        assert [line for line in written(log) if line in lines] == lines
        moments = [log.spool.line(n).at_us for n in range(log.spool.line_count)]
    assert moments == sorted(moments)
    assert moments[0] > 0


def written(log: ExecutionLog) -> list[str]:
    return [log.spool.line(number).text for number in range(log.spool.line_count)]


async def test_ten_megabytes_are_exact_after_twenty_cuts(cloud: RunningCloud) -> None:
    chance = random.Random(20)
    data = chance.randbytes(1024 * 1024) + b"".join(
        b"line %d: %s\n" % (number, b"x" * (number % 150)) for number in range(105_000)
    )
    assert len(data) > 10_000_000
    machine = await create(cloud)
    home = await cloud.inside(lambda world: world.directories.home(machine))
    (home / "data").write_bytes(data)
    command = ("sh", "-c", "cat data & head -c 100000 data >&2; wait")
    document = await asyncio.to_thread(runs.post, cloud, machine, *command)
    for number in range(20):
        kinds: list[dict[str, Any]] = [
            {"cut_after_bytes": chance.randint(1, 400_000)},
            {"drop": chance.choice(["before", "after"])},
            {"garble": True},
            {"status": 503, "body": "<html>bad gateway</html>"},
        ]
        kind = chance.choice(kinds)
        await cloud.fault(path="/events$", skip=chance.randint(0, 1) + number // 4, times=1, **kind)
    async with following(cloud, document, HastyClock()) as log:
        await to_end(log)
        assert stream(log, Stream.STDOUT) == data
        assert stream(log, Stream.STDERR) == data[:100_000]
        assert not log.missing


async def test_without_events_the_whole_output_is_shown(cloud: RunningCloud) -> None:
    document = await start(cloud, "echo one; printf 'caf\\351' >&2")
    await cloud.fault(path="/events$", status=404, body={"title": "Not Found", "status": 404})
    async with following(cloud, document) as log:
        await to_end(log)
        assert stream(log, Stream.STDOUT) == b"one\n"
        assert stream(log, Stream.STDERR) == b"caf\xe9"
        assert log.lacks_order
        assert not log.missing


async def test_a_service_that_gives_out_nothing_is_not_taken_for_silence(
    cloud: RunningCloud,
) -> None:
    """Later generations may have neither events nor output (contract 8)."""
    document = await start(cloud, "echo one")
    for path in ("/events$", "/output$"):
        await cloud.fault(path=path, status=404, body={"title": "Not Found", "status": 404})
    async with following(cloud, document) as log:
        await to_end(log)
        assert log.is_complete
        assert log.is_withheld
        assert log.execution.exit_code == 0


async def test_what_the_service_cut_is_told_in_bytes(cloud: RunningCloud) -> None:
    document = await start(cloud, "head -c 300000 /dev/zero | tr '\\0' x")
    await asyncio.to_thread(runs.finished, cloud, document)
    body: dict[str, Any] = {"items": [], "next_cursor": None}
    await cloud.fault(path="/events$", status=200, body=body)
    await cloud.fault(
        path="/output$",
        status=200,
        body={
            "execution_id": document["execution_id"],
            "stdout": "x" * 100_000,
            "stdout_bytes": 300_000,
            "stdout_truncated": True,
        },
    )
    async with following(cloud, document) as log:
        await to_end(log)
        assert len(stream(log, Stream.STDOUT)) == 100_000
        assert log.missing == {Stream.STDOUT: 200_000}


async def test_the_end_stands_after_a_line_that_was_never_finished(cloud: RunningCloud) -> None:
    document = await start(cloud, "echo one; printf two")
    async with following(cloud, document) as log:
        await to_end(log)
        texts = [log.spool.line(number).text for number in range(log.spool.line_count)]
        assert texts[-3:] == ["one", "two", "succeeded, exit 0"]


async def test_following_goes_on_where_it_was_ended(cloud: RunningCloud) -> None:
    script = "for i in $(seq 200); do echo $i; sleep 0.005; done"
    document = await start(cloud, script)
    async with following(cloud, document) as log:
        while not log.is_complete:
            task = asyncio.create_task(log.follow())
            await asyncio.wait([task], timeout=0.2)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert stream(log, Stream.STDOUT).split() == [b"%d" % i for i in range(1, 201)]


async def test_an_execution_that_is_gone_ends_the_log(cloud: RunningCloud) -> None:
    machine = await create(cloud)
    document = {"execution_id": "wexec-0", "machine_id": machine}
    async with following(cloud, document) as log:
        await to_end(log)
        assert log.is_gone
        assert isinstance(log.fault, NotFound)


async def test_a_lost_line_is_told_and_survived(cloud: RunningCloud) -> None:
    document = await start(cloud, "echo one; sleep 0.3; echo two")
    told: list[str] = []
    await cloud.fault(path="/events$", status=500, times=2, body="<html>")
    async with following(cloud, document) as log:
        log._changed = lambda: told.append(type(log.fault).__name__)
        await to_end(log)
        assert "ServiceBroken" in told
        assert log.fault is None
        assert stream(log, Stream.STDOUT) == b"one\ntwo\n"
