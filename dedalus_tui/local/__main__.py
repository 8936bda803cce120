"""`python -m dedalus_tui.local`: serve until signalled; one line says where and with what key."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import signal
import sys
from pathlib import Path

from dedalus_tui.local.directories import StateInUseError
from dedalus_tui.local.identifiers import new_api_key
from dedalus_tui.local.launch import API_KEY_VARIABLE
from dedalus_tui.local.lifecycle import PACES
from dedalus_tui.local.server import LocalServer
from dedalus_tui.local.world import World


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m dedalus_tui.local",
        description="A small Dedalus on this computer. Its machines are directories and processes"
        " of this user: no isolation.",
    )
    parser.add_argument("--port", type=_port, default=0, help="0: any free port")
    parser.add_argument("--state", type=Path, default=None, help="where machines live")
    parser.add_argument("--pace", choices=PACES, default="quick", help="how long phases last")
    parser.add_argument("--seed", choices=("empty", "demo"), default="empty")
    parser.add_argument(
        "--generation", choices=("2026-05", "2026-07", "2026-09"), default="2026-05"
    )
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end when standard input does"
    )
    return parser.parse_args()


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65_535:
        raise ValueError
    return number


def _default_state() -> Path:
    root = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(root).expanduser() / "dedalus-tui" / "local"


async def _serve(options: argparse.Namespace) -> None:
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, ending.set)
    # No command on a machine shall find it in its environment.
    api_key = os.environ.pop(API_KEY_VARIABLE, "") or new_api_key()
    world = World(
        options.state or _default_state(),
        pace=options.pace,
        seed=options.seed,
        generation=options.generation,
    )
    server = LocalServer(world, api_key=api_key, port=options.port)
    await server.start()
    sys.stdout.write(json.dumps({"base_url": server.base_url, "api_key": api_key}) + "\n")
    sys.stdout.flush()
    # What is loaded by now stays. Going through it in every full collection would hold up each
    # terminal, and an echo in it, for a tenth of a second.
    gc.freeze()
    if options.until_stdin_closes:
        # Whoever started us may never read our complaints; a full pipe would stop us.
        _complain_to(world.directories.log_file)
        await _watch_stdin(ending)
    await ending.wait()
    await server.stop()


def _complain_to(path: Path) -> None:
    """Send standard error to a file of this run."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    os.dup2(descriptor, sys.stderr.fileno())
    os.close(descriptor)


async def _watch_stdin(ending: asyncio.Event) -> None:
    """Set `ending` when standard input closes; what it says does not matter."""

    class Watch(asyncio.Protocol):
        def connection_lost(self, exc: Exception | None) -> None:
            ending.set()

    await asyncio.get_running_loop().connect_read_pipe(Watch, sys.stdin)


def main() -> int:
    """Run; 1 with one plain line when the port or the state directory is taken."""
    try:
        asyncio.run(_serve(_options()))
    except (OSError, StateInUseError) as error:
        sys.stderr.write(f"dedalus-tui local cloud: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
