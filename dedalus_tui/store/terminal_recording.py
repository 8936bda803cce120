"""Recording a terminal, and reading a recording back: asciicast version 3.

A recording is one header line and one line an event: seconds since the event before, a letter,
text. `o` is output, `i` input, `r` a new size, `m` a marker, `x` the exit. What was typed is
masked unless the person asked for it: one `*` for each key or paste, whatever its length.
"""

from __future__ import annotations

import codecs
import json
import os
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

MASK = "*"
_LONGEST_LINE = 16 * 1024 * 1024


class RecordingError(ValueError):
    """The file is not a recording that can be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event, at so many seconds after the beginning."""

    at: float
    code: str
    data: str


@dataclass(frozen=True, slots=True)
class Header:
    """The size a recording begins with, and what it says of itself."""

    columns: int
    rows: int
    title: str = ""
    version: int = 3


class Recording:
    """A recording being written. Call `close`; what was written before a crash stays readable."""

    def __init__(
        self,
        path: Path,
        *,
        columns: int,
        rows: int,
        title: str,
        started_at: datetime,
        monotonic: float,
        keeps_input: bool = False,
    ) -> None:
        """Create the file, readable by its owner alone. Raises OSError."""
        self.path = path
        self.started = monotonic
        self._keeps_input = keeps_input
        self._last = monotonic
        self._owed = 0.0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")
        header = {
            "version": 3,
            "term": {"cols": columns, "rows": rows, "type": "xterm-256color"},
            "timestamp": int(started_at.timestamp()),
            "title": title,
        }
        self._file.write(json.dumps(header, ensure_ascii=False) + "\n")

    def output(self, data: bytes, monotonic: float) -> None:
        """The program wrote. Raises OSError when the disk is full."""
        text = self._decoder.decode(data)
        if text:
            self._write("o", text, monotonic)

    def input(self, data: bytes, monotonic: float) -> None:
        """The person typed."""
        if self._keeps_input:
            text = data.decode("utf-8", "replace")
        else:
            text = "\r" if data == b"\r" else MASK
        self._write("i", text, monotonic)

    def resized(self, columns: int, rows: int, monotonic: float) -> None:
        """The terminal has another size."""
        self._write("r", f"{columns}x{rows}", monotonic)

    def mark(self, label: str, monotonic: float) -> None:
        """Something a viewer may want to jump to."""
        self._write("m", label, monotonic)

    def flush(self) -> None:
        """Hand everything to the file system."""
        self._file.flush()

    def close(self) -> None:
        """End the recording."""
        self._file.close()

    def _write(self, code: str, data: str, monotonic: float) -> None:
        # Intervals are rounded to microseconds; what rounding takes is owed to the next one, so
        # that a long recording does not drift.
        interval = monotonic - self._last + self._owed
        written = max(0.0, round(interval, 6))
        self._owed = interval - written
        self._last = monotonic
        self._file.write(json.dumps([written, code, data], ensure_ascii=False) + "\n")


def read_recording(path: Path) -> tuple[Header, Iterator[Event]]:
    """Header and events of a recording of version 2 or 3. Raises RecordingError, OSError.

    Lines after the header that cannot be read are left out: a crash may have cut the last one.
    """
    with path.open(encoding="utf-8", errors="replace") as file:
        header = _read_header(file.readline(_LONGEST_LINE))
    return header, _events(path, is_relative=header.version == 3)


def _read_header(line: str) -> Header:
    try:
        fields = json.loads(line)
    except ValueError:
        raise RecordingError("its first line is no asciicast header") from None
    if not isinstance(fields, dict) or fields.get("version") not in (2, 3):
        raise RecordingError("it is not an asciicast of version 2 or 3")
    version = int(fields["version"])
    term = fields.get("term") if version == 3 else None
    columns = term.get("cols") if isinstance(term, dict) else fields.get("width")
    rows = term.get("rows") if isinstance(term, dict) else fields.get("height")
    if not (isinstance(columns, int) and isinstance(rows, int) and columns > 0 and rows > 0):
        raise RecordingError("its header has no size")
    title = fields.get("title")
    return Header(
        min(columns, 1000), min(rows, 1000), title if isinstance(title, str) else "", version
    )


def _events(path: Path, *, is_relative: bool) -> Iterator[Event]:
    at = 0.0
    with path.open(encoding="utf-8", errors="replace") as file:
        file.readline(_LONGEST_LINE)
        for line in file:
            if line.startswith("#") or not line.strip():
                continue
            try:
                moment, code, data = json.loads(line)
                at = at + float(moment) if is_relative else float(moment)
            except (ValueError, TypeError):
                continue
            if isinstance(code, str) and isinstance(data, str):
                yield Event(at, code, data)
