"""Starting the local cloud as a child that cannot outlive us. Standard library only."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

_START_SECONDS = 20.0
_STOP_SECONDS = 5.0


class LaunchError(Exception):
    """The local cloud did not start; the message is what it said."""


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """A running local cloud. It ends when `process` loses its standard input, so with us."""

    base_url: str
    api_key: str
    process: asyncio.subprocess.Process

    def __repr__(self) -> str:
        """Without the key."""
        return f"LocalCloud({self.base_url!r}, pid={self.process.pid})"

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
    options = ["--pace", pace, "--seed", seed, "--generation", generation, "--port", str(port)]
    if state is not None:
        options += ["--state", str(state)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "dedalus_tui.local",
        "--until-stdin-closes",
        *options,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Ctrl-C in our terminal is ours to act on, not the child's.
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_START_SECONDS):
            assert process.stdout is not None
            line = await process.stdout.readline()
        said = json.loads(line)
        return LocalCloud(said["base_url"], said["api_key"], process)
    except (TimeoutError, ValueError, KeyError) as error:
        with suppress(ProcessLookupError):
            process.kill()
        _, complaint = await process.communicate()
        words = complaint.decode(errors="replace").strip() or "it said nothing"
        raise LaunchError(f"the local cloud did not start: {words}") from error
