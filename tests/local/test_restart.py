"""Killed at any moment, the local cloud loses nothing it accepted and leaves no process behind."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from dedalus_tui.local import launch
from dedalus_tui.local.database import Database
from dedalus_tui.local.processes import Processes
from tests.local.wishes import SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MUTATIONS = 100
KILLS = 6


class Server:
    """The local cloud as a process of its own, started again on the same state after a kill."""

    def __init__(self, state: Path, *, pace: str = "instant") -> None:
        self._state = state
        self._pace = pace
        self.starts = 0
        self.start()

    def start(self) -> None:
        """Start; returns when it answers."""
        command = [sys.executable, "-m", "dedalus_tui.local", "--until-stdin-closes"]
        self.process = subprocess.Popen(
            [*command, "--state", str(self._state), "--pace", self._pace],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.readline())
        self.host, self.key = said["base_url"].removeprefix("http://"), said["api_key"]
        self.starts += 1

    def kill(self) -> None:
        """SIGKILL, and the next start."""
        self.process.send_signal(signal.SIGKILL)
        self._reap()
        self.start()

    def stop(self) -> int:
        """Close its standard input; its exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self._reap()

    def ask(
        self, method: str, path: str, body: Any = None, key: str | None = None
    ) -> tuple[int, Any]:
        """One request; OSError or HTTPException when the server dies under it."""
        headers = {"x-api-key": self.key, "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        connection = HTTPConnection(self.host, timeout=20)
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def _reap(self) -> int:
        status = self.process.wait(20)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return status


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "state")
    yield running
    running.stop()


def test_every_accepted_mutation_survives_kills(server: Server) -> None:
    """Clients create, patch and destroy while the server is killed; lost answers are asked again
    with the same key. In the end the machines are exactly those accepted, in the accepted shape."""
    chance = random.Random(20260522)
    lock = threading.Lock()
    accepted: dict[str, dict[str, Any]] = {}
    done = 0

    def insist(method: str, path: str, body: Any, key: str) -> Any:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                status, document = server.ask(method, path, body, key)
            except (OSError, HTTPException, ValueError):
                time.sleep(0.01)
                continue
            if status in (401, 429):
                # A new server has a new key; or the first try is still under way.
                time.sleep(0.01)
                continue
            assert status in (200, 202), document
            return document
        raise AssertionError("no answer")

    def client(number: int) -> None:
        nonlocal done
        own: list[str] = []
        for step in range(MUTATIONS // 4):
            key = f"client-{number}-{step}"
            kind = chance.choice(["create", "create", "patch", "destroy"])
            if kind == "create" or not own:
                document = insist("POST", "/v1/machines", SIZE, key)
                own.append(document["machine_id"])
            elif kind == "patch":
                wish = {"memory_mib": 1024 + 128 * step}
                document = insist("PATCH", f"/v1/machines/{own[-1]}", wish, key)
            else:
                document = insist("DELETE", f"/v1/machines/{own.pop()}", None, key)
            with lock:
                accepted[document["machine_id"]] = document
                done += 1

    clients = [threading.Thread(target=client, args=(number,)) for number in range(4)]
    for each in clients:
        each.start()
    for kill in range(KILLS):
        while done < (kill + 1) * MUTATIONS // (KILLS + 1) and any(e.is_alive() for e in clients):
            time.sleep(0.001)
        time.sleep(chance.random() * 0.01)
        server.kill()
    for each in clients:
        each.join(60)
    assert done == MUTATIONS
    assert server.starts == KILLS + 1
    _, page = server.ask("GET", "/v1/machines?limit=1000")
    found = {each["machine_id"]: each for each in page["items"]}
    assert found.keys() == accepted.keys()
    for machine_id, document in accepted.items():
        now = found[machine_id]
        assert now["memory_mib"] == document["memory_mib"]
        assert (now["desired_state"] == "destroyed") == (document["desired_state"] == "destroyed")
        assert int(now["status"]["revision"]) >= int(document["status"]["revision"])


def test_awake_machines_come_back_asleep_and_orphans_are_ended(
    server: Server, tmp_path: Path
) -> None:
    _, machine = server.ask("POST", "/v1/machines", SIZE, "one")
    path = f"/v1/machines/{machine['machine_id']}"
    script = "setsid sleep 301 & sleep 302 & echo $$; exec sleep 303"
    wish = {"command": ["sh", "-c", script]}
    _, execution = server.ask("POST", f"{path}/executions", wish, "two")
    _, terminal = server.ask("POST", f"{path}/terminals", {"width": 80, "height": 24}, "three")
    assert terminal["status"] == "ready"
    control = f"/_local/machines/{machine['machine_id']}"
    pids: list[int] = []
    deadline = time.monotonic() + 20
    said = 0
    while (len(pids) < 4 or not said) and time.monotonic() < deadline:
        pids = server.ask("GET", control)[1]["pids"]
        _, running = server.ask("GET", f"{path}/executions/{execution['execution_id']}")
        said = running.get("stdout_bytes", 0)
    assert len(pids) >= 4
    processes = [psutil.Process(pid) for pid in pids]
    server.kill()
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []
    _, now = server.ask("GET", path)
    assert (now["status"]["phase"], now["desired_state"]) == ("sleeping", "sleeping")
    assert now["status"]["reason"] == "local cloud restarted"
    _, lost = server.ask("GET", f"{path}/executions/{execution['execution_id']}")
    assert (lost["status"], lost["error_code"]) == ("failed", "host_agent_execute_failed")
    assert "restarted" in lost["error_message"]
    _, events = server.ask("GET", f"{path}/executions/{execution['execution_id']}/events")
    assert events["items"][-1]["status"] == "failed"
    assert "".join(each.get("chunk", "") for each in events["items"]).strip().isdigit()
    assert lost["stdout_bytes"] > 0
    _, closed = server.ask("GET", f"{path}/terminals/{terminal['terminal_id']}")
    assert closed["status"] == "closed"


def test_a_stranger_with_a_recorded_pid_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"], start_new_session=True)
    database = Database(tmp_path / "state.sqlite3")
    try:
        database.execute(
            "INSERT INTO processes (pid, started, machine_id) VALUES (?, 'long ago', 'dm-x')",
            (stranger.pid,),
        )
        Processes(database).end_all()
        with pytest.raises(subprocess.TimeoutExpired):
            stranger.wait(0.1)
    finally:
        database.close()
        stranger.kill()
        stranger.wait()


def test_a_boot_under_way_goes_on_after_a_kill(tmp_path: Path) -> None:
    server = Server(tmp_path / "state", pace="real")
    try:
        _, machine = server.ask("POST", "/v1/machines", SIZE, "one")
        assert machine["status"]["phase"] == "accepted"
        server.kill()
        path = f"/v1/machines/{machine['machine_id']}"
        server.ask("POST", "/_local/clock", {"step_seconds": 60})
        _, now = server.ask("GET", path)
        assert now["status"]["phase"] == "running"
    finally:
        assert server.stop() == 0


def test_it_ends_with_its_standard_input_and_takes_everything_along(tmp_path: Path) -> None:
    server = Server(tmp_path / "state")
    _, machine = server.ask("POST", "/v1/machines", SIZE, "one")
    path = f"/v1/machines/{machine['machine_id']}"
    server.ask("POST", f"{path}/terminals", {"width": 80, "height": 24}, "two")
    pids = server.ask("GET", f"/_local/machines/{machine['machine_id']}")[1]["pids"]
    processes = [psutil.Process(pid) for pid in pids]
    assert processes
    assert server.stop() == 0
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    server = Server(tmp_path / "state")
    server.process.send_signal(number)
    assert server.process.wait(20) == 0
    server.stop()


async def test_launch_starts_and_stops_it(tmp_path: Path) -> None:
    cloud = await launch.start(state=tmp_path / "state", pace="instant", seed="demo")
    assert cloud.api_key not in repr(cloud)
    with pytest.raises(launch.LaunchError, match="another local cloud"):
        await launch.start(state=tmp_path / "state")
    os.kill(cloud.process.pid, 0)
    await asyncio.wait_for(cloud.stop(), 20)
    assert cloud.process.returncode == 0
