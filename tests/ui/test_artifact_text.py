"""Looking at a text artifact, on a real local cloud, and why others are not shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.domain.artifact import Artifact
from dedalus_tui.store.artifact_text import MOST_BYTES, why_not_text
from dedalus_tui.ui.panes.artifacts import ArtifactsPane
from dedalus_tui.ui.screens.artifact_text import ArtifactTextScreen
from dedalus_tui.ui.screens.machine import MachineScreen
from tests.drivers.app import Person, open_app
from tests.local import runs, wishes

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud

_LEAVE = 'mkdir -p "$DEDALUS_ARTIFACTS_DIR"; cd "$DEDALUS_ARTIFACTS_DIR"; '


def named(name: str, mime_type: str | None = None, size: int | None = 10) -> Artifact:
    return Artifact(artifact_id="a", name=name, mime_type=mime_type, size_bytes=size)


@pytest.mark.parametrize(
    "artifact",
    [
        named("x", "text/plain; charset=utf-8"), named("x.bin", "application/json"),
        named("x", "application/problem+json"), named("build.log"), named("README.md", ""),
        named("a.CSV", "application/octet-stream"), named("a.txt", None, None),
    ],
)  # fmt: skip
def test_text_is_told_by_type_and_by_name_where_the_type_says_nothing(artifact: Artifact) -> None:
    assert why_not_text(artifact) is None


@pytest.mark.parametrize(
    ("artifact", "words"),
    [
        (named("photo.png", "image/png"), "not a text"), (named("core"), "not a text"),
        (named("notes.txt", "application/zip"), "not a text"),
        (named("big.log", "text/plain", MOST_BYTES + 1), "larger than 4 MiB"),
    ],
)  # fmt: skip
def test_others_say_why_not(artifact: Artifact, words: str) -> None:
    assert words in (why_not_text(artifact) or "")


async def open_files(person: Person, machine_id: str, name: str) -> None:
    """To the tab of files, the cursor on one of them."""
    await person.command(f"files {machine_id}")
    await person.until_shown(re.escape(name))
    screen = person.app.screen
    assert isinstance(screen, MachineScreen)
    pane = screen.pane
    assert isinstance(pane, ArtifactsPane)
    found = next(one for one in person.store.artifacts.of(machine_id) if one.name == name)
    pane.table.select(found.artifact_id)
    pane.table.focus()


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_text_file_is_read_searched_and_left(
    cloud: RunningCloud, size: tuple[int, int]
) -> None:
    machine_id = str(wishes.create(cloud)["machine_id"])
    text = r"printf 'first line\n\033]52;c;aGk=\007\033[2Jtail\n' > note.txt; seq 500 >> note.txt"
    runs.shell(cloud, machine_id, _LEAVE + text)
    async with open_app(cloud, size=size) as person:
        await open_files(person, machine_id, "note.txt")
        await person.press("v")
        await person.until(lambda: isinstance(person.app.screen, ArtifactTextScreen))
        await person.until_shown("first line")
        await person.until_shown("lines 1-")
        assert " new" not in person.text
        assert "\x1b" not in person.text
        assert "\x07" not in person.text
        await person.do("text.search")
        await person.type("493")
        await person.press("enter")
        await person.until_shown(r"(?m)\b493\b[^/]*$")
        await person.press("escape", "escape")
        await person.until(lambda: isinstance(person.app.screen, MachineScreen))


async def test_what_cannot_be_shown_is_said(cloud: RunningCloud) -> None:
    machine_id = str(wishes.create(cloud)["machine_id"])
    runs.shell(cloud, machine_id, _LEAVE + r"printf 'a\0b' > odd.txt; printf 'x' > image.tiff")
    async with open_app(cloud) as person:
        await open_files(person, machine_id, "image.tiff")
        await person.press("v")
        await person.until_shown("not shown here: it is not a text file; ↵ downloads it")
        await person.press("escape")
        await open_files(person, machine_id, "odd.txt")
        await person.press("v")
        await person.until_shown("Not shown: it is not a text file, whatever its name says")


async def test_a_fault_is_explained(cloud: RunningCloud) -> None:
    machine_id = str(wishes.create(cloud)["machine_id"])
    runs.shell(cloud, machine_id, _LEAVE + "echo hello > out.txt")
    async with open_app(cloud) as person:
        await open_files(person, machine_id, "out.txt")
        body = {"error_code": "AUTH_SCOPE_FORBIDDEN", "message": "no", "retryable": False}
        await cloud.fault(path="/artifacts/[^/]+$", status=403, body=body)
        await person.press("v")
        await person.until_shown("lacks a scope")
