"""A person at a terminal: drives a program in a real tmux server of its own.

Every wait is for a condition on the screen's text, with a deadline; nothing sleeps for a fixed
time. `Tmux.available()` is False where tmux is missing; tests skip then.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

DEADLINE = 30.0
"""Seconds a condition may take on a busy machine before the test fails with the screen."""


class ScreenError(AssertionError):
    """What was waited for did not appear; the text is what the screen shows."""


@dataclass
class Tmux:
    """One program in one pane of a private tmux server."""

    socket: str
    session: str = "person"

    @staticmethod
    def available() -> bool:
        """True when tmux is installed."""
        return shutil.which("tmux") is not None

    @classmethod
    def start(
        cls,
        argv: list[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Tmux:
        """Run argv in a pane of that size; it stays visible after the program ends."""
        tmux = cls(socket=f"dedalus-tui-test-{uuid.uuid4().hex[:12]}")
        words = [f"{name}={value}" for name, value in (env or {}).items()]
        # The size is the pane's; a test runner's own COLUMNS and LINES would hide it.
        command = shlex.join(["env", "-u", "COLUMNS", "-u", "LINES", *words, *argv])
        tmux._tmux(
            "-f", os.devnull, "new-session", "-d", "-s", tmux.session,
            "-x", str(columns), "-y", str(rows), *(["-c", str(cwd)] if cwd else []),
            f"{command}; printf '\\n[exit %s]' $?; sleep 600",
        )  # fmt: skip
        return tmux

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self.socket, *words],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: Enter, Escape, C-c, Up, or a character."""
        self._tmux("send-keys", "-t", self.session, *keys)

    def type(self, text: str) -> None:
        """Type text literally."""
        self._tmux("send-keys", "-t", self.session, "-l", text)

    def screen(self) -> str:
        """The pane's text now, without colours."""
        return self._tmux("capture-pane", "-p", "-t", self.session)

    def screen_with_colours(self) -> str:
        """The pane's text now, with SGR."""
        return self._tmux("capture-pane", "-p", "-e", "-t", self.session)

    def resize(self, columns: int, rows: int) -> None:
        """Give the pane another size."""
        self._tmux("resize-window", "-t", self.session, "-x", str(columns), "-y", str(rows))

    def wait_until(
        self, holds: Callable[[str], bool], what: str, deadline: float = DEADLINE
    ) -> str:
        """The first screen for which `holds`; raises ScreenError with the last one otherwise."""
        end = time.monotonic() + deadline
        while True:
            text = self.screen()
            if holds(text):
                return text
            if time.monotonic() > end:
                raise ScreenError(f"never saw {what}; the screen:\n{text}")
            time.sleep(0.05)  # the pause between two looks, not a wait for a result

    def wait_for(self, pattern: str, deadline: float = DEADLINE) -> str:
        """Wait until a regular expression matches the screen."""
        return self.wait_until(
            lambda text: re.search(pattern, text, re.MULTILINE) is not None, pattern, deadline
        )

    def wait_gone(self, pattern: str, deadline: float = DEADLINE) -> str:
        """Wait until a regular expression no longer matches the screen."""
        return self.wait_until(
            lambda text: re.search(pattern, text, re.MULTILINE) is None, f"no {pattern}", deadline
        )

    def __enter__(self) -> Tmux:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server and with it the program."""
        subprocess.run(
            ["tmux", "-L", self.socket, "kill-server"],
            check=False,
            capture_output=True,
        )
