"""A person acts at random while the network does its worst; in the end all is as it is."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest

from dedalus_tui.actions.registry import by_id
from dedalus_tui.actions.runner import Runner
from dedalus_tui.domain.machine import MachineChange, MachineSpec
from tests.actions.answers import destroyed
from tests.local import wishes
from tests.store.living import create, living_store, until
from tests.store.stepped_clock import HastyClock

if TYPE_CHECKING:
    from dedalus_tui.store.cloud import Store
    from tests.local.harness import RunningCloud

BROKEN = {"error_code": "DEPENDENCY_UNAVAILABLE", "message": "down", "retryable": True}
LIMITED = {"error_code": "RATE_LIMITED", "message": "wait", "retryable": True, "retry_after_ms": 5}
FAULTS: tuple[dict[str, Any], ...] = (
    {"delay_ms": 30},
    {"status": 503, "body": BROKEN},
    {"status": 429, "body": LIMITED},
    {"status": 502, "body": "<html>bad gateway</html>"},
    {"drop": "before"},
    {"drop": "after"},
    {"garble": True},
    {"cut_after_bytes": 30},
)
WISHES: tuple[tuple[str, object], ...] = (
    ("machine.sleep", None),
    ("machine.sleep", None),
    ("machine.wake", None),
    ("machine.wake", None),
    ("machine.resize", MachineChange(vcpu=2)),
    ("machine.autosleep", MachineChange(autosleep="1h")),
    ("machine.destroy", None),
)
STEPS = 60


def served(cloud: RunningCloud) -> dict[str, tuple[str, str, object]]:
    """What the service has: phase, desired state and revision, by id."""
    _, _, document = cloud.ask("GET", "/v1/machines?limit=100")
    return {
        row["machine_id"]: (
            wishes.machine(cloud, row["machine_id"])["status"]["phase"],
            row["desired_state"],
            wishes.machine(cloud, row["machine_id"])["status"]["revision"],
        )
        for row in document["items"]
    }


def held(store: Store, truth: dict[str, tuple[str, str, object]]) -> dict[str, object]:
    """The same, as shown.

    A machine whose creation was never answered, and that nobody looked at since, is known from the
    list alone, which in the later generation tells no revision.
    """
    return {
        record.machine_id: (
            record.machine.phase,
            record.machine.desired_state,
            truth.get(record.machine_id, (None, None, None))[2]
            if record.machine.is_thin
            else record.machine.revision,
        )
        for record in store.machines.records()
    }


@pytest.mark.parametrize("generation", ["cloud", "later_cloud"])
async def test_the_end_of_chaos(request: pytest.FixtureRequest, generation: str) -> None:
    """A fixed seed; nothing is raised, no wish stays open, what is shown is what is."""
    served_by: RunningCloud = request.getfixturevalue(generation)
    chance = random.Random(20260501)
    for _ in range(8):
        await create(served_by)
    await served_by.pace("quick")
    async with living_store(served_by, client_clock=HastyClock()) as store:
        runner = Runner(store, has_grace=False)
        await until(store, lambda: store.machines.is_loaded)
        performing: list[asyncio.Task[Any]] = []
        for step in range(STEPS):
            await served_by.fault(**chance.choice(FAULTS), times=chance.randint(1, 3))
            records = list(store.machines.records())
            if step % 12 == 0 or not records:
                spec = MachineSpec(vcpu=1, memory_mib=512, storage_gib=5)
                action, targets, arguments = by_id("machine.create"), [], spec
            else:
                name, change = chance.choice(WISHES)
                action, arguments = by_id(name), change  # type: ignore[assignment]
                targets = chance.sample(records, min(len(records), chance.randint(1, 3)))
            doing = (
                destroyed(runner, targets)
                if action.id == "machine.destroy"
                else runner.perform(action, targets, arguments)
            )
            performing.append(asyncio.create_task(doing))
            await asyncio.sleep(chance.random() * 0.03)
        await asyncio.gather(*performing)
        await served_by.clear_faults()
        # After some failures the next list by itself may be half a minute away.
        store.refresh()

        for _ in range(200):
            truth = await asyncio.to_thread(served, served_by)
            open_wishes = [record.intents for record in store.machines.records() if record.intents]
            is_talking = store.health.state.line == "talking"
            if truth == held(store, truth) and not open_wishes and is_talking:
                break
            await asyncio.sleep(0.05)
        assert held(store, truth) == truth
        assert open_wishes == []
        await store.changes.idle()
        assert store.health.state.line == "talking"
        assert runner.context.under_way == {}
        assert runner.pending == ()
        await runner.aclose()
