"""The event log of one execution, on disk as it happens.

    events.bin    24 bytes an event: kind, length, offset into output.bin, moment
    output.bin    the bytes: output chunks as the program wrote them, lifecycle events as JSON

The sequence of an event is its place, counted from 1, so any page is one seek away. Data is
written before the event that names it: after a kill, what the index tells is there.

A chunk never splits a UTF-8 character unless the program did. Of each stream `CAP_BYTES` are
kept; what comes after is counted and dropped, and the stream says that it is truncated.
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Stream = Literal["stdout", "stderr"]
Kind = Literal["lifecycle", "stdout", "stderr"]

CAP_BYTES: Final = 128 * 1024 * 1024
_LARGEST_CHUNK: Final = 32 * 1024
_KINDS: Final[tuple[Kind, ...]] = ("lifecycle", "stdout", "stderr")
_ENTRY: Final = struct.Struct("<BxxxIQd")


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event; `data` is output, or the JSON of a lifecycle event."""

    sequence: int
    kind: Kind
    at: float
    data: bytes

    def lifecycle(self) -> dict[str, Any]:
        """What a lifecycle event says."""
        said: dict[str, Any] = json.loads(self.data)
        return said


class OutputLog:
    """The writing end: one per execution under way; goes on with what a killed server wrote."""

    def __init__(self, directory: Path, *, cap_bytes: int = CAP_BYTES) -> None:
        """Open the log in a directory that exists."""
        self._output = (directory / "output.bin").open("ab", buffering=0)
        self._events = (directory / "events.bin").open("ab", buffering=0)
        self._events.truncate(self._events.tell() // _ENTRY.size * _ENTRY.size)
        self._cap = cap_bytes
        self._offset = self._output.tell()
        self._tails: dict[Stream, bytes] = {"stdout": b"", "stderr": b""}
        self.written: dict[Stream, int] = {"stdout": 0, "stderr": 0}
        """Bytes the program wrote, kept or not."""
        self.kept: dict[Stream, int] = {"stdout": 0, "stderr": 0}
        for event in iterate_events(directory):
            if event.kind != "lifecycle":
                self.kept[event.kind] += len(event.data)
                self.written[event.kind] += len(event.data)

    def is_truncated(self, stream: Stream) -> bool:
        """Whether the program wrote more than is kept."""
        return self.written[stream] > self._cap

    def lifecycle(self, said: dict[str, Any], at: float) -> None:
        """Append a change of status."""
        self._append("lifecycle", json.dumps(said).encode(), at)

    def output(self, stream: Stream, data: bytes, at: float) -> None:
        """Append what the program wrote; an unfinished UTF-8 character waits for its rest."""
        room = self._cap - self.written[stream]
        self.written[stream] += len(data)
        data = self._tails[stream] + data[: max(0, room)]
        cut = len(data) - _unfinished(data) if room > 0 else len(data)
        self._tails[stream] = data[cut:]
        self._append_chunks(stream, data[:cut], at)

    def finish(self, at: float) -> None:
        """Append what waited in vain for its rest."""
        for stream, tail in self._tails.items():
            self._append_chunks(stream, tail, at)
        self._tails = {"stdout": b"", "stderr": b""}

    def close(self) -> None:
        """Close the files; the log can still be read."""
        self._output.close()
        self._events.close()

    def _append_chunks(self, stream: Stream, data: bytes, at: float) -> None:
        self.kept[stream] += len(data)
        start = 0
        while start < len(data):
            piece = data[start : start + _LARGEST_CHUNK]
            if start + len(piece) < len(data):
                piece = piece[: len(piece) - _unfinished(piece)]
            self._append(stream, piece, at)
            start += len(piece)

    def _append(self, kind: Kind, data: bytes, at: float) -> None:
        self._output.write(data)
        self._events.write(_ENTRY.pack(_KINDS.index(kind), len(data), self._offset, at))
        self._offset += len(data)


def read_events(
    directory: Path, *, after: int, limit: int, most_bytes: int
) -> tuple[list[LoggedEvent], bool]:
    """Events following sequence `after`, and whether there are more; none without a log.

    At least one event is returned if there is one, however large.
    """
    events: list[LoggedEvent] = []
    size = 0
    for event in iterate_events(directory, after=after):
        if len(events) == limit or (events and size + len(event.data) > most_bytes):
            return events, True
        events.append(event)
        size += len(event.data)
    return events, False


def iterate_events(directory: Path, *, after: int = 0) -> Iterator[LoggedEvent]:
    """Every event that follows sequence `after`, read as asked for."""
    try:
        index = (directory / "events.bin").open("rb")
    except FileNotFoundError:
        return
    with index, (directory / "output.bin").open("rb") as output:
        index.seek(after * _ENTRY.size)
        sequence = after
        while len(entry := index.read(_ENTRY.size)) == _ENTRY.size:
            sequence += 1
            kind, length, offset, at = _ENTRY.unpack(entry)
            data = os.pread(output.fileno(), length, offset)
            yield LoggedEvent(sequence, _KINDS[kind], at, data)


def read_stream(directory: Path, stream: Stream, most_bytes: int) -> tuple[bytes, bool]:
    """The beginning of one stream, and whether more of it is kept."""
    pieces: list[bytes] = []
    room = most_bytes
    for event in iterate_events(directory):
        if event.kind != stream:
            continue
        if len(event.data) > room:
            piece = event.data[:room]
            pieces.append(piece[: len(piece) - _unfinished(piece)])
            return b"".join(pieces), True
        pieces.append(event.data)
        room -= len(event.data)
    return b"".join(pieces), False


def _unfinished(data: bytes) -> int:
    """How many bytes at the end begin a UTF-8 character that is not complete: 0 to 3."""
    for length in range(1, min(3, len(data)) + 1):
        byte = data[-length]
        if byte & 0b1100_0000 == 0b1000_0000:
            continue
        needed = 2 if 0xC2 <= byte < 0xE0 else 3 if 0xE0 <= byte < 0xF0 else 4
        starts_character = 0xC2 <= byte < 0xF5
        return length if starts_character and length < needed else 0
    return 0
