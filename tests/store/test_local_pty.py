"""Programs on a pseudo-terminal of this computer: sizes, floods, endings, nothing left behind."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.store.local_pty import LocalPty, start_on_pty

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def started(*argv: str) -> LocalPty:
    return await start_on_pty(argv, columns=80, rows=24, environment=os.environ)


class Reader:
    """Reads frames until a text has been seen."""

    def __init__(self, stream: LocalPty) -> None:
        self._frames: AsyncIterator[object] = stream.frames()
        self.seen = b""

    async def until(self, pattern: bytes) -> None:
        async with asyncio.timeout(20):
            while not re.search(pattern, self.seen):
                self.seen += (await anext(self._frames)).data  # type: ignore[attr-defined]

    async def to_the_end(self) -> bytes:
        async with asyncio.timeout(20):
            async for frame in self._frames:
                self.seen += frame.data  # type: ignore[attr-defined]
        return self.seen


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_it_has_a_terminal_of_its_own_with_our_size() -> None:
    stream = await started("sh", "-c", "stty size; echo own >/dev/tty; exit 5")
    text = await Reader(stream).to_the_end()
    assert text == b"24 80\r\nown\r\n"
    assert stream.ending is not None
    assert stream.ending.exit_status == 5
    assert not await stream.send_input(b"late")
    assert not await stream.send_size(80, 24)


async def test_a_new_size_is_told_to_the_program() -> None:
    stream = await started("sh", "-c", "trap 'stty size' WINCH; echo ready; read _; read _")
    reader = Reader(stream)
    await reader.until(b"ready")
    assert await stream.send_size(100, 30)
    await reader.until(rb"30 100")
    await stream.close()
    await reader.to_the_end()


async def test_input_arrives_also_when_there_is_much_of_it() -> None:
    program = (
        "import sys, tty; tty.setraw(0); print('ready', flush=True);"
        "n = len(sys.stdin.buffer.read(200_000)); print('got', n)"
    )
    stream = await started(sys.executable, "-c", program)
    reader = Reader(stream)
    await reader.until(b"ready")
    sent = asyncio.create_task(stream.send_input(b"x" * 200_000))
    assert b"got 200000" in await reader.to_the_end()
    assert await sent


async def test_a_flood_waits_in_the_program_until_it_is_read() -> None:
    stream = await started("sh", "-c", "seq 200000; echo done >&2")
    reader = Reader(stream)
    await reader.until(b"\n100\r")
    # Nobody reads now: the program stands still, far from its end.
    assert await stream.answers_within(0)
    text = await reader.to_the_end()
    assert text.count(b"\n") == 200_001
    assert text.endswith(b"200000\r\ndone\r\n")


@pytest.mark.parametrize("trap", ["", "trap '' HUP; "])
async def test_closing_ends_it_whatever_it_thinks_of_that(trap: str) -> None:
    stream = await started("sh", "-c", f"{trap}echo ready; while :; do sleep 0.05; done")
    reader = Reader(stream)
    await reader.until(b"ready")
    reading = asyncio.create_task(reader.to_the_end())
    await stream.close()
    await reading
    assert not is_there(stream.pid)
    assert stream.ending is not None
    assert stream.ending.exit_status < 0
    assert not await stream.answers_within(0)


async def test_a_program_that_left_its_terminal_to_another_still_ends() -> None:
    stream = await started("sh", "-c", "(trap '' HUP; sleep 5) & echo bye; exit 3")
    assert await Reader(stream).to_the_end() == b"bye\r\n"
    assert stream.ending is not None
    assert stream.ending.exit_status == 3


async def test_what_cannot_be_run_says_so_on_the_terminal() -> None:
    stream = await started("/no/such/program")
    assert b"/no/such/program" in await Reader(stream).to_the_end()
    assert stream.ending is not None
    assert stream.ending.exit_status == 127
