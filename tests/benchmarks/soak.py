"""Whether memory stays flat: python -m tests.benchmarks.soak [app | store] [changes [machines]]

First the app on a local cloud of so many machines: the cursor moves with the detail pane beside
it, and screens are opened and left in between. Then the store alone, polling for an hour of a
clock that is over at once. What is held is counted after a warm-up and at the end, by tracemalloc
and as resident memory; flat means that less than a tenth, or a megabyte, came on top.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sys
import tempfile
import tracemalloc
from pathlib import Path

from dedalus_tui.config.settings import Settings
from dedalus_tui.journal.journal import Journal
from dedalus_tui.store.cloud import Store
from tests.benchmarks.store import Lists, client_of
from tests.drivers.app import Person, open_app
from tests.local.harness import serve
from tests.store.stepped_clock import SteppedClock

_PAGE = os.sysconf("SC_PAGE_SIZE")
POLL_SECONDS = 3.0
HOUR = 3600.0
FLAT_BYTES = 1_000_000
OPENERS = ("d", "at", "question_mark", "$", "ctrl+p", "T")


class Meter:
    """Memory between two moments."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._held, self._resident = _measure()

    def report(self, done: str) -> None:
        """Print both moments and the verdict."""
        held, resident = _measure()
        grown = held - self._held
        verdict = "flat" if grown < max(FLAT_BYTES, self._held / 10) else "NOT FLAT"
        print(
            f"{self._name}, {done}: held {self._held / 1e6:.1f} MB -> {held / 1e6:.1f} MB"
            f" ({grown / 1e3:+.0f} kB), resident {self._resident / 1e6:.0f} MB ->"
            f" {resident / 1e6:.0f} MB: {verdict}"
        )


def _measure() -> tuple[int, int]:
    gc.collect()
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    return tracemalloc.get_traced_memory()[0], resident


async def move(person: Person, times: int) -> None:
    """Move the cursor; every tenth time open a screen and leave it again."""
    for number in range(times):
        await person.press("down" if number % 40 < 20 else "up")
        if number % 10 == 0:
            await person.press(OPENERS[number // 10 % len(OPENERS)])
            await person.press("escape")
            person.app.to_fleet()
            await person.pilot.pause()


async def focus_changes(times: int, machines: int, state: Path) -> None:
    """The app; the cloud runs in a thread of this process and is counted with it."""
    async with await serve(state) as cloud:
        await cloud.load(machines)
        settings = Settings(motion=False)
        async with open_app(cloud, settings=settings, looked_at_seconds=3.0) as person:
            await move(person, 200)
            meter = Meter("the app")
            await move(person, times)
            meter.report(f"{times} focus changes with {machines} machines")


async def hour_of_polling(machines: int, state: Path) -> None:
    """The store, with one machine in a hundred changed between two lists."""
    clock, lists = SteppedClock(), Lists(machines)
    journal = Journal(state / "soak.db", cloud="soak")
    store = Store(client_of(lists), journal, clock=clock, looked_at_seconds=POLL_SECONDS)
    running = asyncio.create_task(store.run())

    async def live(seconds: float) -> None:
        end = clock.monotonic() + seconds
        while clock.monotonic() < end:
            lists.change_some()
            before = store.poller.lists_done
            await clock.step(POLL_SECONDS)
            while store.poller.lists_done == before:
                await clock.step(POLL_SECONDS / 10)

    await live(120)
    meter, done = Meter("the store"), store.poller.lists_done
    await live(HOUR)
    meter.report(f"an hour of polling, {store.poller.lists_done - done} lists of {machines}")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    journal.close()


async def main() -> None:
    """Both, or the one named."""
    parts = [word for word in sys.argv[1:] if word in ("app", "store")] or ["store", "app"]
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    times, machines = [*numbers, *(2_000, 1_000)[len(numbers) :]]
    random.seed(7)
    with tempfile.TemporaryDirectory() as directory:
        tracemalloc.start()
        if "store" in parts:
            await hour_of_polling(machines, Path(directory))
        if "app" in parts:
            await focus_changes(times, machines, Path(directory))


if __name__ == "__main__":
    asyncio.run(main())
