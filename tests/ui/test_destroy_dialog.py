"""The destroy dialog over a live cloud: it starts on Cancel, wants the word, notices changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from dedalus_tui.actions.endings import word_to_type
from dedalus_tui.actions.question import Ending, Question, QuestionKind
from dedalus_tui.domain.activity import Activity, ActivityKind
from dedalus_tui.domain.label import Label
from dedalus_tui.ui.dialogs.destroy import DestroyDialog
from dedalus_tui.ui.present.glyphs import UNICODE
from tests.store.living import ask, create
from tests.ui.stage import Stage, on_live_stage, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local.harness import RunningCloud


def make_dialog(
    ids: list[str],
    *,
    names: tuple[str, ...] = (),
    pinned: str = "",
    then: Callable[[Question], Question] = lambda question: question,
) -> Callable[[Stage], DestroyDialog]:
    """A dialog about these machines, labelled so, with one execution on the first."""

    def make(stage: Stage) -> DestroyDialog:
        store = stage.store
        assert store is not None
        for machine_id, name in zip(ids, names, strict=False):
            store.label(machine_id, Label(name=name, is_pinned=machine_id == pinned))
        records = [store.machines.get(machine_id) for machine_id in ids]
        chosen = tuple(
            record for record in records if record is not None and record.machine_id != pinned
        )
        left_out = tuple(
            record for record in records if record is not None and record.machine_id == pinned
        )
        run = Activity(kind=ActivityKind.EXECUTION, activity_id="x-1", title="make")
        question = Question(
            kind=QuestionKind.DESTROY,
            machines=chosen,
            ends=(Ending(machine_id=chosen[0].machine_id, activity=run),),
            left_out=left_out,
            word=word_to_type(chosen),
            grace_seconds=5,
        )
        return DestroyDialog(then(question), store=store, signs=UNICODE, undo_key="u")

    return make


@pytest.mark.parametrize(
    "keys",
    [
        ("enter",),
        ("escape",),
        ("enter", "enter"),
        ("ctrl+d", "ctrl+k", "enter"),
        ("d", "d", "escape"),
        ("D", "y", "escape"),
        ("d", "enter", "escape"),
        ("delete", "space", "enter"),
        ("ctrl+j", "escape"),
        ("tab", "tab", "enter", "escape"),
    ],
)
async def test_no_habit_destroys(cloud: RunningCloud, keys: tuple[str, ...]) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, make_dialog([machine_id])) as (stage, pilot):
        await pilot.press(*keys)
        await pilot.pause()
        assert stage.answers == [None]


async def test_what_is_lost_is_said_before_the_word(cloud: RunningCloud) -> None:
    ids = [await create(cloud, storage_gib=20), await create(cloud), await create(cloud)]
    names = ("scraper", "docs", "api")
    async with on_live_stage(cloud, make_dialog(ids, names=names, pinned=ids[2])) as (stage, _):
        text = stage.text
        assert "Destroy 2 machines" in text
        assert "scraper  20 GiB disk, awake, 1 execution" in text
        assert "There is no way back." in text
        assert "Not included: api (pinned)" in text
        assert "It starts 5s after Enter; until then u stops it." in text
        assert "Type  destroy 2" in text


async def test_the_word_and_enter_yield_the_machines_as_seen(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, make_dialog([machine_id], names=("api",))) as (stage, pilot):
        await pilot.press(*"api", "enter")
        await pilot.pause()
        (question,) = stage.answers
        assert [record.machine_id for record in question.machines] == [machine_id]


async def test_another_word_is_refused_in_place(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, make_dialog([machine_id], names=("api",))) as (stage, pilot):
        await pilot.press(*"apx", "enter")
        assert not stage.answers
        assert "not the word" in stage.text


async def test_a_machine_that_changes_meanwhile_must_be_looked_at_again(
    cloud: RunningCloud,
) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, make_dialog([machine_id], names=("api",))) as (stage, pilot):
        await pilot.press(*"api")
        await ask(cloud, "POST", f"/v1/machines/{machine_id}/sleep")
        await until(pilot, lambda: "changed meanwhile: look again" in stage.text)
        await until(pilot, lambda: "asleep" in stage.text)
        assert "changed: its phase and what it is wanted to be" in stage.text
        assert stage.screen.query_one("#word", Input).value == ""
        await pilot.press("enter")
        assert not stage.answers
        await pilot.press(*"api", "enter")
        await pilot.pause()
        assert stage.answers[0].machines[0].machine.phase == "sleeping"


async def test_what_vanishes_meanwhile_is_taken_off(cloud: RunningCloud) -> None:
    ids = [await create(cloud), await create(cloud)]
    names = ("scraper", "docs")
    async with on_live_stage(cloud, make_dialog(ids, names=names)) as (stage, pilot):
        await ask(cloud, "DELETE", f"/v1/machines/{ids[0]}")
        await until(pilot, lambda: "scraper is gone" in stage.text)
        await pilot.press(*"destroy", "space", "2", "enter")
        await pilot.pause()
        assert [record.machine_id for record in stage.answers[0].machines] == [ids[1]]


async def test_when_all_vanish_there_is_nothing_left_to_destroy(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    async with on_live_stage(cloud, make_dialog([machine_id], names=("api",))) as (stage, pilot):
        await pilot.press(*"api")
        await ask(cloud, "DELETE", f"/v1/machines/{machine_id}")
        await until(pilot, lambda: "Nothing is left to destroy." in stage.text)
        assert not stage.screen.query_one("#word-line").display
        await pilot.press("enter")
        await pilot.pause()
        assert stage.answers == [None]


async def test_what_changed_since_the_first_question_is_said(cloud: RunningCloud) -> None:
    machine_id = await create(cloud)
    make = make_dialog([machine_id], then=lambda asked: asked._replace(changes=("storage_gib",)))
    async with on_live_stage(cloud, make) as (stage, _):
        assert "It changed since you asked: its disk." in stage.text


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (120, 40)])
async def test_it_can_be_used_at_every_size(cloud: RunningCloud, size: tuple[int, int]) -> None:
    machine_id = await create(cloud)
    make = make_dialog([machine_id], names=("api",))
    async with on_live_stage(cloud, make, size=size) as (stage, pilot):
        await pilot.press(*"api")
        word = stage.screen.query_one("#word", Input)
        assert stage.screen.find_widget(word).visible_region.height == 1
        await pilot.press("enter")
        await pilot.pause()
        assert stage.answers[0] is not None
