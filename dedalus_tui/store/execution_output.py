"""The API's events and outputs as records of a log: bytes, times, and words for the lifecycle."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING

from dedalus_tui.domain.execution import TERMINAL_STATUSES
from dedalus_tui.domain.output import OutputRecord, Stream

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.domain.execution import ExecutionEvent, ExecutionOutput

_STREAMS = {
    "stdout": Stream.STDOUT,
    "stderr": Stream.STDERR,
}
_MICROSECONDS = 1_000_000


def microseconds(moment: datetime | None) -> int:
    """Since 1970; 0 when unknown."""
    return int(moment.timestamp() * _MICROSECONDS) if moment is not None else 0


def record_of(event: ExecutionEvent, source: int = 0) -> OutputRecord:
    """One event; an unknown type counts as lifecycle, so nothing is swallowed."""
    stream = _STREAMS.get(event.type, Stream.LIFECYCLE)
    data = exact_bytes(event.chunk, event.chunk_base64)
    if stream is Stream.LIFECYCLE:
        data = f"{lifecycle_words(event)}\n".encode("utf-8", "surrogatepass")
    return OutputRecord(event.sequence, microseconds(event.at), stream, data, source)


def is_end(event: ExecutionEvent) -> bool:
    """Whether nothing of the run comes after this event."""
    return event.type == "lifecycle" and event.status in TERMINAL_STATUSES


def lifecycle_words(event: ExecutionEvent) -> str:
    """What a lifecycle event says, on one line."""
    words = [event.status or event.type]
    if event.exit_code is not None:
        words.append(f"exit {event.exit_code}")
    if event.signal is not None:
        words.append(f"signal {event.signal}")
    if event.error_code:
        words.append(event.error_code)
    if event.error_message:
        words.append(event.error_message)
    return ", ".join(" ".join(word.split()) for word in words)


def exact_bytes(text: str | None, encoded: str | None) -> bytes:
    """The bytes of a chunk; those the service gave exactly win over their text."""
    if encoded:
        try:
            return b64decode(encoded, validate=True)
        except binascii.Error:
            pass
    # A lone surrogate is no UTF-8 either; it must neither crash nor vanish.
    return (text or "").encode("utf-8", "surrogatepass")


def whole_output(output: ExecutionOutput) -> dict[Stream, bytes]:
    """Everything `/output` gave."""
    return {
        Stream.STDOUT: exact_bytes(output.stdout, output.stdout_base64),
        Stream.STDERR: exact_bytes(output.stderr, output.stderr_base64),
    }
