"""Starting the local cloud as a child that cannot outlive us. Standard library only."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_START_SECONDS = 20.0
_STOP_SECONDS = 5.0
API_KEY_VARIABLE = "DEDALUS_LOCAL_API_KEY"
"""Where the local cloud finds the key it had before, for those who have it already."""


class LaunchError(Exception):
    """The local cloud did not start; the message is what it said."""


class LocalCloud:
    """A local cloud that was started. It ends when its standard input closes, so with us."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        process: asyncio.subprocess.Process,
        options: Sequence[str],
    ) -> None:
        """`options` are those it was started with, but for the port."""
        self.base_url = base_url
        self.api_key = api_key
        self.process = process
        self._options = options

    def __repr__(self) -> str:
        """Without the key."""
        return f"LocalCloud({self.base_url!r}, pid={self.process.pid})"

    async def ended(self) -> str:
        """Wait until it is gone; how it ended, as in "killed by signal 9"."""
        status = await self.process.wait()
        return f"killed by signal {-status}" if status < 0 else f"exit status {status}"

    async def start_again(self) -> None:
        """After it ended: the same state, at the same address, with the same key.

        Raises LaunchError and OSError.
        """
        port = self.base_url.rpartition(":")[2]
        self.process, _ = await _launch([*self._options, "--port", port], api_key=self.api_key)

    async def stop(self) -> None:
        """End it and its machines' processes; waits until it is gone."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self.process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()


async def start(
    *,
    state: Path | None = None,
    pace: Literal["instant", "quick", "real"] = "real",
    seed: Literal["empty", "demo"] = "demo",
    generation: Literal["2026-05", "2026-07", "2026-09"] = "2026-05",
    port: int = 0,
) -> LocalCloud:
    """Start `python -m dedalus_tui.local` and wait until it answers. Raises LaunchError.

    Without `state` the machines live in the user's state directory and are there next time.
    """
    options = ["--pace", pace, "--seed", seed, "--generation", generation]
    if state is not None:
        options += ["--state", str(state)]
    process, said = await _launch([*options, "--port", str(port)])
    return LocalCloud(said["base_url"], said["api_key"], process, options)


async def _launch(
    options: Sequence[str], *, api_key: str = ""
) -> tuple[asyncio.subprocess.Process, dict[str, str]]:
    """The process, and what it said when it answered; with this key, or one of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "dedalus_tui.local",
        "--until-stdin-closes",
        *options,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, API_KEY_VARIABLE: api_key} if api_key else None,
        # Ctrl-C in our terminal is ours to act on, not the child's.
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_START_SECONDS):
            assert process.stdout is not None
            line = await process.stdout.readline()
        said = json.loads(line)
        return process, {"base_url": str(said["base_url"]), "api_key": str(said["api_key"])}
    except (TimeoutError, ValueError, KeyError) as error:
        with suppress(ProcessLookupError):
            process.kill()
        _, complaint = await process.communicate()
        words = complaint.decode(errors="replace").strip() or "it said nothing"
        raise LaunchError(f"the local cloud did not start: {words}") from error
