"""Every key a screen shows is in the registry, in its help, and means what it says there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.actions.action import SCREENS, Action, Scope
from dedalus_tui.actions.newer_service import ABILITIES
from dedalus_tui.actions.registry import ACTIONS, by_id, for_place, for_scope
from dedalus_tui.config.settings import Settings
from dedalus_tui.store.terminal_playback import Playback
from dedalus_tui.ui.bindings import key_words, keyed, keys_at
from dedalus_tui.ui.palette import ActionProvider
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.help import HelpScreen
from dedalus_tui.ui.screens.machine import MachineScreen
from dedalus_tui.ui.screens.recording import RecordingScreen
from dedalus_tui.ui.widgets.line_list import LineList
from dedalus_tui.ui.widgets.span_line import SpanLines
from dedalus_tui.ui.widgets.span_text import SpanText
from tests.drivers.app import Person, open_app
from tests.local import harness, runs, wishes
from tests.store.test_terminal_playback import recorded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from dedalus_tui.ui.present.roles import Span

TABS = "executions", "terminals", "ssh", "previews", "artifacts", "usage", "timeline", "raw"
HELPED = "fleet", "machine.raw", "usage", "log"
"""Places whose help is opened; it lists what the registry has for a place, so a few will do."""
OWN = Scope.PREVIEW, Scope.ARTIFACT, Scope.SSH_SESSION, Scope.RAW


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[harness.RunningCloud]:
    async with await harness.serve(tmp_path) as running:
        yield running


def shown_spans(screen: ActionScreen) -> list[Span]:
    """What is said on the screen, in spans with their roles."""
    spans: list[Span] = []
    for text in screen.query(SpanText):
        spans += [span for line in text.lines for span in line if text.is_on_screen]
    for lines in screen.query(SpanLines):
        rows = [piece for row in lines._rows for piece in (*row.left, *row.right)]
        spans += [(piece.text, piece.role) for piece in rows if lines.is_on_screen]
    return spans


def shown_keys(screen: ActionScreen) -> set[str]:
    """The keys that are named on the screen."""
    texts = [text for text, role in shown_spans(screen) if role == "key"]
    return {word for text in texts for word in text.split()}


async def check(person: Person) -> str:
    """Hold the keys of the screen on top against registry and help; the screen's place."""
    screen = person.app.screen
    assert isinstance(screen, ActionScreen)
    keys = keys_at(screen.place, screen.keys)
    known = {key_words((key,)) for each in keys.values() for key in each}
    shown = shown_keys(screen)
    assert shown, screen.place
    assert shown <= known, (screen.place, shown - known)
    check_footer(person, screen)
    if screen.place in HELPED:
        await check_help(person, screen, shown)
    return screen.place


def check_footer(person: Person, screen: ActionScreen) -> None:
    """Every key at the bottom does something here, and `q` says what it does."""
    pieces = [piece for row in screen.key_lines._rows for piece in (*row.left, *row.right)]
    for action in (by_id(piece.target) for piece in pieces if piece.target):
        name = f"action_{action.id.replace('.', '_')}"
        is_carried_out = hasattr(screen, name) or hasattr(person.app, name)
        assert is_carried_out or not action.is_carried_by_screen, (screen.place, action.id)
    words = [piece.text.strip() for piece in pieces if piece.target == "app.up_or_quit"]
    assert words[1:] == ["quit" if screen is person.fleet else "back"], screen.place


async def check_help(person: Person, screen: ActionScreen, shown: set[str]) -> None:
    """Open the help of the screen: its keys must be there, too."""
    await person.press("question_mark")
    await person.until(lambda: isinstance(person.app.screen, HelpScreen))
    helped = person.app.screen.query_one(LineList)
    await person.until(lambda: helped.content)
    in_help = {word for line in helped.content if len(line) == 3 for word in line[0][0].split()}
    digits = {str(number) for number in range(10)}
    assert shown - digits <= in_help, (screen.place, shown - in_help)
    await person.press("escape")
    await person.until(lambda: person.app.screen is screen)


async def open_screen(person: Person, command: str) -> None:
    before = person.app.screen
    await person.command(command)
    await person.until(lambda: person.app.screen is not before)
    await person.pilot.pause()


async def test_every_shown_key_is_in_registry_and_help(
    cloud: harness.RunningCloud, tmp_path: Path
) -> None:
    machine_id = str(wishes.create(cloud)["machine_id"])
    runs.finished(cloud, runs.post(cloud, machine_id, "echo", "hello"))
    places = set()
    async with open_app(cloud) as person:
        await person.until_shown("1 machine")
        places.add(await check(person))
        await open_screen(person, f"open {machine_id}")
        machine = person.app.screen
        assert isinstance(machine, MachineScreen)
        for tab in ("overview", *TABS):
            await machine.open_tab(tab)
            await person.pilot.pause()
            places.add(await check(person))
        await machine.open_tab("executions")
        await person.until(lambda: machine.chosen_runs)
        await person.press("enter")
        await person.until(lambda: person.app.screen is not machine)
        places.add(await check(person))
        for command in ("runs", "ports", "files", "ssh", "log", "app.usage", "app.terminals"):
            person.app.to_fleet()
            await person.until(lambda: person.app.screen is person.fleet)
            await open_screen(person, command)
            places.add(await check(person))
        playback = Playback(recorded(tmp_path / "a.cast"))
        screen = RecordingScreen(person.app.settings, person.app.keys, playback, name="a.cast")
        await person.app.push_screen(screen)
        await person.until(lambda: shown_keys(screen), "its keys")
        places.add(await check(person))
    others = {"text", "terminal", "terminal.unattached", "fan_out", "image"}
    assert places >= set(SCREENS) - others


async def helped_ids(person: Person, screen: ActionScreen) -> set[str]:
    """Open the help of the screen and close it; the ids of the actions it told."""
    await person.press("question_mark")
    await person.until(lambda: isinstance(person.app.screen, HelpScreen))
    told = person.app.screen
    assert isinstance(told, HelpScreen)
    await person.until(lambda: told.lines.content)
    ids = {each.id for each in told._shown if isinstance(each, Action)}
    await person.press("escape")
    await person.until(lambda: person.app.screen is screen)
    return ids


async def does_nothing(screen: ActionScreen, action_id: str) -> bool:
    """Carry the action out; True when all that comes of it is the word that nothing does."""
    screen.flash("")
    await screen.action_perform(action_id)
    pieces = [piece.text for row in screen.key_lines._rows for piece in row.left]
    return any("does nothing here" in text for text in pieces)


async def test_help_tells_what_does_something_where_it_was_opened(
    cloud: harness.RunningCloud,
) -> None:
    machine_id = str(wishes.create(cloud)["machine_id"])
    runs.finished(cloud, runs.post(cloud, machine_id, "echo", "hello"))
    in_lists = {action.id for action in for_scope(Scope.LIST, Scope.MOVE)}
    async with open_app(cloud) as person:
        await person.until_shown("1 machine")
        helped = await helped_ids(person, person.fleet)
        assert in_lists <= helped
        assert not helped & set(ABILITIES), "this service is of an earlier generation"
        await open_screen(person, f"open {machine_id}")
        machine = person.app.screen
        assert isinstance(machine, MachineScreen)
        for tab in ("overview", *TABS):
            await machine.open_tab(tab)
            await person.until(lambda: machine.pane is not None)
            helped = await helped_ids(person, machine)
            silent = {each for each in in_lists if await does_nothing(machine, each)}
            assert in_lists - silent == in_lists & helped, tab
            assert "list.down" in helped, tab
            await machine.action_perform("app.back") if tab == "raw" else None
        for command in ("runs", "ports", "log", "app.usage", "app.terminals"):
            person.app.to_fleet()
            await person.until(lambda: person.app.screen is person.fleet)
            await open_screen(person, command)
            screen = person.app.screen
            assert isinstance(screen, ActionScreen)
            helped = await helped_ids(person, screen)
            known = {action.id for action in for_place(screen.place)}
            for each in known - helped - set(ABILITIES):
                assert await does_nothing(screen, each), (screen.place, each)
            assert "list.down" in helped, screen.place


async def test_the_palette_leaves_out_what_does_nothing_here(cloud: harness.RunningCloud) -> None:
    machine_id = str(wishes.create(cloud)["machine_id"])
    async with open_app(cloud) as person:
        await person.until_shown("1 machine")
        await open_screen(person, f"open {machine_id}")
        await person.until_shown("Overview")
        screen = person.app.screen
        await person.do("app.palette")
        await person.until(lambda: person.app.screen is not screen)
        await person.until_shown("Put to sleep|Sleep")
        offered = [action.id for action, _ in ActionProvider(screen)._actions()]
        assert "machine.sleep" in offered
        assert "list.filter" not in offered


async def test_marked_runs_of_a_machine_can_be_compared(cloud: harness.RunningCloud) -> None:
    machine_id = str(wishes.create(cloud)["machine_id"])
    for word in ("one", "two"):
        runs.finished(cloud, runs.post(cloud, machine_id, "echo", word))
    async with open_app(cloud) as person:
        await person.until_shown("1 machine")
        await open_screen(person, f"open {machine_id}")
        machine = person.app.screen
        assert isinstance(machine, MachineScreen)
        await machine.open_tab("executions")
        await person.until_shown("echo one")
        await person.until_shown("echo two")
        await person.do("execution.compare")
        await person.until_shown("mark two runs with space")
        await person.do("list.mark_all")
        await person.do("execution.compare")
        await person.until_shown("runs compared")


def test_help_of_a_tab_leaves_out_what_the_tab_took() -> None:
    keys = keys_at("machine.raw", {})
    assert keys["raw.notation"] == ("y",)
    assert keys["machine.raw"] == ()
    assert keys["machine.create_like"] == ()
    assert keys_at("machine", {})["machine.raw"] == ("y",)
    assert by_id("raw.notation") not in for_place("machine")


async def test_a_tabs_key_can_be_bound_anew(cloud: harness.RunningCloud) -> None:
    machine_id = str(wishes.create(cloud)["machine_id"])
    keys = {"raw.notation": ("f6",), "raw.next_hit": ("D",)}
    async with open_app(cloud, settings=Settings(motion=False, keys=keys)) as person:
        await person.until_shown("1 machine")
        assert any("raw.next_hit" in notice.message for notice in person.app._notifications)
        await open_screen(person, f"open {machine_id}")
        machine = person.app.screen
        assert isinstance(machine, MachineScreen)
        await machine.open_tab("raw")
        await person.until_shown("JSON, read")
        await person.until_shown("f6 YAML")
        await person.press("f6")
        await person.until_shown("YAML, read")


def test_what_is_a_tabs_own_has_somebody_who_does_it() -> None:
    """Each such action is a method of the tab's pane."""
    from dedalus_tui.ui.panes.artifacts import ArtifactsPane
    from dedalus_tui.ui.panes.previews import PreviewsPane
    from dedalus_tui.ui.panes.raw import RawPane
    from dedalus_tui.ui.panes.ssh import SshPane

    panes = dict(zip(OWN, (PreviewsPane, ArtifactsPane, SshPane, RawPane), strict=True))
    orphans = [
        action.id
        for action in ACTIONS
        if action.scope in panes
        and not hasattr(panes[action.scope], f"action_{action.id.replace('.', '_')}")
    ]
    assert orphans == []


def test_no_action_calls_a_port_a_preview() -> None:
    """Some services have previews and some ports; what both give an address is a port."""
    texts = {f"{action.label} {action.footer} {action.help}" for action in ACTIONS}
    assert not [text for text in texts if "preview" in text.lower()]
    assert by_id("preview.create").label == "Open a port"


def test_a_sentence_of_ours_names_the_keys_in_effect() -> None:
    keys = {"machine.undo": ("f4",)}
    app = SimpleNamespace(keys=keys, settings=Settings(ascii=True))
    assert keyed("{machine.undo} stops, {app.back} leaves {", app) == "f4 stops, esc leaves {"
    assert keyed("{fleet.save_view} keeps it", app) == ":fleet.save_view keeps it"
    with pytest.raises(KeyError):
        keyed("{machine.no_such_thing}", app)


async def test_what_is_said_in_passing_names_the_keys_in_effect(
    cloud: harness.RunningCloud,
) -> None:
    """Empty lists, what is about to start, the title of the detail."""
    keys = {
        "machine.create": ("f2",),
        "machine.run": ("f3",),
        "machine.undo": ("f4",),
        "fleet.detail_pane": ("f5",),
        "app.back": ("f6",),
        "list.problems": ("f7",),
        "machine.ssh": ("f8",),
    }
    async with open_app(cloud, settings=Settings(motion=False, keys=keys)) as person:
        await person.until_shown("f2 creates one")
        for _ in range(2):
            wishes.create(cloud)
        await person.until_shown("f5 hides")
        await person.do("list.problems")
        await person.until_shown("2 are well   f7 shows them")
        await person.do("list.problems")
        await person.do("list.filter")
        await person.type("zebra")
        await person.press("enter")
        await person.until_shown("f6 clears the filter")
        await person.press("f6")
        await person.do("machine.output")
        await person.until_shown("yet: f3 runs a command")
        await person.do("list.mark_all")
        await person.do("machine.sleep")
        await person.until_shown("f4 stops it")
        await person.press("f4")
        await person.until_gone("stops it")
        await open_screen(person, "ssh")
        await person.until_shown("f8 on a machine logs in")
