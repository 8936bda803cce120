"""The HTTP server: one loopback socket, the layers around the routes, start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from dedalus_tui.local.faults import FaultLayer
from dedalus_tui.local.fences import InvalidStateError
from dedalus_tui.local.guard import Guard
from dedalus_tui.local.refusals import ProblemError, RefusedError
from dedalus_tui.local.routes import table
from dedalus_tui.local.world import LOCAL_ORG_ID, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

HOST = "127.0.0.1"
_LARGEST_FRAME = 1024 * 1024
_GRACE_SECONDS = 2


class LocalServer:
    """A world being served. `start` returns when requests are answered, `stop` when all is over."""

    def __init__(self, world: World, *, api_key: str, port: int = 0) -> None:
        """Bind the socket; raises OSError if the port is taken."""
        logging.getLogger("uvicorn.error").addFilter(_is_worth_logging)
        self._world = world
        self._api_key = api_key
        self._socket = _bound_socket(port)
        self._port: int = self._socket.getsockname()[1]
        self._uvicorn = _Uvicorn(self._config())
        self._serving: asyncio.Task[None] | None = None

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self._port}"

    async def start(self) -> None:
        """Bring the world to life and listen."""
        await self._world.start()
        self._world.refuse_connections = self.refuse_connections
        self._serving = asyncio.create_task(
            self._uvicorn.serve(sockets=[self._socket]), name="uvicorn"
        )
        listening = asyncio.create_task(self._uvicorn.listening.wait())
        await asyncio.wait({self._serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        if not listening.done():
            listening.cancel()
            self._serving.result()

    async def stop(self) -> None:
        """End long answers, then the server, then the world."""
        self._world.closing.set()
        self._uvicorn.ending.set()
        if self._serving is not None:
            await self._serving
        self._socket.close()
        await self._world.close()

    async def refuse_connections(self, seconds: float) -> None:
        """Be unreachable for a while: connections are reset, new ones refused."""
        for server in self._uvicorn.servers:
            server.close()
        for connection in list(self._uvicorn.server_state.connections):
            connection.transport.abort()
        # Bound without listening, the port answers "connection refused" and stays ours.
        self._socket = _bound_socket(self._port)
        await asyncio.sleep(seconds)
        if not self._world.closing.is_set():
            await self._uvicorn.startup(sockets=[self._socket])

    def _config(self) -> uvicorn.Config:
        guarded = Guard(
            FaultLayer(application(self._world), self._world.faults, self._world.closing),
            port=self._port,
            api_key=self._api_key,
            org_id=LOCAL_ORG_ID,
        )
        return uvicorn.Config(
            guarded,
            http=_Connection,
            ws="websockets-sansio",
            ws_max_size=_LARGEST_FRAME,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=60,
        )


def application(world: World) -> Starlette:
    """The routes of the world's generation; every refusal becomes its document."""
    app = Starlette(
        routes=table.routes(world.generation),
        exception_handlers={
            RefusedError: _refused,
            HTTPException: _not_routed,
            ClientDisconnect: _left,
        },
    )
    app.router.redirect_slashes = False
    app.state.world = world
    return app


class _Uvicorn(uvicorn.Server):
    """uvicorn that starts and ends by events rather than by signals and polling."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.ending = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        while not self.ending.is_set():
            await self.on_tick(0)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self.ending.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            # A WebSocket that is closing already says so with `InvalidState`.
            with contextlib.suppress(AssertionError):
                connection.shutdown()
        if tasks := set(self.server_state.tasks):
            _, late = await asyncio.wait(tasks, timeout=_GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for server in self.servers:
            await server.wait_closed()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Connection(H11Protocol):
    """Hands each request its transport, so that an injected fault can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        super().connection_made(transport)
        self.app_state = {**self.app_state, "connection": transport}


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """uvicorn takes every refused WebSocket upgrade for an unfinished handshake."""
    return "without completing handshake" not in record.getMessage()


def _bound_socket(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    world: World = request.app.state.world
    if isinstance(error, InvalidStateError) and world.generation != "2026-05":
        error.speak_later()
    headers: dict[str, str] = {}
    return Response(error.encoded(), error.status, headers, error.content_type)


async def _not_routed(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = ProblemError(error.status_code, error.detail.lower())
    headers: dict[str, Any] = dict(error.headers or {})
    return Response(problem.encoded(), problem.status, headers, problem.content_type)


async def _left(_request: Request, _error: Exception) -> Response:
    """Nobody hears it: the client went before its whole request had come."""
    return Response(status_code=400)
