"""Terminals: a real shell on a real PTY, over a real WebSocket."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import signal
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from websockets.exceptions import InvalidStatus

from tests.local import runs, shells, wishes
from tests.local.shells import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.http11 import Response

    from tests.local.harness import RunningCloud


@pytest.fixture
def machine_id(cloud: RunningCloud) -> str:
    """A machine that is awake."""
    return str(wishes.create(cloud, autosleep="never")["machine_id"])


def test_a_login_shell_with_a_controlling_terminal(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    assert (terminal["status"], terminal["protocol"]) == ("ready", "websocket")
    with Shell(cloud, terminal) as shell:
        shell.until(b"$ ")
        shell.type(
            "stty size; echo $TERM $COLORTERM; tty; shopt -q login_shell && echo login; pwd\r"
        )
        shell.type("echo d''one\r")
        said = shell.until(b"done").decode()
    assert "24 80" in said
    assert "xterm-256color truecolor" in said
    assert "/dev/" in said
    assert "\nlogin" in said
    assert said.split("login")[-1].count("/home") >= 1
    assert f"user@dm-{machine_id[-6:]}:~$ " in said


@pytest.fixture
def ignores_interrupts() -> Iterator[None]:
    """As a script starts what it puts into the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


def test_control_c_reaches_the_foreground_program(cloud: RunningCloud, machine_id: str) -> None:
    with Shell(cloud, shells.post(cloud, machine_id)) as shell:
        # A program that speaks is in front, and this one starts no other that is not there yet.
        shell.type("yes; echo never\r")
        shell.until(b"\r\ny\r\ny\r\n")
        shell.type("\x03")
        shell.type("echo al''ive\r")
        assert b"\r\nnever" not in shell.until(b"alive")


@pytest.mark.usefixtures("ignores_interrupts")
def test_control_c_works_where_the_server_was_started_in_the_background(
    cloud: RunningCloud, machine_id: str
) -> None:
    test_control_c_reaches_the_foreground_program(cloud, machine_id)


def test_a_broken_pipe_ends_a_program_quietly(cloud: RunningCloud, machine_id: str) -> None:
    with Shell(cloud, shells.post(cloud, machine_id, shell="bash")) as shell:
        shell.type("yes | head -1; echo stat''us ${PIPESTATUS[0]}\r")
        assert b"Broken pipe" not in shell.until(b"status 141")


def test_a_resize_is_felt(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    with Shell(cloud, terminal) as shell:
        shell.type("trap 'stty size' WINCH; echo re''ady\r")
        shell.until(b"ready")
        shell.send({"type": "resize", "width": 132, "height": 43})
        shell.type("\r")
        shell.until(b"43 132")
    document = cloud.ask("GET", shells.url(terminal))[2]
    assert (document["width"], document["height"]) == (132, 43)


def test_it_survives_its_connection_and_replays(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    with Shell(cloud, terminal) as shell:
        shell.type("echo fi''rst\r")
        before = shell.until(b"first")
    with Shell(cloud, terminal) as shell:
        shell.until(b"first")
        assert shell.start == 0
        assert shell.output.startswith(before)
        shell.type("echo sec''ond\r")
        shell.until(b"second")


def test_all_clients_see_all_output(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    with Shell(cloud, terminal) as one, Shell(cloud, terminal) as two:
        one.type("echo from o''ne\r")
        two.until(b"from one")
        two.type("echo from t''wo\r")
        one.until(b"from two")


def test_the_shells_exit_closes_the_terminal(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    with Shell(cloud, terminal) as shell:
        shell.type("echo la''st; exit\r")
        shell.until_closed()
        assert b"last" in shell.output
        assert shell.until_cut() == 1000
    assert cloud.ask("GET", shells.url(terminal))[2]["status"] == "closed"
    _refused_as(cloud, terminal, "closed")


async def test_sleep_closes_it_with_a_reason(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    with Shell(cloud, terminal) as shell:
        shell.type("sleep 300 &\rnohup setsid sleep 300 &\recho re''ady\r")
        shell.until(b"ready")
        await cloud.until(lambda world: len(world.processes.belonging_to(machine_id)) >= 3)
        pids = (await cloud.control("GET", f"machines/{machine_id}"))["pids"]
        wishes.act(cloud, machine_id, "sleep")
        shell.until_closed()
    assert shell.events[0]["error_message"] == "the machine went to sleep"
    _wait_gone(pids)
    assert cloud.ask("GET", shells.url(terminal))[2]["status"] == "closed"


async def test_destroy_closes_it_and_its_record_goes(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    with Shell(cloud, terminal) as shell:
        shell.until(b"$ ")
        pids = (await cloud.control("GET", f"machines/{machine_id}"))["pids"]
        wishes.destroy(cloud, machine_id)
        shell.until_closed()
    _wait_gone(pids)
    assert cloud.ask("GET", shells.url(terminal))[0] == 404


async def test_delete_closes_and_again_drops(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    with Shell(cloud, terminal) as shell:
        shell.until(b"$ ")
        pids = (await cloud.control("GET", f"machines/{machine_id}"))["pids"]
        assert cloud.ask("DELETE", shells.url(terminal))[2]["status"] == "closed"
        shell.until_closed()
    _wait_gone(pids)
    assert cloud.ask("DELETE", shells.url(terminal))[0] == 200
    assert cloud.ask("GET", shells.url(terminal))[0] == 404


async def test_a_sleeping_machine_wakes_for_it(cloud: RunningCloud, machine_id: str) -> None:
    await cloud.pace("quick")
    await cloud.freeze()
    wishes.act(cloud, machine_id, "sleep")
    await cloud.step(5)
    terminal = shells.post(cloud, machine_id)
    assert terminal["status"] == "wake_in_progress"
    assert terminal["retry_after_ms"] > 0
    refused = _refused_as(cloud, terminal, "wake_in_progress")
    assert (refused["retryable"], refused["retry_after_ms"]) == (True, 1000)
    await cloud.step(5)
    assert cloud.ask("GET", shells.url(terminal))[2]["status"] == "ready"
    with Shell(cloud, terminal) as shell:
        shell.until(b"$ ")


async def test_a_failed_wake_fails_it(cloud: RunningCloud, machine_id: str) -> None:
    wishes.act(cloud, machine_id, "sleep")
    await cloud.fail_next(last_error="no host")
    terminal = shells.post(cloud, machine_id)
    assert (terminal["status"], terminal["error_message"]) == ("failed", "no host")
    _refused_as(cloud, terminal, "failed")


def test_cwd_env_and_shell_are_as_wished(cloud: RunningCloud, machine_id: str) -> None:
    runs.shell(cloud, machine_id, "mkdir -p deep/down")
    terminal = shells.post(
        cloud, machine_id, cwd="~/deep/down", env={"PS1": "> ", "WORD": "hello"}, shell="sh"
    )
    with Shell(cloud, terminal) as shell:
        shell.type('echo "$WORD $0 $PWD"\r')
        shell.until(b"hello -sh")
        shell.until(b"/home/deep/down")
    for fields in ({"cwd": "nowhere"}, {"shell": "no-such-shell"}):
        failed = shells.post(cloud, machine_id, **fields)
        assert failed["status"] == "failed"
        assert failed["error_message"]


async def test_an_attached_terminal_keeps_the_machine_awake(cloud: RunningCloud) -> None:
    await cloud.freeze()
    machine_id = wishes.create(cloud, autosleep="60s")["machine_id"]
    with Shell(cloud, shells.post(cloud, machine_id)) as shell:
        shell.until(b"$ ")
        await cloud.step(600)
        assert wishes.phase(cloud, machine_id) == "running"
    await cloud.until(lambda world: not world.activity.users(machine_id))
    await cloud.step(61)
    assert wishes.phase(cloud, machine_id) == "sleeping"


async def test_a_flood_is_held_back_while_nobody_reads_it(
    cloud: RunningCloud, machine_id: str
) -> None:
    terminal = shells.post(cloud, machine_id)
    with Shell(cloud, terminal) as shell:
        shell.type("yes 0123456789\r")
        shell.until(b"0123456789\r\n0123456789")
        # Not reading: soon the program stands still.
        before = -1
        while (now := await cloud.inside(_written)) != before:
            before = now
            await asyncio.sleep(0.1)
        assert now < 32 * 1024 * 1024
        shell.type("\x03")
        shell.type("echo st''ill here\r")
        shell.until(b"still here")


def test_input_nobody_reads_does_not_stop_the_server(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    with Shell(cloud, terminal) as shell:
        shell.type("stty raw -echo; echo re''ady; sleep 300\r")
        shell.until(b"ready")
        for _ in range(20):
            shell.type(b"x" * 30_000)
        with Shell(cloud, terminal) as other:
            other.until(b"ready")
        assert cloud.ask("DELETE", shells.url(terminal))[0] == 200


def test_paste_arrives_whole(cloud: RunningCloud, machine_id: str) -> None:
    with Shell(cloud, shells.post(cloud, machine_id)) as shell:
        shell.type("stty raw -echo; echo re''ady; head -c 300000 | md5sum; stty sane\r")
        shell.until(b"ready")
        for start in range(0, 300_000, 30_000):
            shell.type(bytes((start + i) % 251 for i in range(30_000)))
        wanted = hashlib.md5(bytes(i % 251 for i in range(300_000)))
        shell.until(wanted.hexdigest().encode())


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        '{"type":"dance"}',
        '{"type":"input","data":"***"}',
        '{"type":"resize","width":0,"height":5}',
        '{"type":"resize","width":"80","height":5}',
        b"\x00binary",
    ],
)
def test_a_frame_nobody_understands_is_answered(
    cloud: RunningCloud, machine_id: str, frame: Any
) -> None:
    with Shell(cloud, shells.post(cloud, machine_id)) as shell:
        shell.socket.send(frame)
        while not shell.events:
            shell.receive()
        assert shell.events[0]["type"] == "error"
        shell.type("echo al''ive\r")
        shell.until(b"alive")


def test_the_upgrade_needs_key_host_and_origin(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    for headers, status in [
        ({}, 101),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": ""}, 401),
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"X-Dedalus-Org-Id": "0d9c8b7a-0000-7000-8000-000000000000"}, 403),
    ]:
        assert _upgrade(cloud, shells.url(terminal) + "/stream", headers) == status, headers


def test_an_unknown_terminal_is_not_found(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    other = wishes.create(cloud)["machine_id"]
    elsewhere = {"stream_url": terminal["stream_url"].replace(machine_id, other)}
    assert _refusal(cloud, elsewhere).status_code == 404


async def test_faults_reach_the_socket_too(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    await cloud.fault(path="/stream$", times=1, status=503, body={"error_code": "X"})
    assert _refusal(cloud, terminal).status_code == 503
    await cloud.fault(path="/stream$", times=1, cut_after_bytes=300)
    with Shell(cloud, terminal) as shell:
        shell.type("seq 1000\r")
        assert shell.until_cut() is None
    await cloud.fault(path="/stream$", times=1, cut_after_bytes=300, close_code=1013)
    with Shell(cloud, terminal) as shell:
        assert shell.until_cut() == 1013


async def test_by_the_offsets_twenty_cuts_lose_and_repeat_nothing(
    cloud: RunningCloud, machine_id: str
) -> None:
    terminal = shells.post(cloud, machine_id, shell="sh", env={"PS1": "$ "})
    with Shell(cloud, terminal) as shell:
        shell.type("stty -echo; echo re''ady\r")
        received = bytearray(shell.until(b"ready"))
        shell.type("for i in $(seq 400); do echo number $i; sleep .002; done; echo al''l\r")
    cuts = 0
    while b"\nall" not in received:
        if cuts < 20:
            # The replay and a little more.
            size = len(received) * 3 // 2 + 400
            await cloud.fault(path="/stream$", times=1, cut_after_bytes=size)
        with Shell(cloud, terminal) as shell:
            cuts += shell.until_cut(wanted=b"\nall") is None
        if shell.start is not None:
            # What is replayed and was had before is skipped.
            assert shell.start <= len(received)
            received += shell.output[len(received) - shell.start :]
    assert cuts >= 20
    numbers = [int(number) for number in re.findall(rb"number (\d+)\r", received)]
    assert numbers == list(range(1, 401))


async def test_a_stopped_server_leaves_no_shell(cloud: RunningCloud, machine_id: str) -> None:
    terminal = shells.post(cloud, machine_id)
    with Shell(cloud, terminal) as shell:
        shell.until(b"$ ")
        pids = (await cloud.control("GET", f"machines/{machine_id}"))["pids"]
        await cloud.stop()
        assert shell.until_cut() == 1012
    _wait_gone(pids)


def _upgrade(cloud: RunningCloud, path: str, changes: dict[str, str]) -> int:
    """The status a plain upgrade request with these headers is answered with."""
    host = cloud.base_url.removeprefix("http://")
    headers = {
        "Host": host,
        "Authorization": f"Bearer {cloud.api_key}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        **changes,
    }
    connection = HTTPConnection(host, timeout=20)
    connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        if value:
            connection.putheader(name, value)
    connection.endheaders()
    with connection.getresponse() as answer:
        connection.close()
        return answer.status


def _written(world: Any) -> int:
    (session,) = world.terminals.sessions()
    return int(session.written)


def _refusal(cloud: RunningCloud, terminal: dict[str, Any], **headers: str) -> Response:
    with pytest.raises(InvalidStatus) as refused, shells.open_socket(cloud, terminal, **headers):
        pass
    return refused.value.response


def _refused_as(cloud: RunningCloud, terminal: dict[str, Any], status: str) -> dict[str, Any]:
    answer = _refusal(cloud, terminal)
    assert answer.status_code == 409
    document: dict[str, Any] = json.loads(answer.body)
    assert document["error_code"] == "INVALID_STATE"
    assert document["details"] == {"current_status": status, "expected_status": "ready"}
    return document


def _wait_gone(pids: list[int]) -> None:
    processes = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []
