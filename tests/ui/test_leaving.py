"""Screens that go: each once and alone; what is still at work in them ends quietly."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from rich.style import Style
from textual import events
from textual.app import App
from textual.command import CommandList
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.widgets import Static

from dedalus_tui.ui.compat import install, is_of_leaving
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.palette import Palette
from tests.drivers.app import open_app
from tests.local import wishes
from tests.ui.stage import Stage, until

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.pilot import Pilot

    from tests.local.harness import RunningCloud


async def two_dialogs(stage: Stage, pilot: Pilot[None]) -> tuple[ConfirmDialog, ConfirmDialog]:
    """One beneath the other, on the stage."""
    below, above = (ConfirmDialog(name, [], accept_label="Yes") for name in ("below", "above"))
    stage.show(below)
    stage.show(above)
    await pilot.pause()
    return below, above


async def test_a_dialog_told_to_leave_twice_leaves_nothing_but_itself() -> None:
    stage = Stage()
    async with stage.run_test() as pilot:
        below, above = await two_dialogs(stage, pilot)
        above.dismiss(True)
        above.dismiss(False)
        await pilot.pause()
        assert stage.screen is below
        assert stage.answers == [True]


async def test_a_dialog_beneath_another_waits_until_it_is_on_top() -> None:
    """As a form does whose answer comes while something else was opened."""
    stage = Stage()
    async with stage.run_test() as pilot:
        below, above = await two_dialogs(stage, pilot)
        below.dismiss(True)
        await pilot.pause()
        assert stage.screen is above
        assert stage.answers == []
        above.dismiss(None)
        await until(pilot, lambda: len(stage.screen_stack) == 1)
        assert stage.answers == [None, True]


class Worker(Vertical):
    """Looks for its child after a while."""

    def __init__(self, gate: asyncio.Event) -> None:
        super().__init__()
        self._gate = gate

    def compose(self) -> ComposeResult:
        yield Static(id="child")

    async def look(self) -> None:
        await self._gate.wait()
        self.query_one("#child")


async def missed_by(widget: Worker) -> NoMatches:
    try:
        await widget.look()
    except NoMatches as error:
        return error
    raise AssertionError("the child was there")


async def test_what_a_leaving_widget_misses_is_told_from_a_bug() -> None:
    gate = asyncio.Event()
    gate.set()
    app: App[None] = App()
    async with app.run_test():
        going, staying = Worker(gate), Worker(gate)
        await app.mount(going, staying)
        await staying.query_one("#child").remove()
        await going.remove()
        assert not is_of_leaving(await missed_by(staying))
        assert is_of_leaving(await missed_by(going))
        assert not is_of_leaving(ValueError())


async def test_page_keys_in_a_palette_without_room_do_nothing(cloud: RunningCloud) -> None:
    async with open_app(cloud) as person:
        person.app.action_app_palette()
        await person.until_shown("Put the machine to sleep")
        found = person.app.screen.query_one(CommandList)
        found.styles.max_height = 0
        await person.until(lambda: not found.scrollable_content_region)
        await person.press("down", "pageup", "pagedown", "escape")
        assert person.app.screen is person.fleet


async def test_a_key_for_a_screen_just_pushed_waits_until_it_is_there(cloud: RunningCloud) -> None:
    async with open_app(cloud) as person:
        person.app.action_app_action_log()
        await person.app.action_perform("list.down")
        assert type(person.app.screen).__name__ == "ActionLogScreen"


async def test_going_to_the_fleet_answers_the_dialogs_on_the_way(cloud: RunningCloud) -> None:
    """Nobody waits for ever for a dialog that is gone."""
    answers: list[Any] = []
    async with open_app(cloud) as person:

        async def ask() -> None:
            answers.append(
                await person.app.push_screen_wait(ConfirmDialog("sure?", [], accept_label="Yes"))
            )

        person.app.run_worker(ask())
        await person.until_shown("sure")
        person.app.to_fleet()
        await person.until(lambda: answers == [None])


async def test_a_screen_that_was_left_hears_of_no_change_any_more(cloud: RunningCloud) -> None:
    """Nor waits for the next one to be let go: on a quiet fleet that may take long."""
    machine_id = str(wishes.create(cloud)["machine_id"])
    async with open_app(cloud) as person:
        app, services = person.app, person.fleet.services
        assert services is not None
        listeners = services.changed._subscriptions
        before = set(listeners)
        app.open_machine(machine_id)
        app.action_app_usage()
        app.action_app_action_log()
        app.open_things("previews")
        await person.until(lambda: len(listeners) == len(before) + 4, "four who listen")
        app._bridge.disconnect()
        app.to_fleet()
        await person.until(lambda: set(listeners) == before, "nobody who was left listening")


async def test_a_key_for_a_widget_that_goes_does_not_end_the_loop_of_the_app(
    cloud: RunningCloud,
) -> None:
    async with open_app(cloud) as person:
        worker = Worker(asyncio.Event())
        worker._gate.set()
        await person.fleet.mount(worker)
        await worker.remove()
        person.app.call_later(worker.look)
        heard = asyncio.Event()
        person.app.call_later(heard.set)
        async with asyncio.timeout(20):
            await heard.wait()


async def test_the_mouse_finds_no_widget_that_has_gone() -> None:
    """Until the next layout Textual finds it, and misses its parent."""
    install()
    app: App[None] = App()
    async with app.run_test() as pilot:
        going = Vertical(Static("here"))
        await app.mount(going)
        child = going.query_one(Static)
        await until(pilot, lambda: app.screen.get_widget_at(0, 0)[0] is child)
        with app.batch_update():  # nothing is laid out
            await child.remove()
            assert child in app.screen._compositor.full_map
            assert app.screen.get_widget_at(0, 0)[0] is going
            await going.remove()
            assert app.screen.get_widget_at(0, 0)[0] is app.screen
            for kind in (events.MouseDown, events.MouseMove, events.MouseUp):
                await app.on_event(kind(None, 0, 0, 0, 0, 1, False, False, False))


async def test_a_palette_left_before_it_was_mounted() -> None:
    stage = Stage()
    async with stage.run_test() as pilot:
        for _ in range(3):
            palette = Palette()
            stage.push_screen(palette)
            palette.dismiss()
            await until(pilot, lambda left=palette: not left.is_attached)  # type: ignore[misc]
        assert len(stage.screen_stack) == 1


async def test_a_click_on_a_line_of_a_palette_that_has_gone(cloud: RunningCloud) -> None:
    async with open_app(cloud) as person:
        person.app.action_app_palette()
        await person.until_shown("Put the machine to sleep")
        found = person.app.screen.query_one(CommandList)
        click = events.Click(
            found, 1, 1, 0, 0, 1, False, False, False, style=Style(meta={"option": 1})
        )
        found.clear_options()
        found.post_message(click)
        heard = asyncio.Event()
        found.call_later(heard.set)
        await person.until(heard.is_set)
        await person.press("escape")
        assert person.app.screen is person.fleet
