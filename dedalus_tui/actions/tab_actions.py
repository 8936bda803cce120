"""What keys mean in one tab of a machine, or on one small screen only: carried out where shown."""

from __future__ import annotations

from dedalus_tui.actions.action import Action, Danger, Scope


def _own(
    id_: str,
    footer: str,
    label: str,
    help_: str,
    *keys: str,
    scope: Scope,
    group: str,
    danger: Danger = Danger.HARMLESS,
    instead_of: tuple[str, ...] = (),
) -> Action:
    return Action(
        id=id_,
        label=label,
        footer=footer,
        help=help_,
        keys=keys,
        danger=danger,
        scope=scope,
        group=group,
        instead_of=instead_of,
    )


def _preview(
    verb: str,
    footer: str,
    label: str,
    help_: str,
    *keys: str,
    danger: Danger = Danger.HARMLESS,
    instead_of: tuple[str, ...] = (),
) -> Action:
    return _own(
        f"preview.{verb}",
        footer,
        label,
        help_,
        *keys,
        scope=Scope.PREVIEW,
        group="Ports",
        danger=danger,
        instead_of=instead_of,
    )


_PREVIEW = (
    _preview("open", "open in browser", "Open this port in the browser",
             "Open the selected address in the browser.", "enter", "o",
             instead_of=("machine.open_url",)),
    _preview("create", "new", "New preview", "Give a port of this machine an address.", "n",
             danger=Danger.REVERSIBLE),
    _preview("copy_address", "copy address", "Copy address", "Copy the selected address.", "y",
             instead_of=("machine.raw",)),
    _preview("show_code", "QR code", "QR code", "Show the selected address as a QR code.", "Q"),
    _preview("close", "close", "Close preview",
             "Take the selected address away; asks first.", "X", danger=Danger.REVERSIBLE),
)  # fmt: skip


def _artifact(
    verb: str,
    footer: str,
    label: str,
    help_: str,
    *keys: str,
    danger: Danger = Danger.HARMLESS,
    instead_of: tuple[str, ...] = (),
) -> Action:
    return _own(
        f"artifact.{verb}",
        footer,
        label,
        help_,
        *keys,
        scope=Scope.ARTIFACT,
        group="Files",
        danger=danger,
        instead_of=instead_of,
    )


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


def _ssh(
    verb: str,
    footer: str,
    label: str,
    help_: str,
    *keys: str,
    danger: Danger = Danger.HARMLESS,
    instead_of: tuple[str, ...] = (),
) -> Action:
    return _own(
        f"ssh_session.{verb}",
        footer,
        label,
        help_,
        *keys,
        scope=Scope.SSH_SESSION,
        group="SSH sessions",
        danger=danger,
        instead_of=instead_of,
    )


_SSH = (
    _ssh("log_in", "log in", "Log in", "Log in with a session of its own.", "enter",
         danger=Danger.REVERSIBLE),
    _ssh("create", "open one to use elsewhere", "Open an ssh session",
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


def _usage(verb: str, footer: str, label: str, help_: str, *keys: str, one: bool = False) -> Action:
    scope = Scope.USAGE if one else Scope.USAGE_OF_ALL
    return _own(f"usage.{verb}", footer, label, help_, *keys, scope=scope, group="Usage")


_USAGE = (
    _usage("next_measure", "measure", "Next measure", "Plot the next quantity.", "m", one=True),
    _usage("buckets", "by hour or day", "By hour or day", "Plot hours instead of days, or days.",
           "h"),
    _usage("one_machine", "one machine", "One machine",
           "Plot the machine under the cursor, or all again.", "enter"),
    _usage("health", "metering", "Metering health",
           "Show the metering pipeline's own report in place of the bars.", "H"),
    _usage("save", "save", "Save usage", "Save the table to a file, as CSV or JSON.", "ctrl+s"),
    _usage("refresh", "read again", "Read usage again", "Ask the service for the usage again.",
           "r"),
)  # fmt: skip


def _raw(
    verb: str, footer: str, label: str, help_: str, *keys: str, instead_of: tuple[str, ...] = ()
) -> Action:
    return _own(
        f"raw.{verb}",
        footer,
        label,
        help_,
        *keys,
        scope=Scope.RAW,
        group="Raw",
        instead_of=instead_of,
    )


_RAW = (
    _raw("notation", "notation", "JSON or YAML", "Show the text as YAML, or as JSON again.", "y",
         instead_of=("machine.raw",)),
    _raw("next_hit", "", "Next hit", "Go to the next line that was found.", "n"),
    _raw("previous_hit", "", "Previous hit", "Go to the line found before.", "N",
         instead_of=("machine.create_like",)),
    _raw("copy_all", "copy all", "Copy all", "Copy the text in the notation shown.", "Y"),
)  # fmt: skip

_THING = (
    _own("thing.open", "open the machine", "Open the machine",
         "Open the machine of the selected row, on the tab of such things.", "enter",
         scope=Scope.THING, group="Show"),
)  # fmt: skip


def _log(verb: str, footer: str, label: str, help_: str, *keys: str) -> Action:
    return _own(f"log.{verb}", footer, label, help_, *keys, scope=Scope.LOG, group="Action log")


_LOG = (
    _log("trouble", "trouble", "Only trouble",
         "Show only requests that did not end well, or all again.", "e", "Z"),
    _log("changes", "changes", "Only changes",
         "Show only requests that ask for a change, or all again.", "w"),
    _log("find", "find", "Find", "Show only lines that hold these words.", "slash"),
    _log("copy", "copy", "Copy request", "Copy the request under the cursor.", "c"),
    _log("copy_all", "copy all", "Copy all requests", "Copy every request that is shown.", "C"),
)  # fmt: skip


def _player(
    verb: str, footer: str, label: str, help_: str, *keys: str, instead_of: tuple[str, ...] = ()
) -> Action:
    return _own(
        f"player.{verb}",
        footer,
        label,
        help_,
        *keys,
        scope=Scope.PLAYER,
        group="Recording",
        instead_of=instead_of,
    )


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
