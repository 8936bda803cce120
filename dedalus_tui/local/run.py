"""An execution that is not over: what it needs besides its record, and how it is summed up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.local.execution import Execution, ExecutionWish
    from dedalus_tui.local.output_log import OutputLog
    from dedalus_tui.local.running_command import RunningCommand


class Run:
    """What was wished, the open log, the process once there is one."""

    def __init__(self, wish: ExecutionWish, log: OutputLog) -> None:
        """Nothing runs yet."""
        self.wish = wish
        self.log = log
        self.command: RunningCommand | None = None
        self.end_activity: Callable[[], None] | None = None
        self._is_decided = False

    def is_decided(self) -> bool:
        """Whether the outcome is given; true from then on."""
        return self._is_decided

    def decide(self) -> None:
        """The outcome is given now."""
        self._is_decided = True


def counted(execution: Execution, log: OutputLog) -> Execution:
    """The record with the byte counts of its log."""
    return replace(
        execution,
        stdout_bytes=log.written["stdout"],
        stderr_bytes=log.written["stderr"],
        stdout_truncated=log.is_truncated("stdout"),
        stderr_truncated=log.is_truncated("stderr"),
    )


def outcome(execution: Execution) -> dict[str, Any]:
    """What the terminal lifecycle event says."""
    named = {
        "status": execution.status,
        "exit_code": execution.exit_code,
        "signal": execution.signal,
        "error_code": execution.error_code,
        "error_message": execution.error_message,
    }
    return {name: value for name, value in named.items() if value is not None}
