"""A shell on a real PTY, and everybody who is attached to it.

The shell lives whether or not anybody watches. Output is read only as fast as the slowest attached
client takes it, so a flood is held back in the program by its terminal and never piles up here;
with nobody attached it is read and remembered (see `replay`). Input is written without waiting for
the program; while the program does not read, the sender is not read either.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import pty
import signal
import struct
import sys
import termios
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dedalus_tui.local.child import Child
from dedalus_tui.local.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TRAMPOLINE: Final = str(Path(__file__).with_name("trampoline.py"))
_READ_BYTES: Final = 64 * 1024
_HIGH_WATER: Final = 64 * 1024
_LOW_WATER: Final = 16 * 1024
_FRAME_BYTES: Final = 8 * 1024
_INPUT_WATER: Final = 64 * 1024
_LAST_WORDS_SECONDS: Final = 0.2
_BURST_BYTES: Final = 1024 * 1024
_BREATH_SECONDS: Final = 0.05
"""A flood that nobody watches is read in bursts with breaths between, so others are served too."""
_IUTF8: Final = 0o40000


class Attachment:
    """One client: the output it has yet to take."""

    def __init__(self, session: ShellSession) -> None:
        self._session = session
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._news = asyncio.Event()
        self._is_over = False
        self.pending = 0

    def push(self, offset: int, data: bytes) -> None:
        """Add output."""
        self._waiting.append((offset, data))
        self.pending += len(data)
        self._news.set()

    def end(self) -> None:
        """Nothing follows what is pending."""
        self._is_over = True
        self._news.set()

    async def next(self) -> tuple[int, bytes] | None:
        """(offset, bytes) that come next, in frames of some size; None when it is all over."""
        while not self._waiting:
            if self._is_over:
                return None
            self._news.clear()
            await self._news.wait()
        offset, data = self._waiting.popleft()
        if len(data) > _FRAME_BYTES:
            self._waiting.appendleft((offset + _FRAME_BYTES, data[_FRAME_BYTES:]))
            data = data[:_FRAME_BYTES]
        end = offset + len(data)
        while self._waiting and self._waiting[0][0] == end and len(data) < _FRAME_BYTES:
            _, more = self._waiting.popleft()
            data += more
            end += len(more)
        self.pending -= len(data)
        self._session.taken()
        return offset, data


class ShellSession:
    """The PTY, its shell and its clients. Use on one event loop only."""

    def __init__(
        self,
        arguments: list[str],
        *,
        program: str,
        cwd: Path,
        environment: Mapping[str, str],
        width: int,
        height: int,
        on_exit: Callable[[int, float], None],
        on_end: Callable[[], None],
    ) -> None:
        """Start `program` with `arguments` (its name first). Raises OSError.

        `on_exit(pid, CPU seconds)` is called when the shell is reaped, `on_end` when its last
        words are read.
        """
        self._loop = asyncio.get_running_loop()
        self._on_exit = on_exit
        self._on_end = on_end
        self._replay = Replay()
        self._attached: set[Attachment] = set()
        self._input = bytearray()
        self._input_taken = asyncio.Event()
        self._is_reading = False
        self._burst = 0
        self._fd, terminal = pty.openpty()
        try:
            _make_utf8(terminal)
            self.resize(width, height)
            self._child = Child(
                [sys.executable, "-ISs", TRAMPOLINE, program, *arguments],
                stdin=terminal,
                stdout=terminal,
                stderr=terminal,
                cwd=cwd,
                environment=environment,
            )
        except OSError:
            os.close(self._fd)
            raise
        finally:
            os.close(terminal)
        os.set_blocking(self._fd, False)
        self._read_on()
        self.gone = asyncio.Event()
        """Set when the shell has been reaped and the PTY is closed."""
        self._child.reap(self._exited)

    @property
    def pid(self) -> int:
        """Of the shell, which leads its own session."""
        return self._child.pid

    @property
    def written(self) -> int:
        """Bytes the terminal has written so far."""
        return self._replay.end

    @property
    def attached(self) -> int:
        """How many clients are attached."""
        return len(self._attached)

    def attach(self) -> Attachment:
        """A new client; recent output comes first."""
        attachment = Attachment(self)
        for offset, data in self._replay.chunks():
            attachment.push(offset, data)
        self._attached.add(attachment)
        return attachment

    def detach(self, attachment: Attachment) -> None:
        """The client has left; the shell stays."""
        self._attached.discard(attachment)
        self.taken()

    def resize(self, width: int, height: int) -> None:
        """Tell the program the new size."""
        with suppress(OSError):
            fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    async def write(self, data: bytes) -> None:
        """Type; waits only while too much typed before has not been taken."""
        while len(self._input) > _INPUT_WATER and not self.gone.is_set():
            self._input_taken.clear()
            await self._input_taken.wait()
        if not self.gone.is_set():
            self._input += data
            self._write_on()

    def hang_up(self) -> None:
        """What a closed terminal window does to its shell."""
        self._child.signal_group(signal.SIGHUP)

    def end_clients(self) -> None:
        """Let clients leave once they have taken what is pending."""
        for attachment in self._attached:
            attachment.end()

    def taken(self) -> None:
        """A client took output or left: read on if all have room."""
        if all(each.pending <= _LOW_WATER for each in self._attached):
            self._read_on()

    # Output

    def _read_on(self) -> None:
        if not self._is_reading and self._fd >= 0:
            self._is_reading = True
            self._loop.add_reader(self._fd, self._read)

    def _pause(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self._fd)

    def _read(self) -> None:
        # A PTY gives at most 4 KiB at a time; one turn of the loop takes what there is.
        pieces: list[bytes] = []
        size = 0
        try:
            while size < _READ_BYTES:
                piece = os.read(self._fd, _READ_BYTES)
                if not piece:
                    raise OSError(errno.EIO, "hung up")
                pieces.append(piece)
                size += len(piece)
        except BlockingIOError:
            pass
        except OSError:
            self._pause()
        if pieces:
            self._spread(b"".join(pieces))

    def _spread(self, data: bytes) -> None:
        offset = self._replay.end
        self._replay.append(data)
        for attachment in self._attached:
            attachment.push(offset, data)
        if any(each.pending > _HIGH_WATER for each in self._attached):
            self._pause()
        elif not self._attached:
            self._burst += len(data)
            if self._burst > _BURST_BYTES:
                self._burst = 0
                self._pause()
                self._loop.call_later(_BREATH_SECONDS, self.taken)

    # Input

    def _write_on(self) -> None:
        try:
            written = os.write(self._fd, self._input)
        except BlockingIOError:
            written = 0
        except OSError:
            written = len(self._input)
        del self._input[:written]
        if self._input:
            self._loop.add_writer(self._fd, self._write_on)
        else:
            self._loop.remove_writer(self._fd)
        if len(self._input) <= _INPUT_WATER:
            self._input_taken.set()

    # The end

    def _exited(self, _code: int, cpu_seconds: float) -> None:
        self._on_exit(self.pid, cpu_seconds)
        # Its last words are in the PTY still, unless a slow client holds reading up.
        self._loop.call_later(_LAST_WORDS_SECONDS if self._attached else 0, self._close)
        if self._is_reading:
            self._read()

    def _close(self) -> None:
        if self._is_reading:
            self._read()
        self._pause()
        self._loop.remove_writer(self._fd)
        os.close(self._fd)
        self._fd = -1
        self._input_taken.set()
        self.gone.set()
        self.end_clients()
        self._on_end()


def _make_utf8(terminal: int) -> None:
    """Let the line editor of the kernel rub out whole characters."""
    if sys.platform == "linux":
        attributes = termios.tcgetattr(terminal)
        attributes[0] |= _IUTF8
        termios.tcsetattr(terminal, termios.TCSANOW, attributes)
