"""Output on its way from a socket into the emulator: in short slices, with what follows from it.

Feeding is the heaviest work in this program. A slice ends after a few milliseconds, and then the
loop gets several turns, because a key takes several (driver, app, widget, sender) to reach the
machine.
"""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING

from dedalus_tui.emulator.events import ClipboardWritten
from dedalus_tui.store.terminal_recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dedalus_tui.emulator.emulator import Emulator
    from dedalus_tui.emulator.events import Event
    from dedalus_tui.emulator.palette import Palette
    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.right_of_way import RightOfWay
    from dedalus_tui.store.terminal_outbox import Outbox

TURN_SECONDS = 0.004
"""Feeding this long without a turn of the loop is enough."""
TURNS = 8
SMALLEST_SLICE, LARGEST_SLICE = 512, 32 * 1024
"""Bytes fed between two looks at the clock. What programs write differs in cost by a factor of
fifty, so a slice grows and shrinks with what the last ones took."""


# What a program may have left behind when its terminal ended: margins, mouse, paste, focus,
# keyboard modes, a hidden cursor. The text stays.
_LEAVE_ALTERNATE_SCREEN = b"\x18\x1b[?1049l"
_SETTLE = (
    b"\x18\x1b[!p\x1b[?9;1000;1002;1003;1004;1005;1006;1015;1016;2004;2026l"
    b"\x1b[<9u\x1b[>4m\x1b[?25h\x1b[m\r\n"
)
_GAP = (
    "\x18\x1b[m\r\n\x1b[2m\u2500\u2500 the connection was lost here; "
    "output may be missing \u2500\u2500\x1b[m\r\n"
).encode()


class Feed:
    """Feeds one emulator and deals out what comes of it: answers, events, a recording."""

    def __init__(
        self,
        emulator: Emulator,
        outbox: Outbox,
        clock: Clock,
        way: RightOfWay,
        *,
        changed: Callable[[], None],
        tell: Callable[[Event], None],
    ) -> None:
        """`changed` is called after every slice; `tell` with every event of the program."""
        self.emulator = emulator
        self.recording: Recording | None = None
        self.recording_fault: OSError | None = None
        """Why the last recording ended by itself."""
        self._outbox = outbox
        self._clock = clock
        self._way = way
        self._changed = changed
        self._tell = tell
        self._busy_seconds = 0.0
        self._slice_bytes = 4096

    async def take(self, data: bytes, *, is_replay: bool) -> None:
        """Feed all of it. What a replay asks was asked before: nobody answers or acts on it."""
        self._way.answered(self)
        start = 0
        while start < len(data):
            await self._let_others_go()
            size = self._slice_bytes
            began = perf_counter()
            self._feed(data[start : start + size], is_replay)
            self._note_slice(perf_counter() - began)
            start += size
            if self._busy_seconds >= TURN_SECONDS:
                self._busy_seconds = 0.0
                for _ in range(TURNS):
                    await asyncio.sleep(0)

    async def _let_others_go(self) -> None:
        while wait := self._way.seconds_for(self):  # noqa: ASYNC110 - ends with the clock
            await asyncio.sleep(wait)

    def _note_slice(self, seconds: float) -> None:
        self._busy_seconds += seconds
        if seconds > TURN_SECONDS / 2:
            self._slice_bytes = max(SMALLEST_SLICE, self._slice_bytes // 2)
        elif seconds < TURN_SECONDS / 8:
            self._slice_bytes = min(LARGEST_SLICE, self._slice_bytes * 2)

    def settle(self) -> None:
        """Undo what a program left behind; the text stays."""
        if self.emulator.is_alternate_screen:
            self._feed(_LEAVE_ALTERNATE_SCREEN, is_replay=True)
        self._feed(_SETTLE, is_replay=True)

    def note_gap(self) -> None:
        """Say on the screen that output may be missing here."""
        self._feed(_GAP, is_replay=True)

    def change_theme(self, palette: Palette, *, is_attached: bool) -> None:
        """Other colours; a program that asked to hear of it does, if somebody carries it there."""
        self.emulator.change_theme(palette)
        said = self.emulator.take_replies()
        if said and is_attached:
            self._outbox.put_reply(said)

    def resize(self, columns: int, rows: int) -> None:
        """Give the emulator another size."""
        self.emulator.resize(columns, rows)
        if self.recording is not None:
            self._record(
                lambda made: made.resized(columns, rows, self._clock.monotonic()), self.recording
            )
        self._changed()

    def typed(self, data: bytes) -> None:
        """Something was typed: its echo goes first; a recording has it, masked unless asked."""
        self._way.claim(self)
        if self.recording is not None:
            self._record(lambda made: made.input(data, self._clock.monotonic()), self.recording)

    def record(self, path: Path, title: str, *, keeps_input: bool) -> None:
        """Record from now on, beginning with the text on the screen. Raises OSError."""
        self.stop_recording()
        emulator, now = self.emulator, self._clock.monotonic()
        recording = Recording(
            path,
            columns=emulator.columns,
            rows=emulator.rows,
            title=title,
            started_at=self._clock.now(),
            monotonic=now,
            keeps_input=keeps_input,
        )
        shown = [row.text.rstrip() for _, row in emulator.lines(emulator.screen_line)]
        cursor = emulator.cursor
        recording.output("\r\n".join(shown).encode(), now)
        recording.output(f"\x1b[{cursor.y + 1};{cursor.x + 1}H".encode(), now)
        self.recording = recording

    def stop_recording(self) -> None:
        """End the recording, if there is one."""
        if self.recording is not None:
            recording, self.recording = self.recording, None
            recording.close()

    def _feed(self, piece: bytes, is_replay: bool) -> None:
        self.emulator.feed(piece)
        if self.recording is not None:
            self._record(lambda made: made.output(piece, self._clock.monotonic()), self.recording)
        replies = self.emulator.take_replies()
        if replies and not is_replay:
            self._outbox.put_reply(replies)
        for event in self.emulator.take_events():
            if not (is_replay and isinstance(event, ClipboardWritten)):
                self._tell(event)
        self._changed()

    def _record(self, write: Callable[[Recording], None], recording: Recording) -> None:
        try:
            write(recording)
        except OSError as fault:
            self.recording_fault = fault
            self.recording = None
