"""Where a terminal's output goes on after a new connection (contract 9 leaves replay open). Pure.

A service may replay recent output when a client attaches, from a ring whose size we do not know,
or may replay nothing. The last bytes seen before the cut are laid over what arrives: where they
overlap, the old part is dropped and nothing is shown twice; where they do not, there is a gap, and
it is said to be one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

TAIL_BYTES = 256 * 1024
"""How much of the past is kept to recognise it."""

MOST_WAITING_BYTES = 4 * 1024 * 1024
"""A replay longer than this without any known bytes is taken as new."""

_PROBE_BYTES = 64
_MOST_CANDIDATES = 256
_SMALLEST_OVERLAP = 32
"""Fewer equal bytes than this may be chance: a prompt looks like a prompt."""


class OutputTail:
    """The last bytes a terminal sent."""

    def __init__(self, capacity: int = TAIL_BYTES) -> None:
        self._capacity = capacity
        self._chunks: deque[bytes] = deque()
        self._held = 0
        self._is_whole = True
        self.end_offset: int | None = None
        """How many bytes the terminal had written after the last one kept; None: nobody said."""

    @property
    def is_whole(self) -> bool:
        """True while nothing was dropped: the tail is all there ever was."""
        return self._is_whole

    def append(self, data: bytes) -> None:
        """Remember these bytes, at the cost of the oldest."""
        self._chunks.append(data)
        self._held += len(data)
        while self._held - len(self._chunks[0]) >= self._capacity:
            self._held -= len(self._chunks.popleft())
            self._is_whole = False

    def mark_as_part(self) -> None:
        """Say that there was output before the first byte kept here."""
        self._is_whole = False

    def __bytes__(self) -> bytes:
        """All that is kept."""
        return b"".join(self._chunks)


@dataclass(frozen=True, slots=True)
class Resumed:
    """What to show of the first bytes of a new connection."""

    data: bytes
    """New bytes."""
    has_gap: bool
    """True when output may be missing before them."""


class Resumption:
    """Gathers the first bytes of a new connection until it is clear where they belong."""

    def __init__(self, tail: OutputTail) -> None:
        self._tail = bytes(tail)
        self._is_whole = tail.is_whole
        self._seen = bytearray()

    def take(self, data: bytes) -> Resumed | None:
        """More bytes came; None while it takes more of them to tell."""
        self._seen += data
        if not self._tail and self._is_whole:
            return Resumed(bytes(self._seen), has_gap=False)
        overlap = self._overlap()
        if overlap is not None and overlap <= len(self._seen):
            return Resumed(bytes(self._seen[overlap:]), has_gap=False)
        if overlap is not None or len(self._seen) < _PROBE_BYTES:
            return None
        return self.give_up() if len(self._seen) > MOST_WAITING_BYTES else None

    def give_up(self) -> Resumed:
        """Nothing more came for a while: what is here is new, after a gap."""
        has_past = bool(self._tail) or not self._is_whole
        return Resumed(bytes(self._seen), has_gap=has_past)

    def _overlap(self) -> int | None:
        """How many of the first bytes are old; more than are here when it needs more to tell.

        None when no place fits. The largest overlap that fits wins.
        """
        seen, tail = bytes(self._seen), self._tail
        if tail and seen:
            inside = self._whole_tail_inside(seen)
            if inside is not None:
                return inside
            return self._beginning_in_tail(seen)
        return None

    def _whole_tail_inside(self, seen: bytes) -> int | None:
        """The replay began before our tail did."""
        tail = self._tail
        head = tail[:_PROBE_BYTES]
        if self._is_whole:
            starts = [0] if seen[: len(head)] == head[: len(seen)] else []
        else:
            starts = [seen.find(head)] if len(tail) >= _SMALLEST_OVERLAP else []
        for start in starts:
            if start >= 0:
                part = seen[start : start + len(tail)]
                if part == tail[: len(part)]:
                    return start + len(tail)
        return None

    def _beginning_in_tail(self, seen: bytes) -> int | None:
        """The replay begins somewhere in our tail: the usual case."""
        tail = self._tail
        probe = seen[:_PROBE_BYTES]
        start = tail.find(probe)
        for _ in range(_MOST_CANDIDATES):
            if start < 0 or len(tail) - start < _SMALLEST_OVERLAP:
                return None
            rest = tail[start:]
            part = seen[: len(rest)]
            if part == rest[: len(part)]:
                return len(rest)
            start = tail.find(probe, start + 1)
        return None
