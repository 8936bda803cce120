"""Server-sent events: bytes in, events out (WHATWG HTML 9.2.6). Pure.

Our own because a stream from outside needs a bound on what it may make us hold, and because only
CR, LF and CRLF end a line here: any cut of the bytes gives the same events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_EVENT = 4 * 1024 * 1024
"""Bytes one event may take; a machine is under one KiB."""


class EventTooLong(ValueError):
    """A line or an event grew past LONGEST_EVENT."""


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event; `name` is empty when the stream gave none."""

    name: str
    data: str
    id: str
    """The last id seen on the stream, which may stem from an earlier event."""


class SseDecoder:
    """Keeps the unfinished line and the unfinished event between chunks."""

    def __init__(self) -> None:
        """Start before the first byte of a stream."""
        self._rest: list[bytes] = []
        """The unfinished line in pieces: joined anew for every chunk, a long one would take time
        with the square of its length."""
        self._rest_size = 0
        self._is_first_line = True
        self._skips_newline = False
        self._name = ""
        self._data: list[str] = []
        self._size = 0
        self._id = ""
        self._has_id = False

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """The events that `chunk` completes. Raises EventTooLong."""
        for line in self._lines(chunk):
            event = self._take(line)
            if event is not None:
                yield event

    def _lines(self, chunk: bytes) -> Iterator[bytes]:
        if self._skips_newline and chunk:
            # The chunk before ended in CR; a LF now belongs to the same line end.
            chunk = chunk.removeprefix(b"\n")
            self._skips_newline = False
        if chunk.endswith(b"\r"):
            self._skips_newline = True
        *lines, rest = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        if lines:
            lines[0] = b"".join((*self._rest, lines[0]))
            self._rest, self._rest_size = [], 0
        self._rest.append(rest)
        self._rest_size += len(rest)
        if self._rest_size > LONGEST_EVENT:
            raise EventTooLong
        yield from lines

    def _take(self, raw: bytes) -> ServerSentEvent | None:
        line = raw.decode("utf-8", "replace")
        if self._is_first_line:
            line = line.removeprefix("\ufeff")
            self._is_first_line = False
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._size += len(raw)
            if self._size > LONGEST_EVENT:
                raise EventTooLong
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id" and "\0" not in value:
            self._id = value
            self._has_id = True
        return None

    def _dispatch(self) -> ServerSentEvent | None:
        """An event ends at an empty line.

        Unlike a browser we also hand out an event that has an id and no data: a bookmark is
        worth just that (contract 4.5).
        """
        event = None
        if self._data or self._has_id:
            event = ServerSentEvent(self._name, "\n".join(self._data), self._id)
        self._name, self._data, self._size, self._has_id = "", [], 0, False
        return event
