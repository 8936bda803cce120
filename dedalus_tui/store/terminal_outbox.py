"""What waits to be sent to one terminal: in order, small writes joined, never without bound."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.store.terminal_source import TerminalStream

CAPACITY_BYTES = 8 * 1024 * 1024
"""A large paste fits; a program that does not read is no reason to keep more than this."""

REPLY_CAPACITY_BYTES = 64 * 1024
"""Answers to a program that asks without reading; further ones are dropped."""

JOINED_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class _Size:
    columns: int
    rows: int


class Outbox:
    """A queue of typed bytes, answers and sizes, and the loop that sends them."""

    def __init__(self) -> None:
        self._waiting: deque[bytes | _Size] = deque()
        self._held = 0
        self._filled = asyncio.Event()

    def put_input(self, data: bytes) -> bool:
        """Queue what the person typed; False, and nothing queued, when too much waits."""
        return self._put(data, CAPACITY_BYTES)

    def put_reply(self, data: bytes) -> bool:
        """Queue an answer to the program; False, and dropped, when too much waits."""
        return self._put(data, REPLY_CAPACITY_BYTES)

    def _put(self, data: bytes, capacity: int) -> bool:
        if self._held + len(data) > capacity:
            return False
        self._waiting.append(data)
        self._held += len(data)
        self._filled.set()
        return True

    def put_size(self, columns: int, rows: int) -> None:
        """Queue a new size, in its place among the keys; of several in a row the last counts."""
        if self._waiting and isinstance(self._waiting[-1], _Size):
            self._waiting.pop()
        self._waiting.append(_Size(columns, rows))
        self._filled.set()

    def put_redraw(self, columns: int, rows: int) -> None:
        """Make a full-screen program draw everything: another size for a moment, then its own."""
        self._waiting += [_Size(columns, max(1, rows - 1)), _Size(columns, rows)]
        self._filled.set()

    def clear(self) -> None:
        """Forget everything."""
        self._waiting.clear()
        self._held = 0

    async def send_to(self, stream: TerminalStream) -> None:
        """Send what is queued, for as long as the connection lives."""
        while True:
            while not self._waiting:
                self._filled.clear()
                await self._filled.wait()
            first = self._waiting[0]
            if isinstance(first, _Size):
                self._waiting.popleft()
                delivered = await stream.send_size(first.columns, first.rows)
            else:
                delivered = await stream.send_input(self._join())
            if not delivered:
                return

    def _join(self) -> bytes:
        """Take the bytes at the front, as many as make one good frame."""
        pieces: list[bytes] = []
        size = 0
        while self._waiting:
            piece = self._waiting[0]
            if isinstance(piece, _Size) or (pieces and size + len(piece) > JOINED_BYTES):
                break
            self._waiting.popleft()
            pieces.append(piece)
            size += len(piece)
        self._held -= size
        return b"".join(pieces)
