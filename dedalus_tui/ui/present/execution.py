"""Executions in words: what was run, how it stands, how it ended. Endings are never confused.

A command that ran to its end has an exit code; one that could not run has an error code and none;
one that took too long is `expired`.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dedalus_tui.domain.execution import ExecutionStatus
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import NONE, byte_count, duration, latency, seconds_since

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line, Span

_LONG_SECONDS = 60
_TIMED_OUT = "execution_timed_out"


def command_words(execution: Execution) -> str:
    """The command as one types it, on one line; a script given to `sh -c` is shown itself."""
    command = execution.command
    if not command:
        return "command not told"
    if len(command) == 3 and command[0] in {"sh", "bash"} and command[1] == "-c":
        return plain(command[2])
    return plain(shlex.join(command))


def status_span(execution: Execution, signs: Glyphs) -> Span:
    """Sign and word of how it stands."""
    match execution.status:
        case ExecutionStatus.WAKE_IN_PROGRESS:
            return (f"{signs.spinner[0]} waking the machine", Role.BUSY)
        case ExecutionStatus.QUEUED:
            return (f"{signs.spinner[0]} queued", Role.BUSY)
        case ExecutionStatus.RUNNING:
            return (f"{signs.mark} running", Role.BUSY)
        case ExecutionStatus.SUCCEEDED:
            return (f"{signs.tick} {ending_words(execution)}", Role.OK)
        case ExecutionStatus.CANCELLED:
            return (f"{signs.dot} cancelled", Role.MUTED)
        case ExecutionStatus.FAILED | ExecutionStatus.EXPIRED:
            return (f"{signs.cross} {ending_words(execution)}", Role.BAD)
    return (f"{signs.unknown} {plain(execution.status)}", Role.WARN)


def ending_words(execution: Execution) -> str:
    """How it ended, or how it stands when it has not."""
    if execution.status == ExecutionStatus.EXPIRED:
        ended = execution.completed_at or execution.expires_at
        ran = seconds_since(execution.started_at, ended) if ended is not None else None
        if execution.error_code in {None, _TIMED_OUT}:
            return f"timed out after {_span(ran)}" if ran is not None else "timed out"
        return f"expired: {_error(execution)}"
    if execution.exit_code is not None:
        if execution.signal is not None:
            return f"killed by signal {plain(str(execution.signal))} (exit {execution.exit_code})"
        return f"exit {execution.exit_code}"
    if execution.status == ExecutionStatus.FAILED:
        if execution.error_code or execution.error_message:
            began = "broke off" if execution.started_at is not None else "could not run"
            return f"{began}: {_error(execution)}"
        return "failed"
    return plain(execution.status)


def _error(execution: Execution) -> str:
    words = [execution.error_code or "", execution.error_message or ""]
    return ": ".join(plain(word) for word in words if word)


def short_ending(execution: Execution) -> str:
    """For a column: the exit code, a signal, or the error code."""
    if execution.exit_code is not None:
        if execution.signal is not None:
            return f"signal {plain(str(execution.signal))}"
        return str(execution.exit_code)
    if execution.error_code:
        return plain(execution.error_code)
    return NONE


def lasted(execution: Execution, now: datetime) -> str:
    """How long it ran, or has been running."""
    began = execution.started_at
    if began is None:
        return NONE
    if execution.completed_at is not None:
        return _span(seconds_since(began, execution.completed_at))
    return NONE if execution.is_over else duration(seconds_since(began, now))


def _span(seconds: float | None) -> str:
    """Short runs differ by parts of a second, long ones do not."""
    if seconds is None or seconds >= _LONG_SECONDS:
        return duration(seconds)
    return latency(seconds)


def output_size(execution: Execution) -> int | None:
    """Bytes of both streams."""
    sizes = [size for size in (execution.stdout_bytes, execution.stderr_bytes) if size is not None]
    return sum(sizes) if sizes else None


def delete_words(execution: Execution) -> tuple[Line, ...]:
    """What is asked before a run is cancelled or deleted, with what is not known about it."""
    command = ((command_words(execution), Role.STRONG),)
    if execution.is_over:
        return (
            command,
            (("Its record and its output are deleted at the service.", Role.TEXT),),
            (("The service has no undo.", Role.WARN),),
        )
    return (
        command,
        (("It is still under way. The service is asked to delete it.", Role.TEXT),),
        (("Its documents do not say whether that ends the command or only", Role.WARN),),
        (("drops the record; look at the machine afterwards to be sure.", Role.WARN),),
    )


def cancel_words(count: int, total: int) -> tuple[Line, ...]:
    """What is asked before several runs that are under way are cancelled."""
    where = f"all {total} machines" if count == total else f"{count} of {total} machines"
    if total == 1:
        where = "the machine"
    return (
        ((f"It is under way on {where}.", Role.TEXT),),
        (("Where it waits for its turn, it is not started.", Role.TEXT),),
        (("Where it runs, the service is asked to delete it. Its documents do not", Role.WARN),),
        (("say whether that ends the command: look at the machines afterwards.", Role.WARN),),
    )


def facts_line(execution: Execution, now: datetime, *, received: int = 0) -> Line:
    """Duration, bytes, working directory and names of variables, for beneath the title.

    `received` bytes are here; the service may not have counted them yet.
    """
    size = output_size(execution)
    pairs = [
        ("ran" if execution.is_over else "running", lasted(execution, now)),
        ("output", byte_count(max(size or 0, received) if size is not None or received else None)),
        ("cwd", plain(execution.cwd or "")),
        ("env", plain(" ".join(execution.env_keys))),
        ("artifacts", str(len(execution.artifacts) or "")),
    ]
    spans: list[Span] = []
    for label, text in pairs:
        if text and text != NONE:
            gap = "   " if spans else ""
            spans += [(f"{gap}{label} ", Role.MUTED), (text, Role.TEXT)]
    return tuple(spans)
