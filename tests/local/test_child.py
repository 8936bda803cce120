"""Processes of the local cloud: how they end is told once, whoever waited for them."""

from __future__ import annotations

import asyncio
import os
import subprocess
from typing import TYPE_CHECKING

from dedalus_tui.local.child import UNKNOWN_STATUS, Child

if TYPE_CHECKING:
    from pathlib import Path


def started(command: str, directory: Path) -> Child:
    return Child(
        ["sh", "-c", command],
        cwd=directory,
        environment={"PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def ending(child: Child) -> tuple[int, float]:
    ended: asyncio.Future[tuple[int, float]] = asyncio.get_running_loop().create_future()
    child.reap(lambda code, seconds: ended.set_result((code, seconds)))
    async with asyncio.timeout(20):
        return await ended


async def test_its_code_and_what_it_used_are_told(tmp_path: Path) -> None:
    child = started("exit 7", tmp_path)
    code, seconds = await ending(child)
    assert code == 7
    assert seconds > 0
    assert child.is_reaped


async def test_its_end_is_told_also_when_somebody_else_waited_for_it(tmp_path: Path) -> None:
    """Or whoever waits for the terminal's end would wait for ever."""
    child = started("exit 7", tmp_path)
    await asyncio.to_thread(os.waitpid, child.pid, 0)
    assert await ending(child) == (UNKNOWN_STATUS, 0.0)
    assert child.is_reaped
