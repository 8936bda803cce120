"""One connection of a terminal, from the moment it is open until it ends.

Sends what waits in the outbox, feeds what arrives, lays a replay over what was seen before, and
watches whether the other side still answers.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from dedalus_tui.api.terminal_socket import ErrorReport, Output, SocketEnding
from dedalus_tui.store.terminal_resume import Resumed, Resumption

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.terminal_feed import Feed
    from dedalus_tui.store.terminal_outbox import Outbox
    from dedalus_tui.store.terminal_resume import OutputTail
    from dedalus_tui.store.terminal_source import ProcessEnding, TerminalStream

QUIET_SECONDS = 0.3
"""A replay is over when nothing has come for this long."""

STALL_SECONDS = 3.0
"""Something was sent and nothing came back for this long: ask whether anybody is there."""

LONGEST_REPLAY_SECONDS = 3.0
"""What still comes after this is new, however busy the program is."""

PROBE_SECONDS = 4.0
"""How long an answer to that may take before the connection is called stalled."""


class Attachment:
    """One open connection. `run` is its life; everything else may be called meanwhile."""

    def __init__(
        self,
        stream: TerminalStream,
        feed: Feed,
        outbox: Outbox,
        tail: OutputTail,
        clock: Clock,
        *,
        is_new: bool,
        resumed: Callable[[bool], None],
        stalled: Callable[[bool], None],
        reported: Callable[[ErrorReport], None],
    ) -> None:
        """`is_new` is True on the first connection of a terminal made for us: nothing is old.

        `resumed` hears once, on a connection that is not new, whether output may be missing;
        `stalled` hears when the other side stops answering and when it answers again.
        """
        self.stream = stream
        self._feed = feed
        self._outbox = outbox
        self._tail = tail
        self._clock = clock
        self._resumed = resumed
        self._stalled = stalled
        self._reported = reported
        self._is_replaying = not is_new
        self._resumption = None if is_new or not bytes(tail) else Resumption(tail)
        self._feeding = asyncio.Lock()
        self._heard_at = clock.monotonic()
        self._sent_at = self._heard_at
        self._is_stalled = False

    async def run(self) -> SocketEnding | ProcessEnding:
        """Serve the connection until it ends; gives how. Cancelling drops it."""
        companions = [
            asyncio.create_task(self._outbox.send_to(self.stream), name="terminal-send"),
            asyncio.create_task(self._watch(), name="terminal-watch"),
        ]
        if self._is_replaying:
            companions.append(asyncio.create_task(self._await_quiet(), name="terminal-replay"))
        try:
            async for frame in self.stream.frames():
                self._heard_at = self._clock.monotonic()
                self._set_stalled(False)
                if isinstance(frame, Output):
                    await self._take(frame)
                elif isinstance(frame, ErrorReport):
                    self._reported(frame)
            await self._end_replay()
        except asyncio.CancelledError:
            self.stream.abort()
            raise
        finally:
            for companion in companions:
                companion.cancel()
            await asyncio.gather(*companions, return_exceptions=True)
        return self.stream.ending or SocketEnding(1006, "", has_terminal_ended=False)

    def note_sent(self) -> None:
        """Something was put into the outbox: an answer of any kind is due."""
        self._sent_at = self._clock.monotonic()

    async def check(self, seconds: float) -> None:
        """Drop the connection at once if the other side does not answer in time."""
        if not await self.stream.answers_within(seconds):
            self.stream.abort()

    async def _take(self, frame: Output) -> None:
        async with self._feeding:
            data = frame.data if frame.offset is None else self._unseen(frame.data, frame.offset)
            if not data:
                return
            if self._resumption is None:
                self._tail.append(data)
                await self._feed.take(data, is_replay=self._is_replaying)
                return
            resumed = self._resumption.take(data)
            if resumed is not None:
                await self._continue_with(resumed)

    def _unseen(self, data: bytes, offset: int) -> bytes:
        """What of these bytes is new, by the service's own count; says so if some are missing."""
        known = self._tail.end_offset
        end = offset + len(data)
        if known is None:
            self._tail.end_offset = end
            return data
        self._tail.end_offset = max(known, end)
        if self._resumption is not None and end > known:
            self._resumption = None
            self._resumed(offset > known)
        elif offset > known:
            self._resumed(True)
        return data[max(0, known - offset) :]

    async def _continue_with(self, resumed: Resumed) -> None:
        self._resumption = None
        self._is_replaying = resumed.has_gap and bool(resumed.data)
        if resumed.has_gap:
            self._tail.mark_as_part()
        self._resumed(resumed.has_gap)
        if resumed.data:
            self._tail.append(resumed.data)
            await self._feed.take(resumed.data, is_replay=self._is_replaying)

    async def _await_quiet(self) -> None:
        """End the replay when it has been quiet for a while."""
        began = self._clock.monotonic()
        while True:
            now = self._clock.monotonic()
            quiet = now - max(self._heard_at, began)
            if quiet >= QUIET_SECONDS or now - began >= LONGEST_REPLAY_SECONDS:
                break
            await self._clock.sleep(QUIET_SECONDS - quiet)
        await self._end_replay()

    async def _end_replay(self) -> None:
        async with self._feeding:
            if self._resumption is not None:
                await self._continue_with(self._resumption.give_up())
            self._is_replaying = False

    async def _watch(self) -> None:
        """Ask for a sign of life when something was sent and nothing came back."""
        while True:
            await self._clock.sleep(1.0)
            waited = self._clock.monotonic() - self._sent_at
            if self._sent_at < self._heard_at or waited < STALL_SECONDS:
                continue
            if await self.stream.answers_within(PROBE_SECONDS):
                self._heard_at = self._clock.monotonic()
                self._set_stalled(False)
            elif self.stream.ending is None:
                self._set_stalled(True)

    def _set_stalled(self, is_stalled: bool) -> None:
        if is_stalled != self._is_stalled:
            self._is_stalled = is_stalled
            self._stalled(is_stalled)


async def hang_up(attachment: Attachment) -> None:
    """Close a connection in an orderly way; never raises."""
    with suppress(OSError):
        await attachment.stream.close()
