"""Textual's pilot waits, after each key and in each pause, until the app hardly works: until the
process used next to no processor time for 20 ms. A process that the machine does not let work uses
none either, and then tests go on before the screen is what they look at. So this wait also lets the
loop run until nothing in it could run.

Between the letters of a word that is all: who types a word looks at the screen behind it.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic, process_time
from typing import TYPE_CHECKING, Any

from textual import app, pilot

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK_SECONDS = 0.02
_IDLE_SECONDS = 0.001
"""Of processor time in one look, at most."""
_TURNS_SECONDS = 10.0
"""Something that never lets the loop wait is not waited for any longer."""

_is_in_a_word: ContextVar[bool] = ContextVar("_is_in_a_word", default=False)
_press = pilot.Pilot.press


def install() -> None:
    """Let Textual wait like this; a second call changes nothing."""
    for module in (app, pilot):
        module.wait_for_idle = wait_for_idle  # type: ignore[attr-defined]
    pilot.Pilot.press = press  # type: ignore[method-assign]


async def press(self: pilot.Pilot[Any], *keys: str) -> None:
    """Press each key when the one before it is done."""
    for key, following in zip(keys, (*keys[1:], ""), strict=True):
        if len(key) == len(following) == 1:
            with in_a_word():
                await _press(self, key)
        else:
            await _press(self, key)


@contextmanager
def in_a_word() -> Iterator[None]:
    """Another letter follows those that are typed in here."""
    before = _is_in_a_word.set(True)
    try:
        yield
    finally:
        _is_in_a_word.reset(before)


async def wait_for_idle(min_sleep: float = _LOOK_SECONDS, max_sleep: float = 1) -> None:
    """Wait until the loop only waits; after `max_sleep` seconds work that comes anew may go on."""
    if _is_in_a_word.get():
        await _nothing_could_run()
        return
    start = monotonic()
    # What is being done is no part of the look, or a second one would have to follow each time.
    await _nothing_could_run()
    while True:
        used = process_time()
        await asyncio.sleep(_LOOK_SECONDS)
        await _nothing_could_run()
        took = monotonic() - start
        if took >= max_sleep:
            return
        if took > min_sleep and process_time() - used < _IDLE_SECONDS:
            return


async def _nothing_could_run() -> None:
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    end = monotonic() + _TURNS_SECONDS
    while monotonic() < end:
        await asyncio.sleep(0)
        # Whoever can run stands in this queue, but for this task, which runs.
        if not ready:
            return
