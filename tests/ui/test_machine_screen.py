"""The machine screen: tabs, keys, faces; looking at a machine never wakes it."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.config.settings import Rates, Settings
from dedalus_tui.domain.faults import Unreachable
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import LifecycleStatus, Machine
from dedalus_tui.ui.panes.detail import MachineDetail
from dedalus_tui.ui.panes.registry import PANES
from dedalus_tui.ui.present.roles import text_of
from dedalus_tui.ui.screens.machine import MachineScreen
from tests.store.living import ask, create, living_store
from tests.store.stepped_clock import START, SteppedClock
from tests.ui.faces import check_face
from tests.ui.stage import Stage, on_live_stage, on_stage, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

    from dedalus_tui.store.cloud import Store
    from tests.local.harness import RunningCloud

ID = "dm-019e4e57-dacf-735d-af02-f1dda20444b0"
RATES = Rates(vcpu_hour=0.05, memory_gib_hour=0.01, disk_gib_hour=0.001, as_of="2026-08")


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def machine(phase: str, want: str, *, hours_ago: float, revision: int, **more: object) -> Machine:
    at = START - timedelta(hours=hours_ago)
    return Machine(
        machine_id=ID,
        desired_state=want,
        vcpu=2,
        memory_mib=4096,
        storage_gib=20,
        autosleep_seconds=300,
        created_at=START - timedelta(days=2),
        status=LifecycleStatus(
            phase=phase,
            reason="DesiredStateReached",
            revision=str(revision),
            last_transition_at=at,
            last_progress_at=at,
            **more,  # type: ignore[arg-type]
        ),
    )


def lived(store: Store) -> None:
    """Some history, ending awake, with some hours in which nobody looked."""
    now = store.clock.now()
    for first, last in ((21, 8), (3, 0)):
        store.recorder.watched.note(now - timedelta(hours=first), now - timedelta(hours=last))
    for revision, (phase, want, hours_ago) in enumerate(
        (
            ("running", "running", 20),
            ("sleeping", "sleeping", 11),
            ("starting", "running", 2.01),
            ("running", "running", 2),
        )
    ):
        seen = machine(phase, want, hours_ago=hours_ago, revision=40 + revision)
        store.machines.sight(seen, store.machines.take_ticket())
    store.label(ID, Label(name="api-refactor", note="Tim's branch", tags=("ci",)))


def failed(store: Store) -> None:
    lived(store)
    broken = machine(
        "failed",
        "running",
        hours_ago=0.5,
        revision=50,
        retryable=True,
        last_error="RuntimeWakeFailed: no host had room",
    )
    store.machines.sight(broken, store.machines.take_ticket())


def going(store: Store) -> None:
    lived(store)
    leaving = machine("running", "sleeping", hours_ago=2, revision=51)
    store.machines.sight(leaving, store.machines.take_ticket())


def gone(store: Store) -> None:
    lived(store)
    store.machines.gone(ID)


def offline(store: Store) -> None:
    lived(store)
    store.health.failed(Unreachable("connection refused"))


FACES: dict[str, Callable[[Store], None]] = {
    "settled": lived,
    "failed": failed,
    "going": going,
    "gone": gone,
    "offline": offline,
}


@asynccontextmanager
async def standing(
    cloud: RunningCloud, arrange: Callable[[Store], None], **more: object
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """A machine screen over a store that stands still."""
    async with living_store(cloud, clock=SteppedClock(), is_running=False) as store:
        store.health.heard()
        arrange(store)
        async with on_stage(
            lambda stage: MachineScreen(stage.services, ID),
            store=store,
            settings=Settings(rates=RATES),
            **more,  # type: ignore[arg-type]
        ) as (stage, pilot):
            await pilot.pause()
            yield stage, pilot


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("face", FACES)
async def test_faces_of_the_overview(cloud: RunningCloud, face: str, size: tuple[int, int]) -> None:
    async with standing(cloud, FACES[face], size=size) as (stage, _):
        check_face(f"machine-{face}-{size[0]}x{size[1]}", stage.lines_of("#panes"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_face_of_the_timeline(cloud: RunningCloud, size: tuple[int, int]) -> None:
    async with standing(cloud, failed, size=size) as (stage, pilot):
        await open_tab(pilot, "timeline")
        # The bar comes with the pane's size, in a later frame.
        await until(pilot, lambda: "not seen: nobody was looking" in stage.text)
        check_face(f"machine-timeline-{size[0]}x{size[1]}", stage.lines_of("#panes"))


async def open_tab(pilot: Pilot[None], key: str) -> None:
    """Press the number of that tab."""
    number = [entry.key for entry in PANES].index(key) + 1
    await pilot.press(str(number))
    screen = pilot.app.screen
    assert isinstance(screen, MachineScreen)
    await until(pilot, lambda: screen.pane is not None and screen.tab_key == key)
    await pilot.pause()


async def test_the_screen_follows_the_machine(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, lambda stage: MachineScreen(stage.services, machine_id)) as (
        stage,
        pilot,
    ):
        await until(pilot, lambda: "● running" in stage.text)
        await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        await until(pilot, lambda: "State     ○ sleeping" in stage.text)
        await ask(cloud, "DELETE", f"/v1/machines/{machine_id}")
        await until(
            pilot, lambda: "gone: it was destroyed" in stage.text or "destroyed" in stage.text
        )


async def test_sleeping_from_here_goes_to_the_service(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, lambda stage: MachineScreen(stage.services, machine_id)) as (
        stage,
        pilot,
    ):
        await until(pilot, lambda: "● running" in stage.text)
        await pilot.press("s")
        await until(pilot, lambda: "State     ○ sleeping" in stage.text)
        world = await ask(cloud, "GET", f"/v1/machines/{machine_id}")
        assert world["desired_state"] == "sleeping"


async def test_no_tab_wakes_a_sleeping_machine(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
    async with on_live_stage(cloud, lambda stage: MachineScreen(stage.services, machine_id)) as (
        stage,
        pilot,
    ):
        for entry in PANES:
            await open_tab(pilot, entry.key)
        await until(pilot, lambda: "○ sleeping" in stage.text)
        assert stage.store is not None
        sent = [each for each in stage.store.exchanges.entries() if each.method != "GET"]
        assert sent == []
        world = await ask(cloud, "GET", f"/v1/machines/{machine_id}")
        assert world["status"]["phase"] == "sleeping"


async def test_tabs_are_reached_by_number_bracket_and_click(cloud: RunningCloud) -> None:
    keys = [entry.key for entry in PANES]
    async with standing(cloud, lived, size=(160, 40)) as (stage, pilot):
        screen = stage.screen
        assert isinstance(screen, MachineScreen)
        assert screen.tab_key == "overview"
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: screen.tab_key == keys[-1])
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: screen.tab_key == "overview")
        await open_tab(pilot, "timeline")
        place = stage.lines[1].index("Overview")
        await pilot.click("#tabs", offset=(place + 1, 0))
        await until(pilot, lambda: screen.tab_key == "overview")
        await pilot.press("9")
        assert screen.tab_key == "overview" or len(PANES) >= 9


async def test_a_tab_that_is_not_offered_is_dim_and_says_why(
    cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from dedalus_tui.domain.faults import NotOffered
    from dedalus_tui.ui.panes import registry
    from dedalus_tui.ui.screens import machine as machine_screen

    closed = tuple(
        replace(entry, abilities=("artifacts",)) if entry.key == "timeline" else entry
        for entry in PANES
    )
    monkeypatch.setattr(registry, "PANES", closed)
    monkeypatch.setattr(machine_screen, "PANES", closed)

    def without_artifacts(store: Store) -> None:
        lived(store)
        store.client.abilities.note_refused("artifacts", NotOffered("no such route"))

    async with standing(cloud, without_artifacts, size=(160, 24)) as (stage, pilot):
        number = [entry.key for entry in closed].index("timeline") + 1
        assert f"({number} Timeline)" in stage.text
        await pilot.press(str(number))
        await until(pilot, lambda: "Timeline: this deployment does not offer it" in stage.text)


async def test_movement_keys_scroll_what_is_too_long(cloud: RunningCloud) -> None:
    async with standing(cloud, lived, size=(60, 14)) as (stage, pilot):
        detail = stage.screen.query_one(MachineDetail)
        await pilot.press("j", "j")
        assert detail.scroll_y == 2
        await pilot.press("G")
        assert detail.scroll_y == detail.max_scroll_y
        await pilot.press("ctrl+u", "g")
        assert detail.scroll_y == 0


async def test_a_machine_wider_or_narrower_is_laid_out_anew(cloud: RunningCloud) -> None:
    async with standing(cloud, lived, size=(120, 40)) as (stage, pilot):
        detail = stage.screen.query_one(MachineDetail)
        assert max(len(text_of(line).rstrip()) for line in detail.lines) > 50
        await pilot.resize_terminal(50, 20)
        await until(pilot, lambda: max(len(text_of(line).rstrip()) for line in detail.lines) <= 50)


async def test_a_bad_line_is_said_above_what_is_known(cloud: RunningCloud) -> None:
    async with standing(cloud, offline) as (stage, _):
        assert "The service cannot be reached." in stage.text
        assert "● running" in stage.text


async def test_what_is_about_to_start_is_shown_and_can_be_stopped(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, lambda stage: MachineScreen(stage.services, machine_id)) as (
        stage,
        pilot,
    ):
        await until(pilot, lambda: "● running" in stage.text)
        await pilot.press("D")
        await until(pilot, lambda: "There is no way back." in stage.text)
        await pilot.press(*"destroy", "enter")
        pending = stage.screen_stack[1].query_one("#pending")
        await until(pilot, lambda: pending.display and "Destroy" in stage.text)
        await pilot.press("u")
        await until(pilot, lambda: not pending.display)


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_escape_and_q_go_up(cloud: RunningCloud, key: str) -> None:
    async with standing(cloud, lived) as (stage, pilot):
        await pilot.press(key)
        await pilot.pause()
        assert not isinstance(stage.screen, MachineScreen)


@pytest.mark.parametrize("size", [(40, 10), (200, 50)])
async def test_it_stands_at_odd_sizes(cloud: RunningCloud, size: tuple[int, int]) -> None:
    async with standing(cloud, lived, size=size) as (stage, pilot):
        assert "● running" in stage.text
        for entry in PANES:
            await open_tab(pilot, entry.key)
        assert max(len(line) for line in stage.lines) <= size[0]
