"""Reboot and growing memory: only where the service has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.outcome import Done, Refused
from dedalus_tui.actions.registry import by_id
from dedalus_tui.actions.runner import Runner
from tests.store.living import create, living_store, shown, until

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud

REBOOT, GROWS = by_id("machine.reboot"), by_id("machine.memory_grows")


async def test_the_earlier_generation_has_neither(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with living_store(cloud) as store:
        runner = Runner(store, has_grace=False)
        record = await shown(store, machine_id, "running")
        await store.memory_growth.look(machine_id)
        assert store.client.abilities.offers("autoresizing") is None
        for action in (REBOOT, GROWS):
            assert "generation" in str(runner.why_not(action, record))
            (outcome,) = (await runner.perform(action, (record,))).outcomes
            assert isinstance(outcome, Refused)
        await runner.aclose()


async def test_a_reboot_raises_the_revision_and_comes_back(later_cloud: RunningCloud) -> None:
    machine_id = await create(later_cloud)
    async with living_store(later_cloud) as store:
        runner = Runner(store, has_grace=False)
        record = await shown(store, machine_id, "running")
        await until(store, lambda: store.machines.has_thin_rows)
        await store.lookups.fetch(machine_id)

        def revision() -> int:
            now = store.machines.get(machine_id)
            return int((now.confirmed.revision if now else None) or 0)

        before = revision()
        assert before > 0
        (outcome,) = (await runner.perform(REBOOT, (record,))).outcomes
        assert isinstance(outcome, Done)
        await until(store, lambda: revision() > before)
        await shown(store, machine_id, "running")
        await runner.aclose()


async def test_memory_may_grow_and_undo_says_it_may_not(later_cloud: RunningCloud) -> None:
    machine_id = await create(later_cloud)
    async with living_store(later_cloud) as store:
        runner = Runner(store, has_grace=False)
        record = await shown(store, machine_id, "running")
        await until(store, lambda: store.machines.has_thin_rows)
        await store.memory_growth.look(machine_id)
        assert store.memory_growth.of(machine_id) is False
        await runner.perform(GROWS, (record,))
        assert store.memory_growth.of(machine_id) is True
        assert await store.client.autoresizing.of(machine_id) is True
        assert runner.why_not(GROWS, record) == "its memory may grow already"
        assert runner.next_undo is not None
        await runner.undo()
        assert await store.client.autoresizing.of(machine_id) is False
        await runner.aclose()
