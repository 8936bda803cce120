"""Who is followed, and that streams only make things quicker."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.store.watcher import AT_ONCE, DOWN_SECONDS
from tests.store.living import ask, create, living_store, shown, until
from tests.store.stepped_clock import HastyClock, SteppedClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.store.cloud import Store
    from tests.local.harness import RunningCloud

SELDOM = 3600.0
"""A rhythm of the list that cannot be what a test sees."""


def streams(store: Store, machine_id: str) -> int:
    """How often a status stream of this machine was opened."""
    path = f"/v1/machines/{machine_id}/status/stream"
    return sum(each.path == path for each in store.exchanges.entries())


async def test_a_moving_machine_is_followed_to_its_end(cloud: RunningCloud) -> None:
    """By its stream: the list is not asked meanwhile."""
    machine_id = await create(cloud)
    await cloud.pace("quick")
    async with living_store(cloud, looked_at_seconds=SELDOM) as store:
        await shown(store, machine_id, "running")
        phases: list[str] = []

        def note(_: object) -> None:
            record = store.machines.get(machine_id)
            if record and (not phases or phases[-1] != record.machine.phase):
                phases.append(record.machine.phase)

        store.changes.listen(note)
        await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        store.refresh(machine_id)
        await shown(store, machine_id, "sleeping")
        assert phases == ["running", "stopping", "sleeping"][-len(phases) :]
        assert streams(store, machine_id) == 1
        await until(store, lambda: not store.machines.moving())
        assert sum(each.path == "/v1/machines" for each in store.exchanges.entries()) == 1


async def test_a_settled_machine_is_not_followed(cloud: RunningCloud) -> None:
    """No stream is opened that the service would close at once."""
    machine_id = await create(cloud)
    async with living_store(cloud) as store:
        await shown(store, machine_id, "running")
        assert streams(store, machine_id) == 0


async def test_a_cut_stream_is_taken_up_again(cloud: RunningCloud) -> None:
    """With its bookmark, and the truth arrives all the same."""
    machine_id = await create(cloud)
    await cloud.pace("real")
    await cloud.freeze()
    await cloud.fault(path="/status/stream$", cut_after_bytes=40, times=1)
    async with living_store(cloud, looked_at_seconds=SELDOM) as store:
        await shown(store, machine_id, "running")
        await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        store.refresh(machine_id)
        await until(store, lambda: streams(store, machine_id) == 2)
        await cloud.step(10)
        await shown(store, machine_id, "sleeping")
        assert store.health.state.line == "talking"


async def test_with_all_streams_dead_the_list_is_enough(cloud: RunningCloud) -> None:
    """A broken stream is no event."""
    machine_id = await create(cloud)
    await cloud.pace("quick")
    await cloud.fault(path="/status/stream$", drop="before")
    async with living_store(cloud) as store:
        await shown(store, machine_id, "running")
        await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        await shown(store, machine_id, "sleeping")
        assert store.health.state.line == "talking"


async def test_without_streams_the_machine_itself_is_asked(later_cloud: RunningCloud) -> None:
    """Not offered is remembered: no second stream is tried."""
    machine_id = await create(later_cloud)
    await later_cloud.pace("real")
    await later_cloud.freeze()
    async with living_store(later_cloud, looked_at_seconds=SELDOM) as store:
        await shown(store, machine_id, "running")
        await ask(later_cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        store.refresh(machine_id)
        await shown(store, machine_id, "stopping")
        await later_cloud.step(10)
        await shown(store, machine_id, "sleeping")
        assert streams(store, machine_id) == 1
        assert store.client.abilities.offers("status_stream") is False


async def test_at_most_eight_are_followed_the_selected_first(cloud: RunningCloud) -> None:
    """More movement than streams."""
    await cloud.pace("real")
    await cloud.freeze()
    ids = sorted([await create(cloud) for _ in range(AT_ONCE + 2)])
    async with living_store(cloud) as store:
        followed = store.watcher.followed
        await until(store, lambda: len(store.machines.moving()) == len(ids))
        await until(store, lambda: len(followed()) == AT_ONCE)
        assert ids[-1] not in followed()
        store.look(screen_is_current=True, selected=ids[-1])
        await until(store, lambda: ids[-1] in followed())
        assert len(followed()) == AT_ONCE


async def test_nobody_is_followed_while_the_line_is_down(cloud: RunningCloud) -> None:
    """Only the list asks, until it is answered."""
    machine_id = await create(cloud)
    await cloud.pace("real")
    await cloud.freeze()
    clock = SteppedClock()
    async with living_store(cloud, clock=clock, client_clock=HastyClock()) as store:
        await shown(store, machine_id, "running")
        await cloud.fault(drop="before")
        await until_stepped(store, clock, lambda: store.health.is_down)
        await cloud.clear_faults()
        await cloud.fault(path="/v1/machines$", drop="before")
        before = len(store.exchanges.entries())
        store.machines.sight(
            _held(store, machine_id)._replace(desired_state="sleeping"),
            store.machines.take_ticket(),
        )
        await clock.step(DOWN_SECONDS * 2)
        asked = {each.path for each in store.exchanges.entries()[before:]}
        assert asked <= {"/v1/machines"}


def _held(store: Store, machine_id: str) -> Machine:
    record = store.machines.get(machine_id)
    assert record is not None
    return record.confirmed


async def until_stepped(store: Store, clock: SteppedClock, condition: Callable[[], object]) -> None:
    """Wait for the condition, moving the clock on as long as it does not hold."""
    waiting = asyncio.create_task(until(store, condition))
    while not waiting.done():
        await clock.step(1)
        await asyncio.wait({waiting}, timeout=0.02)
    await waiting
