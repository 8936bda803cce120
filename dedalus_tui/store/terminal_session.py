"""One terminal of one machine: its connections, its emulator and its life (design 3.3).

    session = TerminalSession(source, clock, machine_id, emulator, way)
    session.start()                     asks for a terminal, waits for the machine, connects
    unlook = session.look()             somebody sees it: only then a lost connection is made anew
    session.type(data) -> bool          False: not attached, it was not sent
    session.emulator                    what to draw

A session outlives the screens that show it. It reconnects by itself only while somebody looks,
never wakes a machine unasked, and never answers a program while it is detached.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.terminal_state import DEAD, Standing, TerminalState
from dedalus_tui.store.clock import sleep_unless
from dedalus_tui.store.terminal_arrival import NotToBeHad, standing_of
from dedalus_tui.store.terminal_attachment import Attachment, hang_up
from dedalus_tui.store.terminal_audience import Audience
from dedalus_tui.store.terminal_feed import Feed
from dedalus_tui.store.terminal_outbox import Outbox
from dedalus_tui.store.terminal_resume import OutputTail
from dedalus_tui.store.terminal_source import ProcessEnding

if TYPE_CHECKING:
    from pathlib import Path

    from dedalus_tui.api.terminal_socket import ErrorReport, SocketEnding
    from dedalus_tui.domain.terminal import Terminal
    from dedalus_tui.emulator.emulator import Emulator
    from dedalus_tui.emulator.palette import Palette
    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.right_of_way import RightOfWay
    from dedalus_tui.store.terminal_source import TerminalSource

RESIZE_SECONDS = 0.05
"""A size counts when it has been the same for this long: dragging a window sends hundreds."""

EARLY_BYTES = 4096
"""What is typed while a terminal is being opened is kept up to this much."""

FIRST_WAIT = 0.25
LONGEST_WAIT = 8.0
STEADY_SECONDS = 5.0
"""A connection that lived this long was a good one: waiting starts small again."""

CHECK_SECONDS = 2.0
"""After this computer slept: how long the other side may take to answer before we hang up."""

_USED_UP = frozenset({Standing.CLOSED, Standing.GONE})
"""Standings after which the terminal itself cannot be connected to any more."""


class TerminalSession(Audience):
    """A terminal we hold. Made by `TerminalSessions`; everything runs in one loop."""

    def __init__(
        self,
        source: TerminalSource,
        clock: Clock,
        machine_id: str,
        emulator: Emulator,
        way: RightOfWay,
    ) -> None:
        """Of one machine; a new terminal is as large as the emulator."""
        super().__init__()
        self.machine_id = machine_id
        self.emulator = emulator
        self.number = 0
        """Its place among the tabs, counted from 1; given by its owner."""
        self.given_title = ""
        """What the person calls it; empty: what the program says."""
        self.refused_inputs = 0
        """How often something typed could not be sent; rises, so that a screen can show it."""
        self.gaps = 0
        """How often output may have been lost."""
        self.report: ErrorReport | None = None
        """The last error the service reported on the connection."""
        self._source = source
        self._clock = clock
        self._way = way
        self._outbox = Outbox()
        self._tail = OutputTail()
        self._feed = Feed(
            emulator,
            self._outbox,
            clock,
            way,
            changed=self._output_changed,
            tell=self._tell_event,
        )
        self._hurry = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._settling: asyncio.Task[None] | None = None
        self._attachment: Attachment | None = None
        self._wanted_size = (emulator.columns, emulator.rows)
        self._early = b""
        """Typed while it was being opened."""
        now = clock.monotonic()
        self.last_input_at = now
        self.last_output_at = now
        self.state = TerminalState(standing=Standing.OPENING, since=now)
        if source.terminal is not None:
            self._tail.mark_as_part()

    # What a screen asks.

    @property
    def terminal(self) -> Terminal | None:
        """The terminal of the service; None until there is one, and in an ssh tab."""
        return self._source.terminal

    @property
    def is_ssh(self) -> bool:
        """True in an ssh tab: it cannot be detached, and what runs in it ends with it."""
        return self._source.is_ssh

    @property
    def title(self) -> str:
        """What to call it: the given title, else the program's. Text from outside."""
        return self.given_title or self.emulator.title

    @property
    def idle_seconds(self) -> float:
        """Seconds without input or output."""
        return self._clock.monotonic() - max(self.last_input_at, self.last_output_at)

    def seconds_to_yield(self) -> float:
        """How long a terminal that was just typed in goes before this one, painting included."""
        return self._way.seconds_for(self._feed)

    @property
    def recording_path(self) -> Path | None:
        """Where it is being recorded; None when it is not."""
        return self._feed.recording.path if self._feed.recording else None

    # What a person does.

    def type(self, data: bytes) -> bool:
        """Send what was typed. While the terminal is being opened it is kept until it is attached.

        False, and nothing kept, where it is refused: half a command must not reach a shell later.
        """
        if self.state.standing is Standing.OPENING and len(self._early) + len(data) <= EARLY_BYTES:
            self._early += data
            return True
        if self.state.accepts_input and self._outbox.put_input(data):
            self.last_input_at = self._clock.monotonic()
            self._feed.typed(data)
            if self._attachment is not None:
                self._attachment.note_sent()
            return True
        self.refused_inputs += 1
        self._tell_change()
        return False

    def report_focus(self, data: bytes) -> None:
        """Send a focus report if attached; it is no input of the person's and may be dropped."""
        if data and self.state.accepts_input:
            self._outbox.put_reply(data)

    def change_theme(self, palette: Palette) -> None:
        """Other colours, from now on; the program hears of it if it asked to."""
        self._feed.change_theme(palette, is_attached=self.state.accepts_input)

    def resize(self, columns: int, rows: int) -> None:
        """Wish for another size; it takes effect here and there once it has settled."""
        self._wanted_size = (columns, rows)
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle_size(), name="terminal-resize")

    def start(self) -> None:
        """Begin its life. For a new terminal the person has agreed that the machine may wake."""
        self._begin(may_wake=self.terminal is None)

    def reconnect(self, *, may_wake: bool = False) -> None:
        """Connect (again) now; what comes of it is seen in `state`.

        `may_wake`: the person agrees to wake the machine, and to a new shell if the old one ended.
        """
        if self._life is None or self._life.done():
            if self.terminal is not None and self.state.standing in _USED_UP:
                self._source.let_go()
                self._feed.settle()
            self._begin(may_wake=may_wake)
        elif self._attachment is not None:
            self._attachment.stream.abort()
        else:
            self._hurry.set()

    def start_recording(self, path: Path, *, keeps_input: bool = False) -> None:
        """Record from now on, beginning with what is on the screen. Raises OSError."""
        self._feed.record(path, self.title or self.machine_id, keeps_input=keeps_input)
        self._tell_change()

    def stop_recording(self) -> None:
        """End the recording, if there is one."""
        self._feed.stop_recording()
        self._tell_change()

    async def detach(self) -> None:
        """Hang up; what runs in the terminal goes on."""
        await self._stop()
        self._stand(Standing.DETACHED)

    async def end(self) -> None:
        """End the terminal and what runs in it. Raises CloudFault; then it may still run."""
        if self.state.standing not in _USED_UP:
            await self._source.end()
        await self._stop()
        self._stand(Standing.CLOSED)

    async def aclose(self) -> None:
        """Let go of it without a word to the service."""
        try:
            await self._stop()
        finally:
            self._feed.stop_recording()
            await self._source.aclose()

    async def check(self) -> None:
        """This computer may have slept: find out whether the connection still lives."""
        self._hurry.set()
        if self._attachment is not None:
            await self._attachment.check(CHECK_SECONDS)

    # Its life.

    def _begin(self, *, may_wake: bool) -> None:
        self._stand(Standing.OPENING)
        self._life = asyncio.create_task(
            self._live(may_wake=may_wake), name=f"terminal-{self.machine_id}"
        )

    async def _live(self, *, may_wake: bool) -> None:
        attempt = 0
        while True:
            try:
                ending = await self._attach_once(may_wake=may_wake)
            except NotToBeHad as outcome:
                self._stand(outcome.standing, fault=outcome.fault)
                return
            except CloudFault as fault:
                standing = standing_of(fault)
                if standing is not None:
                    self._stand(standing, fault=fault)
                    return
                attempt += 1
                await self._wait_to_return(attempt, fault, None)
                continue
            finally:
                self._attachment = None
                self._outbox.clear()
            may_wake = False
            if isinstance(ending, ProcessEnding) or not ending.is_recoverable:
                await self._stand_after(ending)
                return
            is_steady = self._clock.monotonic() - self.state.since >= STEADY_SECONDS
            attempt = 1 if is_steady else attempt + 1
            await self._wait_to_return(attempt, None, ending.code)

    async def _stand_after(self, ending: SocketEnding | ProcessEnding) -> None:
        standing = await self._source.standing_after(ending)
        if isinstance(ending, ProcessEnding):
            self._stand(standing, exit_status=ending.exit_status)
        else:
            self._stand(standing, close_code=ending.code)

    async def _attach_once(self, *, may_wake: bool) -> SocketEnding | ProcessEnding:
        """Have a terminal, connect, and stay until the connection ends."""
        stream, is_new = await self._source.connect(
            *self._wanted_size,
            may_wake=may_wake,
            waiting=lambda: self._stand(Standing.WAKING),
            anew=self._feed.settle,
        )
        if is_new:
            self._tail = OutputTail()
        self._attachment = Attachment(
            stream,
            self._feed,
            self._outbox,
            self._tail,
            self._clock,
            is_new=is_new,
            resumed=self._resumed,
            stalled=lambda is_stalled: self._stand(
                Standing.STALLED if is_stalled else Standing.ATTACHED
            ),
            reported=self._reported,
        )
        self._outbox.clear()
        self._outbox.put_size(*self._wanted_size)
        early, self._early = self._early, b""
        self._stand(Standing.ATTACHED)
        if early:
            self.type(early)
        return await self._attachment.run()

    async def _wait_to_return(
        self, attempt: int, fault: CloudFault | None, close_code: int | None
    ) -> None:
        """Wait for the next try; while nobody looks, for somebody to look."""
        self._hurry.clear()
        if not self.is_looked_at:
            self._stand(Standing.LOST, fault=fault, close_code=close_code)
            await self._looked.wait()
            return
        wait = min(FIRST_WAIT * 2.0 ** (attempt - 1), LONGEST_WAIT)
        wait *= 0.75 + 0.25 * random.random()
        if fault is not None and fault.retry_after is not None:
            wait = max(wait, fault.retry_after)
        is_waking = fault is not None and fault.details.get("current_status") == "wake_in_progress"
        self._stand(
            Standing.WAKING if is_waking else Standing.RECONNECTING,
            fault=fault,
            close_code=close_code,
            next_try=self._clock.monotonic() + wait,
            attempt=attempt,
        )
        await sleep_unless(self._clock, wait, self._hurry)

    async def _stop(self) -> None:
        attachment, self._attachment = self._attachment, None
        if attachment is not None:
            await hang_up(attachment)
        for task in (self._life, self._settling):
            if task is not None and not task.done():
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._life = self._settling = None

    async def _settle_size(self) -> None:
        while True:
            wanted = self._wanted_size
            await self._clock.sleep(RESIZE_SECONDS)
            if wanted == self._wanted_size:
                break
        if wanted != (self.emulator.columns, self.emulator.rows):
            self._feed.resize(*wanted)
            if self._attachment is not None:
                self._outbox.put_size(*wanted)

    # What its parts tell it.

    def _stand(
        self,
        standing: Standing,
        *,
        fault: CloudFault | None = None,
        close_code: int | None = None,
        exit_status: int | None = None,
        next_try: float | None = None,
        attempt: int = 0,
    ) -> None:
        if self._early and standing is not Standing.OPENING:
            self._early = b""
            self.refused_inputs += 1
        since = self.state.since
        if standing != self.state.standing:
            since = self._clock.monotonic()
        self.state = TerminalState(
            standing=standing,
            since=since,
            fault=fault,
            close_code=close_code,
            exit_status=exit_status,
            next_try=next_try,
            attempt=attempt,
        )
        if standing in DEAD:
            self._feed.stop_recording()
        self._tell_change()

    def _reported(self, report: ErrorReport) -> None:
        self.report = report
        self._tell_change()

    def _resumed(self, has_gap: bool) -> None:
        if not has_gap:
            return
        self.gaps += 1
        if self.emulator.is_alternate_screen:
            # A program that owns the whole screen draws it anew for another size.
            self._outbox.put_redraw(*self._wanted_size)
        else:
            self._feed.note_gap()

    def _output_changed(self) -> None:
        self.last_output_at = self._clock.monotonic()
        if not self.is_looked_at:
            self.has_unseen_output = True
        self._tell_change()
