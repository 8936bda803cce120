"""Which lines of a traceback are its frames: they fold away, its head and its message stay.

Knows Python, Java and Node ("at ..."), Go (goroutine dumps) and Rust (numbered backtraces).
"""

from __future__ import annotations

import re

_PYTHON_HEAD = re.compile(rb"^\s*(?:[|+ ]*)Traceback \(most recent call last\):")
_PYTHON_FRAME = re.compile(rb'^\s*(?:[|+ ]*)File ".*", line \d+|^\s{2,}')
_AT_FRAME = re.compile(rb"^\s+at |^\s+\.\.\. \d+ (?:more|common frames)")
_GO_HEAD = re.compile(rb"^goroutine \d+ \[.*\]:$")
_GO_FRAME = re.compile(rb"^\t\S+\.(?:go|s):\d+|^[\w./*()\[\]{}-]+\(.*\)$|^created by ")
_RUST_HEAD = re.compile(rb"^stack backtrace:$")
_RUST_FRAME = re.compile(rb"^\s*\d+: |^\s+at ")


class FoldTracker:
    """Reads the lines of one stream in order and says of each whether it is a frame to fold."""

    def __init__(self) -> None:
        self._frame: re.Pattern[bytes] | None = None

    def is_frame(self, raw: bytes) -> bool:
        """Whether this line folds away; the line before it, if it stays, heads the fold."""
        if self._frame is not None:
            if self._frame.match(raw):
                return True
            self._frame = None
        if not raw:
            return False
        if raw[:1].isspace() and _AT_FRAME.match(raw):
            self._frame = _AT_FRAME
            return True
        if b"Traceback" in raw and _PYTHON_HEAD.match(raw):
            self._frame = _PYTHON_FRAME
        elif raw.startswith(b"goroutine ") and _GO_HEAD.match(raw):
            self._frame = _GO_FRAME
        elif raw.startswith(b"stack backtrace:") and _RUST_HEAD.match(raw):
            self._frame = _RUST_FRAME
        return False
