"""Closer looks: at the selected machine first, never at what sleeps, never in a crowd."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.domain.activity import ActivityKind
from dedalus_tui.domain.execution import ExecutionSpec
from dedalus_tui.domain.faults import NotOffered
from dedalus_tui.domain.idleness import Outlook
from dedalus_tui.store.activity import FRESH_SECONDS
from dedalus_tui.store.attention import (
    PREVIEWS_SECONDS,
    REPEAT_SECONDS,
    REST_SECONDS,
    WALK_SECONDS,
    WALKED_MOST,
)
from tests.store.living import PATIENCE_SECONDS, ask, create, living_store, shown, until
from tests.store.stepped_clock import SteppedClock

if TYPE_CHECKING:
    from dedalus_tui.store.cloud import Store
    from tests.local.harness import RunningCloud


def looks(store: Store, machine_id: str) -> int:
    """How often the executions of this machine were listed."""
    path = f"/v1/machines/{machine_id}/executions"
    return sum(each.path == path for each in store.exchanges.entries())


async def test_the_selected_machine_is_looked_at_once_the_cursor_rests(
    cloud: RunningCloud,
) -> None:
    """And what runs on it decides what can be said about its sleep."""
    clock = SteppedClock()
    machine_id = await create(cloud)
    async with living_store(cloud, clock=clock) as store:
        record = await shown(store, machine_id, "running")
        assert store.activity.outlook(record.machine).outlook is Outlook.UNKNOWN
        spec = ExecutionSpec(command=("sleep", "600"))
        await store.client.executions.start(machine_id, spec, key="an-execution")
        store.look(screen_is_current=True, selected=machine_id)
        await clock.step(REST_SECONDS)
        await until(store, lambda: store.activity.of(machine_id))
        (seen,) = store.activity.of(machine_id)
        assert seen.kind is ActivityKind.EXECUTION
        repainted = store.machines.get(machine_id)
        assert repainted is not None
        assert repainted.version > record.version
        assert store.activity.outlook(record.machine).outlook is Outlook.HELD
        await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        store.refresh()
        await shown(store, machine_id, "sleeping")
        assert store.activity.of(machine_id) == ()


def listings(store: Store, machine_id: str) -> int:
    """How often the previews of this machine were listed."""
    path = f"/v1/machines/{machine_id}/previews"
    return sum(each.path == path for each in store.exchanges.entries())


async def test_previews_of_the_selected_machine_are_listed_now_and_then(
    cloud: RunningCloud,
) -> None:
    """Not with every look, and of no other machine."""
    clock = SteppedClock()
    selected, other = await create(cloud), await create(cloud)
    async with living_store(cloud, clock=clock) as store:
        await shown(store, selected, "running")
        await shown(store, other, "running")
        store.look(screen_is_current=True, selected=selected)
        await clock.step(REST_SECONDS)
        await until(store, lambda: store.previews.state(selected).listed_at)
        for _ in range(round(PREVIEWS_SECONDS / WALK_SECONDS) - 2):
            await resting(clock)
            await clock.step(WALK_SECONDS)
        await resting(clock)
        assert looks(store, selected) > 1
        assert listings(store, selected) == 1
        for _ in range(4):
            await clock.step(WALK_SECONDS)
            await resting(clock)
        assert listings(store, selected) == 2
        assert listings(store, other) == 0


async def test_previews_are_not_listed_where_there_are_none(cloud: RunningCloud) -> None:
    """A service without them is asked once for all, and a sleeping machine never."""
    clock = SteppedClock()
    machine_id, asleep = await create(cloud), await create(cloud)
    await ask(cloud, "POST", f"/v1/machines/{asleep}/sleep")
    async with living_store(cloud, clock=clock) as store:
        await shown(store, machine_id, "running")
        await shown(store, asleep, "sleeping")
        store.client.abilities.note_refused("previews", NotOffered("not here"))
        for selected in (machine_id, asleep):
            store.look(screen_is_current=True, selected=selected)
            await clock.step(REST_SECONDS)
            await resting(clock)
            await clock.step(REPEAT_SECONDS)
            await resting(clock)
        assert looks(store, machine_id) >= 1
        assert listings(store, machine_id) == listings(store, asleep) == 0


async def resting(clock: SteppedClock) -> None:
    """Until the looks that were due are over."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not any(abs(left - WALK_SECONDS) < 1e-6 for left in clock.sleeping()):  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_what_was_seen_grows_old(cloud: RunningCloud) -> None:
    """Then nothing is claimed any more."""
    clock = SteppedClock()
    machine_id = await create(cloud)
    async with living_store(cloud, clock=clock) as store:
        record = await shown(store, machine_id, "running")
        await store.activity.look(machine_id)
        assert store.activity.seen_at(machine_id) == clock.now()
        # Our clock stands years apart from the cloud's: only "not unknown for want of a look".
        await clock.step(FRESH_SECONDS + 1)
        assert store.activity.outlook(record.machine).outlook is Outlook.UNKNOWN


async def test_a_sleeping_machine_is_left_alone(cloud: RunningCloud) -> None:
    """Nothing runs there, and nothing is asked."""
    machine_id = await create(cloud)
    await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
    clock = SteppedClock()
    async with living_store(cloud, clock=clock) as store:
        await shown(store, machine_id, "sleeping")
        store.look(screen_is_current=True, selected=machine_id)
        await clock.step(REST_SECONDS)
        await clock.step(REPEAT_SECONDS * 2)
        assert looks(store, machine_id) == 0


async def test_the_fleet_is_walked_slowly_while_it_is_looked_at(cloud: RunningCloud) -> None:
    """One machine after the other; not at all in a large fleet."""
    ids = [await create(cloud) for _ in range(3)]
    clock = SteppedClock()
    async with living_store(cloud, clock=clock) as store:
        for machine_id in ids:
            await shown(store, machine_id, "running")
        store.look(screen_is_current=True, selected=None)
        await clock.step(REST_SECONDS)
        for count in range(1, 4):

            def is_seen(count: int = count) -> bool:
                return sum(store.activity.seen_at(each) is not None for each in ids) == count

            await until(store, is_seen)
            if count < len(ids):
                # The walk pauses after each look; only then can the clock end the pause.
                await resting(clock)
                await clock.step(WALK_SECONDS)
        assert [looks(store, machine_id) for machine_id in ids] == [1, 1, 1]


async def test_a_large_fleet_is_not_walked(cloud: RunningCloud) -> None:
    """What could be seen would be too old."""
    await cloud.load(machines=WALKED_MOST * 8)
    clock = SteppedClock()
    async with living_store(cloud, clock=clock) as store:
        await until(store, lambda: store.machines.is_loaded)
        store.look(screen_is_current=True, selected=None)
        await clock.step(REST_SECONDS)
        await clock.step(WALK_SECONDS * 2)
        assert not any(each.path.endswith("/executions") for each in store.exchanges.entries())
