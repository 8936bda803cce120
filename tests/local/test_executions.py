"""Executions are real processes: every status, every outcome, real output."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.local import runs, wishes

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud


@pytest.fixture
def machine_id(cloud: RunningCloud) -> str:
    """A machine that is awake."""
    return str(wishes.create(cloud, autosleep="never")["machine_id"])


def test_a_command_succeeds_with_its_output(cloud: RunningCloud, machine_id: str) -> None:
    done = runs.shell(cloud, machine_id, "echo out; echo err >&2")
    assert (done["status"], done["exit_code"]) == ("succeeded", 0)
    assert "error_code" not in done
    assert (done["stdout_bytes"], done["stderr_bytes"]) == (4, 4)
    assert done["created_at"] <= done["started_at"] <= done["completed_at"]
    output = runs.get(cloud, done, "/output")
    assert (output["stdout"], output["stderr"]) == ("out\n", "err\n")
    assert (output["stdout_truncated"], output["stderr_truncated"]) == (False, False)


def test_exit_codes_and_signals_are_told_apart(cloud: RunningCloud, machine_id: str) -> None:
    failed = runs.shell(cloud, machine_id, "exit 7")
    assert (failed["status"], failed["exit_code"]) == ("failed", 7)
    assert not {"signal", "error_code", "error_message"} & failed.keys()
    killed = runs.shell(cloud, machine_id, "kill -9 $$")
    assert (killed["status"], killed["exit_code"], killed["signal"]) == ("failed", 137, 9)


def test_the_process_gets_cwd_env_and_stdin(cloud: RunningCloud, machine_id: str) -> None:
    runs.shell(cloud, machine_id, "mkdir -p work")
    done = runs.shell(
        cloud,
        machine_id,
        'pwd; echo "$TOKEN"; cat; echo "$DEDALUS_MACHINE_ID"',
        cwd="work",
        env={"TOKEN": "s3cret"},
        stdin="from stdin\n",
    )
    lines = runs.get(cloud, done, "/output")["stdout"].splitlines()
    assert lines[0].endswith("/home/work")
    assert lines[1:] == ["s3cret", "from stdin", machine_id]
    assert done["env_keys"] == ["TOKEN"]
    assert "s3cret" not in str(done)


def test_nothing_of_the_servers_environment_leaks(
    cloud: RunningCloud, machine_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEDALUS_API_KEY", "do-not-tell")
    done = runs.shell(cloud, machine_id, "env")
    assert "do-not-tell" not in runs.get(cloud, done, "/output")["stdout"]


@pytest.mark.parametrize(
    ("command", "fields", "code"),
    [
        (["no-such-program"], {}, "host_agent_execute_failed"),
        (["/etc/hostname"], {}, "host_agent_execute_failed"),
        (["true"], {"cwd": "nowhere"}, "execution_runner_prepare_failed"),
    ],
)
def test_what_cannot_run_has_an_error_and_no_exit_code(
    cloud: RunningCloud, machine_id: str, command: list[str], fields: dict[str, Any], code: str
) -> None:
    done = runs.finished(cloud, runs.post(cloud, machine_id, *command, **fields))
    assert (done["status"], done["error_code"]) == ("failed", code)
    assert done["error_message"]
    assert "exit_code" not in done
    assert runs.get(cloud, done, "/output") == {"execution_id": done["execution_id"]}


async def test_a_timeout_expires_the_whole_group(cloud: RunningCloud, machine_id: str) -> None:
    script = "trap '' TERM; (trap '' TERM; sleep 60) & echo started; wait"
    execution = runs.post(cloud, machine_id, "sh", "-c", script, timeout_ms=60_000)
    await cloud.until(lambda world: _has_output(world, execution))
    await cloud.until(lambda world: len(world.processes.belonging_to(machine_id)) == 2)
    await cloud.step(61)
    done = runs.finished(cloud, execution)
    assert (done["status"], done["error_code"]) == ("expired", "execution_timed_out")
    assert "timed out after 60 s" in done["error_message"]
    assert "exit_code" not in done
    await cloud.until(lambda world: not world.processes.belonging_to(machine_id))


async def test_deleting_a_running_one_cancels_and_again_drops_it(
    cloud: RunningCloud, machine_id: str
) -> None:
    execution = runs.post(cloud, machine_id, "sh", "-c", "echo hi; sleep 60 & sleep 60")
    await cloud.until(lambda world: _has_output(world, execution))
    status, _, cancelled = cloud.ask("DELETE", runs.url(execution), headers=wishes.key())
    assert (status, cancelled["status"]) == (200, "cancelled")
    await cloud.until(lambda world: not world.processes.belonging_to(machine_id))
    assert runs.get(cloud, execution, "/output")["stdout"] == "hi\n"
    assert cloud.ask("DELETE", runs.url(execution))[0] == 200
    assert cloud.ask("GET", runs.url(execution))[0] == 404


async def test_a_sleeping_machine_wakes_for_it(cloud: RunningCloud, machine_id: str) -> None:
    await cloud.pace("quick")
    await cloud.freeze()
    wishes.act(cloud, machine_id, "sleep")
    await cloud.step(5)
    execution = runs.post(cloud, machine_id, "true")
    assert execution["status"] == "wake_in_progress"
    assert execution["retry_after_ms"] > 0
    assert wishes.machine(cloud, machine_id)["desired_state"] == "running"
    await cloud.step(5)
    assert runs.finished(cloud, execution)["status"] == "succeeded"
    said = [each["status"] for each in runs.all_events(cloud, execution)]
    assert said == ["wake_in_progress", "queued", "running", "succeeded"]


async def test_a_failed_wake_fails_the_execution(cloud: RunningCloud, machine_id: str) -> None:
    wishes.act(cloud, machine_id, "sleep")
    await cloud.fail_next(reason="RuntimeWakeFailed", last_error="no host")
    execution = runs.finished(cloud, runs.post(cloud, machine_id, "true"))
    assert (execution["status"], execution["error_code"]) == ("failed", "machine_not_routable")
    again = runs.post(cloud, machine_id, "true")
    assert (again["status"], again["error_code"]) == ("failed", "machine_not_routable")


async def test_sleep_ends_it_and_all_it_left(cloud: RunningCloud, machine_id: str) -> None:
    runs.shell(cloud, machine_id, "nohup setsid sleep 300 > /dev/null 2>&1 &")
    execution = runs.post(cloud, machine_id, "sleep", "300")
    runs.wait_for(cloud, execution, "running")
    await cloud.until(lambda world: len(world.processes.belonging_to(machine_id)) == 2)
    pids = await _pids(cloud, machine_id)
    wishes.act(cloud, machine_id, "sleep")
    done = runs.finished(cloud, execution)
    assert (done["status"], done["error_code"]) == ("failed", "machine_not_routable")
    _wait_gone(pids)


async def test_a_running_command_keeps_the_machine_awake(cloud: RunningCloud) -> None:
    await cloud.freeze()
    machine_id = wishes.create(cloud, autosleep="60s")["machine_id"]
    fifo = Path((await cloud.control("GET", f"machines/{machine_id}"))["directory"]) / "home/go"
    os.mkfifo(fifo)
    execution = runs.post(cloud, machine_id, "cat", "go")
    runs.wait_for(cloud, execution, "running")
    await cloud.step(600)
    assert wishes.phase(cloud, machine_id) == "running"
    fifo.write_text("done")
    runs.finished(cloud, execution)
    await cloud.until(lambda world: not world.activity.users(machine_id))
    await cloud.step(61)
    assert wishes.phase(cloud, machine_id) == "sleeping"


def test_events_keep_the_order_of_the_streams(cloud: RunningCloud, machine_id: str) -> None:
    script = "for i in 1 2 3 4 5; do echo o$i; sleep .02; echo e$i >&2; sleep .02; done"
    done = runs.shell(cloud, machine_id, script)
    events = runs.all_events(cloud, done)
    assert [each["sequence"] for each in events] == list(range(1, len(events) + 1))
    assert [each["at"] for each in events] == sorted(each["at"] for each in events)
    said = "".join(each["chunk"] for each in events if "chunk" in each)
    assert said.split() == [f"{kind}{i}" for i in range(1, 6) for kind in "oe"]
    assert events[-1]["type"] == "lifecycle"
    assert (events[-1]["status"], events[-1]["exit_code"]) == ("succeeded", 0)


def test_following_reads_every_event_once(cloud: RunningCloud, machine_id: str) -> None:
    script = "for i in $(seq 40); do echo line $i; sleep .01; done"
    execution = runs.post(cloud, machine_id, "sh", "-c", script)
    query, text, polls = "/events", "", 0
    while True:
        page = runs.get(cloud, execution, query)
        polls += 1
        text += "".join(each.get("chunk", "") for each in page["items"])
        if page.get("next_cursor"):
            query = f"/events?cursor={page['next_cursor']}"
        if page["items"] and page["items"][-1].get("status") == "succeeded":
            break
        time.sleep(0.01)
    assert text == "".join(f"line {i}\n" for i in range(1, 41))
    assert polls > 5


def test_bytes_that_are_no_text_arrive_exactly(cloud: RunningCloud, machine_id: str) -> None:
    wanted = bytes(range(256)) * 40 + "größe 語 🐍".encode()
    home = cloud.ask("GET", f"/_local/machines/{machine_id}")[2]["directory"] + "/home"
    (Path(home) / "blob").write_bytes(wanted)
    done = runs.shell(cloud, machine_id, "cat blob")
    assert runs.bytes_of(runs.all_events(cloud, done), "stdout") == wanted


def test_a_character_is_never_split_between_chunks(cloud: RunningCloud, machine_id: str) -> None:
    script = r"for i in 1 2 3; do printf '\303'; sleep .05; printf '\244'; sleep .05; done"
    done = runs.shell(cloud, machine_id, script)
    events = runs.all_events(cloud, done)
    assert "".join(each.get("chunk", "") for each in events) == "äää"
    assert not any("chunk_base64" in each for each in events)


def test_a_large_output_is_paged_whole(cloud: RunningCloud, machine_id: str) -> None:
    done = runs.shell(cloud, machine_id, "seq 1 700000")
    wanted = "".join(f"{i}\n" for i in range(1, 700_001)).encode()
    assert done["stdout_bytes"] == len(wanted)
    assert runs.bytes_of(runs.all_events(cloud, done, limit=1000), "stdout") == wanted
    assert runs.get(cloud, done, "/output")["stdout"].encode() == wanted


def test_files_in_the_artifacts_directory_are_the_runs_artifacts(
    cloud: RunningCloud, machine_id: str
) -> None:
    script = 'cd "$DEDALUS_ARTIFACTS_DIR"; mkdir a; echo 1 > a/one.txt; ln -s a/one.txt link'
    done = runs.shell(cloud, machine_id, script)
    assert [each["name"] for each in done["artifacts"]] == ["a/one.txt"]


def test_the_list_is_newest_first_and_paged(cloud: RunningCloud, machine_id: str) -> None:
    made = [runs.shell(cloud, machine_id, f"exit {i}")["execution_id"] for i in range(5)]
    path = f"/v1/machines/{machine_id}/executions"
    first = cloud.ask("GET", f"{path}?limit=3")[2]
    rest = cloud.ask("GET", f"{path}?limit=3&cursor={first['next_cursor']}")[2]
    seen = [each["execution_id"] for each in first["items"] + rest["items"]]
    assert seen == made[::-1]
    assert "next_cursor" not in rest


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({}, "body"),
        ({"command": []}, "body.command"),
        ({"command": None}, "body.command"),
        ({"command": "ls"}, "body.command"),
        ({"command": ["a\0b"]}, "body.command"),
        ({"command": ["a"], "env": {"A=B": "x"}}, "body.env"),
        ({"command": ["a"], "timeout_ms": 0}, "body.timeout_ms"),
        ({"command": ["a"], "shell": True}, "body.shell"),
    ],
)
def test_a_wrong_wish_names_its_place(
    cloud: RunningCloud, machine_id: str, body: dict[str, Any], location: str
) -> None:
    path = f"/v1/machines/{machine_id}/executions"
    status, _, problem = cloud.ask("POST", path, body, headers=wishes.key())
    assert status == 422
    assert [each["location"] for each in problem["errors"]] == [location]


async def test_a_stopped_server_leaves_no_process(cloud: RunningCloud, machine_id: str) -> None:
    execution = runs.post(cloud, machine_id, "sleep", "300")
    runs.wait_for(cloud, execution, "running")
    pids = await _pids(cloud, machine_id)
    await cloud.stop()
    _wait_gone(pids)


def _has_output(world: Any, execution: dict[str, Any]) -> bool:
    found = world.executions.get(execution["machine_id"], execution["execution_id"])
    return bool(found.stdout_bytes)


async def _pids(cloud: RunningCloud, machine_id: str) -> list[int]:
    answer = await cloud.control("GET", f"machines/{machine_id}")
    return list(answer["pids"])


def _wait_gone(pids: list[int]) -> None:
    processes = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []
