"""Opening a preview on a sleeping machine, and following it until it is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.previews import (
    close_preview,
    follow_preview,
    open_preview,
)
from dedalus_tui.domain.preview import PreviewSpec
from tests.local.harness import serve
from tests.store.living import ask, create, living_store, shown

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local.harness import RunningCloud


async def test_a_preview_is_followed_until_its_machine_is_awake(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with living_store(cloud) as store:
        await shown(store, machine_id, "running")
        await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        await shown(store, machine_id, "sleeping")
        await cloud.pace("quick")
        spec = PreviewSpec(port=8080, protocol="http", visibility="private")
        made = await open_preview(store, machine_id, spec)
        assert made.status == "wake_in_progress"
        ready = await follow_preview(store, machine_id, made)
        assert ready.status == "ready"
        assert store.previews.of(machine_id) == (ready,)
        # One like it is used again, and one that ended is not waited for.
        assert await open_preview(store, machine_id, spec) == ready
        await close_preview(store, ready)
        (ended,) = store.previews.of(machine_id)
        assert await follow_preview(store, machine_id, ended) is ended


async def test_ports_in_their_place_live_the_same_life(tmp_path: Path) -> None:
    """And who asks for one again gets the ready one, whatever visibility was thought of."""
    async with await serve(tmp_path, generation="2026-07") as cloud:
        machine_id = await create(cloud)
        async with living_store(cloud) as store:
            await shown(store, machine_id, "running")
            await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
            await shown(store, machine_id, "sleeping")
            await cloud.pace("quick")
            made = await open_preview(store, machine_id, PreviewSpec(port=8080, protocol="http"))
            assert (made.status, made.is_port) == ("wake_in_progress", True)
            ready = await follow_preview(store, machine_id, made)
            assert ready.status == "ready"
            spec = PreviewSpec(port=8080, protocol="http", visibility="private")
            assert await open_preview(store, machine_id, spec) == ready
            await close_preview(store, ready)
            (ended,) = store.previews.of(machine_id)
            assert (ended.status, ended.is_port) == ("closed", True)
