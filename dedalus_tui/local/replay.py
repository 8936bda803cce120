"""The recent output of a terminal, for who attaches later.

Offsets count every byte the terminal ever wrote. What is replayed is byte for byte as long as it
was, with two differences. Questions to the terminal ("where is the cursor?") are blanked with NUL,
or the newcomer would type their answers into the shell; so are notifications and what was put on
the clipboard. And modes that were set in what is no longer kept (alternate screen, bracketed
paste, mouse) are set again before it.
"""

from __future__ import annotations

import re
from typing import Final

KEPT_BYTES: Final = 256 * 1024
_OVERLAP: Final = 64
_NEWLINE_WITHIN: Final = 8192

_MODE: Final = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_ONLY_LIVE: Final = re.compile(
    rb"""
    \x05                                        # ENQ
  | \x1bZ                                       # DECID
  | \x1b\[[>=]?[0-9;]*c                         # device attributes
  | \x1b\[\??[0-9;]*n                           # device status, cursor position
  | \x1b\[\??[0-9;]*\$p                         # DECRQM
  | \x1b\[>[0-9;]*q                             # XTVERSION
  | \x1b\[[0-9;]*x                              # DECREQTPARM
  | \x1b\[(?:1[1345689]|2[01])[0-9;]*t          # window reports
  | \x1b\[\?u                                   # kitty keyboard flags
  | \x1b\][0-9;]*;\?(?:\x07|\x1b\\)             # OSC colour questions
  | \x1b\](?:9|52|777);[^\x07\x1b]*(?:\x07|\x1b\\)  # notifications, clipboard: once is enough
  | \x1bP[$+]q[^\x1b]*\x1b\\                    # DECRQSS, XTGETTCAP
    """,
    re.VERBOSE,
)


class Replay:
    """A bounded memory of output."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        """Start empty."""
        self._most = kept_bytes
        self._kept = bytearray()
        self._modes: dict[bytes, bytes] = {}
        self._dropped_tail = b""
        self.end = 0
        """Offset after the newest byte."""

    def append(self, data: bytes) -> None:
        """Remember output, forgetting the oldest."""
        self._kept += data
        self.end += len(data)
        excess = len(self._kept) - self._most
        # In steps of a quarter, so that a flood does not move the memory for each chunk.
        if excess > self._most // 4:
            self._drop(excess)

    def chunks(self) -> list[tuple[int, bytes]]:
        """(offset, bytes) to bring a newcomer to the present screen."""
        kept = bytes(self._kept)
        start = self.end - len(kept)
        chunks: list[tuple[int, bytes]] = []
        if start > 0:
            # The cut may have halved an escape sequence; a line begins clean.
            newline = kept.find(b"\n", 0, _NEWLINE_WITHIN) + 1
            self._note_modes(self._dropped_tail + kept[:newline])
            kept, start = kept[newline:], start + newline
            modes = b"".join(b"\x1b[?" + mode + flag for mode, flag in self._modes.items())
            if modes:
                # As if it had stood right before, so that who was here already skips it.
                chunks.append((start - len(modes), modes))
        if kept:
            chunks.append((start, _ONLY_LIVE.sub(_blank, kept)))
        return chunks

    def _drop(self, number: int) -> None:
        dropped = bytes(self._kept[:number])
        del self._kept[:number]
        self._note_modes(self._dropped_tail + dropped)
        self._dropped_tail = dropped[-_OVERLAP:]

    def _note_modes(self, data: bytes) -> None:
        for match in _MODE.finditer(data):
            for mode in match[1].split(b";"):
                self._modes.pop(mode, None)
                self._modes[mode] = match[2]


def _blank(match: re.Match[bytes]) -> bytes:
    return b"\0" * len(match[0])
