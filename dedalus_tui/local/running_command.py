"""A command while it runs: a real process in its own session, its output as it comes.

Output is gathered for some milliseconds into one event unless the other stream speaks in between,
so the order of the two streams is kept and ten thousand short lines are not ten thousand events.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from contextlib import contextmanager
from functools import partial
from typing import IO, TYPE_CHECKING, Final

from dedalus_tui.local.child import PIPE, Child

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


class RunningCommand:
    """Tells `on_output` what was written and `on_exit` the return code, once, after all output."""

    def __init__(
        self,
        on_output: Callable[[Stream, bytes], None],
        on_exit: Callable[[int], None],
        on_reaped: Callable[[int, float], None],
        on_grace_over: Callable[[int], None],
    ) -> None:
        """Nothing runs before `start`.

        `on_reaped(pid, CPU seconds)` is called as soon as the process ended, output or not;
        `on_grace_over(session)` ends the session for good.
        """
        self._on_output = on_output
        self._on_exit = on_exit
        self._on_reaped = on_reaped
        self._on_grace_over = on_grace_over
        self._gathered: tuple[Stream, bytearray] | None = None
        self._gathering: asyncio.TimerHandle | None = None
        self._pipes: dict[Stream, asyncio.ReadTransport] = {}
        self._burst = 0
        self._returncode: int | None = None
        self._is_told = False
        self._child: Child
        self.gone = asyncio.Event()
        """Set when the process has been reaped and its pipes are closed."""

    async def start(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        stdin: str | None,
    ) -> None:
        """Start the process. Raises OSError if the program cannot be run."""
        with _input_file(stdin) as source:
            self._child = Child(
                arguments,
                cwd=cwd,
                environment=environment,
                stdin=source,
                stdout=PIPE,
                stderr=PIPE,
                leads_session=True,
            )
        try:
            await self._listen("stdout", self._child.stdout)
            await self._listen("stderr", self._child.stderr)
        except BaseException:
            self._child.signal_group(signal.SIGKILL)
            raise
        finally:
            self._child.reap(self._exited)

    @property
    def pid(self) -> int:
        """Of the process, which leads a session of its own."""
        return self._child.pid

    def terminate(self) -> None:
        """End the process group: asked first, forced after a second."""
        for number in (signal.SIGTERM, signal.SIGCONT):
            self._child.signal_group(number)
        loop = asyncio.get_running_loop()
        loop.call_later(_GRACE_SECONDS, self._on_grace_over, self.pid)

    def abandon(self) -> None:
        """Listen no more, though something may still hold the pipes open."""
        for pipe in self._pipes.values():
            pipe.close()

    # What its pipes tell

    def began(self, stream: Stream, pipe: asyncio.ReadTransport) -> None:
        """A pipe is open."""
        self._pipes[stream] = pipe

    def received(self, stream: Stream, data: bytes) -> None:
        """The process wrote."""
        if self._is_told:
            return
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
            self._take_a_breath(self._pipes[stream])

    def ended(self, stream: Stream) -> None:
        """A pipe is closed: nobody holds its other end, or we let go of ours."""
        self._pipes.pop(stream, None)
        self._tell_if_over()

    # Private

    async def _listen(self, stream: Stream, file: IO[bytes] | None) -> None:
        assert file is not None
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(partial(_Listener, self, stream), file)

    def _exited(self, returncode: int, cpu_seconds: float) -> None:
        self._returncode = returncode
        self._on_reaped(self.pid, cpu_seconds)
        self._tell_if_over()
        if not self._is_told:
            loop = asyncio.get_running_loop()
            loop.call_later(_LAST_WORDS_SECONDS, self._tell)

    def _take_a_breath(self, pipe: asyncio.ReadTransport) -> None:
        if not pipe.is_closing():
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
        if self._returncode is not None and not self._pipes:
            self._tell()
            self.gone.set()

    def _tell(self) -> None:
        if self._is_told or self._returncode is None:
            return
        self._flush()
        self._is_told = True
        self._on_exit(self._returncode)


class _Listener(asyncio.Protocol):
    """Our end of a pipe."""

    def __init__(self, command: RunningCommand, stream: Stream) -> None:
        self._command = command
        self._stream = stream

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.ReadTransport)
        self._command.began(self._stream, transport)

    def data_received(self, data: bytes) -> None:
        self._command.received(self._stream, data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._command.ended(self._stream)


def _resume(pipe: asyncio.ReadTransport) -> None:
    if not pipe.is_closing():
        pipe.resume_reading()


@contextmanager
def _input_file(text: str | None) -> Iterator[IO[bytes]]:
    """An open file with the whole input, so that no program can make the server wait."""
    with tempfile.TemporaryFile() if text else open(os.devnull, "rb") as file:
        if text:
            file.write(text.encode())
            file.seek(0)
        yield file
