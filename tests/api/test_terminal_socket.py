"""The terminal's WebSocket against a real server: addresses, upgrades, frames, endings."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from dedalus_tui.api.terminal_socket import (
    Closed,
    ErrorReport,
    Frame,
    Output,
    SocketEnding,
    TerminalSocket,
    connect_terminal,
    stream_address,
)
from dedalus_tui.domain.faults import (
    CloudFault,
    InvalidState,
    NotAuthenticated,
    NotPermitted,
    NotUnderstood,
    RateLimited,
    Unavailable,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

HEADERS = {"Authorization": "Bearer very-secret", "x-api-key": "very-secret"}


@contextlib.asynccontextmanager
async def served(
    talk: Callable[[ServerConnection], Awaitable[None]],
    refuse: Callable[[Request], Response | None] = lambda _: None,
) -> AsyncIterator[str]:
    """A server that answers each connection with `talk`; gives its ws:// address."""

    def process(_: ServerConnection, request: Request) -> Response | None:
        return refuse(request)

    async with serve(talk, "127.0.0.1", 0, process_request=process) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/v1/machines/dm-1/terminals/t-1/stream"


async def connected(address: str) -> TerminalSocket:
    return await connect_terminal(address, HEADERS, user_agent="tests")


async def read_all(socket: TerminalSocket) -> list[Frame]:
    return [frame async for frame in socket.frames()]


async def read_rest(frames: AsyncIterator[Frame]) -> None:
    async for _ in frames:
        pass


def output(data: bytes) -> str:
    return json.dumps({"type": "output", "data": base64.b64encode(data).decode()})


@pytest.mark.parametrize(
    ("base", "stream", "expected"),
    [
        ("https://h", None, "wss://h/v1/machines/dm/terminals/t/stream"),
        ("http://h:8000", None, "ws://h:8000/v1/machines/dm/terminals/t/stream"),
        ("https://h/prefix/", None, "wss://h/prefix/v1/machines/dm/terminals/t/stream"),
        ("https://h", "/v1/x?ticket=1", "wss://h/v1/x?ticket=1"),
        ("https://h", "wss://h/v1/x", "wss://h/v1/x"),
        ("https://h", "https://H:443/v1/x", "wss://H:443/v1/x"),
        ("https://h", "wss://other/v1/x", "wss://h/v1/machines/dm/terminals/t/stream"),
        ("https://h", "wss://h:8443/v1/x", "wss://h/v1/machines/dm/terminals/t/stream"),
        ("https://h", "wss://h@other/v1/x", "wss://h/v1/machines/dm/terminals/t/stream"),
        ("https://h", "ws://h/v1/x", "wss://h/v1/machines/dm/terminals/t/stream"),
        ("https://h", "file:///etc/passwd", "wss://h/v1/machines/dm/terminals/t/stream"),
        ("https://h", "//other/v1/x", "wss://h/v1/machines/dm/terminals/t/stream"),
    ],
)
def test_the_key_only_ever_goes_to_the_service(
    base: str, stream: str | None, expected: str
) -> None:
    assert stream_address(base, "dm", "t", stream) == expected


def test_ids_cannot_change_the_path() -> None:
    address = stream_address("https://h", "a/../b", "t?x#y", None)
    assert address == "wss://h/v1/machines/a%2F..%2Fb/terminals/t%3Fx%23y/stream"


async def test_output_errors_and_the_end_arrive_in_order() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send(output(b"\x1b[1mhe"))
        await connection.send(
            json.dumps({"type": "error", "error_code": "E", "error_message": "m"})
        )
        await connection.send(output(bytes(range(256))))
        await connection.send(json.dumps({"type": "closed"}))

    async with served(talk) as address:
        socket = await connected(address)
        frames = await read_all(socket)
    assert frames == [
        Output(b"\x1b[1mhe"), ErrorReport("E", "m"), Output(bytes(range(256))), Closed()
    ]  # fmt: skip
    assert socket.ending == SocketEnding(1000, "", has_terminal_ended=True)
    assert not socket.ending.is_recoverable


async def test_what_the_contract_does_not_name_is_ignored() -> None:
    odd: list[str | bytes] = [
        b"\x00binary", "not json", "[1]", "null", '{"type": "later"}', "{}",
        '{"type": "output"}', '{"type": "output", "data": 5}', '{"type": "output", "data": "a"}',
    ]  # fmt: skip

    async def talk(connection: ServerConnection) -> None:
        for message in odd:
            await connection.send(message)
        await connection.send(output(b"still here"))

    async with served(talk) as address:
        socket = await connected(address)
        assert await read_all(socket) == [Output(b"still here")]
    assert socket.ignored_frames == len(odd)


async def test_input_and_sizes_go_out_as_the_contract_says() -> None:
    seen: list[dict[str, object]] = []
    done = asyncio.Event()

    async def talk(connection: ServerConnection) -> None:
        async for message in connection:
            seen.append(json.loads(message))
            if seen[-1]["type"] == "resize":
                done.set()

    async with served(talk) as address:
        socket = await connected(address)
        assert await socket.send_input(b"ls\r\x00\xff")
        assert await socket.send_input(b"x" * 40_000)
        assert await socket.send_size(120, 40)
        await done.wait()
        await socket.close()
    assert seen[0] == {"type": "input", "data": base64.b64encode(b"ls\r\x00\xff").decode()}
    pasted = seen[1:-1]
    assert len(pasted) == 3
    assert b"".join(base64.b64decode(str(m["data"])) for m in pasted) == b"x" * 40_000
    assert seen[-1] == {"type": "resize", "width": 120, "height": 40}
    assert socket.ending == SocketEnding(1000, "", has_terminal_ended=False)


async def test_credentials_travel_in_the_upgrade_and_never_into_a_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[Request] = []

    def remember(request: Request) -> None:
        seen.append(request)

    async def talk(connection: ServerConnection) -> None:
        await connection.send(output(b"."))

    with caplog.at_level(logging.DEBUG):
        async with served(talk, remember) as address:
            socket = await connected(address)
            await read_all(socket)
    assert seen[0].headers["Authorization"] == "Bearer very-secret"
    assert "Sec-WebSocket-Extensions" not in seen[0].headers
    ours = [record for record in caplog.records if record.name.startswith("dedalus_tui")]
    assert "very-secret" not in " ".join(record.getMessage() for record in ours)
    assert "very-secret" not in repr(socket)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (409, {"error_code": "INVALID_STATE", "message": "waking", "retryable": True,
               "retry_after_ms": 1000, "details": {"current_status": "wake_in_progress"}},
         InvalidState),
        (401, {"error_code": "AUTH_INVALID", "message": "no", "retryable": False},
         NotAuthenticated),
        (403, {"error_code": "AUTH_SCOPE_FORBIDDEN", "message": "no", "retryable": False},
         NotPermitted),
        (429, {"error_code": "RATE_LIMITED", "message": "slow", "retryable": True,
               "retry_after_ms": 84}, RateLimited),
        (503, {"error_code": "DEPENDENCY_UNAVAILABLE", "message": "down", "retryable": True},
         Unavailable),
    ],
)  # fmt: skip
async def test_a_refused_upgrade_is_the_fault_its_answer_says(
    status: int, body: dict[str, object], kind: type[CloudFault]
) -> None:
    def refuse(_: Request) -> Response:
        raw = json.dumps(body).encode()
        headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(raw))})
        return Response(status, HTTPStatus(status).phrase, headers, raw)

    async def talk(_: ServerConnection) -> None:
        raise AssertionError("the upgrade was to be refused")

    async with served(talk, refuse) as address:
        with pytest.raises(kind) as caught:
            await connected(address)
    fault = caught.value
    assert fault.code == body["error_code"]
    assert fault.is_retryable is body["retryable"]
    assert fault.request == "GET /v1/machines/dm-1/terminals/t-1/stream"
    assert fault.details.get("current_status") == (body.get("details") or {}).get(  # type: ignore[attr-defined]
        "current_status"
    )


async def test_a_redirect_is_not_followed_with_the_key() -> None:
    reached: list[Request] = []

    async def talk(_: ServerConnection) -> None:
        return

    def remember(request: Request) -> None:
        reached.append(request)

    async with served(talk, remember) as elsewhere:

        def redirect(_: Request) -> Response:
            return Response(302, "Found", Headers({"Location": elsewhere, "Content-Length": "0"}))

        async with served(talk, redirect) as address:
            with pytest.raises(NotUnderstood):
                await connected(address)
    assert reached == []


async def test_nobody_there_is_unreachable() -> None:
    async with served(lambda _: asyncio.sleep(0)) as address:
        pass
    with pytest.raises(Unreachable) as caught:
        await connected(address)
    assert caught.value.is_retryable


async def test_cut_during_the_upgrade_is_unreachable() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.transport.abort()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable):
            await connected(f"ws://127.0.0.1:{port}/x")


async def test_an_answer_that_is_no_http_is_not_understood() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotUnderstood):
            await connected(f"ws://127.0.0.1:{port}/x")


@pytest.mark.parametrize(
    ("code", "is_recoverable"),
    [(1000, False), (1001, True), (1002, False), (1008, False), (1011, True), (1012, True),
     (1013, True), (4000, False)],
)  # fmt: skip
async def test_the_close_code_decides_whether_to_come_back(code: int, is_recoverable: bool) -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.close(code, "why")

    async with served(talk) as address:
        socket = await connected(address)
        assert await read_all(socket) == []
    assert socket.ending is not None
    assert (socket.ending.code, socket.ending.reason) == (code, "why")
    assert socket.ending.is_recoverable is is_recoverable


async def test_a_lost_connection_is_recoverable_and_refuses_input() -> None:
    async def talk(connection: ServerConnection) -> None:
        connection.transport.abort()

    async with served(talk) as address:
        socket = await connected(address)
        assert await read_all(socket) == []
        assert not await socket.send_input(b"lost")
        assert not await socket.send_size(1, 1)
        assert not await socket.answers_within(1)
    assert socket.ending == SocketEnding(1006, "", has_terminal_ended=False)
    assert socket.ending.is_recoverable


async def test_a_ping_tells_whether_anybody_is_there() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async with served(talk) as address:
        socket = await connected(address)
        reading = asyncio.create_task(read_all(socket))
        assert await socket.answers_within(5)
        socket.abort()
        await reading
    assert socket.ending is not None
    assert socket.ending.code == 1006


async def test_a_slow_reader_holds_the_sender_back() -> None:
    sent = 0

    async def talk(connection: ServerConnection) -> None:
        nonlocal sent
        while True:
            await connection.send(output(b"y" * 4096))
            sent += 4096

    async with served(talk) as address:
        socket = await connected(address)
        frames = socket.frames()
        await anext(frames)
        # Wait until the sender stands still: two looks at the same count, some turns apart.
        before = -1
        while before != sent:
            before = sent
            for _ in range(200):
                await asyncio.sleep(0.0005)
        held = sent
        socket.abort()
        await read_rest(frames)
    assert held < 8 * 1024 * 1024
