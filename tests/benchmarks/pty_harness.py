"""Runs a full-screen program in a real pseudo-terminal and times what it draws.

    with Screen([sys.executable, "-m", "dedalus_tui", "--local"], columns=120, rows=40) as screen:
        painted = screen.wait_for("machines")        # seconds since the process was started
        late = screen.latency(b"j")                  # seconds from a key to the end of a frame

It answers the questions a modern terminal answers, among them that synchronized output (mode
2026) is there: then every frame of Textual ends in a known sequence, and frames can be counted
and timed. Times are of this process's clock; compare only what ran in the same minute.
"""

from __future__ import annotations

import fcntl
import math
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FRAME_END = b"\x1b[?2026l"
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / (1024 * 1024)
_ESCAPE = re.compile(
    rb"\x1b(?:\[[0-9;?<=>!]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|.)"
)
_ANSWERS = {
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[6n": b"\x1b[1;1R",
}
_LONGEST_QUESTION = max(map(len, _ANSWERS))


class Screen:
    """One program in one pseudo-terminal, from start to kill."""

    def __init__(
        self,
        argv: list[str],
        *,
        columns: int = 120,
        rows: int = 40,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        """Start it. `env` is laid over this process's, without what switches byte code off."""
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            **(env or {}),
        }
        for name in ("PYTHONDONTWRITEBYTECODE", "LINES", "COLUMNS"):
            environment.pop(name, None)
        self.output = bytearray()
        """Everything it has written."""
        self.frames: list[float] = []
        """When each frame ended, in seconds since the start."""
        self.is_running = True
        self._answered = 0
        self._started = time.perf_counter()
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            _become(argv, environment, cwd, rows, columns)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(self._terminal, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ending: object) -> None:
        self.close()

    @property
    def seconds(self) -> float:
        """Since the process was started."""
        return time.perf_counter() - self._started

    @property
    def pid(self) -> int:
        """Of the program."""
        return self._pid

    @property
    def text(self) -> str:
        """What it has written, without escape sequences; not a picture of the screen."""
        return _ESCAPE.sub(b"", bytes(self.output)).decode("utf-8", "replace")

    def wait_for(self, text: str, *, timeout: float = 30) -> float:
        """Read until `text` was written in one piece; seconds since the start."""
        wanted, searched = text.encode(), 0
        while wanted not in self.output[searched:]:
            searched = max(0, len(self.output) - len(wanted))
            if not self.is_running or self.seconds > timeout:
                raise AssertionError(f"{text!r} was never drawn; last: {self.text[-2000:]!r}")
            self.read(0.05)
        return self.seconds

    def read(self, seconds: float) -> bytes:
        """What arrives next, waiting at most so long; answers the terminal's questions."""
        readable, _, _ = select.select([self._terminal], [], [], seconds)
        if not readable:
            return b""
        try:
            chunk = os.read(self._terminal, 1 << 18)
        except BlockingIOError:
            return b""
        except OSError:
            chunk = b""
        if not chunk:
            self.is_running = False
            return b""
        now = self.seconds
        before = max(0, len(self.output) - len(FRAME_END) + 1)
        self.output += chunk
        ended = self.output.count(FRAME_END, before)
        self.frames += [now] * ended
        self._answer()
        return chunk

    def drain(self, seconds: float) -> None:
        """Read for that long."""
        end = time.perf_counter() + seconds
        while self.is_running and (left := end - time.perf_counter()) > 0:
            self.read(min(left, 0.05))

    def settle(self, *, quiet: float = 0.3, timeout: float = 30) -> float:
        """Read until nothing was written for `quiet` seconds, for `timeout` seconds at most.

        Gives when the last byte came.
        """
        last = began = self.seconds
        while self.is_running and self.seconds - last < quiet and self.seconds - began < timeout:
            if self.read(0.02):
                last = self.seconds
        return last

    def send(self, keys: bytes) -> None:
        """Type."""
        os.write(self._terminal, keys)

    def latency(self, keys: bytes, *, timeout: float = 5) -> float:
        """Type and wait for the end of the next frame; seconds between the two."""
        count, began = len(self.frames), self.seconds
        self.send(keys)
        while len(self.frames) == count:
            if not self.is_running or self.seconds - began > timeout:
                raise AssertionError(f"no frame within {timeout} s of {keys!r}")
            self.read(0.05)
        return self.frames[count] - began

    def cpu_seconds(self) -> float:
        """Processor time all its threads have used so far (Linux)."""
        tasks = os.listdir(f"/proc/{self._pid}/task")
        return (
            sum(int(_proc(self._pid, f"task/{task}/schedstat").split()[0]) for task in tasks) / 1e9
        )

    def resident_mib(self) -> float:
        """Memory it holds (Linux)."""
        return int(_proc(self._pid, "statm").split()[1]) * _PAGE_MIB

    def wait_exit(self, *, timeout: float = 10) -> int:
        """Read until it ends by itself; its exit code."""
        while self.is_running and self.seconds < timeout:
            self.read(0.05)
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        """Kill it, if it still runs."""
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0
        with suppress(OSError):
            os.close(self._terminal)

    def _answer(self) -> None:
        """Answer each question once, also one whose bytes came in two pieces."""
        fresh = bytes(self.output[max(0, self._answered - _LONGEST_QUESTION) :])
        offset = max(0, self._answered - _LONGEST_QUESTION)
        last = self._answered
        for question, answer in _ANSWERS.items():
            start = fresh.find(question)
            while start >= 0:
                end = offset + start + len(question)
                if end > self._answered:
                    os.write(self._terminal, answer)
                    last = max(last, end)
                start = fresh.find(question, start + 1)
        self._answered = max(last, len(self.output) - _LONGEST_QUESTION)


def median(seconds: Iterable[float]) -> float:
    """The middle one."""
    return statistics.median(list(seconds))


def percentile(seconds: Iterable[float], percent: float) -> float:
    """The value that `percent` of them do not exceed."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _become(
    argv: list[str], environment: dict[str, str], cwd: Path | None, rows: int, columns: int
) -> None:
    """In the child: size the terminal and turn into the program. Does not return."""
    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if cwd is not None:
            os.chdir(cwd)
        os.execvpe(argv[0], argv, environment)
    finally:
        sys.stderr.write(f"cannot run {argv[0]}\n")
        os._exit(127)


def _proc(pid: int, name: str) -> str:
    with open(f"/proc/{pid}/{name}", encoding="ascii") as file:
        return file.read()
