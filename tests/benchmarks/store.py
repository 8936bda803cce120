"""What the store costs with many machines: python -m tests.benchmarks.store [machines]

Two measurements, each in this process with a journal on disk: lists handed over by a client of our
own (the store alone), and lists from a local cloud in its own process (client and decoding too).
A heartbeat on the loop tells the longest pause between two of its turns.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import statistics
import sys
import tempfile
import time
import tracemalloc
import urllib.error
import urllib.request
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedalus_tui.api.client import CloudClient
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.domain.machine import LifecycleStatus, Machine
from dedalus_tui.domain.page import Page
from dedalus_tui.journal.journal import Journal
from dedalus_tui.local import launch
from dedalus_tui.store.cloud import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROUNDS = 15
CHANGED = 0.01


class Heartbeat:
    """Notes the longest time between two turns of the loop."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._task = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            self.longest = max(self.longest, now - last - 0.001)
            last = now

    def take(self) -> float:
        """The longest pause in milliseconds since the last call."""
        longest, self.longest = self.longest, 0.0
        return longest * 1000

    def stop(self) -> None:
        self._task.cancel()


class Lists:
    """Lists of machines at the speed of memory."""

    def __init__(self, count: int) -> None:
        self.fleet = [_machine(number, 1) for number in range(count)]

    def change_some(self) -> None:
        for number in random.sample(range(len(self.fleet)), int(len(self.fleet) * CHANGED)):
            held = self.fleet[number]
            assert held.revision is not None
            self.fleet[number] = _machine(number, int(held.revision) + 1)

    async def pages(self, *, limit: int) -> AsyncIterator[Page[Machine]]:
        for start in range(0, len(self.fleet), limit):
            rows = tuple(Machine(*machine) for machine in self.fleet[start : start + limit])
            yield Page(items=rows)
            await asyncio.sleep(0)


def _machine(number: int, revision: int) -> Machine:
    phase = ("running", "sleeping")[(number + revision) % 2]
    return Machine(
        machine_id=f"dm-{number:08d}",
        desired_state=phase,
        vcpu=1,
        memory_mib=1024,
        storage_gib=10,
        autosleep_seconds=300,
        status=LifecycleStatus(phase=phase, revision=str(revision), reason="settled"),
    )


def client_of(lists: Lists) -> CloudClient:
    """A client whose machines are these, and which asks nobody."""
    client = CloudClient(base_url="http://127.0.0.1:9", credentials=Credentials(api_key="none"))
    client.machines = lists  # type: ignore[assignment]  # only lists are asked for
    return client


@asynccontextmanager
async def running(client: CloudClient, state: Path) -> AsyncIterator[Store]:
    """A store with a journal, its rhythm so slow that only `refresh` lists."""
    journal = Journal(state / "journal.db", cloud="bench")
    store = Store(client, journal, looked_at_seconds=1e6)
    task = asyncio.create_task(store.run())
    try:
        yield store
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        journal.close()


async def listed(store: Store) -> float:
    """List once; seconds until the list is complete."""
    began, before = time.perf_counter(), store.poller.lists_done
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    store.refresh()

    def look() -> None:
        if store.poller.lists_done > before:
            done.set()
        else:
            loop.call_later(0.001, look)

    look()
    await done.wait()
    return time.perf_counter() - began


async def loaded(store: Store) -> None:
    """Return when the first list is complete."""
    done = asyncio.Event()
    unlisten = store.changes.listen(lambda _: done.set() if store.machines.is_loaded else None)
    await done.wait()
    unlisten()


async def measure(name: str, store: Store, change_some: Any, count: int) -> None:
    beat = Heartbeat()
    began = time.perf_counter()
    await loaded(store)
    print(f"{name}: first complete list of {count}: {time.perf_counter() - began:.2f} s")
    print(f"  longest pause of the loop meanwhile: {beat.take():.1f} ms")
    await asyncio.sleep(3)
    print(f"  longest pause while the journal is written: {beat.take():.1f} ms")
    pauses, seconds, cpu = [], [], []
    for _ in range(ROUNDS):
        await asyncio.to_thread(change_some)
        beat.take()
        began = time.process_time()
        seconds.append(await listed(store))
        cpu.append(time.process_time() - began)
        pauses.append(beat.take())
        await asyncio.sleep(1.3)
    middle = statistics.median
    print(
        f"  a refresh with {CHANGED:.0%} changed: {middle(seconds) * 1000:.0f} ms,"
        f" CPU {middle(cpu) * 1000:.0f} ms, longest pause {middle(pauses):.1f} ms"
        f" (medians), {max(pauses):.1f} ms (worst)"
    )
    beat.stop()


async def alone(count: int, state: Path) -> None:
    lists = Lists(count)
    gc.collect()
    gc.freeze()
    async with running(client_of(lists), state) as store:
        await measure("store alone", store, lists.change_some, count)


async def memory(count: int, state: Path) -> None:
    tracemalloc.start()
    lists = Lists(count)
    fleet = tracemalloc.get_traced_memory()[0]
    async with running(client_of(lists), state) as store:
        await loaded(store)
        await asyncio.sleep(2)
        gc.collect()
        whole = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    print(f"memory: {(whole - fleet) / 1e6:.1f} MB for {count} machines")


async def with_client(count: int, state: Path) -> None:
    local = await launch.start(state=state / "cloud", pace="instant", seed="empty")
    client = CloudClient(base_url=local.base_url, credentials=Credentials(api_key=local.api_key))

    def ask(path: str, body: dict[str, Any], method: str = "POST") -> Any:
        headers = {
            "Authorization": f"Bearer {local.api_key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"bench-{time.time_ns()}",
        }
        request = urllib.request.Request(
            local.base_url + path, json.dumps(body).encode(), headers, method=method
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    await asyncio.to_thread(ask, "/_local/load", {"machines": count})
    wishes = iter(range(10**9))

    def change_some() -> None:
        ids = [record.machine_id for record in store.machines.records()]
        for machine_id in random.sample(ids, int(count * CHANGED)):
            body = {"autosleep": f"{600 + next(wishes)}s"}
            try:
                ask(f"/v1/machines/{machine_id}", body, "PATCH")
            except urllib.error.HTTPError as refused:
                refused.close()

    gc.collect()
    gc.freeze()
    async with running(client, state / "with-client") as store:
        await measure("with the client", store, change_some, count)
    await client.aclose()
    await local.stop()


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as directory:
        await alone(count, Path(directory) / "alone")
        await memory(count, Path(directory) / "memory")
        await with_client(count, Path(directory))


if __name__ == "__main__":
    asyncio.run(main())
