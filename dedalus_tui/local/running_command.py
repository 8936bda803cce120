"""A command while it runs: a real process in its own session, its output as it comes.

Output is gathered for some milliseconds into one event unless the other stream speaks in between,
so the order of the two streams is kept and ten thousand short lines are not ten thousand events.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from dedalus_tui.local.output_log import Stream

_GATHER_SECONDS: Final = 0.01
_GATHER_BYTES: Final = 32 * 1024
_LAST_WORDS_SECONDS: Final = 0.25
"""How long output is awaited after the exit, if something else holds the pipes open."""
_GRACE_SECONDS: Final = 1.0
_BURST_BYTES: Final = 1024 * 1024
_BREATH_SECONDS: Final = 0.01
"""After each burst a flooding program is not read for a breath, so others are served too."""


class RunningCommand(asyncio.SubprocessProtocol):
    """Tells `on_output` what was written and `on_exit` the return code, once, after all output."""

    def __init__(
        self,
        on_output: Callable[[Stream, bytes], None],
        on_exit: Callable[[int], None],
        on_grace_over: Callable[[int], None],
    ) -> None:
        """Make a protocol; `start` runs it. `on_grace_over(session)` ends the session for good."""
        self._on_output = on_output
        self._on_exit = on_exit
        self._on_grace_over = on_grace_over
        self._gathered: tuple[Stream, bytearray] | None = None
        self._gathering: asyncio.TimerHandle | None = None
        self._open_pipes = {1, 2}
        self._burst = 0
        self._returncode: int | None = None
        self._is_told = False
        self._transport: asyncio.SubprocessTransport
        self.gone = asyncio.Event()
        """Set when the process has been reaped and its pipes are closed."""

    @property
    def pid(self) -> int:
        """Of the process, which leads a session of its own."""
        return self._transport.get_pid()

    def terminate(self) -> None:
        """End the process group: asked first, forced after a second."""
        if self._transport.get_returncode() is None:
            # Not reaped yet, so the pid and its group are nobody else's.
            for number in (signal.SIGTERM, signal.SIGCONT):
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, number)
        loop = asyncio.get_running_loop()
        loop.call_later(_GRACE_SECONDS, self._on_grace_over, self.pid)

    def abandon(self) -> None:
        """Listen no more, though something may still hold the pipes open."""
        self._transport.close()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The process has started."""
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """The process wrote."""
        if self._is_told:
            return
        stream: Stream = "stdout" if fd == 1 else "stderr"
        if self._gathered is not None and self._gathered[0] != stream:
            self._flush()
        if self._gathered is None:
            self._gathered = (stream, bytearray())
            loop = asyncio.get_running_loop()
            self._gathering = loop.call_later(_GATHER_SECONDS, self._flush)
        self._gathered[1].extend(data)
        if len(self._gathered[1]) >= _GATHER_BYTES:
            self._flush()
        self._burst += len(data)
        if self._burst >= _BURST_BYTES:
            self._burst = 0
            self._take_a_breath(fd)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """A stream ended."""
        self._open_pipes.discard(fd)
        self._tell_if_over()

    def process_exited(self) -> None:
        """The process was reaped."""
        self._returncode = self._transport.get_returncode()
        self._tell_if_over()
        if not self._is_told:
            loop = asyncio.get_running_loop()
            loop.call_later(_LAST_WORDS_SECONDS, self._tell)

    def connection_lost(self, exc: Exception | None) -> None:
        """All is closed."""
        # Closed by itself, yet it warns unless told so.
        self._transport.close()
        self.gone.set()

    # Private

    def _take_a_breath(self, fd: int) -> None:
        pipe = self._transport.get_pipe_transport(fd)
        if isinstance(pipe, asyncio.ReadTransport) and not pipe.is_closing():
            pipe.pause_reading()
            asyncio.get_running_loop().call_later(_BREATH_SECONDS, _resume, pipe)

    def _flush(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        if self._gathered is not None:
            stream, data = self._gathered
            self._gathered = None
            self._on_output(stream, bytes(data))

    def _tell_if_over(self) -> None:
        if self._returncode is not None and not self._open_pipes:
            self._tell()

    def _tell(self) -> None:
        if self._is_told or self._returncode is None:
            return
        self._flush()
        self._is_told = True
        self._on_exit(self._returncode)


def _resume(pipe: asyncio.ReadTransport) -> None:
    if not pipe.is_closing():
        pipe.resume_reading()


async def start(
    command: RunningCommand,
    arguments: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    stdin: str | None,
) -> None:
    """Start the process. Raises OSError if the program cannot be run."""
    with _input_file(stdin) as source:
        await asyncio.get_running_loop().subprocess_exec(
            lambda: command,
            *arguments,
            stdin=source,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=cwd,
            env=dict(environment),
            start_new_session=True,
        )


@contextmanager
def _input_file(text: str | None) -> Iterator[IO[bytes]]:
    """An open file with the whole input, so that no program can make the server wait."""
    with tempfile.TemporaryFile() if text else open(os.devnull, "rb") as file:
        if text:
            file.write(text.encode())
            file.seek(0)
        yield file
