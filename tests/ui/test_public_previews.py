"""A machine that anybody can reach a port of is marked in the fleet and in its overview."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.domain.machine import Machine
from dedalus_tui.domain.preview import Preview
from dedalus_tui.ui.present.columns import NAME, SESSIONS
from dedalus_tui.ui.present.glyphs import ASCII
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import make_row, short_id
from dedalus_tui.ui.screens.machine import MachineScreen
from tests.drivers.app import open_app
from tests.local import wishes

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def shown(preview: Preview, now: datetime = NOW) -> bool:
    """Whether the row is marked, in both of its cells."""
    public = (preview,) if preview.is_open_to_all(NOW) else ()
    row = make_row(Machine(machine_id="m-1"), public=public)
    name, sessions = NAME.cell(row, now, ASCII), SESSIONS.cell(row, now, ASCII)
    assert (name[1] == Role.WARN) == (sessions[1] == Role.WARN)
    assert (name[0] == "@ m-1") == ("1P" in sessions[0])
    return name[1] == Role.WARN


def test_only_what_is_public_and_ready_is_marked() -> None:
    assert shown(Preview(preview_id="p", status="ready", visibility="public"))
    assert not shown(Preview(preview_id="p", status="ready", visibility="org"))
    assert not shown(Preview(preview_id="p", status="closed", visibility="public"))
    assert not shown(Preview(preview_id="p", status="wake_in_progress", visibility="public"))


def test_the_mark_goes_when_the_preview_expires() -> None:
    until = NOW + timedelta(minutes=5)
    preview = Preview(preview_id="p", status="ready", visibility="public", expires_at=until)
    assert shown(preview)
    assert not shown(preview, until)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_listed_public_preview_marks_its_machine(
    cloud: RunningCloud, size: tuple[int, int]
) -> None:
    public, private = (str(wishes.create(cloud)["machine_id"]) for _ in range(2))
    for machine_id, visibility in ((public, "public"), (private, "org")):
        body = {"port": 8080, "visibility": visibility}
        cloud.ask("POST", f"/v1/machines/{machine_id}/previews", body, headers=wishes.key())
    async with open_app(cloud, size=size) as person:
        # Nobody has to open a list: those of the selected machine are looked at.
        await person.select(private)
        await person.until(lambda: person.store.previews.state(private).listed_at)
        await person.select(public)
        await person.until_shown("⊕ .*1P")
        assert person.text.count("⊕") == 1
        if size[0] > 80:
            assert f"⊕ {short_id(public)} " in person.line_with("⊕"), "the mark cuts nothing"
        await person.do("list.filter")
        await person.type("public")
        await person.until(lambda: list(person.fleet.table.order) == [public])
        await person.press("enter", "enter")
        await person.until(lambda: isinstance(person.app.screen, MachineScreen))
        await person.until_shown("Public .*:8080 for anybody who has the address")
        await person.store.previews.load(public, force=True)
        held = person.store.previews.of(public)[0]
        path = f"/v1/machines/{public}/previews/{held.preview_id}"
        cloud.ask("DELETE", path, headers=wishes.key())
        await person.store.previews.load(public, force=True)
        await person.until_gone("for anybody")
        await person.press("escape", "escape")
        await person.until_gone("⊕")
