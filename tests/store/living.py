"""A store that lives on a local cloud, for the tests of several rooms."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from dedalus_tui.api.client import CloudClient
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.journal.journal import Journal
from dedalus_tui.store.cloud import Store
from dedalus_tui.store.exchanges import ExchangeLog
from tests.local import wishes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.record import MachineRecord
    from tests.local.harness import RunningCloud

PATIENCE_SECONDS = 20


@asynccontextmanager
async def living_store(
    cloud: RunningCloud,
    *,
    clock: Clock | None = None,
    journal: Path | None = None,
    looked_at_seconds: float = 0.05,
    client_clock: Clock | None = None,
    is_running: bool = True,
    send_if_match: bool = False,
) -> AsyncIterator[Store]:
    """A store through the real client; it polls quickly unless a clock is given."""
    exchanges = ExchangeLog()
    client = CloudClient(
        base_url=cloud.base_url,
        credentials=Credentials(api_key=cloud.api_key),
        observe=exchanges.add,
        send_if_match=send_if_match,
        clock=client_clock,
    )
    memory = Journal(journal, cloud="test")
    store = Store(
        client, memory, clock=clock, exchanges=exchanges, looked_at_seconds=looked_at_seconds
    )
    running = asyncio.create_task(store.run()) if is_running else None
    try:
        yield store
    finally:
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await store.aclose()
        await client.aclose()
        memory.close()


async def until(store: Store, condition: Callable[[], object]) -> None:
    """Wait until `condition()` holds, looking whenever the store tells of a change."""
    changed = asyncio.Event()
    unlisten = store.changes.listen(lambda _: changed.set())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                changed.clear()
                await changed.wait()
    finally:
        unlisten()


async def create(cloud: RunningCloud, **wanted: object) -> str:
    """Create a machine at the service, past the client; → its id."""
    machine = await asyncio.to_thread(wishes.create, cloud, **wanted)
    return str(machine["machine_id"])


async def ask(cloud: RunningCloud, method: str, path: str, body: object = None) -> dict[str, Any]:
    """Change something at the service, past the client, as somebody else would."""
    status, _, document = await asyncio.to_thread(
        cloud.ask, method, path, body, headers=wishes.key()
    )
    assert status in {200, 201, 202}, document
    return dict(document)


async def shown(store: Store, machine_id: str, phase: str) -> MachineRecord:
    """The record, once it is shown in that phase with no wish on top."""

    def arrived() -> bool:
        record = store.machines.get(machine_id)
        return record is not None and record.machine.phase == phase and not record.intents

    await until(store, arrived)
    record = store.machines.get(machine_id)
    assert record is not None
    return record
