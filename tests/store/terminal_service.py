"""A small scripted service with one machine, for what the local cloud never does on its own:
replays of any kind, terminals that take their time or end oddly, connections cut in the middle.

It speaks the contract's shapes over real sockets and runs on the test's own loop.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import socket
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from dedalus_tui.api.client import CloudClient
from dedalus_tui.config.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.requests import Request


class ScriptedService:
    """One machine, its terminals, and everything the program in them has written."""

    def __init__(self) -> None:
        self.phase = "running"
        self.statuses: list[str] = []
        """What the next looks at a terminal answer; then `ready`."""
        self.terminal_status = "ready"
        self.refusals: list[tuple[int, dict[str, Any]]] = []
        """How the next upgrades are refused."""
        self.created: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.looks = 0
        self.closed: list[str] = []
        self.typed = bytearray()
        self.sizes: list[tuple[int, int]] = []
        self.connections = 0
        self.replay_bytes: int | None = 1 << 20
        """How much of the past a new connection gets; None: nothing."""
        self.base_url = ""
        self._past = bytearray()
        self._sockets: set[WebSocket] = set()
        self._changed = asyncio.Condition()

    # What the program in the terminal does.

    async def write(self, data: bytes) -> None:
        """The program wrote."""
        self._past += data
        for each in tuple(self._sockets):
            await _send(each, data)

    async def say(self, **message: Any) -> None:
        """Send any frame to everybody."""
        for each in tuple(self._sockets):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await each.send_text(json.dumps(message))

    async def hang_up(self, code: int) -> None:
        """Close every connection with this code."""
        for each in tuple(self._sockets):
            with contextlib.suppress(RuntimeError):
                await each.close(code)

    async def until(self, holds: Any) -> None:
        """Wait until `holds()`; it is looked at whenever something arrived."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(holds)

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # The routes.

    def _machine(self) -> dict[str, Any]:
        desired = {"sleeping": "sleeping", "destroyed": "destroyed"}.get(self.phase, "running")
        return {
            "machine_id": "dm-1",
            "desired_state": desired,
            "vcpu": 1,
            "memory_mib": 1024,
            "storage_gib": 10,
            "status": {"phase": self.phase, "reason": "", "retryable": False, "revision": "1"},
        }

    def _terminal(self, terminal_id: str) -> dict[str, Any]:
        status = self.statuses.pop(0) if self.statuses else self.terminal_status
        return {
            "terminal_id": terminal_id,
            "machine_id": "dm-1",
            "status": status,
            "created_at": "2026-11-22T10:00:00Z",
            "width": 80,
            "height": 24,
            "retry_after_ms": 10,
        }

    async def get_machine(self, _: Request) -> JSONResponse:
        return JSONResponse(self._machine())

    async def create(self, request: Request) -> JSONResponse:
        self.created.append(await request.json())
        if len(self.created) > 1:
            self._past.clear()
        self.keys.append(request.headers["idempotency-key"])
        return JSONResponse(self._terminal(f"t-{len(self.created)}"))

    async def get_terminal(self, request: Request) -> JSONResponse:
        self.looks += 1
        await self._note()
        return JSONResponse(self._terminal(request.path_params["terminal"]))

    async def delete(self, request: Request) -> JSONResponse:
        self.closed.append(request.path_params["terminal"])
        self.statuses = ["closed"]
        answer = self._terminal(request.path_params["terminal"])
        await self.say(type="closed")
        await self.hang_up(1000)
        return JSONResponse(answer)

    async def stream(self, connection: WebSocket) -> None:
        if self.refusals:
            status, body = self.refusals.pop(0)
            await connection.send_denial_response(JSONResponse(body, status))
            return
        await connection.accept()
        self.connections += 1
        if self.replay_bytes is not None and self._past:
            await _send(connection, bytes(self._past[-self.replay_bytes :]))
        self._sockets.add(connection)
        await self._note()
        try:
            while True:
                message = json.loads(await connection.receive_text())
                if message["type"] == "input":
                    self.typed += base64.b64decode(message["data"])
                else:
                    self.sizes.append((message["width"], message["height"]))
                await self._note()
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._sockets.discard(connection)
            await self._note()

    def application(self) -> Starlette:
        terminals = "/v1/machines/dm-1/terminals"
        return Starlette(
            routes=[
                Route("/v1/machines/dm-1", self.get_machine),
                Route(terminals, self.create, methods=["POST"]),
                Route(terminals + "/{terminal}", self.get_terminal, methods=["GET"]),
                Route(terminals + "/{terminal}", self.delete, methods=["DELETE"]),
                WebSocketRoute(terminals + "/{terminal}/stream", self.stream),
            ]
        )


async def _send(connection: WebSocket, data: bytes) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        encoded = base64.b64encode(data).decode()
        await connection.send_text(json.dumps({"type": "output", "data": encoded}))


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def scripted() -> AsyncIterator[tuple[ScriptedService, CloudClient]]:
    """The service running on this loop, and a client of it that goes through a cutting proxy."""
    service = ScriptedService()
    listening = socket.create_server(("127.0.0.1", 0))
    server = _Server(
        uvicorn.Config(
            service.application(), lifespan="off", ws="websockets-sansio", log_config=None,
            timeout_graceful_shutdown=1,
        )
    )  # fmt: skip
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    service.base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    client = client_of(service.base_url)
    try:
        yield service, client
    finally:
        await client.aclose()
        server.should_exit = True
        await serving
        listening.close()


def client_of(base_url: str, api_key: str = "test") -> CloudClient:
    """A client of any service."""
    return CloudClient(base_url=base_url, credentials=Credentials(api_key=api_key))


class CuttingProxy:
    """Passes bytes to and fro, and cuts every connection when told to, or after so many bytes."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._transports: set[asyncio.WriteTransport] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.cut_after: int | None = None
        """Bytes from the service after which the next connection is cut, once."""
        self.cuts = 0

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> CuttingProxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._own = self.base_url.removeprefix("http://").encode()
        self._target = f"127.0.0.1:{self._target_port}".encode()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in tuple(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    def cut(self) -> None:
        """Cut everything now."""
        for transport in tuple(self._transports):
            transport.abort()
        self._transports.clear()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer.transport, far_writer.transport}
        self._transports |= pair
        ways = [
            asyncio.create_task(self._pass(reader, far_writer, counts=False)),
            asyncio.create_task(self._pass(far_reader, writer, counts=True)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for transport in pair:
            transport.abort()
        self._transports -= pair

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counts: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                if not counts:
                    # A server that checks the Host header must see its own port.
                    data = data.replace(self._own, self._target)
                if counts and self.cut_after is not None:
                    self.cut_after -= len(data)
                    if self.cut_after <= 0:
                        writer.write(data[: self.cut_after or len(data)])
                        self.cut_after = None
                        self.cuts += 1
                        return
                writer.write(data)
                await writer.drain()
