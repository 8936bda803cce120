"""The command line: flags, exit codes, and one plain line for whatever goes wrong before the UI.

Imports as little as it can: `--version` and `--help` answer before anything else is loaded.
"""

from __future__ import annotations

import os
import sys

from dedalus_tui import __version__

TYPE_CHECKING = False  # as in typing, whose import alone would take a third of `--version`
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_VERSION = f"dedalus-tui {__version__}"
_EPILOG = """\
The API key comes from DEDALUS_API_KEY, from the profile's api_key_command, or from where the
welcome screen kept it. Without any, the welcome screen asks.

exit codes: 0 ok, 1 error, 2 usage or settings, 10 key not accepted, 15 no connection
"""
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    if words == ["--version"]:
        sys.stdout.write(f"{_VERSION}\n")
        return 0
    from dedalus_tui.config.options import Options, usual_options

    options = usual_options(words) or build_parser(words).parse_args(words, Options())
    if options.is_local and (options.base_url or options.profile or options.org):
        return _fail("--local goes without --base-url, --profile and --org", 2)
    try:
        from dedalus_tui.wiring import CannotStart, run

        try:
            return int(run(options))
        except CannotStart as reason:
            return _fail(str(reason), reason.exit_code)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last door: a person gets a line, never a traceback
        return _fail(f"unexpected {type(error).__name__}: {error}", 1)


def _fail(message: str, code: int) -> int:
    line = " ".join(message.split())
    sys.stderr.write(f"dedalus-tui: {line}\n")
    return int(code)


def _columns() -> int:
    try:
        return max(40, min(100, os.get_terminal_size().columns))
    except OSError:
        return 80


def build_parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Every flag and its help; the commands too if `words` name one or ask for help."""
    import argparse

    class Format(argparse.RawDescriptionHelpFormatter):
        """With the width given: finding it out would import every compression library."""

        def __init__(self, prog: str) -> None:
            super().__init__(prog, max_help_position=30, width=_columns() - 2)

    parser = argparse.ArgumentParser(
        prog="dedalus-tui",
        description="The terminal dashboard for Dedalus Machines.",
        epilog=_EPILOG,
        formatter_class=Format,
    )
    parser.add_argument("--version", action="version", version=_VERSION)
    _add_place(parser)
    _add_look(parser)
    _add_local(parser)
    if not {"attach", "-h", "--help"}.intersection(words):
        return parser
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    attach = commands.add_parser(
        "attach", help=_ATTACH, description=_ATTACH, formatter_class=Format
    )
    _add_attach(attach, unset=argparse.SUPPRESS)
    return parser


_ATTACH = "open straight into a full-screen terminal on a machine"


def _add_attach(parser: argparse.ArgumentParser, *, unset: str) -> None:
    parser.add_argument("machine", metavar="MACHINE", help="its id, the end of its id, or its name")
    parser.add_argument("--terminal", metavar="ID", help="attach to this one instead of a new one")
    _add_place(parser)
    _add_look(parser)
    _add_local(parser)
    # Left out after the command, a flag keeps what was said before it.
    for action in parser._actions:
        if action.dest not in {"machine", "terminal", "help"}:
            action.default = unset


def _add_place(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("which cloud")
    group.add_argument("--profile", metavar="NAME", help="a profile of the settings file")
    group.add_argument("--base-url", metavar="URL", help="where the service is")
    group.add_argument("--org", metavar="ID", help="the organisation to act for")
    group.add_argument("--read-only", action="store_true", help="only look, change nothing")
    group.add_argument("--config", metavar="FILE", help="another settings file")
    group.add_argument(
        "--state-dir", metavar="DIR", help="keep everything this program writes here"
    )


def _add_look(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("look")
    group.add_argument("--theme", metavar="NAME", help="colours")
    group.add_argument("--ascii", action="store_true", help="draw with ASCII only")
    group.add_argument("--no-motion", dest="motion", action="store_false", help="nothing moves")
    group.add_argument(
        "--no-mouse",
        dest="mouse",
        action="store_false",
        help="leave the mouse to the terminal",
    )


def _add_local(parser: argparse.ArgumentParser) -> None:
    from dedalus_tui.config.options import PACES, SEEDS, Options

    group = parser.add_argument_group(
        "local cloud",
        "A small Dedalus on this computer. Its machines are directories and processes of yours,\n"
        "  not virtual machines: nothing isolates them.",
    )
    group.add_argument(
        "--local", dest="is_local", action="store_true", help="start it and look at it"
    )
    group.add_argument(
        "--local-pace",
        choices=PACES,
        default=Options.local_pace,
        help="how long starting and stopping takes (%(default)s)",
    )
    group.add_argument(
        "--local-seed",
        choices=SEEDS,
        default=Options.local_seed,
        help="the machines of its very first start (%(default)s)",
    )
