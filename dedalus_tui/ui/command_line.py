"""The command line (`:`): verbs with words after them, carried out over the same registry.

Each command is one line of the table at the end; Tab completes from it, and whatever is the id of
an action is a command too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.actions.registry import by_id, for_place
from dedalus_tui.domain.filter import FilterError, parse_filter
from dedalus_tui.ui.present.columns import BY_KEY
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.themes import THEME_NAMES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from dedalus_tui.domain.machine import MachineChange
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.app import DedalusApp


class CommandError(Exception):
    """The text is no command; says why in one sentence."""


_MOST_BESIDE = 60
"""Cells of a sentence that may stand beside what was typed; a longer one is said below, too."""


@dataclass(frozen=True, slots=True)
class Command:
    """One verb."""

    names: tuple[str, ...]
    usage: str
    """The verb and the shape of what may stand after it."""
    help: str
    """One sentence."""
    run: Callable[[DedalusApp, list[str]], Awaitable[None]]
    completions: tuple[str, ...] = ()
    """Words that may stand after it."""


async def run_command(app: DedalusApp, text: str) -> None:
    """Carry out what was typed; what is wrong with it is said beside it, and nothing is lost."""
    words = text.split()
    if not words:
        return
    command = _BY_NAME.get(words[0].lower())
    try:
        if command is not None:
            await command.run(app, words[1:])
        else:
            await _run_action(app, words)
    except CommandError as error:
        screen = app.screen
        if isinstance(screen, ActionScreen):
            await screen.open_command_line(text)
            screen.prompt.remark(str(error), is_wrong=True)
        if len(str(error)) > _MOST_BESIDE or not isinstance(screen, ActionScreen):
            app.say(str(error))


def usage_of(text: str) -> str:
    """The shape of what may stand after the verb that was typed; empty while it is typed."""
    verb, blank, _ = text.partition(" ")
    command = _BY_NAME.get(verb.lower())
    return command.usage if command is not None and blank else ""


def complete(text: str) -> str:
    """The text with its last word completed as far as there is one way to go on."""
    words = text.split(" ")
    offered = _offers(words)
    fitting = [word for word in offered if word.startswith(words[-1])]
    if not fitting:
        return text
    common = _common_start(fitting)
    done = len(fitting) == 1
    return " ".join([*words[:-1], common]) + (" " if done else "")


def offers(text: str) -> tuple[str, ...]:
    """Every word the last one could become."""
    words = text.split(" ")
    return tuple(word for word in _offers(words) if word.startswith(words[-1]))


def _offers(words: Sequence[str]) -> tuple[str, ...]:
    if len(words) <= 1:
        return tuple(sorted(name for name in _BY_NAME if len(name) > 1))
    command = _BY_NAME.get(words[0])
    return command.completions if command is not None and len(words) == 2 else ()


def _common_start(words: Sequence[str]) -> str:
    first, last = min(words), max(words)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length]


# What each verb does.


async def _run_action(app: DedalusApp, words: list[str]) -> None:
    try:
        action = by_id(words[0])
    except KeyError:
        raise CommandError(f"there is no command {words[0]}; tab shows what there is") from None
    screen = app.screen
    if not isinstance(screen, ActionScreen) or action.takes_key:
        raise CommandError(f"{action.label} cannot be done from here")
    if action not in for_place(screen.place, is_read_only=app.settings.read_only):
        raise CommandError(f"{action.label} cannot be done from here")
    await screen.action_perform(action.id)


def _doing(action_id: str) -> Callable[[DedalusApp, list[str]], Awaitable[None]]:
    async def run(app: DedalusApp, words: list[str]) -> None:
        if words:
            raise CommandError(f"nothing can stand after it: {' '.join(words)}")
        await _run_action(app, [action_id])

    return run


def _doing_to_machines(action_id: str) -> Callable[[DedalusApp, list[str]], Awaitable[None]]:
    async def run(app: DedalusApp, words: list[str]) -> None:
        if words:
            app.perform(action_id, [_machine(app, word) for word in words])
        else:
            await _run_action(app, [action_id])

    return run


async def _new(app: DedalusApp, words: list[str]) -> None:
    from dedalus_tui.ui import command_arguments

    if app.fleet.services is None:
        raise CommandError("new: not connected yet")
    try:
        draft = command_arguments.new_machine(words)
    except command_arguments.ArgumentError as error:
        raise CommandError(str(error)) from None
    app.perform("machine.create", (), draft)


async def _resize(app: DedalusApp, words: list[str]) -> None:
    from dedalus_tui.ui import command_arguments

    await _change(app, "machine.resize", command_arguments.sizes, words)


async def _autosleep(app: DedalusApp, words: list[str]) -> None:
    from dedalus_tui.ui import command_arguments

    await _change(app, "machine.autosleep", command_arguments.autosleep, words)


async def _change(
    app: DedalusApp,
    action_id: str,
    parse: Callable[[list[str]], tuple[list[str], MachineChange]],
    words: list[str],
) -> None:
    """Open the form for the machines named, or those selected, filled with what was typed."""
    from dedalus_tui.ui.command_arguments import ArgumentError

    try:
        names, draft = parse(words)
    except ArgumentError as error:
        raise CommandError(str(error)) from None
    if names:
        app.perform(action_id, [_machine(app, name) for name in names], draft)
        return
    screen, action = app.screen, by_id(action_id)
    if app.fleet.services is None or not isinstance(screen, ActionScreen):
        raise CommandError(f"{words[0] if words else action.label}: not connected yet")
    app.perform(action_id, screen.targets(action), draft)


def _machine(app: DedalusApp, word: str) -> MachineRecord:
    """The machine of that name, or the only one whose id begins or ends so."""
    records = tuple(app.fleet.rows.records)
    named = [record for record in records if record.label.name == word]
    if len(named) == 1:
        return named[0]
    fitting = [
        record
        for record in records
        if record.machine_id.startswith(word) or record.machine_id.endswith(word)
    ]
    if len(fitting) != 1:
        how = "more than one machine is" if named or fitting else "no machine is"
        raise CommandError(f"{how} called {word}")
    return fitting[0]


async def _machines(app: DedalusApp, words: list[str]) -> None:
    try:
        wanted = parse_filter(" ".join(words))
    except FilterError as error:
        raise CommandError(error.message) from None
    app.to_fleet()
    app.fleet.filter_by(wanted)


async def _sort(app: DedalusApp, words: list[str]) -> None:
    if not words or words[0] not in BY_KEY:
        raise CommandError(f"sort by one of {' '.join(BY_KEY)}")
    app.fleet.sort_by(BY_KEY[words[0]], is_falling="desc" in words[1:])


async def _columns(app: DedalusApp, words: list[str]) -> None:
    chosen = list(app.fleet.chosen_columns)
    for word in words:
        name = word.lstrip("+-")
        if name not in BY_KEY:
            raise CommandError(f"there is no column {name}; there are {' '.join(BY_KEY)}")
        if word.startswith("-"):
            chosen = [key for key in chosen if key != name]
        elif name not in chosen:
            chosen.append(name)
    app.fleet.choose_columns(chosen if words else ())


async def _view(app: DedalusApp, words: list[str]) -> None:
    match words:
        case ["save", *rest] if rest:
            app.fleet.save_view(" ".join(rest))
        case ["delete"]:
            app.fleet.action_fleet_delete_view()
        case [*rest] if rest:
            name = " ".join(rest).lower()
            for number, view in enumerate(app.fleet.views, start=1):
                if view.name.lower() == name:
                    app.to_fleet()
                    app.fleet.action_fleet_view(str(number))
                    return
            raise CommandError(f"there is no view {name}; :view save {name} makes one")
        case _:
            raise CommandError("view NAME, view save NAME, or view delete")


async def _theme(app: DedalusApp, words: list[str]) -> None:
    if len(words) != 1 or words[0] not in THEME_NAMES:
        raise CommandError(f"theme is one of {' '.join(THEME_NAMES)}")
    app.choose_theme(words[0])


async def _open(app: DedalusApp, words: list[str]) -> None:
    if len(words) != 1:
        raise CommandError("open NAME or id")
    app.open_machine(_machine(app, words[0]).machine_id)


def _at_most_one(words: list[str]) -> None:
    if len(words) > 1:
        raise CommandError(f"one machine at most: {' '.join(words)}")


async def _runs(app: DedalusApp, words: list[str]) -> None:
    _at_most_one(words)
    from dedalus_tui.ui.screens.runs import RunsScreen

    services = app.fleet.services
    if services is None:
        raise CommandError("runs: not connected yet")
    app.push_screen(RunsScreen(services, _machine(app, words[0]).machine_id if words else ""))


async def _ssh_tab(app: DedalusApp, words: list[str]) -> None:
    _at_most_one(words)
    if not words:
        await _run_action(app, ["machine.ssh_tab"])
        return
    from dedalus_tui.ui.screens.ssh_tab import open_ssh_tab

    services, record = app.fleet.services, _machine(app, words[0])
    if services is None:
        raise CommandError("ssh: not connected yet")
    app.run_worker(open_ssh_tab(app, services, record), name="ssh tab")


def _things(tab: str) -> Callable[[DedalusApp, list[str]], Awaitable[None]]:
    async def run(app: DedalusApp, words: list[str]) -> None:
        _at_most_one(words)
        if words:
            app.open_machine(_machine(app, words[0]).machine_id, tab=tab)
        else:
            app.open_things(tab)

    return run


async def _screenshot(app: DedalusApp, words: list[str]) -> None:
    path = app.save_screenshot(words[0] if words else None)
    app.say(f"saved as {path}")


COMMANDS: tuple[Command, ...] = (
    Command(("machines", "m"), "m [FILTER]", "Go to the fleet, filtered.", _machines),
    Command(("open",), "open MACHINE", "Open a machine's own screen.", _open),
    Command(("new", "create"), "new [VCPU/MEMORY/DISK] [AUTOSLEEP] [name=NAME] [tag=TAG]",
            "Open the form for a new machine, filled: new 2/4/20 30m name=web.", _new),
    Command(("sleep",), "sleep [MACHINE ...]", "Put machines to sleep.",
            _doing_to_machines("machine.sleep")),
    Command(("wake",), "wake [MACHINE ...]", "Wake machines.", _doing_to_machines("machine.wake")),
    Command(("resize",), "resize [MACHINE ...] [VCPU/MEMORY/DISK]",
            "Open the form for other sizes, filled: resize 4/8/40, or //40 for the disk only.",
            _resize),
    Command(("autosleep",), "autosleep [MACHINE ...] [30m|never]",
            "Open the form for the autosleep, filled.", _autosleep),
    Command(("rm", "destroy"), "rm [MACHINE ...]", "Destroy machines; asks for a word.",
            _doing_to_machines("machine.destroy")),
    Command(("undo",), "undo", "Stop what is about to start, or take the last action back.",
            _doing("machine.undo")),
    Command(("runs",), "runs [MACHINE]", "Show what ran, anywhere or on one machine.", _runs),
    Command(("ports", "previews"), "ports [MACHINE]", "Show ports that have an address.",
            _things("previews")),
    Command(("files", "artifacts"), "files [MACHINE]", "Show the files that runs left.",
            _things("artifacts")),
    Command(("ssh",), "ssh [MACHINE]", "Show ssh sessions.", _things("ssh")),
    Command(("ssh-tab",), "ssh-tab [MACHINE]", "Log in by ssh in a tab.", _ssh_tab),
    Command(("sort",), "sort COLUMN [desc]", "Sort the fleet.", _sort, tuple(BY_KEY)),
    Command(("cols", "columns"), "cols [+COLUMN] [-COLUMN]",
            "Add and take away columns; alone: the usual ones.", _columns),
    Command(("view",), "view NAME | save NAME | delete", "Go to a saved view, save or delete it.",
            _view, ("save", "delete")),
    Command(("theme",), "theme NAME", "Other colours.", _theme, THEME_NAMES),
    Command(("memory-growth",), "memory-growth",
            "Say whether all machines may get more memory by themselves.",
            _doing("app.memory_growth")),
    Command(("log",), "log", "Show every request made.", _doing("app.action_log")),
    Command(("refresh",), "refresh", "Ask the service for the whole list now.",
            _doing("app.refresh_all")),
    Command(("screenshot",), "screenshot [FILE]", "Save a picture of the screen.", _screenshot),
    Command(("help",), "help", "Show every key of this screen.", _doing("app.help")),
    Command(("quit", "q"), "q", "Quit.", _doing("app.quit")),
)  # fmt: skip
"""Every command, in the order people see them."""

_BY_NAME = {name: command for command in COMMANDS for name in command.names}
