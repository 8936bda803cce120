"""The fleet screen, driven as a person drives it: the real app on a real local cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedalus_tui.actions.runner import AT_ONCE
from dedalus_tui.config.settings import Settings
from dedalus_tui.domain.faults import Unreachable
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import Phase
from dedalus_tui.ui.present.columns import BY_KEY
from tests.drivers.app import open_app
from tests.drivers.shifted_clock import ShiftedClock
from tests.local import wishes
from tests.ui.named_fleet import cloud_of, journal_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from dedalus_tui.journal.journal import Journal
    from tests.drivers.app import Person
    from tests.local.harness import RunningCloud

NAMES = ("alpha", "bravo", "charlie", "delta")


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[RunningCloud]:
    async with cloud_of(tmp_path, NAMES) as running:
        yield running


@pytest.fixture
def journal(cloud: RunningCloud) -> Iterator[Journal]:
    with journal_of(cloud, NAMES) as journal:
        yield journal


def phase_of(person: Person, name: str) -> str:
    return next(
        record.machine.phase for record in person.fleet.rows.records if record.label.name == name
    )


def selected(person: Person) -> str | None:
    key = person.fleet.table.cursor_key
    record = person.fleet.rows.record(key) if key else None
    return record.label.name if record else None


async def test_sleep_and_wake_from_the_keyboard(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.until(lambda: phase_of(person, "bravo") == Phase.RUNNING)
        await person.select("bravo")
        await person.do("machine.sleep")
        await person.until(lambda: phase_of(person, "bravo") == Phase.SLEEPING, "it asleep")
        await person.until_shown("bravo is going to sleep")
        assert "sleeping" in person.line_with("▌  bravo")
        assert selected(person) == "bravo", "the cursor stays on the machine that moved"
        await person.do("machine.wake")
        await person.until(lambda: phase_of(person, "bravo") == Phase.RUNNING, "it awake")


async def test_a_key_that_cannot_be_done_says_why(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.until(lambda: phase_of(person, "alpha") == Phase.RUNNING)
        await person.select("alpha")
        await person.do("machine.wake")
        await person.until_shown("Wake: it is awake")


async def test_enter_keeps_a_filter_that_cannot_be_read_open(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.press("slash")
        await person.type("phse:running")
        await person.press("enter")
        await person.until_shown("no field phse")
        assert person.fleet.prompt.is_open
        assert person.fleet.prompt.text == "phse:running"
        await person.press("escape")
        await person.until(lambda: not person.fleet.prompt.is_open, "the filter left")
        assert person.fleet.rows.filter.is_empty, "as it was before"
        await person.press("slash")
        await person.type("alpha")
        await person.press("enter")
        await person.until(lambda: person.fleet.rows.filter.text == "alpha", "the filter")
        assert not person.fleet.prompt.is_open


async def test_create_from_the_form_selects_the_new_machine(cloud: RunningCloud) -> None:
    async with open_app(cloud) as person:
        await person.do("machine.create")
        await person.until_shown("New machine")
        await person.press("ctrl+j")
        await person.until(lambda: len(person.fleet.rows) == 5, "five machines")
        await person.until_gone("New machine  ")
        created = max(record.machine_id for record in person.fleet.rows.records)
        await person.until(lambda: person.fleet.table.cursor_key == created, "it selected")


async def test_destroy_wants_the_word_and_can_be_stopped(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.select("charlie")
        await person.do("machine.destroy")
        await person.until_shown("Destroy charlie")
        await person.press("enter")
        await person.until_gone("Destroy charlie ")
        assert phase_of(person, "charlie") != Phase.DESTROYING, "Enter alone destroys nothing"
        await person.do("machine.destroy")
        await person.until_shown("Destroy charlie")
        await person.type("charlie")
        await person.press("enter")
        await person.until_shown("Destroy charlie in . s")
        await person.do("machine.undo")
        await person.until_shown("stopped: charlie was not destroyed")
        assert len(cloud.ask("GET", "/v1/machines")[2]["items"]) == 4


async def test_marked_machines_are_put_to_sleep_together_after_a_grace(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.until(lambda: all(phase_of(person, name) == Phase.RUNNING for name in NAMES))
        await person.do("list.first")
        await person.do("list.mark")
        await person.do("list.mark")
        await person.until_shown("2 marked")
        await person.do("machine.sleep")
        await person.until_shown("Sleep 2 machines in . s .*u stops it")
        await person.do("machine.undo")
        await person.until_gone("u stops it")
        assert all(phase_of(person, name) == Phase.RUNNING for name in NAMES)


async def test_undo_sends_the_inverse(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.until(lambda: phase_of(person, "delta") == Phase.RUNNING)
        await person.select("delta")
        await person.do("machine.sleep")
        await person.until(lambda: phase_of(person, "delta") == Phase.SLEEPING)
        await person.do("machine.undo")
        await person.until(lambda: phase_of(person, "delta") == Phase.RUNNING, "it awake again")


async def test_undo_never_reaches_past_what_is_on_its_way(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.until(lambda: phase_of(person, "bravo") == Phase.RUNNING)
        await person.select("alpha")
        await person.do("machine.sleep")
        await person.until(lambda: phase_of(person, "alpha") == Phase.SLEEPING)
        await cloud.fault(method="POST", path="/sleep", delay_ms=60_000, times=1)
        await person.select("bravo")
        await person.do("machine.sleep")
        await person.until_shown("running→○")
        await person.do("machine.undo")
        await person.until_shown("Sleep: the answer is still on its way")
        assert phase_of(person, "alpha") == Phase.SLEEPING


async def test_what_is_done_to_many_shows_how_far_it_is_and_can_be_stopped(
    cloud: RunningCloud, journal: Journal
) -> None:
    for _ in range(8):
        wishes.create(cloud)
    async with open_app(cloud, journal=journal) as person:
        await person.until(lambda: len(person.fleet.table.order) == 12)
        await person.until(
            lambda: all(each.machine.phase == Phase.RUNNING for each in person.fleet.rows.records)
        )
        await cloud.fault(method="POST", path="/sleep", delay_ms=60_000, times=AT_ONCE)
        await person.do("list.mark_all")
        await person.do("machine.sleep")
        await person.until_shown(r"Sleep: 6 of 12 machines\s+u stops the rest")
        await person.do("app.quit")
        await person.until_shown("Sleep is still to be asked for 6 of 12 machines")
        await person.press("escape")
        await person.do("machine.undo")
        await person.until_gone("stops the rest")
        services = person.fleet.services
        assert services is not None
        (bulk,) = services.runner.under_way
        assert bulk.is_stopped


async def test_the_filter_works_while_typing_and_escape_takes_it_back(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.select("delta")
        await person.do("list.filter")
        await person.type("brav")
        await person.until(lambda: len(person.fleet.table.order) == 1)
        assert selected(person) == "bravo"
        await person.press("escape")
        await person.until(lambda: len(person.fleet.table.order) == 4, "all of them")
        assert selected(person) == "delta", "the cursor is back where it was"
        await person.do("list.filter")
        await person.type("phase:nowhere")
        await person.until_shown("Nothing matches")
        await person.press("enter", "escape")
        await person.until(lambda: len(person.fleet.table.order) == 4)


async def test_a_filter_that_cannot_be_read_says_so_and_hides_nothing(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.do("list.filter")
        await person.type("/[a")
        await person.until_shown("close the pattern")
        assert len(person.fleet.table.order) == 4


async def test_quick_typing_after_slash_never_acts(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.until(lambda: phase_of(person, "alpha") == Phase.RUNNING)
        await person.press("slash", "s", "w", "D", "n", "enter")
        await person.until(lambda: person.fleet.rows.filter.text == "swDn")
        assert phase_of(person, "alpha") == Phase.RUNNING
        assert len(person.app.screen_stack) == 1


async def test_views_sort_and_columns(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.until(lambda: all(phase_of(person, name) == Phase.RUNNING for name in NAMES))
        await person.press("3")
        await person.until_shown("Nothing matches is:asleep")
        await person.press("2")
        await person.until(lambda: len(person.fleet.table.order) == 4)

        def names() -> list[str]:
            return [person.fleet.rows.row(key).title for key in person.fleet.table.order]

        await person.command("sort name desc")
        await person.until(lambda: names() == sorted(NAMES, reverse=True), "from z to a")
        await person.do("list.sort_reverse")
        await person.until(lambda: names() == sorted(NAMES), "from a to z")
        await person.command("cols -cpu +tags")
        await person.until(lambda: "CPU" not in person.line_with("NAME"))
        await person.command("view save mine")
        await person.until_shown("5 mine 4")
        await person.press("1")
        await person.until_shown("CPU")
        await person.press("5")
        await person.until(lambda: "CPU" not in person.line_with("NAME"))
        assert journal.views.all()[0].name == "mine"


async def test_the_machine_screen_opens_and_escape_comes_back(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.select("bravo")
        await person.do("fleet.open")
        await person.until_shown("Overview")
        assert "bravo" in person.lines[0]
        await person.press("escape")
        await person.until(lambda: len(person.app.screen_stack) == 1)
        await person.do("app.last_screen")
        await person.until_shown("Overview")


async def test_help_searches_and_runs(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.until(lambda: phase_of(person, "alpha") == Phase.RUNNING)
        await person.select("alpha")
        await person.do("app.help")
        await person.until_shown("Put the machine to sleep")
        await person.type("put sleep")
        await person.until_gone("Resize")
        await person.press("enter")
        await person.until(lambda: phase_of(person, "alpha") == Phase.SLEEPING, "it asleep")


async def test_the_palette_finds_actions(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.do("app.palette")
        await person.until_shown("Action or machine")
        await person.type("action log")
        await person.until_shown("Show every request made")
        await person.press("enter")
        await person.until_shown("GET .*/v1/machines")


async def test_the_command_line_names_machines_and_completes(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.until(lambda: phase_of(person, "delta") == Phase.RUNNING)
        await person.command("sleep delta")
        await person.until(lambda: phase_of(person, "delta") == Phase.SLEEPING, "it asleep")
        await person.until_shown("delta is going to sleep")
        await person.command("sleep nobody")
        await person.until_shown("no machine is called nobody")
        await person.command("nonsense")
        await person.until_shown("there is no command nonsense")
        await person.press("escape")
        await person.do("app.command_line")
        await person.type("sor")
        await person.press("tab")
        await person.until(lambda: person.fleet.prompt.text == "sort ", "the whole word")
        await person.press("escape")


async def test_a_machine_destroyed_elsewhere_leaves_the_list_and_the_cursor_its_line(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.command("sort name")
        await person.select("bravo")
        key = person.fleet.table.cursor_key
        cloud.ask("DELETE", f"/v1/machines/{key}", headers={"Idempotency-Key": "gone"})
        await person.until_gone("bravo")
        assert selected(person) == "charlie"


async def test_failing_lists_never_empty_the_table(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await cloud.fault(path="/v1/machines$", status=503, times=1_000)
        await person.until_shown("As of")
        for name in NAMES:
            person.line_with(name)
        await cloud.clear_faults()
        await person.until_shown("live now")
        await person.until_gone("As of")


async def test_read_only_mode_has_no_key_that_changes_anything(
    cloud: RunningCloud, journal: Journal
) -> None:
    settings = Settings(motion=False, read_only=True)
    async with open_app(cloud, journal=journal, settings=settings) as person:
        await person.until(lambda: phase_of(person, "alpha") == Phase.RUNNING)
        await person.select("alpha")
        for key in ("s", "D", "n", "z", "A", "e", "b", "N"):
            await person.press(key)
        assert len(person.app.screen_stack) == 1
        assert phase_of(person, "alpha") == Phase.RUNNING
        assert "sleep" not in "".join(person.lines[-2:])
        assert "read-only" in person.lines[0]


async def test_equal_machines_stand_as_the_service_lists_them(cloud: RunningCloud) -> None:
    for number in range(12):
        body = {"vcpu": 1, "memory_mib": 1024, "storage_gib": 10}
        cloud.ask("POST", "/v1/machines", body, headers={"Idempotency-Key": f"more-{number}"})
    async with open_app(cloud) as person:
        person.fleet.sort_by(BY_KEY["disk"], is_falling=False)
        listed = [machine["machine_id"] for machine in cloud.ask("GET", "/v1/machines")[2]["items"]]
        assert len(listed) == 16
        assert list(person.fleet.table.order) == listed


async def test_nothing_counts_down_while_the_line_is_bad(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal, size=(160, 45), looked_at_seconds=3600) as person:
        await person.until(lambda: phase_of(person, "bravo") == Phase.RUNNING)
        await person.select("bravo")
        await person.until_shown(r"▌  bravo .*~\d+m")
        person.store.health.failed(Unreachable("refused"))
        await person.until(lambda: "?" in person.line_with("▌  bravo"), "no estimate")
        await person.until_shown("cannot be told from here")
        person.store.refresh()
        await person.until_shown(r"▌  bravo .*~\d+m")


async def test_a_moment_that_passed_stands_last_without_any_change(
    cloud: RunningCloud, journal: Journal
) -> None:
    clock = ShiftedClock()
    async with open_app(cloud, journal=journal, clock=clock) as person:
        await person.until(lambda: phase_of(person, "delta") == Phase.RUNNING)
        fleet, store = person.fleet, person.store
        names = {r.label.name: r.machine_id for r in store.machines.records()}
        path = f"/v1/machines/{names['delta']}"
        cloud.ask("PATCH", path, {"autosleep": "10m"}, headers=wishes.key())
        for machine_id in names.values():
            await store.activity.look(machine_id)
        fleet.sort_by(BY_KEY["sleeps"], is_falling=False)
        await person.until(lambda: fleet.table.order[0] == names["delta"], "the soonest first")
        await person.until_shown("SLEEPS IN▲")
        clock.skipped = 30 * 60
        await person.until(lambda: fleet.table.order[-1] == names["delta"], "it last")


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (120, 40), (170, 50), (200, 50)])
async def test_the_room_of_the_table_is_known_before_it_has_its_place(
    cloud: RunningCloud, journal: Journal, size: tuple[int, int]
) -> None:
    """Or the first paint would show other columns than the second."""
    async with open_app(cloud, journal=journal, size=size) as person:
        fleet = person.fleet
        await person.until(lambda: fleet.table.size.width == fleet.room_for_table, "the room")
        await person.do("list.pane_smaller")  # half of it for the detail
        await person.until(lambda: fleet.table.size.width == fleet.room_for_table, "half the room")


async def test_the_columns_of_the_first_rows_fit_beside_the_detail(cloud: RunningCloud) -> None:
    """With no rows there was no table, and nothing to fit the columns into."""
    async with open_app(cloud, size=(120, 40)) as person:
        assert "AGE" in person.lines[2]


async def test_panes_by_width(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal, size=(120, 30)) as person:
        await person.select("alpha")
        await person.until(lambda: person.fleet.has_class("-detail-right"))
        await person.until_shown("│ State")
        await person.do("fleet.detail_pane")
        await person.until_gone("State")
        await person.do("fleet.detail_pane")
        await person.pilot.resize_terminal(100, 30)
        await person.until(lambda: person.fleet.has_class("-detail-bottom"))
        await person.until_shown("^ State|\n State")
        await person.pilot.resize_terminal(40, 10)
        await person.until_gone("State")
        person.line_with("alpha")


@pytest.mark.parametrize("size", [(120, 30), (80, 24)])
async def test_escape_brings_the_list_back_from_a_detail_that_stands_alone(
    cloud: RunningCloud, journal: Journal, size: tuple[int, int]
) -> None:
    async with open_app(cloud, journal=journal, size=size) as person:
        await person.select("bravo")
        person.fleet.table.mark([person.fleet.table.order[0]])
        await person.press("underscore", "underscore")
        await person.until_gone("charlie")
        await person.press("escape")
        await person.until_shown("charlie")
        assert selected(person) == "bravo"
        assert person.fleet.table.has_focus
        assert person.fleet.table.marks, "one step at a time"
        await person.press("escape")
        assert not person.fleet.table.marks


async def test_an_expression_that_never_ends_is_given_up_with_words(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await person.select("alpha")
        key = person.fleet.table.cursor_key
        assert key is not None
        person.store.label(key, Label(name="x" * 40))
        await person.until_shown("x" * 20)
        await person.do("list.filter")
        await person.type("/(x+x+)+y/")
        await person.until_shown("takes too long: given up")
        await person.until_shown("takes too long: the filter is off")
        await person.press("enter")
        for name in NAMES[1:]:
            person.line_with(name)
        await person.do("list.filter")
        await person.type("bra")
        await person.until(lambda: len(person.fleet.table.order) == 1, "the usual filter")


async def test_columns_are_chosen_in_a_dialog(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal, size=(160, 30)) as person:
        await person.until(lambda: "AUTOSLEEP" in person.line_with("NAME"))
        await person.do("list.columns")
        await person.until_shown("takes or leaves")
        await person.press("space", "down", "down", "space", "enter")
        await person.until(lambda: "WANT" not in person.line_with("NAME"))
        person.line_with("alpha")
        await person.do("list.columns")
        await person.until_shown("takes or leaves")
        await person.press("r", "enter")
        await person.until(lambda: "WANT" in person.line_with("NAME"))


async def test_a_click_on_the_tab_of_a_view_goes_to_it(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        place = person.line_with("2 Awake").index("2 Awake")
        await person.pilot.click("#views", offset=(place, 0))
        await person.until(lambda: person.fleet.view == 1, "the second view")
        await person.pilot.pause()
        assert person.app.is_running
