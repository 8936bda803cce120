"""What the form of a command begins with: an earlier run, as far as it is known."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedalus_tui.ui.present.run_form import stdin_text

if TYPE_CHECKING:
    from dedalus_tui.domain.execution import ExecutionSpec

LONGEST_SHOWN_INPUT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDraft:
    """Texts of the fields."""

    line: str = ""
    is_script: bool = False
    cwd: str = ""
    timeout: str = ""
    variables: str = field(default="", repr=False)
    stdin: str = field(default="", repr=False)
    kept_stdin: str | None = field(default=None, repr=False)
    """Input of before that does not fit into the field, such as a file's."""
    lost_names: tuple[str, ...] = ()
    """Variables whose values are not known any more."""
    is_input_lost: bool = False
    """It had input, which is not known any more."""


def command_line(command: tuple[str, ...]) -> tuple[str, bool]:
    """A command as it is typed, and whether it is a script for `sh -c`."""
    is_script = len(command) == 3 and command[:2] == ("sh", "-c")
    return (command[2] if is_script else shlex.join(command)), is_script


def draft_of(spec: ExecutionSpec) -> RunDraft:
    """Everything that was sent."""
    line, is_script = command_line(spec.command)
    shown = _typed_input(spec.stdin)
    return RunDraft(
        line=line,
        is_script=is_script,
        cwd=spec.cwd or "",
        timeout=timeout_text(spec.timeout_ms),
        variables=shlex.join(f"{name}={value}" for name, value in spec.env),
        stdin=shown or "",
        kept_stdin=spec.stdin if shown is None else None,
    )


def _typed_input(stdin: str | None) -> str | None:
    """Input as one would type it; None when the field cannot hold it."""
    if not stdin:
        return ""
    typed = stdin.replace("\n", "\\n")
    fits = len(typed) <= LONGEST_SHOWN_INPUT and typed.isprintable() and typed == typed.strip()
    return typed if fits and not typed.startswith("@") and stdin_text(typed) == stdin else None


def timeout_text(milliseconds: int | None) -> str:
    """A time limit as it is typed: 1h30m, 45s."""
    if not milliseconds:
        return ""
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return "".join(
        text
        for text, is_said in (
            (f"{hours}h", hours),
            (f"{minutes}m", minutes),
            (f"{rest / 1000:g}s", rest),
        )
        if is_said
    )
