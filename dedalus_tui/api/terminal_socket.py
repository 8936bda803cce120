"""One terminal's WebSocket: bytes out of the machine, bytes and sizes into it (contract 9).

    socket = await connect_terminal(address, headers)       raises CloudFault
    async for frame in socket.frames(): ...                 ends when the connection ends
    socket.ending                                           how it ended, and whether to try again

It does not reconnect, wait for a machine to wake or keep anything back: that is the session's.
Little is buffered on purpose. What waits here is what a key waits behind while a program floods,
so the socket's receive buffer is small and reading pauses after a few frames.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import logging
import socket as sockets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidProxy,
    InvalidStatus,
    ProxyError,
)

from dedalus_tui.api.decode_fault import fault_of_answer
from dedalus_tui.domain.faults import NotUnderstood, TimedOut, Unreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

OPEN_SECONDS = 10.0
"""How long the upgrade may take."""

PING_SECONDS = 20.0
"""A connection that leaves a ping unanswered this long is given up (close code 1006)."""

MAX_FRAME_BYTES = 8 * 1024 * 1024
RECEIVE_BUFFER_BYTES = 32 * 1024
"""Asked of the kernel, which may double it."""
SEGMENT_BYTES = 4096
"""On this computer's own network a segment may be larger than our whole receive buffer; then each
one waits for a timer of the kernel, and a flood comes at a tenth of a megabyte a second."""
FRAMES_KEPT = 2
INPUT_FRAME_BYTES = 16 * 1024
"""A long paste goes out in frames of this size, so that a slow program sees the first at once."""

RECOVERABLE_CODES = frozenset({1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015})
"""Close codes after which the terminal may still be there; all others are final."""

_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
_SOCKET_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}

# A logger of our own that can never be set to DEBUG by accident: at that level the library
# writes the headers of the upgrade, and with them the key.
_quiet = logging.getLogger("dedalus_tui.api.terminal_socket")
_quiet.setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Output:
    """Raw bytes the program wrote; a chunk may split a character or an escape sequence."""

    data: bytes
    offset: int | None = None
    """How many bytes the terminal wrote before these, where the service says so; the contract
    does not promise it. With it a replay can be told from what is new without guessing."""


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """The service says something went wrong; the connection may well go on."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The terminal has ended; nothing more will come."""


Frame = Output | ErrorReport | Closed


@dataclass(frozen=True, slots=True)
class SocketEnding:
    """How a connection ended."""

    code: int
    """The WebSocket close code; 1006 when the connection was simply lost."""
    reason: str
    has_terminal_ended: bool
    """True when the service said `closed` before it hung up."""

    @property
    def is_recoverable(self) -> bool:
        """True when the terminal may still be there and connecting again makes sense."""
        return not self.has_terminal_ended and self.code in RECOVERABLE_CODES


def stream_address(base_url: str, machine_id: str, terminal_id: str, stream_url: str | None) -> str:
    """Where to connect: `stream_url` if it leads to the service itself, else the built address.

    Relative addresses are resolved against the base. An address at another host, or one that
    would leave TLS, is not followed: the upgrade carries the key.
    """
    base = urlsplit(base_url)
    if stream_url:
        wanted = urlsplit(urljoin(base_url.rstrip("/") + "/", stream_url))
        scheme = _SOCKET_SCHEMES.get(wanted.scheme)
        is_ours = (
            scheme == _SOCKET_SCHEMES.get(base.scheme)
            and _origin(wanted.netloc, scheme) == _origin(base.netloc, scheme)
            and not wanted.fragment
        )
        if scheme is not None and is_ours:
            return urlunsplit((scheme, wanted.netloc, wanted.path, wanted.query, ""))
    path = (
        f"{base.path.rstrip('/')}/v1/machines/{quote(machine_id, safe='')}"
        f"/terminals/{quote(terminal_id, safe='')}/stream"
    )
    return urlunsplit((_SOCKET_SCHEMES.get(base.scheme, "wss"), base.netloc, path, "", ""))


def _origin(netloc: str, scheme: str | None) -> tuple[str, str]:
    """Host and port for comparison; user information makes an address nobody's."""
    if "@" in netloc:
        return ("", "")
    host, _, port = netloc.lower().rpartition(":")
    if not host or not port.isdigit():
        host, port = netloc.lower(), "443" if scheme == "wss" else "80"
    return (host, port)


class _Connect(connect):
    """The library's connect, which never follows a redirect: it would carry `x-api-key` along."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def connect_terminal(
    address: str, headers: Mapping[str, str], *, user_agent: str | None = None
) -> TerminalSocket:
    """Open the stream. Raises CloudFault; a refused upgrade is decoded like any other answer.

    `headers` carries the key; nothing of them is logged or put into a fault.
    """
    request = f"GET {urlsplit(address).path}"
    is_here = (urlsplit(address).hostname or "") in _LOOPBACK_HOSTS
    try:
        raw = await _socket_on_this_computer(address) if is_here else None
        connection = await _Connect(
            address,
            additional_headers=dict(headers),
            user_agent_header=user_agent,
            compression=None,
            # A proxy meant for the internet has no business with a server on this computer.
            proxy=None if is_here else True,
            sock=raw,
            open_timeout=OPEN_SECONDS,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            close_timeout=1.0,
            max_size=MAX_FRAME_BYTES,
            max_queue=FRAMES_KEPT,
            logger=_quiet,
        )
    except InvalidStatus as refusal:
        response = refusal.response
        raise fault_of_answer(
            response.status_code,
            {name.lower(): value for name, value in response.headers.raw_items()},
            bytes(response.body or b""),
            request=request,
            now=datetime.now(UTC),
        ) from None
    except TimeoutError:
        raise TimedOut(
            f"no answer to the upgrade in {OPEN_SECONDS:.0f} s", is_retryable=True, request=request
        ) from None
    except (OSError, InvalidProxy, ProxyError) as cause:
        raise Unreachable(str(cause), is_retryable=True, request=request) from None
    except ImportError:
        raise Unreachable(
            "the environment names a SOCKS proxy, which needs the package python-socks",
            request=request,
        ) from None
    except InvalidHandshake as cause:
        if isinstance(cause, InvalidMessage) and isinstance(cause.__cause__, EOFError):
            raise Unreachable(
                "the connection was cut during the upgrade", is_retryable=True, request=request
            ) from None
        raise NotUnderstood(str(cause), request=request) from None
    _keep_little(connection)
    return TerminalSocket(connection)


async def _socket_on_this_computer(address: str) -> sockets.socket | None:
    """A connected socket with small segments; None where the usual way must do. Raises OSError."""
    parts = urlsplit(address)
    if parts.scheme != "ws" or parts.hostname != "127.0.0.1":
        return None
    raw = sockets.socket(sockets.AF_INET, sockets.SOCK_STREAM)
    try:
        raw.setblocking(False)
        raw.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_MAXSEG, SEGMENT_BYTES)
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        await asyncio.get_running_loop().sock_connect(raw, (parts.hostname, parts.port or 80))
    except BaseException:
        raw.close()
        raise
    return raw


def _keep_little(connection: ClientConnection) -> None:
    raw = connection.transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, RECEIVE_BUFFER_BYTES)


class TerminalSocket:
    """One open connection to one terminal. Use from one loop; frames are read by one reader."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._has_terminal_ended = False
        self._ending: SocketEnding | None = None
        self.ignored_frames = 0
        """Frames that were binary, no JSON, or of a type the contract does not name."""

    @property
    def ending(self) -> SocketEnding | None:
        """How the connection ended; None while it lives."""
        return self._ending

    async def frames(self) -> AsyncIterator[Frame]:
        """Frames in order, until the connection ends. Reading slowly holds the sender back."""
        while True:
            try:
                message = await self._connection.recv()
            except ConnectionClosed:
                break
            except UnicodeDecodeError:
                self.ignored_frames += 1
                continue
            frame = _decode(message)
            if frame is None:
                self.ignored_frames += 1
                continue
            self._has_terminal_ended |= isinstance(frame, Closed)
            yield frame
        self._note_ending()

    def _note_ending(self) -> None:
        if self._ending is None:
            self._ending = SocketEnding(
                code=self._connection.close_code or 1006,
                reason=self._connection.close_reason or "",
                has_terminal_ended=self._has_terminal_ended,
            )

    async def send_input(self, data: bytes) -> bool:
        """Send what was typed, in order. False when the connection is gone: it did not arrive.

        Waits while the other side does not read.
        """
        for start in range(0, len(data), INPUT_FRAME_BYTES):
            piece = base64.b64encode(data[start : start + INPUT_FRAME_BYTES]).decode("ascii")
            if not await self._send({"type": "input", "data": piece}):
                return False
        return True

    async def send_size(self, columns: int, rows: int) -> bool:
        """Tell the terminal its size. False when the connection is gone."""
        return await self._send({"type": "resize", "width": columns, "height": rows})

    async def _send(self, message: dict[str, Any]) -> bool:
        try:
            await self._connection.send(json.dumps(message))
        except ConnectionClosed:
            return False
        return True

    async def answers_within(self, seconds: float) -> bool:
        """True when the other side answers a ping in time; False when not, or when it is gone."""
        try:
            async with asyncio.timeout(seconds):
                await (await self._connection.ping())
        except (TimeoutError, ConnectionClosed):
            return False
        return True

    async def close(self) -> None:
        """Hang up in an orderly way (1000); the terminal on the machine goes on."""
        await self._connection.close()
        self._note_ending()

    def abort(self) -> None:
        """Drop the connection without waiting for the other side: it is known to be dead."""
        self._connection.transport.abort()


def _decode(message: str | bytes) -> Frame | None:
    """One message as a frame; None for what the contract does not name (it is ignored)."""
    if isinstance(message, bytes):
        return None
    try:
        fields = json.loads(message)
    except ValueError:
        return None
    if not isinstance(fields, dict):
        return None
    match fields.get("type"):
        case "output":
            return _decode_output(fields.get("data"), fields.get("offset"))
        case "error":
            return ErrorReport(
                code=str(fields.get("error_code") or ""),
                message=str(fields.get("error_message") or ""),
            )
        case "closed":
            return Closed()
    return None


def _decode_output(data: object, offset: object) -> Output | None:
    if not isinstance(data, str):
        return None
    is_offset = isinstance(offset, int) and not isinstance(offset, bool) and offset >= 0
    try:
        return Output(base64.b64decode(data), int(str(offset)) if is_offset else None)
    except (binascii.Error, ValueError):
        return None
