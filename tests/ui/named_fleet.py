"""Clouds whose machines have names, as the tests of the fleet and of typing ahead want them."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from dedalus_tui.domain.label import Label
from dedalus_tui.journal.journal import Journal
from tests.local.harness import serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path

    from tests.local.harness import RunningCloud


@asynccontextmanager
async def cloud_of(tmp_path: Path, names: Sequence[str]) -> AsyncIterator[RunningCloud]:
    """A local cloud with a small machine for each of the names."""
    async with await serve(tmp_path) as running:
        for name in names:
            body = {"vcpu": 1, "memory_mib": 1024, "storage_gib": 10, "autosleep": "1h"}
            running.ask("POST", "/v1/machines", body, headers={"Idempotency-Key": f"key-{name}"})
        yield running


@contextmanager
def journal_of(cloud: RunningCloud, names: Sequence[str]) -> Iterator[Journal]:
    """A journal that knows the machines by these names, in the order they were made."""
    journal = Journal(None, cloud="test")
    listed = cloud.ask("GET", "/v1/machines")[2]["items"]
    for name, machine in zip(names, sorted(m["machine_id"] for m in listed), strict=True):
        journal.labels.put(machine, Label(name=name))
    yield journal
    journal.close()
