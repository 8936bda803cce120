"""Dialogs on their own: where they start, what keys do, what they yield, what they refuse."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input, Static

from dedalus_tui.actions.action import Scope
from dedalus_tui.actions.copy_as import choices
from dedalus_tui.actions.question import Ending, Question, QuestionKind
from dedalus_tui.actions.registry import ACTIONS
from dedalus_tui.config.settings import Rates
from dedalus_tui.domain.activity import Activity, ActivityKind
from dedalus_tui.domain.faults import CloudFault, FieldError, NotValid, Unreachable
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import Machine, MachineChange, MachineSpec
from dedalus_tui.store.record import MachineRecord
from dedalus_tui.ui.dialogs.action_menu import ActionMenu
from dedalus_tui.ui.dialogs.autosleep import AutosleepDialog
from dedalus_tui.ui.dialogs.columns import ColumnsDialog
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.dialogs.copy_as import CopyAsDialog
from dedalus_tui.ui.dialogs.create import CreateDialog, NewMachine
from dedalus_tui.ui.dialogs.label import LabelDialog
from dedalus_tui.ui.dialogs.menu import MenuDialog, MenuItem
from dedalus_tui.ui.dialogs.prompt import PromptDialog
from dedalus_tui.ui.dialogs.resize import ResizeDialog
from dedalus_tui.ui.dialogs.would_end import WouldEndDialog
from dedalus_tui.ui.present.columns import COLUMNS
from dedalus_tui.ui.present.glyphs import UNICODE
from dedalus_tui.ui.present.roles import text_of
from dedalus_tui.ui.widgets.line_list import LineList
from dedalus_tui.ui.widgets.span_text import SpanText
from tests.ui.faces import check_face
from tests.ui.stage import Stage, on_stage, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
USUAL = MachineSpec(vcpu=1, memory_mib=4096, storage_gib=10, autosleep="5m")
RATES = Rates(vcpu_hour=0.05, memory_gib_hour=0.01, disk_gib_hour=0.001, as_of="2026-08")
MACHINE = Machine(
    machine_id="dm-019e4e57-dacf-735d-af02-f1dda20444b0",
    phase="running",
    desired_state="running",
    vcpu=2,
    memory_mib=4096,
    storage_gib=20,
    autosleep_seconds=300,
)
NAMED = Label(name="scraper", tags=("ci",), note="nightly", is_pinned=True)


def record(machine: Machine = MACHINE, label: Label = NAMED) -> MachineRecord:
    return MachineRecord(machine=machine, confirmed=machine, seen_at=NOW, label=label)


async def answer(dialog: Screen[Any], *keys: str) -> object:
    """What the dialog yields after these keys; fails if it stays open."""
    async with on_stage(lambda _: dialog) as (stage, pilot):
        await pilot.press(*keys)
        await pilot.pause()
        assert stage.answers, stage.text
        return stage.answers[0]


def clear(*keys: str) -> tuple[str, ...]:
    """Keys that empty an input, then these."""
    return ("end", "ctrl+u", *keys)


# Confirm


def confirm() -> ConfirmDialog:
    return ConfirmDialog("Sure?", [(("It ends.", "text"),)], accept_label="End it")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter",), None),
        (("escape",), None),
        (("n",), None),
        (("q",), None),
        (("y",), True),
        (("tab", "enter"), True),
        (("right", "enter"), True),
        (("right", "left", "enter"), None),
        (("ctrl+j",), True),
        (("ctrl+s",), True),
    ],
)
async def test_a_confirmation_starts_on_cancel(
    keys: tuple[str, ...], expected: bool | None
) -> None:
    assert await answer(confirm(), *keys) is expected


async def test_a_click_on_the_verb_is_a_yes() -> None:
    async with on_stage(lambda _: confirm()) as (stage, pilot):
        await pilot.click("#accept")
        await pilot.pause()
        assert stage.answers == [True]


async def test_what_would_end_is_listed_before_sleep() -> None:
    run = Activity(kind=ActivityKind.EXECUTION, activity_id="x", title="[b]make[/b]")
    question = Question(
        kind=QuestionKind.WOULD_END,
        machines=(record(),),
        ends=(Ending(machine_id=MACHINE.machine_id, activity=run),),
    )
    async with on_stage(lambda _: WouldEndDialog(question, label="Sleep", now=NOW)) as (stage, _):
        assert "Sleep scraper" in stage.text
        assert "execution [b]make[/b]" in stage.text
        assert "Sleep anyway" in stage.text


async def test_what_could_not_be_seen_is_said() -> None:
    question = Question(
        kind=QuestionKind.WOULD_END, machines=(record(),), unseen=(MACHINE.machine_id,)
    )
    async with on_stage(lambda _: WouldEndDialog(question, label="Sleep", now=NOW)) as (stage, _):
        assert "What runs on scraper could not be seen." in stage.text


async def test_many_that_could_not_be_seen_are_counted() -> None:
    many = tuple(
        record()._replace(machine=machine, confirmed=machine, label=Label())
        for machine in (MACHINE._replace(machine_id=f"dm-{number}") for number in range(900))
    )
    unseen = tuple(each.machine_id for each in many)
    question = Question(kind=QuestionKind.WOULD_END, machines=many, unseen=unseen)
    async with on_stage(lambda _: WouldEndDialog(question, label="Sleep", now=NOW)) as (stage, _):
        said = " ".join(stage.text.replace("│", " ").split())
        assert "What runs on 900 of 900 machines could not be seen: dm-0, dm-1" in said
        assert "dm-5 and 894 more. Files are kept." in said


# Create


async def test_the_usual_machine_is_two_keys_away() -> None:
    assert await answer(CreateDialog(USUAL), "ctrl+j") == NewMachine(spec=USUAL)


async def test_enter_goes_through_the_fields_to_the_button() -> None:
    created = await answer(CreateDialog(USUAL), *["enter"] * 7)
    assert created == NewMachine(spec=USUAL)


async def test_sizes_names_and_tags_are_read_as_people_write_them() -> None:
    keys = (
        *("0", ".", "5", "tab"),
        *("5", "1", "2", "m", "tab"),
        *("3", "0", "g", "tab"),
        *("N", "e", "v", "e", "r", "tab"),
        *("w", "e", "b", "tab"),
        *("a", "comma", "b", "space", "a"),
        "ctrl+j",
    )
    assert await answer(CreateDialog(USUAL), *keys) == NewMachine(
        spec=MachineSpec(vcpu=0.5, memory_mib=512, storage_gib=30, autosleep="never"),
        label=Label(name="web", tags=("a", "b")),
    )


async def test_what_is_wrong_is_said_beside_its_field_at_once() -> None:
    async with on_stage(lambda _: CreateDialog(USUAL)) as (stage, pilot):
        await pilot.press("x")
        line = next(line for line in stage.lines if "vCPU" in line)
        assert "a number of vCPUs, such as 1 or 0.5" in line
        await pilot.press("ctrl+j")
        assert not stage.answers
        await pilot.press("backspace", "3")
        assert "such as 1 or 0.5" in stage.text
        await pilot.press("ctrl+j")
        assert stage.answers[0].spec.vcpu == 3


async def test_accepting_goes_to_the_first_field_that_is_wrong() -> None:
    async with on_stage(lambda _: CreateDialog(USUAL)) as (stage, pilot):
        await pilot.press("tab", "q", "tab", "tab", "ctrl+j")
        focused = stage.focused
        assert isinstance(focused, Input)
        assert focused.value == "q"


async def test_money_is_shown_only_with_rates_and_as_an_estimate() -> None:
    async with on_stage(lambda _: CreateDialog(USUAL)) as (stage, _):
        assert "$" not in stage.text
    async with on_stage(lambda _: CreateDialog(USUAL, rates=RATES)) as (stage, pilot):
        assert "estimate    $0.100/h awake   $0.010/h asleep" in stage.text
        await pilot.press("2")
        assert "$0.150/h awake" in stage.text


async def test_a_machine_that_never_sleeps_is_warned_of() -> None:
    async with on_stage(lambda _: CreateDialog(USUAL)) as (stage, pilot):
        await pilot.press("tab", "tab", "tab", *"never")
        assert "It will run until somebody puts it to sleep." in stage.text


class Sender:
    """Stands for the path to the service; answers when told."""

    def __init__(self, *answers: CloudFault | None) -> None:
        self.sent: list[object] = []
        self._answers = list(answers)
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.is_done = False

    async def __call__(self, wish: object) -> CloudFault | None:
        self.sent.append(wish)
        await self.may_answer.wait()
        self.is_done = True
        return self._answers.pop(0)


async def test_a_refused_field_is_told_beside_it_and_nothing_typed_is_lost() -> None:
    refused = NotValid(
        "not valid", status=422, field_errors=(FieldError("body.memory_mib", "at most 6144"),)
    )
    send = Sender(refused, None)
    async with on_stage(lambda _: CreateDialog(USUAL, send=send)) as (stage, pilot):
        await pilot.press("7", "ctrl+j")
        await until(pilot, lambda: "at most 6144" in stage.text)
        line = next(line for line in stage.lines if "Memory" in line)
        assert "at most 6144" in line
        assert "The service did not accept it" in stage.text
        focused = stage.focused
        assert isinstance(focused, Input)
        assert focused.value == "4 GiB"
        await pilot.press("2", "g", "ctrl+j")
        await until(pilot, lambda: stage.answers)
        assert stage.answers[0].spec.vcpu == 7
        assert stage.answers[0].spec.memory_mib == 2048


async def test_other_faults_are_told_beneath() -> None:
    send = Sender(Unreachable("refused"), None)
    async with on_stage(lambda _: CreateDialog(USUAL, send=send)) as (stage, pilot):
        await pilot.press("ctrl+j")
        await until(pilot, lambda: "The service cannot be reached (refused)." in stage.text)
        assert "Check the network" in stage.text
        await pilot.press("ctrl+j")
        await until(pilot, lambda: stage.answers)


async def test_while_sending_nothing_is_sent_twice_and_leaving_does_not_cut_it() -> None:
    send = Sender(None)
    send.may_answer.clear()
    async with on_stage(lambda _: CreateDialog(USUAL, send=send)) as (stage, pilot):
        await pilot.press("ctrl+j", "ctrl+j")
        await until(pilot, lambda: "sending" in stage.text)
        await pilot.press("ctrl+j", "escape")
        assert stage.answers == [None]
        assert len(send.sent) == 1
        send.may_answer.set()
        await until(pilot, lambda: send.is_done)


# Resize


def resize(send: Sender | None = None) -> ResizeDialog:
    return ResizeDialog(MACHINE, NAMED, signs=UNICODE, rates=RATES, send=send)


async def test_only_what_differs_is_sent() -> None:
    found = await answer(resize(), "tab", "8", "g", "ctrl+j")
    assert found == MachineChange(memory_mib=8192)


async def test_a_disk_never_shrinks() -> None:
    async with on_stage(lambda _: resize()) as (stage, pilot):
        await pilot.press("tab", "tab", "1", "0", "ctrl+j")
        assert not stage.answers
        assert "a disk can grow but never" in stage.text
        await pilot.press(*"100", "ctrl+j")
        assert stage.answers == [MachineChange(storage_gib=100)]


async def test_now_and_after_are_compared() -> None:
    async with on_stage(lambda _: resize()) as (stage, pilot):
        assert "after" not in stage.text
        await pilot.press("4")
        assert "now         $0.160/h awake" in stage.text
        assert "after       $0.260/h awake" in stage.text
        assert "+$0.100/h awake   (estimate, rates of 2026-08)" in stage.text


async def test_the_same_sizes_are_not_worth_sending() -> None:
    async with on_stage(lambda _: resize()) as (stage, pilot):
        await pilot.press("ctrl+j")
        assert not stage.answers
        assert "These are its sizes already." in stage.text


# Autosleep


def autosleep(*machines: Machine) -> AutosleepDialog:
    return AutosleepDialog([(each, NAMED) for each in machines or (MACHINE,)])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("2h30m", "2h30m"), ("never", "never"), ("90", "90"), ("1W", "1w")],
)
async def test_autosleep_is_normalised(typed: str, expected: str) -> None:
    found = await answer(autosleep(), *clear(*typed), "enter")
    assert found == MachineChange(autosleep=expected)


async def test_autosleep_says_what_the_text_means() -> None:
    async with on_stage(lambda _: autosleep()) as (stage, pilot):
        assert "It sleeps after 5m without activity." in stage.text
        await pilot.press(*clear(*"90"))
        assert "It sleeps after 1m30s without activity." in stage.text
        await pilot.press(*clear("0"))
        assert "It runs until somebody puts it to sleep." in stage.text
        await pilot.press(*clear(*"5m5m", "enter"))
        assert not stage.answers
        assert "units must fall in size" in stage.text


async def test_one_autosleep_for_several_machines() -> None:
    other = Machine(machine_id="dm-2", autosleep_seconds=0)
    async with on_stage(lambda _: autosleep(MACHINE, other)) as (stage, pilot):
        assert "Autosleep of 2 machines" in stage.text
        await pilot.press(*"1d", "enter")
        assert stage.answers == [MachineChange(autosleep="1d")]


# Label, prompt


async def test_a_label_keeps_its_pin() -> None:
    dialog = LabelDialog(MACHINE.machine_id, NAMED)
    found = await answer(dialog, *clear(*"api"), "tab", *clear(*"web,ci"), "ctrl+j")
    assert found == Label(name="api", tags=("web", "ci"), note="nightly", is_pinned=True)


async def test_a_label_fits_its_column() -> None:
    async with on_stage(lambda _: LabelDialog(MACHINE.machine_id, NAMED)) as (stage, pilot):
        stage.screen.query(Input).first().value = "n" * 41
        await pilot.press("ctrl+j")
        assert not stage.answers
        assert "at most 40 cells wide" in stage.text


async def test_a_prompt_yields_its_text() -> None:
    assert await answer(PromptDialog("Save view", "Name"), *" ci ", "enter") == "ci"


async def test_a_prompt_hides_what_is_secret() -> None:
    dialog = PromptDialog("Key", "API key", is_secret=True)
    async with on_stage(lambda _: dialog) as (stage, pilot):
        await pilot.press(*"hunter2")
        assert "hunter2" not in stage.text


# Menus


ITEMS = (
    MenuItem(id="sleep", label="Sleep", keys=("s",), detail="Put it to sleep.", group="Machine"),
    MenuItem(id="wake", label="Wake", keys=("w",), why_not="it is awake", group="Machine"),
    MenuItem(id="raw", label="Raw", keys=("y",), detail="Show all.", group="Show"),
)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter",), "sleep"),
        (("y",), "raw"),
        (("down", "down", "enter"), "raw"),
        (("j", "j", "k", "k", "enter"), "sleep"),
        (("G", "enter"), "raw"),
        (("end", "home", "enter"), "sleep"),
        (("escape",), None),
        (("q",), None),
    ],
)
async def test_a_menu_yields_what_is_chosen(keys: tuple[str, ...], expected: str | None) -> None:
    assert await answer(MenuDialog("scraper", ITEMS), *keys) == expected


@pytest.mark.parametrize("keys", [("w",), ("down", "enter")])
async def test_a_menu_says_why_something_cannot_be_chosen(keys: tuple[str, ...]) -> None:
    async with on_stage(lambda _: MenuDialog("scraper", ITEMS)) as (stage, pilot):
        assert "Put it to sleep." in stage.text
        await pilot.press(*keys)
        assert not stage.answers
        assert "Wake: it is awake" in stage.text


async def test_a_click_chooses() -> None:
    async with on_stage(lambda _: MenuDialog("scraper", ITEMS)) as (stage, pilot):
        await pilot.click("#menu", offset=(8, 4))
        await pilot.pause()
        assert stage.answers == ["raw"]


async def test_the_action_menu_has_every_action_but_itself() -> None:
    actions = [action for action in ACTIONS if action.scope is Scope.MACHINE]
    menu = ActionMenu("scraper", actions, why_not=lambda _: None)
    async with on_stage(lambda _: menu, size=(100, 40)) as (stage, pilot):
        for action in actions:
            assert (action.label in stage.text) is (action.id != "machine.menu"), action.id
        await pilot.press("D")
        assert stage.answers == ["machine.destroy"]


async def test_copies_are_chosen_by_number_and_shown_before() -> None:
    offered = choices(MACHINE, "https://dcs.example")
    async with on_stage(lambda _: CopyAsDialog("Copy", offered)) as (stage, pilot):
        assert MACHINE.machine_id in stage.text
        await pilot.press("2")
        assert stage.answers == ["1"]


# Small screens


DIALOGS: dict[str, Callable[[], Screen[Any]]] = {
    "create": lambda: CreateDialog(USUAL, rates=RATES),
    "resize": resize,
    "autosleep": autosleep,
    "label": lambda: LabelDialog(MACHINE.machine_id, NAMED),
    "confirm": confirm,
    "menu": lambda: MenuDialog("scraper", ITEMS),
}


def is_in_sight(stage: Stage) -> bool:
    """True when what has the focus can be seen."""
    focused = stage.focused
    assert focused is not None
    return stage.screen.find_widget(focused).visible_region.height > 0


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
@pytest.mark.parametrize("name", DIALOGS)
async def test_every_dialog_can_be_used_at_every_size(name: str, size: tuple[int, int]) -> None:
    async with on_stage(lambda _: DIALOGS[name](), size=size) as (stage, pilot):
        assert is_in_sight(stage)
        for _ in stage.screen.focus_chain:
            stage.screen.focus_next()
            await until(pilot, lambda: is_in_sight(stage))
        await pilot.press("escape")
        assert stage.answers == [None]


def would_end() -> WouldEndDialog:
    run = Activity(
        kind=ActivityKind.EXECUTION,
        activity_id="x",
        title="pytest -q",
        began_at=NOW - timedelta(seconds=108),
    )
    shell = Activity(kind=ActivityKind.TERMINAL, activity_id="t", title="120x40")
    other = MACHINE._replace(machine_id="dm-2")
    question = Question(
        kind=QuestionKind.WOULD_END,
        machines=(record(), record(other, Label(name="docs"))),
        ends=(
            Ending(machine_id=MACHINE.machine_id, activity=run),
            Ending(machine_id="dm-2", activity=shell),
        ),
    )
    return WouldEndDialog(question, label="Sleep", now=NOW)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 10)])
@pytest.mark.parametrize("name", [*DIALOGS, "would_end"])
async def test_faces(name: str, size: tuple[int, int]) -> None:
    make = DIALOGS.get(name, would_end)
    async with on_stage(lambda _: make(), size=size) as (stage, _):
        check_face(f"dialog-{name}-{size[0]}x{size[1]}", stage.lines)


async def test_no_dialog_reads_markup() -> None:
    tricky = Label(name="[red]x[/red]")
    async with on_stage(lambda _: ResizeDialog(MACHINE, tricky, signs=UNICODE)) as (stage, _):
        assert "Resize [red]x[/red]" in stage.text


def test_the_stage_starts_without_answers() -> None:
    assert Stage().answers == []


async def test_the_key_beside_a_forms_button_is_one_that_every_terminal_has() -> None:
    dialog = LabelDialog(MACHINE.machine_id, NAMED)
    async with on_stage(lambda _: dialog) as (stage, pilot):
        await until(pilot, lambda: "Save  ctrl-s" in stage.text)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: stage.answers == [NAMED])


async def test_what_a_field_goes_on_saying_is_not_said_again_at_every_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with on_stage(lambda _: LabelDialog(MACHINE.machine_id, NAMED)) as (_, pilot):
        await pilot.pause()
        said: list[object] = []
        monkeypatch.setattr(Static, "update", lambda self, content: said.append(content))
        await pilot.press("a", "b", "c")
        assert said == []


# Columns


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_columns_fit_and_the_lit_one_says_all_there_is_to_say(
    size: tuple[int, int],
) -> None:
    dialog = ColumnsDialog(COLUMNS, (), signs=UNICODE)
    async with on_stage(lambda _: dialog, size=size) as (_, pilot):
        lines = dialog.query_one(LineList)
        sentence = dialog.query_one("#sentence", SpanText)
        for place, column in enumerate(COLUMNS):
            lines.put_cursor(place)
            await until(pilot, lambda: text_of(sentence.lines[0]) == column.help)  # noqa: B023
        assert not lines.show_horizontal_scrollbar
        assert not dialog.query_one(".frame").show_vertical_scrollbar


# Menus with long keys and long sentences


async def test_a_menu_has_room_for_its_longest_key_and_its_longest_sentence() -> None:
    long = "Destroy the machine and its disk for ever; asks for a word and waits 5 seconds."
    items = [MenuItem(id=f"a{number}", label=f"Line {number}") for number in range(30)]
    items[1] = MenuItem(id="tab", label="SSH in a tab", keys=("ctrl+t",), detail=long)
    dialog = MenuDialog("Machine", items)
    async with on_stage(lambda _: dialog, size=(80, 24)) as (stage, pilot):
        await until(pilot, lambda: "ctrl-t SSH in a tab" in stage.text)
        await pilot.press("down")
        await until(pilot, lambda: "  seconds." in stage.text)
        assert "Close  esc" in stage.text
        assert not dialog.query_one(".frame").show_vertical_scrollbar
