"""Memory that grows: told of a machine, and changed for all of them after asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.drivers.app import open_app
from tests.local import harness, wishes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def later_cloud(tmp_path: Path) -> Iterator[harness.RunningCloud]:
    running = harness.start(tmp_path, generation="2026-09")
    wishes.create(running)
    yield running
    running.stop_now()


def growth_of_all(cloud: harness.RunningCloud) -> bool:
    return bool(cloud.ask("GET", "/v1/organization/autoresizing")[2]["enabled"])


async def test_it_is_changed_for_all_machines_after_asking(
    later_cloud: harness.RunningCloud,
) -> None:
    async with open_app(later_cloud) as person:
        await person.command("memory-growth")
        await person.until_shown("Only machines for which it was allowed")
        await person.press("escape")
        await person.command("memory-growth")
        await person.until_shown("Let it grow")
        assert not growth_of_all(later_cloud)
        await person.press("y")
        await person.until_shown("every machine may get more memory by itself")
        assert growth_of_all(later_cloud)
        await person.command("memory-growth")
        await person.until_shown("Memory that was added stays")
        await person.press("y")
        await person.until_shown("no machine gets more memory by itself")
        assert not growth_of_all(later_cloud)


async def test_a_machine_s_own_screen_tells_whether_its_memory_grows(
    later_cloud: harness.RunningCloud,
) -> None:
    async with open_app(later_cloud) as person:
        await person.press("enter")
        await person.until_shown("Growth +memory stays as it is")
        await person.command("machine.memory_grows")
        await person.until_shown("Growth +the service may add memory")


async def test_where_it_is_not_offered_it_says_so(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud, open_app(cloud) as person:
        await person.command("memory-growth")
        await person.until_shown("Memory growth of all machines: .*does not")
