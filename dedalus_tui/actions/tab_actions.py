"""What keys mean in one tab of a machine, or on one small screen only: carried out where shown."""

from __future__ import annotations

from functools import partial

from dedalus_tui.actions.action import Action, Danger, Scope


def _own(
    noun: str,
    scope: Scope,
    group: str,
    verb: str,
    footer: str,
    label: str,
    help_: str,
    *keys: str,
    danger: Danger = Danger.HARMLESS,
    instead_of: tuple[str, ...] = (),
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
        instead_of=instead_of,
    )


_preview = partial(_own, "preview", Scope.PREVIEW, "Ports")
_PREVIEW = (
    _preview("open", "open in browser", "Open this port in the browser",
             "Open the selected address in the browser.", "enter", "o",
             instead_of=("machine.open_url",)),
    _preview("create", "new", "Open a port", "Give a port of this machine an address.", "n",
             danger=Danger.REVERSIBLE),
    _preview("copy_address", "copy address", "Copy address", "Copy the selected address.", "y",
             instead_of=("machine.raw",)),
    _preview("show_code", "QR code", "QR code", "Show the selected address as a QR code.", "Q"),
    _preview("close", "close", "Close the port",
             "Take the selected address away; asks first.", "X", danger=Danger.REVERSIBLE),
)  # fmt: skip


_artifact = partial(_own, "artifact", Scope.ARTIFACT, "Files")
_ARTIFACT = (
    _artifact("download", "download", "Download",
              "Fetch the selected file to a directory, resumed and verified.", "enter"),
    _artifact("view", "view", "View", "Look at the selected file without keeping it.", "v"),
    _artifact("copy_digest", "copy sha256", "Copy sha256", "Copy the digest of the file.", "y",
              instead_of=("machine.raw",)),
    _artifact("delete", "delete", "Delete file",
              "Delete the selected file at the service; asks first.", "X",
              danger=Danger.IRREVERSIBLE),
)  # fmt: skip


_ssh = partial(_own, "ssh_session", Scope.SSH_SESSION, "SSH sessions")
_SSH = (
    _ssh("log_in", "log in", "Log in", "Log in with a session of its own.", "enter",
         danger=Danger.REVERSIBLE),
    _ssh("create", "new session", "Open an ssh session",
         "Open a session to use elsewhere; its key stays here until this program ends.", "n",
         danger=Danger.REVERSIBLE),
    _ssh("copy_command", "copy a command", "Copy an ssh command",
         "Copy an ssh, scp or rsync command for the selected session.", "y",
         instead_of=("machine.raw",)),
    _ssh("host_block", "ssh config", "Write an ssh config",
         "Show a Host block for ~/.ssh/config, then append it.", "H"),
    _ssh("close", "close", "Close ssh session", "End the selected session; asks first.", "X",
         danger=Danger.REVERSIBLE),
)  # fmt: skip


_usage = partial(_own, "usage", Scope.USAGE_OF_ALL, "Usage")
_usage_of_one = partial(_own, "usage", Scope.USAGE, "Usage")
_USAGE = (
    _usage_of_one("next_measure", "measure", "Next measure", "Plot the next quantity.", "m"),
    _usage("buckets", "by hour or day", "By hour or day", "Plot hours instead of days, or days.",
           "h"),
    _usage("one_machine", "one machine", "One machine",
           "Plot the machine under the cursor, or all again.", "enter"),
    _usage("health", "metering", "Metering health",
           "Show the metering pipeline's own report in place of the bars.", "H"),
    _usage("save", "save", "Save usage", "Save the table to a file, as CSV or JSON.", "ctrl+s"),
    _usage("refresh", "refresh", "Read usage again", "Ask the service for the usage again.",
           "r"),
)  # fmt: skip


_raw = partial(_own, "raw", Scope.RAW, "Raw")
_RAW = (
    _raw("notation", "notation", "JSON or YAML", "Show the text as YAML, or as JSON again.", "y",
         instead_of=("machine.raw",)),
    _raw("next_hit", "", "Next hit", "Go to the next line that was found.", "n"),
    _raw("previous_hit", "", "Previous hit", "Go to the line found before.", "N",
         instead_of=("machine.create_like",)),
    _raw("copy_all", "copy all", "Copy all", "Copy the text in the notation shown.", "Y"),
)  # fmt: skip

_THING = (
    _own("thing", Scope.THING, "Show", "open", "open the machine", "Open the machine",
         "Open the machine of the selected row, on the tab of such things.", "enter"),
)  # fmt: skip


_log = partial(_own, "log", Scope.LOG, "Action log")
_LOG = (
    _log("trouble", "trouble", "Only trouble",
         "Show only requests that did not end well, or all again.", "e", "Z"),
    _log("changes", "changes", "Only changes",
         "Show only requests that ask for a change, or all again.", "w"),
    _log("find", "find", "Find", "Show only lines that hold these words.", "slash"),
    _log("copy", "copy", "Copy request", "Copy the request under the cursor.", "c"),
    _log("copy_all", "copy all", "Copy all requests", "Copy every request that is shown.", "C"),
)  # fmt: skip


_player = partial(_own, "player", Scope.PLAYER, "Recording")
_PLAYER = (
    _player("pause", "pause", "Pause", "Stop, or go on.", "space"),
    _player("backward", "back", "Back", "Go five seconds back.", "left"),
    _player("forward", "forth", "Forth", "Go five seconds forth.", "right"),
    _player("faster", "faster", "Faster", "Play faster.", "plus", "greater_than_sign"),
    _player("slower", "slower", "Slower", "Play slower.", "minus", "less_than_sign",
            instead_of=("app.last_screen",)),
    _player("again", "again", "From the beginning", "Play from the beginning.", "0", "home"),
)  # fmt: skip

ACTIONS: tuple[Action, ...] = (
    *_PREVIEW,
    *_ARTIFACT,
    *_SSH,
    *_USAGE,
    *_RAW,
    *_THING,
    *_LOG,
    *_PLAYER,
)
"""All of them, in the order people see them."""
