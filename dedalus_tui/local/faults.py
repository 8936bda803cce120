"""Injected faults: what tests and demos make go wrong, on the way in and out of the server.

An ASGI layer around the application. Which requests fail and how is data (`Fault`), set through
`/_local/faults`; the control routes themselves never fail.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import re

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Drop = Literal["before", "after"]


@dataclass(slots=True)
class Fault:
    """One kind of mishap for requests whose method and path match."""

    fault_id: int
    method: re.Pattern[str]
    path: re.Pattern[str]
    times: int | None
    """How many requests it hits; None: all."""
    skip: int
    """How many matching requests pass first."""
    delay_ms: int
    status: int | None
    body: Any
    """A JSON value, or text sent as it is."""
    headers: dict[str, str]
    cut_after_bytes: int | None
    close_code: int | None
    """A WebSocket says this code when it is cut."""
    garble: bool
    drop: Drop | None
    hits: int = 0

    def catches(self, method: str, path: str) -> bool:
        """Whether this request is to fail; counts."""
        if not (self.method.fullmatch(method) and self.path.search(path)):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        self.hits += 1
        return True


@dataclass
class Faults:
    """The faults in force, oldest first; the first that matches a request has it."""

    active: list[Fault] = field(default_factory=list)

    def catch(self, method: str, path: str) -> Fault | None:
        """The fault for a request, if any."""
        return next((each for each in self.active if each.catches(method, path)), None)

    def clear(self) -> None:
        """Let everything through again."""
        self.active.clear()


class FaultLayer:
    """Carries out the faults."""

    def __init__(self, app: ASGIApp, faults: Faults, closing: asyncio.Event) -> None:
        """Wrap the application; delays end when `closing` is set."""
        self._app = app
        self._faults = faults
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, whole or spoiled."""
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith("/_local"):
            await self._app(scope, receive, send)
            return
        fault = self._faults.catch(scope.get("method", "GET"), scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.delay_ms and scope.get("method", "GET") in ("GET", "HEAD"):
            await pause(fault.delay_ms / 1000, self._closing)
        else:
            # A mutation waits inside, holding its Idempotency-Key, as a slow service would.
            scope["state"]["delay_seconds"] = fault.delay_ms / 1000
        if fault.drop == "before":
            scope["state"]["connection"].abort()
            await asyncio.sleep(0)
            return
        if fault.status is not None:
            await _answer(fault, scope, receive, send)
            return
        with suppress(_CutError):
            await self._app(scope, receive, _Spoiler(fault, scope, send))
        # The server below hears of an aborted connection a turn later, and then does not complain.
        await asyncio.sleep(0)


class _CutError(Exception):
    """The connection was cut on purpose."""


class _Spoiler:
    """A `send` that cuts, garbles or swallows the answer."""

    def __init__(self, fault: Fault, scope: Scope, send: Send) -> None:
        self._fault = fault
        self._connection = scope["state"]["connection"]
        self._send = send
        self._left = fault.cut_after_bytes
        self._is_dead = False

    async def __call__(self, message: Message) -> None:
        if self._is_dead:
            raise _CutError
        if self._fault.drop == "after":
            self._die()
        kind = message["type"]
        if kind == "http.response.body":
            message = {**message, "body": self._spoil(message.get("body", b""))}
        elif kind == "websocket.send" and message.get("text") is not None:
            data = self._spoil(message["text"].encode())
            message = {"type": kind, "text": data.decode(errors="replace")}
        if self._left is not None and self._left <= 0:
            message = {**message, "more_body": True} if kind == "http.response.body" else message
            await self._send(message)
            await self._cut(kind)
            return
        await self._send(message)

    async def _cut(self, kind: str) -> None:
        self._is_dead = True
        if self._fault.close_code is not None and kind.startswith("websocket"):
            await self._send({"type": "websocket.close", "code": self._fault.close_code})
        else:
            self._connection.close()

    def _spoil(self, data: bytes) -> bytes:
        if self._fault.garble:
            data = bytes(byte ^ 0x15 for byte in data)
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        return data

    def _die(self) -> None:
        self._connection.abort()
        self._is_dead = True
        raise _CutError


async def pause(seconds: float, closing: asyncio.Event) -> None:
    """Sleep, or less if the server is about to end."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await closing.wait()


async def _answer(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    """Give the fault's own answer."""
    body, headers = b"", dict(fault.headers)
    if fault.body is not None:
        is_text = isinstance(fault.body, str)
        body = fault.body.encode() if is_text else json.dumps(fault.body).encode()
        headers.setdefault("content-type", "text/html" if is_text else "application/json")
    prefix = "websocket.http" if scope["type"] == "websocket" else "http"
    if prefix == "websocket.http":
        await receive()
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": f"{prefix}.response.start", "status": fault.status, "headers": raw})
    await send({"type": f"{prefix}.response.body", "body": body})
