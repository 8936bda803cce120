"""The store on a real local cloud: it sees, follows, survives, and says how the line is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.store.living import ask, create, living_store, shown, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local.harness import RunningCloud


async def test_sees_what_is_there(cloud: RunningCloud) -> None:
    """A first list, and what comes and goes afterwards."""
    first = await create(cloud)
    async with living_store(cloud) as store:
        await until(store, lambda: store.machines.is_loaded)
        record = await shown(store, first, "running")
        assert not record.is_stale
        assert store.health.state.line == "talking"
        second = await create(cloud)
        await shown(store, second, "running")
        await ask(cloud, "DELETE", f"/v1/machines/{first}")
        await until(
            store,
            lambda: (
                (found := store.machines.get(first)) is None or found.machine.phase == "destroyed"
            ),
        )


async def test_a_fault_never_blanks_the_list(cloud: RunningCloud) -> None:
    """Rows stay, health tells, and a regained line lists at once."""
    machine_id = await create(cloud)
    async with living_store(cloud) as store:
        await shown(store, machine_id, "running")
        await cloud.fault(
            path="/v1/machines$",
            status=500,
            body={
                "error_code": "INTERNAL",
                "message": "broken",
                "retryable": False,
            },
        )
        await until(store, lambda: store.health.state.line == "degraded")
        assert store.machines.get(machine_id) is not None
        assert store.health.state.last_good is not None
        await cloud.clear_faults()
        await until(store, lambda: store.health.state.line == "talking")
        assert store.health.state.fault is None


async def test_a_wrong_key_locks_out_and_keeps_the_rows(cloud: RunningCloud) -> None:
    """401 is told as such."""
    machine_id = await create(cloud)
    async with living_store(cloud) as store:
        await shown(store, machine_id, "running")
        await cloud.fault(
            path="/v1/machines",
            status=401,
            body={
                "error_code": "AUTH_INVALID",
                "message": "bad key",
                "retryable": False,
            },
        )
        await until(store, lambda: store.health.state.line == "locked_out")
        assert store.machines.get(machine_id) is not None


async def test_the_later_generation_is_followed_without_streams(
    later_cloud: RunningCloud,
) -> None:
    """Thin rows are hints: the full truth is fetched where they differ."""
    machine_id = await create(later_cloud)
    async with living_store(later_cloud) as store:
        await until(store, lambda: store.machines.get(machine_id) is not None)
        store.look(screen_is_current=True, selected=machine_id)
        record = store.machines.get(machine_id)
        await until(
            store,
            lambda: (
                (found := store.machines.get(machine_id)) is not None
                and not found.confirmed.is_thin
            ),
        )
        await ask(later_cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        record = await shown(store, machine_id, "sleeping")
        assert record.confirmed.revision is not None


async def test_remembers_rows_and_transitions_across_runs(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    """The next run paints old rows at once, as stale, and knows what was seen before."""
    machine_id = await create(cloud)
    file = tmp_path / "journal.db"
    async with living_store(cloud, journal=file) as store:
        await shown(store, machine_id, "running")
        await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        await shown(store, machine_id, "sleeping")
        seen = [each.phase for each in store.history_of(machine_id)]
        assert seen[-1] == "sleeping"
    async with living_store(cloud, journal=file, is_running=False) as store:
        record = store.machines.get(machine_id)
        assert record is not None
        assert record.is_stale
        assert record.machine.phase == "sleeping"
        assert [each.phase for each in store.history_of(machine_id)] == seen
        assert not store.machines.is_loaded
    async with living_store(cloud, journal=file) as store:
        record = await shown(store, machine_id, "sleeping")
        await until(store, lambda: not store.machines.get(machine_id).is_stale)  # type: ignore[union-attr]
        assert [each.phase for each in store.history_of(machine_id)] == seen


async def test_every_request_is_kept_for_the_action_log(cloud: RunningCloud) -> None:
    """Without key or query."""
    async with living_store(cloud) as store:
        await until(store, lambda: store.machines.is_loaded)
        entries = store.exchanges.entries()
        assert entries[0].path == "/v1/machines"
        assert entries[0].status == 200
        assert cloud.api_key not in repr(entries)
