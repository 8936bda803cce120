"""Playing a recording: an emulator that is fed what was recorded, at any speed, from any place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.emulator.emulator import Emulator
from dedalus_tui.store.terminal_recording import read_recording

if TYPE_CHECKING:
    from pathlib import Path

    from dedalus_tui.emulator.palette import Palette

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
MOST_BYTES_A_STEP = 256 * 1024
"""Fed at once; a longer stretch goes on in the next step, so that nothing stands still."""


class Playback:
    """A recording and where it is. Time is only what `advance` is told."""

    def __init__(self, path: Path, *, palette: Palette | None = None) -> None:
        """Read it. Raises RecordingError, OSError."""
        self.header, events = read_recording(path)
        self.events = tuple(event for event in events if event.code in {"o", "r"})
        self.position = 0.0
        """Seconds since the beginning."""
        self.is_paused = False
        self._palette = palette
        self._speed = SPEEDS.index(1.0)
        self._next = 0
        self.emulator = self._new_emulator()

    @property
    def length(self) -> float:
        """Seconds it lasts."""
        return self.events[-1].at if self.events else 0.0

    @property
    def speed(self) -> float:
        """How many times faster than it was recorded."""
        return SPEEDS[self._speed]

    @property
    def is_over(self) -> bool:
        """True when everything has been shown."""
        return self._next >= len(self.events)

    def change_speed(self, steps: int) -> None:
        """Faster, or (negative) slower."""
        self._speed = max(0, min(len(SPEEDS) - 1, self._speed + steps))

    def advance(self, seconds: float) -> None:
        """So much time went by for the viewer."""
        if not self.is_paused and not self.is_over:
            self._go_on_to(min(self.position + seconds * self.speed, self.length))

    def seek(self, seconds: float) -> None:
        """Go to a place, forth or back; a new emulator is begun to go back."""
        target = max(0.0, min(seconds, self.length))
        if target < self.position:
            self.emulator = self._new_emulator()
            self._next = 0
        while self.position != target or self._is_due(target):
            self._go_on_to(target)

    def _is_due(self, target: float) -> bool:
        return self._next < len(self.events) and self.events[self._next].at <= target

    def _go_on_to(self, target: float) -> None:
        fed = 0
        while self._is_due(target) and fed < MOST_BYTES_A_STEP:
            event = self.events[self._next]
            self._next += 1
            if event.code == "o":
                data = event.data.encode("utf-8", "replace")
                fed += len(data)
                self.emulator.feed(data)
            else:
                self._resize(event.data)
        self.position = self.events[self._next - 1].at if self._is_due(target) else target
        # Nobody is there to be answered, and nothing it says is news.
        self.emulator.take_replies()
        self.emulator.take_events()

    def _resize(self, size: str) -> None:
        columns, _, rows = size.partition("x")
        if columns.isdecimal() and rows.isdecimal():
            self.emulator.resize(max(1, min(1000, int(columns))), max(1, min(1000, int(rows))))

    def _new_emulator(self) -> Emulator:
        return Emulator(self.header.columns, self.header.rows, palette=self._palette)
