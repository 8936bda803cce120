"""A preview made real: a loopback port whose connections reach one port of one machine.

Bytes pass unchanged, so HTTP, WebSocket and TLS all work. Before each connection the port is
checked to be listened on by a process of the machine; anything else on this computer stays out of
reach and is answered with a plain 502.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK = 64 * 1024
_CONNECT_SECONDS = 5
_HOSTS = ("127.0.0.1", "::1")


class PreviewProxy:
    """One listening port in front of one port of a machine."""

    def __init__(self, target_port: int, is_owned: Callable[[int], bool]) -> None:
        """Take a free loopback port; `is_owned(port)` says whether the machine listens there."""
        self._target_port = target_port
        self._is_owned = is_owned
        self._listener = socket.create_server((_HOSTS[0], 0))
        self._is_serving = False
        self._connections: set[asyncio.Task[None]] = set()
        self.port: int = self._listener.getsockname()[1]

    async def serve(self) -> None:
        """Accept connections until cancelled; then end them all."""
        self._is_serving = True
        server = await asyncio.start_server(self._connected, sock=self._listener)
        try:
            await server.serve_forever()
        finally:
            server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    def discard(self) -> None:
        """Give the port back where serving never began; `serve` does it otherwise."""
        if not self._is_serving:
            self._listener.close()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._carry(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            target = await self._reach()
            if target is None:
                await _refuse(reader, writer, self._target_port)
                return
            target_reader, target_writer = target
            try:
                await asyncio.gather(_pump(reader, target_writer), _pump(target_reader, writer))
            finally:
                await _hang_up(target_writer)
        except OSError:
            pass  # either side went away: there is nobody left to tell
        finally:
            await _hang_up(writer)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        if not self._is_owned(self._target_port):
            return None
        for host in _HOSTS:
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(_CONNECT_SECONDS):
                    return await asyncio.open_connection(host, self._target_port)
        return None


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Carry bytes until the source ends, then end the sink's input; the other way goes on."""
    while chunk := await source.read(_CHUNK):
        sink.write(chunk)
        await sink.drain()
    if sink.can_write_eof():
        sink.write_eof()


async def _refuse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target_port: int
) -> None:
    """Answer one HTTP request with 502; whatever else it is, it reads a plain sentence."""
    with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
        async with asyncio.timeout(_CONNECT_SECONDS):
            await reader.readuntil(b"\r\n\r\n")
    body = f"Nothing of this machine listens on port {target_port}.\n".encode()
    writer.write(
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )
    await writer.drain()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
