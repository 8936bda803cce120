"""Usage on screen: what the local cloud metered, in words, bars and rows, with its faults."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.config.settings import Rates, Settings
from dedalus_tui.domain.usage import ComputeRow
from dedalus_tui.domain.usage_report import Bar, Measure, report
from dedalus_tui.ui.dialogs.prompt import PromptDialog
from dedalus_tui.ui.panes.usage import UsagePane
from dedalus_tui.ui.present import usage as words
from dedalus_tui.ui.present.glyphs import ASCII, UNICODE
from dedalus_tui.ui.present.roles import text_of
from dedalus_tui.ui.present.usage_export import as_csv, as_json
from dedalus_tui.ui.screens.machine import MachineScreen
from dedalus_tui.ui.screens.usage import UsageScreen
from tests.local import harness, wishes
from tests.ui.stage import Stage, on_live_stage, until

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from dedalus_tui.local.world import Generation

RATES = Rates(vcpu_hour=1.0, memory_gib_hour=0.5, disk_gib_hour=0.25, as_of="2026-08-01")
START = datetime(2026, 3, 1, tzinfo=UTC)


async def metered(cloud: harness.RunningCloud) -> tuple[str, str]:
    """Two machines; the second was awake for three times as long."""
    first = wishes.create(cloud, autosleep="never", memory_mib=1024)["machine_id"]
    second = wishes.create(cloud, autosleep="never", memory_mib=1024)["machine_id"]
    await cloud.freeze()
    await cloud.step(3600)
    wishes.act(cloud, first, "sleep")
    await cloud.step(2 * 3600)
    return first, second


async def read(pilot: Pilot[None], stage: Stage) -> None:
    assert stage.store is not None
    book = stage.store.usage
    await until(pilot, lambda: book.state.month or book.state.fault)
    # The screen hears of it up to a frame later.
    await until(pilot, lambda: "reading the usage" not in stage.text)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_screen_says_what_was_metered(tmp_path: Path, size: tuple[int, int]) -> None:
    async with await harness.serve(tmp_path) as cloud:
        await metered(cloud)
        settings = Settings(rates=RATES)
        async with on_live_stage(
            cloud, lambda stage: UsageScreen(stage.services), settings=settings, size=size
        ) as (stage, pilot):
            await read(pilot, stage)
            text = stage.text
            assert "closed through" in text
            so_far = next(line for line in stage.lines if "So far" in line)
            assert so_far.split()[2:] == ["4.0", "0", "4.0", "0", "~$2.00"]
            assert "75%" in text
            assert "25%" in text
            assert ("estimate, rates of 2026-08-01" in text) == (size[1] > 24)


async def test_sorting_charting_and_going_back(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        first, second = await metered(cloud)
        async with on_live_stage(
            cloud, lambda stage: UsageScreen(stage.services), size=(120, 40)
        ) as (stage, pilot):
            await read(pilot, stage)
            screen = stage.screen
            assert isinstance(screen, UsageScreen)
            assert list(screen.table.order) == [second, first]
            await pilot.press("equals_sign")
            assert list(screen.table.order) == [first, second]
            await pilot.press("m")
            assert "cpu used, vCPU-h" in stage.text
            assert "by day (UTC), all machines" in stage.text
            await pilot.press("h")
            await until(pilot, lambda: "by hour, all machines" in stage.text)
            await pilot.press("enter")
            await until(pilot, lambda: "by hour, all machines" not in stage.text)
            screen.action_app_back()
            await until(pilot, lambda: "by hour, all machines" in stage.text)
            await pilot.press("H")
            await until(pilot, lambda: "closed_through" in stage.text)
            assert stage.answers == []
            screen.action_app_back()
            await until(pilot, lambda: stage.answers == [None])


async def test_saving_as_csv_and_json_never_over_a_file(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        await metered(cloud)
        async with on_live_stage(
            cloud, lambda stage: UsageScreen(stage.services), size=(100, 30)
        ) as (stage, pilot):
            await read(pilot, stage)
            taken = tmp_path / "taken.csv"
            taken.write_text("mine")
            for name in ("usage.csv", "usage.json", "taken.csv"):
                await pilot.press("ctrl+s")
                await until(pilot, lambda: not isinstance(stage.screen, UsageScreen))
                dialog = stage.screen
                assert isinstance(dialog, PromptDialog)
                dialog.field("text").text = str(tmp_path / name)
                await pilot.press("enter")
                await pilot.pause()
            assert "it is not written over" in stage.text
            assert taken.read_text() == "mine"
            rows = list(csv.DictReader((tmp_path / "usage.csv").read_text().splitlines()))
            assert sum(float(row["awake_hours"]) for row in rows) == pytest.approx(4, abs=0.01)
            saved = json.loads((tmp_path / "usage.json").read_text())
            assert saved["total"]["awake_hours"] == pytest.approx(4, abs=0.01)


async def test_a_fault_leaves_what_was_there_and_says_so(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        await metered(cloud)
        async with on_live_stage(
            cloud, lambda stage: UsageScreen(stage.services), size=(120, 40)
        ) as (stage, pilot):
            await read(pilot, stage)
            assert stage.store is not None
            await cloud.fault(
                path="/v1/usage",
                status=502,
                body={"error_code": "LEDGER_DOWN", "message": "ledger down", "retryable": False},
            )
            await pilot.press("r")
            state = stage.store.usage
            await until(pilot, lambda: state.state.fault is not None)
            await until(pilot, lambda: "as of" in stage.text)
            assert "So far               4.0" in stage.text


@pytest.mark.parametrize(
    ("generation", "fault"), [("2026-09", None), ("2026-05", 403), ("2026-05", 401)]
)
async def test_without_the_routes_or_the_right_it_says_why(
    tmp_path: Path, generation: Generation, fault: int | None
) -> None:
    async with await harness.serve(tmp_path, generation=generation) as cloud:
        if fault is not None:
            code = {401: "AUTH_INVALID", 403: "AUTH_SCOPE_FORBIDDEN"}[fault]
            body = {"error_code": code, "message": "no", "retryable": False}
            await cloud.fault(path="/v1/usage", status=fault, body=body)
        async with on_live_stage(
            cloud, lambda stage: UsageScreen(stage.services), size=(100, 30)
        ) as (stage, pilot):
            await read(pilot, stage)
            assert stage.store is not None
            assert stage.store.usage.state.fault is not None
            assert stage.lines[1].strip()


async def test_the_pane_shows_one_machine_without_touching_it(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        first, _ = await metered(cloud)
        async with on_live_stage(
            cloud,
            lambda stage: MachineScreen(stage.services, first, tab="usage"),
            size=(120, 40),
        ) as (stage, pilot):
            await read(pilot, stage)
            await until(pilot, lambda: "25 % of all machines" in stage.text)
            assert "1.0 h" in stage.text
            pane = stage.screen.query_one(UsagePane)
            pane.action_usage_next_measure()
            await until(pilot, lambda: "cpu used, vCPU-h" in stage.text)
            assert wishes.phase(cloud, first) == "sleeping"


def bars(*values: float, hours: int = 24) -> list[Bar]:
    rows = [
        ComputeRow(
            machine_id="dm-1",
            bucket_start=START + timedelta(hours=hours * place),
            awake_seconds=value * 3600,
        )
        for place, value in enumerate(values)
    ]
    end = START + timedelta(hours=hours * len(values))
    return list(report(START, end, rows, []).bars(days=hours == 24))


def test_the_highest_bar_is_full_and_the_lowest_is_seen() -> None:
    lines = words.chart_lines(bars(8, 4, 0.01, 0), Measure.AWAKE, UNICODE, width=40, height=4)
    drawn = [text_of(line) for line in lines]
    assert drawn[0].strip().startswith("8.0")
    assert "██" in drawn[0]
    assert drawn[3].endswith("██ ██ ▁▁    ")
    assert drawn[4].split() == ["01", "02", "03", "04"]


def test_ascii_and_narrow_charts_hold_their_width() -> None:
    for width in range(5, 60, 7):
        lines = words.chart_lines(bars(*range(31)), Measure.AWAKE, ASCII, width=width, height=3)
        assert all(len(text_of(line)) <= width for line in lines)
        assert all(text_of(line).isascii() for line in lines)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.001, "<.01"), (0.5, "0.50"), (3.14, "3.1"), (412.2, "412"), (12_345, "12k")],
)
def test_amounts_fit_a_column(value: float, text: str) -> None:
    assert words.amount(value) == text


def test_exports_hold_no_formula_and_come_to_the_total() -> None:
    made = report(
        START,
        START + timedelta(days=1),
        [ComputeRow(machine_id="=cmd()", bucket_start=START, awake_seconds=1800)],
        [],
    )
    rows = list(csv.DictReader(as_csv(made, {"=cmd()": "+name"}).splitlines()))
    assert (rows[0]["machine_id"], rows[0]["name"]) == ("'=cmd()", "'+name")
    assert json.loads(as_json(made, {}))["total"]["awake_hours"] == 0.5
