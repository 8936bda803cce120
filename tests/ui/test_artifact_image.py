"""Looking at an image artifact, on a real local cloud."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from PIL import Image
from textual.color import Color

from dedalus_tui.config.settings import Settings
from dedalus_tui.store import artifact_image
from dedalus_tui.ui.screens.artifact_image import ArtifactImageScreen
from dedalus_tui.ui.screens.machine import MachineScreen
from tests.drivers.app import open_app
from tests.local import runs, wishes
from tests.ui.test_artifact_text import _LEAVE, open_files

if TYPE_CHECKING:
    import pytest

    from tests.drivers.app import Person
    from tests.local.harness import RunningCloud


def machine_with(cloud: RunningCloud, name: str, data: bytes) -> str:
    machine_id = str(wishes.create(cloud)["machine_id"])
    text = base64.b64encode(data).decode()
    runs.shell(cloud, machine_id, f"{_LEAVE} echo {text} | base64 -d > {name}")
    return machine_id


def png(width: int = 40, height: int = 40) -> bytes:
    """Red above blue, half and half."""
    image = Image.new("RGB", (width, height), (255, 0, 0))
    image.paste((0, 0, 255), (0, height // 2, width, height))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def cells(person: Person) -> list[tuple[str, Color | None, Color | None]]:
    """What stands in the middle column of the picture: character, colour, ground."""
    region = person.app.screen.query_one("#picture").region
    strips = person.app.screen._compositor.render_strips()
    found = []
    for strip in strips[region.y : region.bottom]:
        (segment,) = strip.crop(60, 61)
        style = segment.style
        colours = [
            Color.from_rich_color(each) if each is not None else None
            for each in (style.color if style else None, style.bgcolor if style else None)
        ]
        found.append((segment.text, colours[0], colours[1]))
    return found


async def test_an_image_is_shown_as_large_as_there_is_room(cloud: RunningCloud) -> None:
    machine_id = machine_with(cloud, "photo.png", png(400, 400))
    async with open_app(cloud) as person:
        await open_files(person, machine_id, "photo.png")
        await person.press("v")
        await person.until_shown("400 x 400 pixels")
        await person.until_shown("▀{30,}")
        column = cells(person)
        red, blue = Color(255, 0, 0), Color(0, 0, 255)
        assert column[2] == ("▀", red, red)
        assert column[-3] == ("▀", blue, blue)
        height = len([cell for cell in column if cell[0] == "▀"])
        assert height == len(column)
        await person.pilot.resize_terminal(60, 20)
        await person.until(lambda: "▀" * 28 in person.text and "▀" * 35 not in person.text)
        await person.press("escape")
        await person.until(lambda: isinstance(person.app.screen, MachineScreen))


async def test_without_colours_brightness_is_shown_in_signs(cloud: RunningCloud) -> None:
    image = Image.new("L", (40, 40), 255)
    image.paste(0, (0, 20, 40, 40))
    file = io.BytesIO()
    image.save(file, "PNG")
    machine_id = machine_with(cloud, "grey.png", file.getvalue())
    async with open_app(cloud, settings=Settings(motion=False, ascii=True)) as person:
        await open_files(person, machine_id, "grey.png")
        await person.press("v")
        await person.until_shown("@{40}")
        assert isinstance(person.app.screen, ArtifactImageScreen)
        assert person.text.count("@" * 40) == 10
        assert "▀" not in person.text


async def test_what_cannot_be_shown_says_why(
    cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine_id = machine_with(cloud, "broken.png", png()[:50])
    async with open_app(cloud) as person:
        await open_files(person, machine_id, "broken.png")
        await person.press("v")
        await person.until_shown("Not shown: it is not an image, or a broken one")
        await person.press("escape")
        await person.until(lambda: isinstance(person.app.screen, MachineScreen))
        monkeypatch.setattr(artifact_image, "find_spec", lambda _: None)
        await person.press("v")
        await person.until_shown("not shown here: images need Pillow: pip install")
