"""A process this server started: waited for with what it used.

The standard library waits for children without asking what they cost. Here a thread waits for each
with `wait4`, so that also a command of a second is metered.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    OnExit = Callable[[int, float], None]
    Source = int | IO[bytes]

PIPE = subprocess.PIPE
UNKNOWN_STATUS = 255
"""What asyncio says, too, of a child that somebody else waited for."""


class Child:
    """One process. Call `reap` once; until then nobody waits for it."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        stdin: Source,
        stdout: Source,
        stderr: Source,
        leads_session: bool = False,
    ) -> None:
        """Start it, in a session of its own if it does not make itself one. Raises OSError."""
        self._loop = asyncio.get_running_loop()
        self._process = subprocess.Popen(
            arguments,
            cwd=cwd,
            env=dict(environment),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=leads_session,
        )
        self.stdin = self._process.stdin
        self.stdout = self._process.stdout
        self.stderr = self._process.stderr

    @property
    def pid(self) -> int:
        """Its id, and its session's if it leads one."""
        return self._process.pid

    @property
    def is_reaped(self) -> bool:
        """True once its pid may be somebody else's."""
        return self._process.returncode is not None

    def reap(self, on_exit: OnExit) -> None:
        """Wait for it; on this loop `on_exit(return code, CPU seconds)` is called once it ended.

        The CPU seconds are its own and those of the descendants that were waited for.
        """
        threading.Thread(
            target=self._wait, args=(on_exit,), name=f"child-{self.pid}", daemon=True
        ).start()

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to its process group, unless it is reaped."""
        if not self.is_reaped:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def _wait(self, on_exit: OnExit) -> None:
        """In a thread."""
        try:
            _, status, used = os.wait4(self.pid, 0)
            code, seconds = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        except ChildProcessError:  # other code of this process waited for it, and has the status
            code, seconds = UNKNOWN_STATUS, 0.0
        # Or the standard library would wait for it as well.
        self._process.returncode = code
        with suppress(RuntimeError):
            # The loop may be gone by then, and with it everybody who would care.
            self._loop.call_soon_threadsafe(on_exit, code, seconds)
