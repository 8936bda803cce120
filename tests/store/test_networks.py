"""Where machines are: asked for now and then, kept through faults, never asked for in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedalus_tui.store.networks import FRESH_SECONDS
from tests.local.harness import RunningCloud, start
from tests.store.living import ask, create, living_store
from tests.store.stepped_clock import SteppedClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedalus_tui.store.cloud import Store


@pytest.fixture
def networked(tmp_path: Path) -> Iterator[RunningCloud]:
    """The generation that has networks."""
    running = start(tmp_path, generation="2026-07")
    yield running
    running.stop_now()


def asked(store: Store) -> int:
    """How many requests were about networks."""
    return sum("/network" in each.path for each in store.exchanges.entries())


async def test_a_machine_and_its_gateways_are_kept_for_a_while(networked: RunningCloud) -> None:
    clock = SteppedClock()
    machine_id = await create(networked)
    async with living_store(networked, clock=clock, is_running=False) as store:
        heard: list[object] = []
        store.changes.listen(heard.extend)
        assert store.networks.of(machine_id) is None
        await store.networks.look(machine_id)
        place = store.networks.of(machine_id)
        assert place is not None
        assert (place.machine.hostname, len(place.gateways)) == ("localhost", 1)
        assert ("network", machine_id) in heard
        await store.networks.look(machine_id)
        assert asked(store) == 2
        await store.networks.look(machine_id, force=True)
        await clock.step(FRESH_SECONDS + 1)
        await store.networks.look(machine_id)
        assert asked(store) == 6


async def test_a_fault_keeps_what_was_known_and_the_machine_asleep(
    networked: RunningCloud,
) -> None:
    machine_id = await create(networked)
    await ask(networked, "POST", f"/v1/machines/{machine_id}/sleep")
    body = {"error_code": "INTERNAL", "message": "no", "retryable": False}
    async with living_store(networked, is_running=False) as store:
        await networked.fault(path="^/v1/networks/", status=404, body={"title": "Not Found"})
        await store.networks.look(machine_id)
        place = store.networks.of(machine_id)
        assert place is not None
        assert (place.machine.private_ipv4, place.gateways) == ("127.0.0.1", ())
        # What was not answered whole is asked for again.
        await networked.clear_faults()
        await store.networks.look(machine_id)
        place = store.networks.of(machine_id)
        assert place is not None
        assert place.gateways
        await networked.fault(path="/network", status=500, body=body)
        await store.networks.look(machine_id, force=True)
        assert store.networks.of(machine_id) == place
        assert (await store.client.machines.get(machine_id)).phase == "sleeping"


async def test_a_service_without_networks_is_asked_once_for_all(cloud: RunningCloud) -> None:
    first, second = await create(cloud), await create(cloud)
    async with living_store(cloud, is_running=False) as store:
        for machine_id in (first, second, first):
            await store.networks.look(machine_id, force=True)
            assert store.networks.of(machine_id) is None
        assert asked(store) == 1
