"""Whether memory stays flat: python -m tests.benchmarks.soak [app | store] [changes [machines]]

First the store alone, polling for an hour of a clock that is over at once. Then the app on a local
cloud, in its own process, of so many machines: the cursor moves with the detail pane beside it;
screens are opened and left in between, and now and then a terminal in which something is printed.

Garbage is collected as in the program, in the pauses of who presses the keys; the store alone is
polled while nobody does.

What is held is measured after a warm-up, half way and at the end: memory by tracemalloc and as
resident memory, and how many widgets, screens, tasks and timers live. Memory is told as it stands,
with the garbage that waits for the next thorough collection, and after one. Level means that from
the middle to the end less than a twentieth of the memory, or half a megabyte, came on top after
one, and at most a few objects of a kind.
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
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from dedalus_tui.config.settings import Settings
from dedalus_tui.journal.journal import Journal
from dedalus_tui.store.cloud import Store
from dedalus_tui.ui.collector import CALM_SECONDS, EVERY_SECONDS, Collector
from dedalus_tui.ui.screens.fleet_live import LOOK_AFTER_SECONDS
from dedalus_tui.ui.screens.terminal_entry import open_new
from tests.benchmarks.store import Lists, client_of
from tests.drivers import app as driver
from tests.drivers.app import Person, open_app
from tests.drivers.collecting import as_in_program
from tests.drivers.killable_cloud import KillableCloud
from tests.local import wishes
from tests.store.stepped_clock import SteppedClock, turns

if TYPE_CHECKING:
    from collections.abc import Iterable

_PAGE = os.sysconf("SC_PAGE_SIZE")
POLL_SECONDS = 3.0
HOUR = 3600.0
LEVEL_BYTES = 500_000
LEVEL_SHARE = 0.05
FEW = {"widgets": 100, "screens": 2, "tasks": 5, "timers": 20}
"""What may be there at one moment and not at another; a screen has up to some sixty widgets."""
OPENERS = ("at", "question_mark", "$", "ctrl+p", "T", "enter", "n", "a", "slash")
LIST_TURNS = 40
TERMINAL_EVERY = 100
REST_EVERY = 200
"""Keys until whoever presses them rests for so long that garbage is collected."""
PATIENCE_SECONDS = 600
"""For each step: other programs may have most of the computer."""


class Held(NamedTuple):
    """What there is at one moment."""

    stood: int
    traced: int
    resident: int
    widgets: int
    screens: int
    tasks: int
    timers: int


class Meter:
    """What is held, moment by moment; the last two are compared."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._held: list[Held] = []

    async def measure(self, done: str) -> None:
        """Print what there is now."""
        now = await _held()
        self._held.append(now)
        print(
            f"{self._name}, {done}: traced {now.traced / 1e6:.2f} MB"
            f" ({now.stood / 1e6:.2f} as it stood),"
            f" resident {now.resident / 1e6:.0f} MB, {now.widgets} widgets,"
            f" {now.screens} screens, {now.tasks} tasks, {now.timers} timers",
            flush=True,
        )

    def report(self) -> None:
        """Print the verdict."""
        before, after = self._held[-2:]
        grown = [
            name for name, few in FEW.items() if getattr(after, name) > getattr(before, name) + few
        ]
        if after.traced - before.traced > max(LEVEL_BYTES, LEVEL_SHARE * before.traced):
            grown.append("memory")
        print(f"{self._name}: {'GROWING: ' + ', '.join(grown) if grown else 'level'}", flush=True)


async def _held() -> Held:
    loop: Any = asyncio.get_running_loop()
    await asyncio.sleep(1.0)  # what was just left goes
    for handle in loop._scheduled:
        if handle.cancelled():  # asyncio lets go of it when its time comes
            handle._context = None
    stood = tracemalloc.get_traced_memory()[0]
    gc.unfreeze()
    gc.collect()
    traced = tracemalloc.get_traced_memory()[0]
    objects = gc.get_objects()
    return Held(
        stood=stood,
        traced=traced,
        resident=int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE,
        widgets=_count(objects, Widget),
        screens=_count(objects, Screen),
        tasks=len(asyncio.all_tasks()),
        timers=_count(objects, Timer) + sum(not each.cancelled() for each in loop._scheduled),
    )


def _count(objects: Iterable[object], kind: type[object]) -> int:
    return sum(isinstance(each, kind) for each in objects)


class Walk:
    """Through all machines and back, again and again."""

    def __init__(self, person: Person, machine_id: str) -> None:
        """`machine_id` is the machine whose terminals are opened."""
        self._person = person
        self._machine_id = machine_id
        self._key = "down"
        self.changes = 0
        """How often the cursor came to stand on another machine, with its detail beside it."""

    async def go(self, times: int) -> None:
        """So many machines further; every tenth is looked at more closely, and after every tenth a
        screen is opened and left again."""
        for _ in range(times):
            await self._step()
            number = self.changes
            if number % REST_EVERY == 0:
                await asyncio.sleep(EVERY_SECONDS + CALM_SECONDS)
            if number % TERMINAL_EVERY == 0:
                await use_terminal(self._person, self._machine_id)
            elif number % 10 == 0:
                await self._person.press(OPENERS[number // 10 % len(OPENERS)])
                await self._person.press("escape")
                await to_fleet(self._person)
            elif number % 10 == 5:
                await asyncio.sleep(LOOK_AFTER_SECONDS + 0.1)

    async def _step(self) -> None:
        person, table = self._person, self._person.fleet.table
        if table.cursor_line in {0, len(table.order) - 1}:
            self._key = "up" if table.cursor_line else "down"
        before = table.cursor_key
        await person.press(self._key)
        assert table.cursor_key != before, person.text
        async with asyncio.timeout(PATIENCE_SECONDS):
            while _told(person) != table.cursor_key:  # noqa: ASYNC110 - a pause of Pilot is slow
                await asyncio.sleep(0.01)
        self.changes += 1


def _told(person: Person) -> str | None:
    told = person.fleet.detail._told
    return told[0].machine_id if told is not None and told[0] is not None else None


async def use_terminal(person: Person, machine_id: str) -> None:
    """Print something in a new terminal and end it."""
    services = person.fleet.services
    assert services is not None
    open_new(person.app, services, machine_id)
    await person.until_shown("attached")
    await person.type("seq 300; exit")
    await person.press("enter")
    await person.until_shown("shell has ended")
    for session in person.store.terminals.all:
        await session.end()
        person.store.terminals.forget(session)
    await to_fleet(person)


async def to_fleet(person: Person) -> None:
    """Leave everything that was opened."""
    person.app.to_fleet()
    await person.until(lambda: person.app.screen is person.fleet, "the fleet")
    await person.pilot.pause()


async def focus_changes(times: int, machines: int, state: Path) -> None:
    """The app alone; the cloud is another process."""
    async with await asyncio.to_thread(KillableCloud, state) as cloud:
        machine_id = str(wishes.create(cloud, autosleep="1h")["machine_id"])
        await cloud.load(machines)
        settings = Settings(motion=False)
        with as_in_program() as painted:
            app = open_app(cloud, settings=settings, looked_at_seconds=3.0, painted=painted)
            async with app as person:
                walk = Walk(person, machine_id)
                await walk.go(min(200, times))
                meter = Meter(f"the app with {machines} machines")
                await meter.measure("warm")
                warm = walk.changes
                for _ in range(2):
                    await walk.go(times // 2)
                    await meter.measure(f"{walk.changes - warm} focus changes")
                meter.report()


async def hour_of_polling(machines: int, state: Path) -> None:
    """The store, with one machine in a hundred changed between two lists."""
    clock, lists = SteppedClock(), Lists(machines)
    journal = Journal(state / "soak.db", cloud="soak")
    store = Store(client_of(lists), journal, clock=clock, looked_at_seconds=POLL_SECONDS)
    running = asyncio.create_task(store.run())
    collector = Collector(lambda: clock.monotonic() + CALM_SECONDS, is_at_home=lambda: True)
    began = monotonic()

    async def live(seconds: float) -> None:
        end = clock.monotonic() + seconds
        while clock.monotonic() < end:
            lists.change_some()
            before = store.poller.lists_done
            while store.poller.lists_done == before:
                await clock.step(POLL_SECONDS / 10)
                await turns(LIST_TURNS)  # a list takes no time
            collector.look(began + clock.monotonic())

    meter = Meter(f"the store with {machines} machines")
    for words, seconds in (("warm", 120.0), ("half an hour", HOUR / 2), ("an hour", HOUR / 2)):
        await live(seconds)
        await meter.measure(f"{words}, {store.poller.lists_done} lists")
    meter.report()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    journal.close()


async def main() -> None:
    """Both, or the one named."""
    parts = [word for word in sys.argv[1:] if word in ("app", "store")] or ["store", "app"]
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    times, machines = [*numbers, *(2_000, 1_000)[len(numbers) :]]
    random.seed(7)
    driver.PATIENCE_SECONDS = PATIENCE_SECONDS
    with tempfile.TemporaryDirectory() as directory:
        tracemalloc.start()
        if "store" in parts:
            await hour_of_polling(machines, Path(directory))
        if "app" in parts:
            await focus_changes(times, machines, Path(directory) / "cloud")


if __name__ == "__main__":
    asyncio.run(main())
