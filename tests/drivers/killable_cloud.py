"""A local cloud in a process of its own that tests may kill, and start again on the same state.

Unlike `python -m dedalus_tui.local` it keeps its port and its key over a restart, so that a client
meets the same service again. Run as a program this module is that server.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dedalus_tui.local.identifiers import new_api_key
from tests.local.harness import CloudControl

if TYPE_CHECKING:
    from types import TracebackType

_KEY = "CHAOS_CLOUD_KEY"


class KillableCloud(CloudControl):
    """A served world that can die at any moment."""

    def __init__(self, state: Path) -> None:
        """Start it; returns when it answers."""
        self._state = state
        self.api_key = new_api_key()
        self.base_url = ""
        self._process: subprocess.Popen[str] | None = None
        self.start()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self._end, signal.SIGTERM)

    def start(self) -> None:
        """Start it, on the port it had before; blocks until it answers."""
        port = self.base_url.rpartition(":")[2] or "0"
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._state), port],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, _KEY: self.api_key},
            cwd=Path(__file__).parents[2],  # where this module is found, wherever the test is
        )
        assert self._process.stdout is not None
        self.base_url = self._process.stdout.readline().strip()
        assert self.base_url, "the local cloud did not start"

    def kill(self) -> None:
        """SIGKILL: what it was about to answer is lost."""
        self._end(signal.SIGKILL)

    def answers(self) -> bool:
        """True when it can be asked."""
        try:
            return self.ask("GET", "/_local/faults")[0] == 200
        except (OSError, HTTPException):
            return False

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            process.wait(20)
            assert process.stdout is not None
            process.stdout.close()


async def _serve(state: Path, port: int) -> None:
    from dedalus_tui.local.server import LocalServer
    from dedalus_tui.local.world import World

    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    world = World(state, pace="quick", seed="empty", generation="2026-05")
    server = LocalServer(world, api_key=os.environ.pop(_KEY), port=port)
    await server.start()
    sys.stdout.write(server.base_url + "\n")
    sys.stdout.flush()
    await ending.wait()
    await server.stop()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
