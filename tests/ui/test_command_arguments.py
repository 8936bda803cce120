"""Words after `:new`, `:resize` and `:autosleep`: read, refused beside them, shown in the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import MachineChange, MachineSpec
from dedalus_tui.domain.sizing import SizingError, parse_sizes
from dedalus_tui.ui.command_arguments import (
    ArgumentError,
    autosleep,
    new_machine,
    sizes,
)
from dedalus_tui.ui.command_line import COMMANDS, usage_of
from dedalus_tui.ui.dialogs.autosleep import AutosleepDialog
from dedalus_tui.ui.dialogs.create import CreateDialog
from dedalus_tui.ui.dialogs.resize import ResizeDialog
from dedalus_tui.ui.dialogs.resize_many import ResizeManyDialog
from dedalus_tui.ui.screens.help import HelpScreen
from tests.drivers.app import Person, open_app
from tests.local import harness, wishes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[harness.RunningCloud]:
    async with await harness.serve(tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2/4/20", (2.0, 4096, 20)),
        ("0.5/512m/10g", (0.5, 512, 10)),
        ("4/8", (4.0, 8192, None)),
        ("//40", (None, None, 40)),
        ("/1.5/", (None, 1536, None)),
    ],
)
def test_sizes_are_read(text: str, found: tuple[float | None, int | None, int | None]) -> None:
    assert parse_sizes(text) == found


@pytest.mark.parametrize("text", ["2", "//", "2/4/20/1", "a/4/20", "2/-4/20", "2/4/2.5", "0/4/20"])
def test_no_sizes_are_refused_with_words(text: str) -> None:
    with pytest.raises(SizingError, match=r"\w"):
        parse_sizes(text)


def test_a_new_machine_is_told_in_any_order() -> None:
    found = new_machine(["2/4/20", "30m", "name=web", "tag=ci,eu"])
    assert found.spec == MachineSpec(2.0, 4096, 20, "30m")
    assert found.label == Label(name="web", tags=("ci", "eu"))
    assert new_machine(["never"]).spec.autosleep == "never"
    assert new_machine(["autosleep=90"]).spec.autosleep == "90"
    assert new_machine([]).label == Label()


@pytest.mark.parametrize(
    ("words", "wrong"),
    [("2/4/x", "2/4/x"), ("web", "web"), ("autosleep=soon", "soon"), ("2/4 3/y", "3/y")],
)
def test_a_wrong_word_is_named(words: str, wrong: str) -> None:
    with pytest.raises(ArgumentError, match=wrong):
        new_machine(words.split())


def test_machines_and_values_are_told_apart() -> None:
    assert sizes(["web", "4/8"]) == (["web"], MachineChange(vcpu=4, memory_mib=8192))
    assert sizes(["web"]) == (["web"], MachineChange())
    assert autosleep(["web", "db", "30m"]) == (["web", "db"], MachineChange(autosleep="30m"))
    assert autosleep(["web", "42"]) == (["web", "42"], MachineChange())
    with pytest.raises(ArgumentError):
        sizes(["4/8", "2/4"])


def values(person: Person) -> list[str]:
    return [field.value for field in person.app.screen.query(Input)]


async def test_words_fill_the_form_and_nothing_is_done_by_them(
    cloud: harness.RunningCloud,
) -> None:
    machine_id = str(wishes.create(cloud, vcpu=1, memory_mib=2048, storage_gib=10)["machine_id"])
    async with open_app(cloud) as person:
        await person.until_shown("1 machine")
        await person.command("new 2/4/20 30m name=web")
        await person.until(lambda: isinstance(person.app.screen, CreateDialog))
        await person.until(lambda: values(person) == ["2", "4 GiB", "20 GiB", "30m", "web", ""])
        await person.press("escape")
        await person.command("resize 4/8")
        await person.until(lambda: isinstance(person.app.screen, ResizeDialog))
        await person.until(lambda: values(person) == ["4", "8 GiB", "10 GiB"])
        await person.press("escape")
        await person.command(f"autosleep {machine_id} 90m")
        await person.until(lambda: isinstance(person.app.screen, AutosleepDialog))
        await person.until(lambda: values(person) == ["90m"])
        await person.press("escape")
        assert len(person.store.machines.records()) == 1
        held = person.store.machines.get(machine_id)
        assert held is not None
        assert held.machine.vcpu == 1


async def test_what_is_wrong_is_said_beside_and_nothing_is_lost(
    cloud: harness.RunningCloud,
) -> None:
    wishes.create(cloud)
    async with open_app(cloud, size=(80, 24)) as person:
        await person.until_shown("1 machine")
        await person.command("new 2/4/x")
        prompt = person.fleet.prompt
        await person.until(lambda: prompt.is_open)
        line = person.line_with("2/4/x: whole GiB, such as 10")
        assert ":  new 2/4/x" in line.replace(" : ", ":  ")
        assert prompt.text == "new 2/4/x"
        await person.press("backspace")
        assert "whole GiB" not in person.text
        await person.until_shown(r"new \[VCPU/MEMORY/DISK")
        await person.type("20")
        await person.press("enter")
        await person.until(lambda: isinstance(person.app.screen, CreateDialog))
        await person.press("escape")
        await person.command("undo twice")
        await person.until_shown("nothing can stand after it: twice")
        await person.press("escape")
        assert not prompt.is_open


async def test_help_lists_commands_with_their_shape(cloud: harness.RunningCloud) -> None:
    async with open_app(cloud) as person:
        await person.press("question_mark")
        await person.until(lambda: isinstance(person.app.screen, HelpScreen))
        await person.type("filled disk only")
        await person.until_shown(r":resize \[MACHINE \.\.\.\] \[VCPU/MEMORY/DISK\]")
        await person.press("enter")
        await person.until(lambda: person.fleet.prompt.is_open)
        assert person.fleet.prompt.text == "resize "
        assert person.fleet.prompt.sign == ":"


def test_every_command_says_its_shape() -> None:
    assert usage_of("new") == ""
    assert usage_of("new ").startswith("new [VCPU/MEMORY/DISK] [AUTOSLEEP]")
    for command in COMMANDS:
        assert command.usage.split()[0] in command.names
        assert command.help.endswith(".")


async def test_several_machines_are_resized_together(cloud: harness.RunningCloud) -> None:
    small = str(wishes.create(cloud, vcpu=1, memory_mib=2048, storage_gib=10)["machine_id"])
    large = str(wishes.create(cloud, vcpu=2, memory_mib=2048, storage_gib=40)["machine_id"])
    held = str(wishes.create(cloud, vcpu=2, memory_mib=2048, storage_gib=20)["machine_id"])

    def shapes(person: Person) -> list[tuple[float | None, int | None]]:
        records = [person.store.machines.get(each) for each in (small, large, held)]
        return [(each.confirmed.vcpu, each.confirmed.storage_gib) for each in records if each]

    async with open_app(cloud) as person:
        await person.until_shown("3 machines")
        await person.do("list.mark_all")
        await person.do("machine.resize")
        await person.until(lambda: isinstance(person.app.screen, ResizeManyDialog))
        await person.until(lambda: values(person) == ["", "2 GiB", ""])
        await person.until_shown("mixed")
        await person.until_shown("None of|possible for 0 of 3 machines")
        await person.press("2", "tab", "tab", *"20")
        await person.until_shown("possible for 1 of 3 machines")
        await person.until_shown("it has these sizes already")
        await person.until_shown(r"never shrink \(it has 40 GiB\)")
        await person.press("ctrl+j")
        await person.until(lambda: shapes(person) == [(2, 20), (2, 40), (2, 20)])
        await person.until_shown("1 machine is being resized")
        await person.do("list.mark_all")
        await person.command("resize 4/")
        await person.until(lambda: isinstance(person.app.screen, ResizeManyDialog))
        await person.until(lambda: values(person) == ["4", "2 GiB", ""])
        await person.press("ctrl+j")
        await person.until(lambda: shapes(person) == [(4, 20), (4, 40), (4, 20)])
        await person.until_shown("3 machines are being resized")
        await person.do("machine.undo")
        await person.until(lambda: shapes(person) == [(2, 20), (2, 40), (2, 20)])
