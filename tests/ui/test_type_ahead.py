"""Keys that come in one moment, as over a slow line, do what they would have done one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.events import Key, Paste

from dedalus_tui.domain.machine import Phase
from dedalus_tui.ui import type_ahead
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.dialogs.destroy import DestroyDialog
from dedalus_tui.ui.dialogs.run_command import RunCommandDialog
from tests.drivers.app import Person, open_app
from tests.ui.named_fleet import cloud_of, journal_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from dedalus_tui.journal.journal import Journal
    from tests.local.harness import RunningCloud

NAMES = ("alpha", "bravo")
NAMED = "enter", "slash", "colon", "escape", "ctrl+right_square_bracket"


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[RunningCloud]:
    async with cloud_of(tmp_path, NAMES) as running:
        yield running


@pytest.fixture
def journal(cloud: RunningCloud) -> Iterator[Journal]:
    with journal_of(cloud, NAMES) as journal:
        yield journal


def phases(person: Person) -> dict[str, str]:
    return {record.label.name: record.machine.phase for record in person.fleet.rows.records}


async def all_awake(person: Person) -> None:
    await person.until(lambda: set(phases(person).values()) == {Phase.RUNNING}, "both awake")


def type_at_once(person: Person, *keys: str) -> None:
    """All of it before the app can handle the first of them; words are typed by letters."""
    for each in keys:
        for key in [each] if each in NAMED else each:
            character = {"slash": "/", "colon": ":", " ": " "}.get(key)
            name = "space" if key == " " else key
            person.app.post_message(Key(name, character or (key if len(key) == 1 else None)))


async def test_a_filter(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await all_awake(person)
        for _ in range(2):  # the line is made when it is first opened
            type_at_once(person, "slash", "brass", "enter")
            await person.until_shown("/brass")
            await person.until(lambda: person.fleet.rows.filter.text == "brass", "the filter")
            await person.press("escape")
            await person.until_gone("/brass")
        assert set(phases(person).values()) == {Phase.RUNNING}


async def test_a_command_line(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await all_awake(person)
        type_at_once(person, "colon", "runs", "enter")
        await person.until(lambda: getattr(person.app.screen, "PLACE", "") == "runs", "the runs")
        assert set(phases(person).values()) == {Phase.RUNNING}


async def test_a_command_to_run(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await all_awake(person)
        type_at_once(person, "x", "sleep 5 wD")
        await person.until(lambda: isinstance(person.app.screen, RunCommandDialog), "the form")
        form = person.app.screen
        assert isinstance(form, RunCommandDialog)
        await person.until(lambda: form.field("command").text == "sleep 5 wD", "all of it")
        assert set(phases(person).values()) == {Phase.RUNNING}


async def test_the_word_of_a_dialog_that_is_slow_to_come(
    cloud: RunningCloud, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_ahead, "TELL_AFTER_SECONDS", 0.01)  # long before the answers
    async with open_app(cloud, journal=journal) as person:
        await all_awake(person)
        await person.select("bravo")
        await cloud.fault(method="GET", path="/executions", delay_ms=700, times=10)
        type_at_once(person, "D", "bravos")
        await person.until_shown("keys wait")
        await person.until(lambda: isinstance(person.app.screen, DestroyDialog), "the dialog")
        await person.until_shown("bravos")
        await person.press("enter")
        assert set(phases(person).values()) == {Phase.RUNNING}, "bravos is not the word"


async def test_a_question_that_nobody_has_seen_is_not_answered(
    cloud: RunningCloud, journal: Journal
) -> None:
    """What was typed for the terminal of a machine that turns out to sleep neither wakes it, nor
    goes to the fleet when a letter of it says no."""
    async with open_app(cloud, journal=journal) as person:
        await all_awake(person)
        await person.select("alpha")
        await person.do("machine.sleep")
        await person.until(lambda: phases(person)["alpha"] == Phase.SLEEPING, "alpha asleep")
        await person.select("alpha")
        type_at_once(person, "t", "yes no j s")
        await person.until_shown("A terminal wakes it")
        await person.until_shown("was typed before this question")
        assert isinstance(person.app.screen, ConfirmDialog)
        assert phases(person) == {"alpha": Phase.SLEEPING, "bravo": Phase.RUNNING}
        await person.press("y")
        await person.until_shown("attached")


async def test_no_key_waits_for_a_call(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await all_awake(person)
        await person.select("alpha")
        await cloud.fault(method="POST", path="/sleep", delay_ms=60_000, times=1)
        type_at_once(person, "s", "j", "s")
        await person.until(lambda: phases(person)["bravo"] == Phase.SLEEPING, "bravo asleep")
        assert phases(person)["alpha"] == Phase.RUNNING


async def test_keys_and_pastes_keep_their_order(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await all_awake(person)
        type_at_once(person, "slash", "ab")
        person.app.post_message(Paste("cd"))
        type_at_once(person, "ef")
        await person.until_shown("/abcdef")


async def test_a_search_in_a_terminal(cloud: RunningCloud, journal: Journal) -> None:
    async with open_app(cloud, journal=journal) as person:
        await all_awake(person)
        await person.press("t")
        await person.until_shown(r"user@dm-\w+:~\$")  # what is typed before is echoed twice
        await person.type("seq -f 'line %g' 90")
        await person.press("enter")
        await person.until_shown(r"line 90\s")
        for word, hits in (("line 77", "1 of 1"), ("90", "1 of 2")):
            type_at_once(person, "ctrl+right_square_bracket", "slash", word, "enter")
            await person.until_shown(f"hit {hits}")
            await person.press("escape", "escape")
            await person.until_gone("hit")


async def test_what_is_typed_right_after_the_key_of_a_terminal(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await all_awake(person)
        type_at_once(person, "t", "xnr() { echo $((40+$1))=; }; xnr 2", "enter")
        await person.until_shown("42=")


async def test_keys_typed_while_the_bar_acts_go_to_the_shell(
    cloud: RunningCloud, journal: Journal
) -> None:
    async with open_app(cloud, journal=journal) as person:
        await all_awake(person)
        await person.press("t")
        await person.until_shown("attached")
        type_at_once(person, "ctrl+right_square_bracket", "n", "echo $((40+2))=", "enter")
        await person.until_shown("42=")
