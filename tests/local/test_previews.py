"""Previews: a real proxy to a real process of the machine, and to nothing else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import websockets.asyncio.client
import websockets.asyncio.server

from tests.local import harness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SIZE = {"vcpu": 1, "memory_mib": 1024, "storage_gib": 10, "autosleep": "never"}

WEB_SERVER = """
import http.server, sys
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""

ECHO_SERVER = """
import asyncio
from websockets.asyncio.server import serve
async def echo(socket):
    async for message in socket:
        await socket.send(message)
async def main():
    async with serve(echo, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()
asyncio.run(main())
"""


def post(cloud: harness.RunningCloud, path: str, key: str, body: Any = None) -> dict[str, Any]:
    status, _, document = cloud.ask("POST", path, body, headers={"Idempotency-Key": key})
    assert status in (200, 202), document
    assert isinstance(document, dict)
    return document


def machine(cloud: harness.RunningCloud) -> str:
    return str(post(cloud, "/v1/machines", "create", SIZE)["machine_id"])


@asynccontextmanager
async def server_on(
    cloud: harness.RunningCloud, machine_id: str | None, program: str, tmp_path: Path
) -> AsyncIterator[int]:
    """A listening process, of the machine or (None) of nobody; yields its port."""
    with subprocess.Popen(  # noqa: ASYNC220  # returns at once; its first line is awaited
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = int(await asyncio.to_thread(process.stdout.readline))
            if machine_id is not None:
                await cloud.inside(lambda world: world.processes.record(process.pid, machine_id))
            yield port
        finally:
            process.kill()


def fetch(url: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=20)
    try:
        connection.request("GET", "/hello.txt")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


async def test_http_reaches_the_machine(tmp_path: Path) -> None:
    (tmp_path / "hello.txt").write_text("hello from the machine")
    async with await harness.serve(tmp_path) as cloud:
        machine_id = machine(cloud)
        async with server_on(cloud, machine_id, WEB_SERVER, tmp_path) as port:
            preview = post(cloud, f"/v1/machines/{machine_id}/previews", "p", {"port": port})
            assert (preview["status"], preview["visibility"]) == ("ready", "private")
            answer = await asyncio.to_thread(fetch, preview["url"])
            assert answer == (200, b"hello from the machine")


async def test_websockets_pass_through(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = machine(cloud)
        async with server_on(cloud, machine_id, ECHO_SERVER, tmp_path) as port:
            preview = post(cloud, f"/v1/machines/{machine_id}/previews", "p", {"port": port})
            url = preview["url"].replace("http://", "ws://")
            async with websockets.asyncio.client.connect(url) as socket:
                await socket.send("over the preview")
                assert await socket.recv() == "over the preview"


async def test_a_port_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hello.txt").write_text("not yours")
    async with await harness.serve(tmp_path) as cloud:
        machine_id = machine(cloud)
        async with server_on(cloud, None, WEB_SERVER, tmp_path) as port:
            preview = post(cloud, f"/v1/machines/{machine_id}/previews", "p", {"port": port})
            status, body = await asyncio.to_thread(fetch, preview["url"])
            assert status == 502
            assert str(port).encode() in body
            assert b"not yours" not in body


async def test_sleep_closes_it_and_creating_one_wakes(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = machine(cloud)
        path = f"/v1/machines/{machine_id}"
        preview = post(cloud, f"{path}/previews", "p1", {"port": 8080})
        post(cloud, f"{path}/sleep", "s")
        _, _, after = cloud.ask("GET", f"{path}/previews/{preview['preview_id']}")
        assert after["status"] == "closed"
        assert "url" not in after
        await cloud.pace("real")
        woken = post(cloud, f"{path}/previews", "p2", {"port": 8080, "visibility": "public"})
        assert woken["status"] == "wake_in_progress"
        assert woken["retry_after_ms"] > 0
        await cloud.freeze()
        await cloud.step(10)
        _, _, ready = cloud.ask("GET", f"{path}/previews/{woken['preview_id']}")
        assert (ready["status"], ready["visibility"]) == ("ready", "public")


async def test_it_expires_and_is_forgotten(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = machine(cloud)
        path = f"/v1/machines/{machine_id}/previews"
        preview = post(cloud, path, "p", {"port": 8080})
        await cloud.freeze()
        await cloud.step(3600)
        assert cloud.ask("GET", path)[2]["items"][0]["status"] == "expired"
        await cloud.step(300)
        assert cloud.ask("GET", f"{path}/{preview['preview_id']}")[0] == 404


async def test_delete_twice_and_bad_wishes(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        machine_id = machine(cloud)
        path = f"/v1/machines/{machine_id}/previews"
        preview = post(cloud, path, "p", {"port": 8080})
        for _ in range(2):
            status, _, closed = cloud.ask("DELETE", f"{path}/{preview['preview_id']}")
            assert (status, closed["status"]) == (200, "closed")
        for number, body in enumerate(
            ({}, {"port": 0}, {"port": 80, "protocol": "ftp"}, {"port": 80, "visibility": "all"})
        ):
            headers = {"Idempotency-Key": f"bad{number}"}
            assert cloud.ask("POST", path, body, headers=headers)[0] == 422
