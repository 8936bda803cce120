"""A program of this computer on a pseudo-terminal: the stream of an ssh tab.

Nothing is read before it is asked for, so a flood waits in the kernel's small buffer and the
program with it. The program leads a session of its own with the terminal as its controlling one:
it hears of new sizes, can ask for a passphrase, and is hung up on should this program die.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import struct
import termios
from contextlib import suppress
from typing import TYPE_CHECKING

from dedalus_tui.api.terminal_socket import Output
from dedalus_tui.store.terminal_source import ProcessEnding

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

GRACE_SECONDS = 1.0
"""How long the program may take to leave when it is hung up on."""

READ_BYTES = 32 * 1024
WRITE_BYTES = 4096

# A session leader that opens a terminal gets it as its controlling one. Doing that in `sh` takes a
# millisecond and needs no code between fork and exec, which threads forbid.
_TAKE_TERMINAL = 'exec 0<>"$0" 1>&0 2>&0; exec "$@"'


async def start_on_pty(
    argv: Sequence[str], *, columns: int, rows: int, environment: Mapping[str, str]
) -> LocalPty:
    """Run argv on a new pseudo-terminal of that size. Raises OSError."""
    ours, theirs = pty.openpty()
    try:
        _set_size(ours, columns, rows)
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", _TAKE_TERMINAL, os.ttyname(theirs), *argv,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=dict(environment),
            start_new_session=True,
        )  # fmt: skip
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    os.set_blocking(ours, False)
    return LocalPty(process, ours)


class LocalPty:
    """The pseudo-terminal and its program; made by `start_on_pty`."""

    def __init__(self, process: asyncio.subprocess.Process, descriptor: int) -> None:
        self.pid = process.pid
        self._process = process
        self._descriptor = descriptor
        self._ending: ProcessEnding | None = None
        self._exited = asyncio.create_task(process.wait(), name=f"pty-{process.pid}")

    @property
    def ending(self) -> ProcessEnding | None:
        """How the program ended; None until its last output was read."""
        return self._ending

    async def frames(self) -> AsyncIterator[Output]:
        """What the program writes, until it has ended and all is read."""
        is_over = False
        while True:
            data = self._read()
            if data:
                yield Output(data)
                # A program that always has more must not keep the loop.
                await asyncio.sleep(0)
            elif data is None or is_over:
                break
            else:
                await self._until_ready(
                    asyncio.get_running_loop().add_reader,
                    asyncio.get_running_loop().remove_reader,
                )
                # What it wrote last may have come with its end.
                is_over = self._exited.done()
        self._ending = ProcessEnding(await asyncio.shield(self._exited))
        self._release()

    async def send_input(self, data: bytes) -> bool:
        """Type; waits while the program does not read. False when it has ended."""
        left = memoryview(data)
        loop = asyncio.get_running_loop()
        while left:
            if self._descriptor < 0 or self._exited.done():
                return False
            try:
                left = left[os.write(self._descriptor, left[:WRITE_BYTES]) :]
            except BlockingIOError:
                await self._until_ready(loop.add_writer, loop.remove_writer)
            except OSError:
                return False
        return True

    async def send_size(self, columns: int, rows: int) -> bool:
        """Another size; the kernel tells the program."""
        if self._descriptor < 0:
            return False
        with suppress(OSError):
            _set_size(self._descriptor, columns, rows)
        return True

    async def answers_within(self, seconds: float) -> bool:
        """True while the program runs: there is no way to it that could be lost."""
        return not self._exited.done()

    async def close(self) -> None:
        """Hang up as a closed window does; what does not leave is killed."""
        self._signal(signal.SIGHUP)
        try:
            await asyncio.wait({self._exited}, timeout=GRACE_SECONDS)
        finally:
            self.abort()
        await asyncio.shield(self._exited)

    def abort(self) -> None:
        """Kill the program and let go of the terminal."""
        self._signal(signal.SIGKILL)
        self._release()

    def _read(self) -> bytes | None:
        """What is there now, perhaps nothing; None when nobody has the terminal open any more."""
        if self._descriptor < 0:
            return None
        pieces: list[bytes] = []
        size = 0
        try:
            # A pseudo-terminal gives at most 4 KiB at a time.
            while size < READ_BYTES:
                piece = os.read(self._descriptor, READ_BYTES)
                if not piece:
                    return b"".join(pieces) or None
                pieces.append(piece)
                size += len(piece)
        except BlockingIOError:
            return b"".join(pieces)
        except OSError:
            return b"".join(pieces) or None
        return b"".join(pieces)

    async def _until_ready(
        self,
        watch: Callable[[int, Callable[[], None]], None],
        unwatch: Callable[[int], object],
    ) -> None:
        """Wait until the terminal can be read or written, or the program has ended."""
        ready = asyncio.Event()
        descriptor = self._descriptor
        watch(descriptor, ready.set)
        waiting = asyncio.create_task(ready.wait(), name="pty-ready")
        try:
            await asyncio.wait({waiting, self._exited}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            if self._descriptor == descriptor:
                unwatch(descriptor)

    def _signal(self, number: signal.Signals) -> None:
        # Not reaped yet, so the pid and its group are nobody else's.
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def _release(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            loop = asyncio.get_running_loop()
            loop.remove_reader(descriptor)
            loop.remove_writer(descriptor)
            os.close(descriptor)


def _set_size(descriptor: int, columns: int, rows: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
