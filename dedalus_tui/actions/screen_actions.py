"""Actions that a screen carries out itself: they move, show and choose, and change nothing."""

from __future__ import annotations

from dedalus_tui.actions.action import Action, Scope


def _list(verb: str, label: str, help_: str, *keys: str, group: str, footer: str = "") -> Action:
    return Action(
        id=f"list.{verb}",
        label=label,
        footer=footer,
        help=help_,
        keys=keys,
        scope=Scope.LIST,
        group=group,
    )


def _move(verb: str, label: str, help_: str, *keys: str) -> Action:
    return Action(
        id=f"list.{verb}",
        label=label,
        footer="",
        help=help_,
        keys=keys,
        scope=Scope.MOVE,
        group="Move",
    )


def _app(verb: str, label: str, help_: str, *keys: str, footer: str = "") -> Action:
    return Action(
        id=f"app.{verb}",
        label=label,
        footer=footer,
        help=help_,
        keys=keys,
        scope=Scope.APP,
        group="Application",
    )


_MOVE = (
    _move("down", "Down", "Move one row down.", "j", "down"),
    _move("up", "Up", "Move one row up.", "k", "up"),
    _move("first", "First row", "Go to the first row.", "g", "home"),
    _move("last", "Last row", "Go to the last row.", "G", "end"),
    _move("half_down", "Half a page down", "Move half a page down.", "ctrl+d"),
    _move("half_up", "Half a page up", "Move half a page up.", "ctrl+u"),
    _move("page_down", "Page down", "Move one page down.", "pagedown"),
    _move("page_up", "Page up", "Move one page up.", "pageup"),
    _move("left", "Columns left", "Scroll the columns to the left.", "left"),
    _move("right", "Columns right", "Scroll the columns to the right.", "right"),
)

_SHOW = (
    _list(
        "filter",
        "Filter",
        "Show only rows that match words or terms such as phase:running.",
        "slash",
        group="Show",
        footer="filter",
    ),
    _list(
        "problems",
        "Problems only",
        "Show only what needs attention, or everything again.",
        "Z",
        group="Show",
    ),
    _list(
        "sort_previous",
        "Sort by column left",
        "Sort by the column to the left.",
        "less_than_sign",
        group="Show",
    ),
    _list(
        "sort_next",
        "Sort by column right",
        "Sort by the column to the right.",
        "greater_than_sign",
        group="Show",
    ),
    _list("sort_reverse", "Reverse sort", "Sort the other way round.", "equals_sign", group="Show"),
    _list("columns", "Columns", "Choose which columns are shown.", "comma", group="Show"),
    _list("wide", "Wide", "Show every column, or the usual ones again.", "W", group="Show"),
)

_MARKS = (
    _list("mark", "Mark", "Mark this row, or take its mark away.", "space", group="Marks"),
    _list(
        "mark_range",
        "Mark range",
        "Mark all rows from the last mark to this one.",
        "V",
        "ctrl+@",
        group="Marks",
    ),
    _list("mark_all", "Mark all", "Mark every row that is shown.", "asterisk", group="Marks"),
    _list("mark_none", "Mark none", "Take all marks away.", "ctrl+backslash", group="Marks"),
)

_FLEET = (
    Action(
        id="fleet.open",
        label="Open",
        footer="open",
        help="Open the machine's own screen.",
        keys=("enter", "d"),
        scope=Scope.FLEET,
        group="Show",
        needs_target=True,
    ),
    Action(
        id="fleet.view",
        label="Saved view",
        footer="",
        help="Go to the saved view of that number.",
        keys=tuple("123456789"),
        scope=Scope.FLEET,
        group="Show",
        takes_key=True,
    ),
    Action(
        id="fleet.save_view",
        label="Save view",
        footer="",
        help="Save filter, sort and columns under a name.",
        scope=Scope.FLEET,
        group="Show",
    ),
    Action(
        id="fleet.delete_view",
        label="Delete view",
        footer="",
        help="Forget the saved view that is shown.",
        scope=Scope.FLEET,
        group="Show",
    ),
    Action(
        id="fleet.detail_pane",
        label="Detail pane",
        footer="",
        help="Show or hide the detail pane.",
        keys=("p",),
        scope=Scope.FLEET,
        group="Panes",
    ),
    Action(
        id="fleet.detail_place",
        label="Place of the detail pane",
        footer="",
        help="Put the detail pane at the right, at the bottom, or where it fits.",
        keys=("P",),
        scope=Scope.FLEET,
        group="Panes",
    ),
)

_PANES = (
    _list("pane_bigger", "Bigger pane", "Give the focused pane more room.", "plus", group="Panes"),
    _list(
        "pane_smaller",
        "Smaller pane",
        "Give the focused pane less room.",
        "underscore",
        group="Panes",
    ),
    _list("next_pane", "Next pane", "Go to the next pane.", "tab", group="Panes"),
    _list("previous_pane", "Previous pane", "Go to the previous pane.", "shift+tab", group="Panes"),
)

_DETAIL = (
    Action(
        id="detail.tab",
        label="Tab",
        footer="",
        help="Go to the tab of that number.",
        keys=tuple("123456789"),
        scope=Scope.DETAIL,
        group="Panes",
        takes_key=True,
    ),
    Action(
        id="detail.next_tab",
        label="Next tab",
        footer="",
        help="Go to the next tab.",
        keys=("right_square_bracket",),
        scope=Scope.DETAIL,
        group="Panes",
    ),
    Action(
        id="detail.previous_tab",
        label="Previous tab",
        footer="",
        help="Go to the previous tab.",
        keys=("left_square_bracket",),
        scope=Scope.DETAIL,
        group="Panes",
    ),
)

_APP = (
    _app("help", "Help", "Show every key of this screen.", "question_mark", "f1", footer="help"),
    _app("palette", "Command palette", "Find an action by its name and run it.", "ctrl+p"),
    _app("command_line", "Command line", "Type a command.", "colon", footer="command"),
    _app("action_log", "Action log", "Show every request made, and its result.", "at"),
    _app("last_screen", "Last screen", "Go back to the screen shown before.", "minus"),
    _app("header", "Header", "Show or hide the header and the tabs.", "ctrl+e"),
    _app("breadcrumbs", "Breadcrumbs", "Show or hide, in the header, where you are.", "ctrl+g"),
    _app(
        "back",
        "Back",
        "Close the popup, leave the input, clear the filter, clear the marks, or go up.",
        "escape",
    ),
    _app("up_or_quit", "Up", "Go up; at the top, quit.", "q", footer="quit")._replace(
        footer_places=("fleet",), footer_elsewhere="back"
    ),
    _app("quit", "Quit", "Quit; ctrl-c does too when pressed twice.", "ctrl+q"),
)

ACTIONS: tuple[Action, ...] = (
    *_FLEET[:1],
    *_SHOW,
    *_FLEET[1:4],
    *_MARKS,
    *_FLEET[4:],
    *_PANES,
    *_DETAIL,
    *_MOVE,
    *_APP,
)
"""All of them, in the order people see them."""
