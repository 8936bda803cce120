"""A log written to a file, or to the standard input of a command on this computer."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, BinaryIO

from dedalus_tui.domain.output import Stream
from dedalus_tui.ui.present.output_times import iso_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedalus_tui.store.output_view import OutputView

MOST_FOR_CLIPBOARD = 56_000
"""Bytes: terminals take 74,994 characters of base64 (OSC 52)."""
PIECES_A_TURN = 16
WRITTEN = frozenset({Stream.STDOUT, Stream.STDERR})
"""Streams the program itself wrote; what the service says of the run is no part of its output."""


async def save_log(
    view: OutputView, path: Path, *, has_times: bool = False, only_shown: bool = False
) -> int:
    """Write the log to a new private file; how many lines. Raises OSError, also if it exists.

    Plain, every byte is as the program wrote it. With times, each line begins with time and stream.
    """
    pieces = _pieces(view, has_times=has_times, only_shown=only_shown)
    total = 0
    with _private_file(path) as file:
        for turn, (data, lines) in enumerate(pieces):
            file.write(data)
            total += lines
            if turn % PIECES_A_TURN == 0:
                await asyncio.sleep(0)
    return total


def _private_file(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path.expanduser(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _pieces(view: OutputView, *, has_times: bool, only_shown: bool) -> Iterator[tuple[bytes, int]]:
    """Bytes to write, and how many lines they are."""
    if not has_times and not only_shown:
        yield from view.spool.blocks(WRITTEN)
        return
    lines = (
        (view.line_at(row) for row in range(view.row_count))
        if only_shown
        else (line for line, _ in view.spool.pieces(WRITTEN))
    )
    for line in lines:
        ending = b"" if line.raw.endswith(b"\n") else b"\n"
        stamp = f"{iso_time(line.at_us)} {line.stream.name.lower()} " if has_times else ""
        yield stamp.encode() + line.raw + ending, 1


async def pipe_to(view: OutputView, command: str) -> int:
    """Run `command` with the shell, the log as its input; its exit status."""
    process = await asyncio.create_subprocess_shell(command, stdin=asyncio.subprocess.PIPE)
    assert process.stdin is not None
    try:
        for data, _ in view.spool.blocks(WRITTEN):
            process.stdin.write(data)
            await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()
    except (BrokenPipeError, ConnectionResetError):
        pass  # a pager that is left early reads no further
    return await process.wait()
