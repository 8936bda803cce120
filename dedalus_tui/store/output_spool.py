"""One log in a private file: records in, lines out, memory bounded whatever a program writes.

Lines stand in the order in which they became complete, with their bytes as they came. The file is
mapped for reading, so only the pages that are looked at cost memory, and it has no name: it is
gone when the program ends, even if it is killed.
"""

from __future__ import annotations

import mmap
import os
import re
import tempfile
import time
import weakref
from itertools import pairwise
from typing import TYPE_CHECKING

from dedalus_tui.domain.output import OutputLine, OutputRecord, Severity, Stream
from dedalus_tui.store.output_index import STREAM_BITS, LineIndex
from dedalus_tui.store.output_severity import SeverityRules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MAX_LINE_BYTES = 64 * 1024
"""Longer lines are cut here, so that drawing one line stays quick."""
INDEX_STEP_BYTES = 512 * 1024
CLASSIFY_STEP_BYTES = 128 * 1024
"""How much is indexed or classified between two looks at the clock: 2-4 ms."""

_SEGMENT = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)")
_STYLE_BEFORE_WORD = re.compile(rb"\x1b\[[0-9;:?]*[A-Za-z](?:\x1b\[[0-9;:?]*[A-Za-z])*\w")
"""Begins with a fixed character, so that the engine can go by it."""


class OutputSpool:
    """A growing log. `append` raises OSError when the disk is full."""

    def __init__(self, rules: SeverityRules | None = None, file: Path | None = None) -> None:
        """Start an empty log in a private file, or read an existing file piece by piece."""
        self._rules = rules or SeverityRules()
        self._file = _nameless_file() if file is None else os.open(file, os.O_RDONLY)
        self._close_file = weakref.finalize(self, os.close, self._file)
        self._unindexed = 0 if file is None else os.fstat(self._file).st_size
        self._map: mmap.mmap | None = None
        self._is_closed = False
        self._mapped = 0
        self._pending: dict[int, bytearray] = {}
        self._pending_at: dict[int, int] = {}
        self._classified = 0
        self._last_at = 0
        self._last_sequence: dict[int, int] = {}
        self._listeners: list[Callable[[], None]] = []
        self.index = LineIndex()
        self.repeats = 0
        """Records dropped because they had come before."""
        self.longest_line = 0
        """Bytes of the longest line so far."""
        self.lines_follow_newlines = True
        """Whether every line ends with a newline, so that a block can be split at newlines."""

    @property
    def line_count(self) -> int:
        """How many complete lines there are."""
        return self.index.line_count

    @property
    def byte_count(self) -> int:
        """Bytes taken in, those of unfinished lines included."""
        return self.index.end + sum(map(len, self._pending.values()))

    @property
    def is_closed(self) -> bool:
        """Whether the file is gone."""
        return self._is_closed

    @property
    def is_indexing(self) -> bool:
        """Whether a part of an existing file has not been read yet."""
        return self.index.end < self._unindexed

    @property
    def classified_count(self) -> int:
        """How many lines, from the first, have been looked at for errors and warnings."""
        return self._classified

    @property
    def slow_rules(self) -> tuple[str, ...]:
        """The person's own rules that were left out because they take too long."""
        return self._rules.slow

    @property
    def last_at_us(self) -> int:
        """When the newest record came; 0 when unknown."""
        return self._last_at

    def last_sequence(self, source: int = 0) -> int | None:
        """The sequence of the newest record of a source, to ask for what comes after it."""
        return self._last_sequence.get(source)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def append(self, record: OutputRecord) -> None:
        """Take in one record."""
        self.extend((record,))

    def extend(self, records: Iterable[OutputRecord]) -> None:
        """Take in records in their order; those that came before are dropped."""
        if self._is_closed:
            return
        blocks: list[bytes] = []
        changed = False
        for record in records:
            last = self._last_sequence.get(record.source)
            if last is not None and record.sequence <= last:
                self.repeats += 1
                continue
            self._last_sequence[record.source] = record.sequence
            changed = True
            self._last_at = max(self._last_at, record.at_us)
            kind = record.source << STREAM_BITS | record.stream
            block = self._complete(kind, record.data)
            if block:
                blocks.append(block)
                self._note(block, self._last_at, record.stream, record.source)
        if blocks:
            self._store(b"".join(blocks))
        if changed:
            self._tell()

    def finish(self) -> None:
        """No more records will come: unfinished lines are lines as they stand."""
        if self._is_closed:
            return
        for kind in sorted(self._pending, key=self._pending_at.__getitem__):
            data = bytes(self._pending.pop(kind))
            if not data:
                continue
            self.lines_follow_newlines = False
            stream, source = Stream(kind & 0b11), kind >> STREAM_BITS
            self.index.extend([len(data)], self._last_at, stream, source)
            self.longest_line = max(self.longest_line, len(data))
            self._store(data)
        self._tell()

    def _complete(self, kind: int, data: bytes) -> bytes:
        """The complete lines that `data` yields after what was pending; keeps the rest."""
        pending = self._pending.get(kind)
        if pending:
            data = bytes(pending) + data
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, max(0, len(data) - 1))) + 1
        rest = data[end:]
        if len(rest) > MAX_LINE_BYTES:
            end += len(rest) // MAX_LINE_BYTES * MAX_LINE_BYTES
            rest = data[end:]
        self._pending[kind] = bytearray(rest)
        self._pending_at[kind] = self._last_at
        return data[:end]

    def _note(self, block: bytes, at_us: int, stream: Stream, source: int) -> None:
        """Index the lines of a block that was or will be stored next."""
        first = self.line_count
        superseded: list[int] = []
        if b"\r" in block:
            segments = _SEGMENT.findall(block)
            lengths = [len(segment) for segment in segments]
            superseded = [
                number for number, segment in enumerate(segments, first) if segment[-1:] == b"\r"
            ]
            tail = len(block) - sum(lengths)
            if tail:
                lengths.append(tail)
        else:
            lengths = [len(part) + 1 for part in block.split(b"\n")]
            lengths[-1] -= 1
            if not lengths[-1]:
                lengths.pop()
        if superseded or not block.endswith(b"\n"):
            self.lines_follow_newlines = False
        longest = max(lengths)
        if longest > MAX_LINE_BYTES:
            # Cut lines shift the numbers of those after them, so they are noted anew.
            self.lines_follow_newlines = False
            lengths, superseded = _cut(block, lengths, first)
        self.longest_line = max(self.longest_line, min(longest, MAX_LINE_BYTES))
        self.index.extend(lengths, at_us, stream, source)
        for line in superseded:
            self.index.mark_superseded(line)
        if b"\x1b" in block:
            base = self.index.offset(first)
            for match in _STYLE_BEFORE_WORD.finditer(block):
                if block[max(0, match.start() - 1) : match.start()].isalnum():
                    self.index.mark_styled_inside_word(self.index.line_at(base + match.start()))

    def _store(self, block: bytes) -> None:
        view = memoryview(block)
        while view:
            view = view[os.write(self._file, view) :]

    def advance(self, seconds: float) -> bool:
        """Index an existing file, then classify lines, for about that long; True if unfinished."""
        deadline = time.perf_counter() + seconds
        changed = False
        while not self._is_closed and (self.is_indexing or self._classified < self.line_count):
            if changed and time.perf_counter() >= deadline:
                break
            changed = True
            if self.is_indexing:
                self._index_step()
            else:
                self._classify_step()
        if changed:
            self._tell()
        return not self._is_closed and (self.is_indexing or self._classified < self.line_count)

    def _classify_step(self) -> None:
        first = self._classified
        last = self.line_at_most(first, CLASSIFY_STEP_BYTES)
        block = self.block(first, last)
        for position, severity in self._rules.scan(block, self.index.lengths(first, last)):
            self.index.mark_severity(first + position, severity)
        self._classified = last

    def line_at_most(self, first: int, size: int) -> int:
        """The end of a run of lines from `first` that holds about `size` bytes, at least one."""
        end = self.index.offset(first) + size
        if end >= self.index.end:
            return self.line_count
        return max(first + 1, self.index.line_at(end))

    def _index_step(self) -> None:
        begin = self.index.end
        block = self._bytes(begin, min(begin + INDEX_STEP_BYTES, self._unindexed))
        if begin + len(block) < self._unindexed:
            end = max(block.rfind(b"\n"), block.rfind(b"\r", 0, len(block) - 1)) + 1
            block = block[: end or MAX_LINE_BYTES]
        self._note(block, 0, Stream.STDOUT, 0)

    def _bytes(self, begin: int, end: int) -> bytes:
        """The stored bytes [begin, end)."""
        if end <= begin or self._is_closed:
            return b""
        if end > self._mapped:
            if self._map is not None:
                self._map.close()
            size = os.fstat(self._file).st_size
            self._map = mmap.mmap(self._file, size, access=mmap.ACCESS_READ)
            self._mapped = size
        assert self._map is not None
        return self._map[begin:end]

    def block(self, first: int, last: int) -> bytes:
        """The bytes of complete lines [first, last), as they came."""
        return self._bytes(self.index.offset(first), self.index.offset(last))

    def raw_lines(self, first: int, last: int) -> list[bytes]:
        """Complete lines [first, last); those that end in a newline come without it."""
        block = self.block(first, last)
        if self.lines_follow_newlines:
            return block.split(b"\n")[: last - first]
        begin = self.index.offset(first)
        offsets = [self.index.offset(line) - begin for line in range(first, last + 1)]
        return [block[low:high].rstrip(b"\n") for low, high in pairwise(offsets)]

    def raw_line(self, number: int) -> bytes:
        """One complete line with its terminator."""
        return self.block(number, number + 1)

    def line(self, number: int) -> OutputLine:
        """A line by its number; unfinished ones follow the complete ones."""
        if number >= self.line_count:
            return self.unfinished()[number - self.line_count]
        at_us, stream, source = self.index.origin(number)
        return OutputLine(
            number=number,
            raw=self.raw_line(number),
            at_us=at_us,
            stream=stream,
            source=source,
            severity=self.index.severity(number),
            is_complete=True,
        )

    def unfinished(self) -> tuple[OutputLine, ...]:
        """The lines whose end is still awaited, the one that moved last at the end."""
        kinds = sorted(
            (kind for kind, data in self._pending.items() if data), key=self._pending_at.__getitem__
        )
        return tuple(
            OutputLine(
                number=self.line_count + position,
                raw=bytes(self._pending[kind]),
                at_us=self._pending_at[kind],
                stream=Stream(kind & 0b11),
                source=kind >> STREAM_BITS,
                severity=Severity.NONE,
                is_complete=False,
            )
            for position, kind in enumerate(kinds)
        )

    def pieces(self, streams: frozenset[Stream]) -> Iterator[tuple[OutputLine, bytes]]:
        """Every line of those streams in order, exactly as it came, for saving."""
        for number in range(self.line_count):
            line = self.line(number)
            if line.stream in streams:
                yield line, line.raw
        for line in self.unfinished():
            if line.stream in streams:
                yield line, line.raw

    def blocks(self, streams: frozenset[Stream]) -> Iterator[tuple[bytes, int]]:
        """The same in pieces of many lines, and how many lines each holds."""
        first = 0
        while first < self.line_count:
            last = self.line_at_most(first, INDEX_STEP_BYTES)
            for begin, end, stream, _ in self.index.runs(first, last):
                if stream in streams:
                    yield self.block(begin, end), end - begin
            first = last
        yield from ((line.raw, 1) for line in self.unfinished() if line.stream in streams)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def close(self) -> None:
        """Forget the file. Whoever still draws the log sees empty lines; what comes is dropped."""
        self._is_closed = True
        if self._map is not None:
            self._map.close()
            self._map = None
        self._close_file()


def _nameless_file() -> int:
    """A file that only this process can reach, private from its first moment (0600)."""
    descriptor, path = tempfile.mkstemp(prefix="dedalus-tui-")
    os.unlink(path)
    return descriptor


def _cut(block: bytes, lengths: list[int], first: int) -> tuple[list[int], list[int]]:
    """Cut lines that are too long; the new lengths, and the numbers of superseded lines."""
    cut: list[int] = []
    superseded: list[int] = []
    offset = 0
    for length in lengths:
        offset += length
        while length > MAX_LINE_BYTES:
            cut.append(MAX_LINE_BYTES)
            length -= MAX_LINE_BYTES
        cut.append(length)
        if block[offset - 1 : offset] == b"\r":
            superseded.append(first + len(cut) - 1)
    return cut, superseded
