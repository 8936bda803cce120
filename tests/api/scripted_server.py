"""A server that says exactly what a test wants, byte by byte, and remembers what it was asked.

For answers that no honest server would give; honest ones come from the local cloud.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    Script = Callable[["Asked"], "Reply | bytes | None"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived; header names are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target's query."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; a dict or list body becomes JSON."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """The bytes that go over the wire."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.body
        if isinstance(body, dict | list):
            body = json.dumps(body)
            headers.setdefault("content-type", "application/json")
        raw = body.encode() if isinstance(body, str) else body
        headers.setdefault("content-length", str(len(raw)))
        reason = HTTPStatus(self.status).phrase
        lines = [f"HTTP/1.1 {self.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + raw


def event_stream(text: str, *, is_whole: bool = True) -> bytes:
    """An SSE answer; cut off in the middle of the body unless it is whole."""
    raw = text.encode()
    head = (
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    end = b"0\r\n\r\n" if is_whole else b""
    return head.encode() + f"{len(raw):x}\r\n".encode() + raw + b"\r\n" + end


class ScriptedServer:
    """Serves a script on a free port of loopback while it is entered.

    The script answers a Reply, raw bytes after which the connection is closed, or None to hang up
    without a word.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def base_url(self) -> str:
        """Where it listens."""
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *ending: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await _read(reader)) is not None:
                self.asked.append(asked)
                answer = self.script(asked)
                if answer is None:
                    break
                writer.write(answer if isinstance(answer, bytes) else answer.encoded())
                await writer.drain()
                if isinstance(answer, bytes):
                    break
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.decode().splitlines()
    method, target, _ = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)
