"""Terminals: opening one on a machine, and what the keys of its bar do (ux.md 4.4).

All are carried out by screens: a terminal is something to sit in, not a call that ends.
"""

from __future__ import annotations

from functools import partial

from dedalus_tui.actions.action import Action, Danger, Scope
from dedalus_tui.actions.permission import why_not_usable


def _bar(
    verb: str,
    footer: str,
    label: str,
    help_: str,
    *keys: str,
    danger: Danger = Danger.REVERSIBLE,
    takes_key: bool = False,
    noun: str = "terminal",
    scope: Scope = Scope.TERMINAL,
    group: str = "Terminal",
) -> Action:
    return Action(
        id=f"{noun}.{verb}",
        label=label,
        footer=footer,
        help=help_,
        keys=keys,
        danger=danger,
        scope=scope,
        group=group,
        takes_key=takes_key,
    )


OPEN = Action(
    id="machine.terminal",
    label="Terminal",
    footer="terminal",
    help="Work in a terminal on the machine: one that is open, or a new one.",
    keys=("t",),
    danger=Danger.REVERSIBLE,
    scope=Scope.MACHINE,
    group="Machine",
    needs_target=True,
    needs_line=True,
    permitted=why_not_usable,
)

MANAGER = Action(
    id="app.terminals",
    label="Terminals",
    footer="",
    help="Show the terminals of all machines: attach, rename, close.",
    keys=("T",),
    scope=Scope.APP,
    group="Application",
)


def _listed(
    verb: str,
    footer: str,
    label: str,
    help_: str,
    *keys: str,
    danger: Danger = Danger.HARMLESS,
    scope: Scope = Scope.SESSION_LIST,
    instead_of: tuple[str, ...] = (),
) -> Action:
    return Action(
        id=f"session.{verb}",
        label=label,
        footer=footer,
        help=help_,
        keys=keys,
        danger=danger,
        scope=scope,
        group="Terminal",
        instead_of=instead_of,
    )


LISTED: tuple[Action, ...] = (
    _listed(
        "attach",
        "attach",
        "Attach",
        "Work in this terminal.",
        "enter",
        "t",
        danger=Danger.REVERSIBLE,
        scope=Scope.SESSION,
        instead_of=("machine.terminal",),
    ),
    _listed(
        "close",
        "close",
        "Close terminal",
        "End this terminal and what runs in it.",
        "X",
        danger=Danger.REVERSIBLE,
        scope=Scope.SESSION,
    ),
    _listed("rename", "rename", "Rename", "Give this terminal another title, here.", "e"),
    _listed("play", "play", "Play a recording", "Show a recorded terminal.", "P"),
    _listed("refresh", "refresh", "Refresh", "Ask the machines for their terminals again.", "r"),
)
"""What can be done to a terminal in a list."""

BAR: tuple[Action, ...] = (
    _bar(
        "back",
        "back",
        "Back",
        "Leave the terminal; it stays connected and goes on.",
        "d",
        danger=Danger.HARMLESS,
    ),
    _bar(
        "tab",
        "go to",
        "Go to tab",
        "Go to the tab of that number.",
        *"123456789",
        danger=Danger.HARMLESS,
        takes_key=True,
    ),
    _bar("last", "", "Last tab", "Go to the tab used before.", "tab", danger=Danger.HARMLESS),
    _bar("new", "new", "New terminal", "Open another terminal on this machine.", "n"),
    _bar("split_right", "split", "Split", "Open a terminal beside this one.", "v", "percent_sign"),
    _bar("split_down", "below", "Split below", "Open a terminal below this one.", "vertical_line"),
    _bar("left", "", "Left", "Go to the terminal at the left.", "left", danger=Danger.HARMLESS),
    _bar("right", "", "Right", "Go to the terminal at the right.", "right", danger=Danger.HARMLESS),
    _bar("up", "", "Up", "Go to the terminal above.", "up", danger=Danger.HARMLESS),
    _bar("down", "", "Down", "Go to the terminal below.", "down", danger=Danger.HARMLESS),
    _bar("zoom", "zoom", "Zoom", "Show this terminal alone, or all again.", "z",
         danger=Danger.HARMLESS),
    _bar("scroll", "copy", "Scroll and copy", "Move, select, copy and search in what went by.",
         "c", danger=Danger.HARMLESS),
    _bar("find", "find", "Find", "Search in what went by.", "slash", danger=Danger.HARMLESS),
    _bar("paste", "paste", "Paste", "Paste what was copied here last.", "p"),
    _bar("record", "record", "Record", "Record to an asciicast file, or stop.", "R"),
    _bar("broadcast", "all", "Type into all", "What is typed goes to every terminal shown.", "b"),
    _bar("rename", "name", "Rename", "Give this terminal another title, here.", "e",
         danger=Danger.HARMLESS),
    _bar("reconnect", "reconnect", "Reconnect", "Connect to the terminal anew.", "r"),
    _bar("detach", "detach", "Detach", "Hang up, so that the machine may sleep; it goes on.", "D"),
    _bar("close", "close", "Close", "End this terminal and what runs in it.", "x",
         danger=Danger.REVERSIBLE),
    _bar("help", "help", "Help", "Show every key of the bar.", "question_mark",
         danger=Danger.HARMLESS),
)  # fmt: skip

_unattached = partial(
    _bar, noun="unattached", scope=Scope.UNATTACHED, group="Terminal that is not attached"
)
UNATTACHED: tuple[Action, ...] = (
    _unattached("reconnect", "reconnect", "Connect again",
                "Connect to the terminal anew; asks before it wakes the machine.", "r"),
    _unattached("new", "new", "New terminal", "Open another terminal on this machine.", "n"),
    _unattached("close", "close", "Close", "End this terminal and what runs in it.", "x"),
    _unattached("back", "back", "Back", "Leave the terminal as it stands.", "escape",
                danger=Danger.HARMLESS),
)  # fmt: skip
"""The keys of a terminal that does not take them itself."""

ACTIONS: tuple[Action, ...] = (OPEN, MANAGER, *LISTED, *BAR, *UNATTACHED)
"""All of them, in the order people see them."""
