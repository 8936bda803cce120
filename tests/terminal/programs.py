"""Running a program in a pseudo-terminal of ours, and showing its bytes to tmux."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING, Self

from dedalus_tui.emulator.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

COLUMNS, ROWS = 80, 24
PATIENCE = 20.0
"""Seconds until something that is waited for counts as missing."""


class Missing(Exception):
    """What was waited for did not come."""


class Program:
    """A program in a pseudo-terminal; everything it writes is recorded and fed to an emulator."""

    def __init__(self, arguments: Sequence[str], home: Path) -> None:
        self.recording = bytearray()
        self.emulator = Emulator(COLUMNS, ROWS)
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            environment = {
                "HOME": str(home),
                "PATH": os.environ["PATH"],
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "LANG": "C.UTF-8",
                "NCURSES_NO_UTF8_ACS": "1",
            }
            os.chdir(home)
            os.execvpe(arguments[0], list(arguments), environment)
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._terminal)

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self._terminal, keys)

    def wait_for(self, text: str) -> None:
        """Read until `text` stands on the screen and the program pauses."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            pause = 0.3 if self._shows(text) else 5
            if not self._read(pause):
                if self._shows(text):
                    return
                break
        raise Missing(text, self.emulator.screen.display)

    def _shows(self, text: str) -> bool:
        return any(text in line for line in self.emulator.screen.display)

    def _read(self, seconds: float) -> bool:
        """Take what the program writes next; false when it writes nothing for so long."""
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._terminal, 65536)
        except OSError:
            return False
        self.recording += data
        self.emulator.feed(data)
        replies = self.emulator.take_replies()
        if replies:
            os.write(self._terminal, replies)
        return bool(data)


def tmux_screen(recording: bytes, folder: Path, until: Callable[[list[str]], bool]) -> list[str]:
    """The screen tmux makes of `recording`, as soon as `until` likes it, or in the end."""
    source = folder / "recording"
    source.write_bytes(recording)
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    command = ["tmux", "-S", str(folder / "socket"), "-f", "/dev/null", "-u"]

    def tmux(*arguments: str) -> str:
        done = subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    show = f"stty raw -echo; cat '{source}'; sleep 60"
    tmux(
        "new-session",
        "-d",
        "-x",
        str(COLUMNS),
        "-y",
        str(ROWS),
        show,
        ";",
        "set",
        "-g",
        "status",
        "off",
    )
    try:
        end = time.monotonic() + PATIENCE / 2
        while True:
            lines = [line.rstrip() for line in tmux("capture-pane", "-p").split("\n")[:ROWS]]
            if until(lines) or time.monotonic() > end:
                return lines
            time.sleep(0.05)
    finally:
        tmux("kill-server")
