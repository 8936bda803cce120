"""Actions of text screens (run output, scrollback): what their keys do is up to the screen."""

from __future__ import annotations

from dedalus_tui.actions.action import Action, Scope


def _text(
    verb: str,
    label: str,
    help_: str,
    *keys: str,
    group: str,
    footer: str = "",
    takes_key: bool = False,
) -> Action:
    return Action(
        id=f"text.{verb}",
        label=label,
        footer=footer,
        help=help_,
        keys=keys,
        scope=Scope.TEXT,
        group=group,
        takes_key=takes_key,
    )


_MOVE = (
    _text("down", "Down", "Move one line down.", "j", "down", group="Move"),
    _text("up", "Up", "Move one line up; following stops.", "k", "up", group="Move"),
    _text("first", "First line", "Go to the first line.", "g", "home", group="Move"),
    _text("last", "Last line", "Go to the end and follow it.", "G", "end", group="Move"),
    _text("half_down", "Half a page down", "Move half a page down.", "ctrl+d", group="Move"),
    _text("half_up", "Half a page up", "Move half a page up.", "ctrl+u", group="Move"),
    _text("page_down", "Page down", "Move one page down.", "pagedown", "space", group="Move"),
    _text("page_up", "Page up", "Move one page up.", "pageup", group="Move"),
    _text("left", "Left", "Scroll long lines to the left.", "h", "left", group="Move"),
    _text("right", "Right", "Scroll long lines to the right.", "l", "right", group="Move"),
    _text(
        "since",
        "Jump in time",
        "0 tail, 1 head, 2 last minute, 3 last 5, 4 last 15, 5 last 30, 6 last hour.",
        *"0123456",
        group="Move",
        takes_key=True,
    ),
)

_FIND = (
    _text("follow", "Follow", "Follow the end, or stop.", "f", group="Find", footer="follow"),
    _text(
        "search",
        "Search",
        "Search as you type: words, or /an expression/; capitals matter if there are any.",
        "slash",
        group="Find",
        footer="find",
    ),
    _text("next_hit", "Next hit", "Go to the next hit.", "n", group="Find"),
    _text("previous_hit", "Previous hit", "Go to the previous hit.", "N", group="Find"),
    _text(
        "filter",
        "Filter lines",
        "Show only lines with a word or /expression/; ! inverts, several stack.",
        "ampersand",
        group="Find",
        footer="filter",
    ),
    _text("next_error", "Next error", "Go to the next error.", "e", group="Find", footer="error"),
    _text("previous_error", "Previous error", "Go to the previous error.", "E", group="Find"),
    _text("next_warning", "Next warning", "Go to the next warning.", "W", group="Find"),
)

_SHOW = (
    _text(
        "streams",
        "Streams",
        "Show both streams, standard output, standard error, or the lifecycle.",
        "s",
        group="Show",
        footer="stream",
    ),
    _text(
        "time",
        "Time",
        "Show no time, local time, UTC, since the start, since the line before.",
        "t",
        group="Show",
        footer="time",
    ),
    _text("wrap", "Wrap", "Wrap long lines, or not.", "w", group="Show", footer="wrap"),
    _text("pretty", "Pretty", "Spread JSON and logfmt lines out, or not.", "P", group="Show"),
    _text("line", "Line in full", "Spread out the line under the cursor.", "enter", group="Show"),
    _text("folds", "Fold tracebacks", "Fold the frames of tracebacks, or not.", "z", group="Show"),
    _text(
        "progress",
        "All progress",
        "Show every state of progress bars, or only the last.",
        "o",
        group="Show",
    ),
    _text("density", "Density", "Show how many lines came when, or not.", "i", group="Show"),
    _text("full", "Full screen", "Only the text, for selecting with the mouse.", "F", group="Show"),
)

_TAKE = (
    _text("bookmark", "Bookmark", "Set a bookmark, or take it away.", "m", group="Take"),
    _text("next_bookmark", "Next bookmark", "Go to the next bookmark.", "u", group="Take"),
    _text(
        "previous_bookmark", "Previous bookmark", "Go to the previous bookmark.", "U", group="Take"
    ),
    _text("visual", "Select lines", "Select lines from here, or stop.", "v", group="Take"),
    _text(
        "copy",
        "Copy",
        "Copy the selection, or the line.",
        "c",
        "y",
        group="Take",
        footer="copy",
    ),
    _text("save", "Save", "Write the text to a file.", "ctrl+s", group="Take", footer="save"),
    _text(
        "pipe",
        "Pipe",
        "Hand the text to $PAGER or another command on this computer.",
        "vertical_line",
        group="Take",
    ),
)

ACTIONS: tuple[Action, ...] = (*_FIND, *_SHOW, *_TAKE, *_MOVE)
"""All of them, in the order people see them."""
