"""The two 409s of a machine: a stale revision, and a state that forbids the wish (contract 5.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from dedalus_tui.local.lifecycle import observed_state
from dedalus_tui.local.refusals import DomainError

if TYPE_CHECKING:
    from dedalus_tui.local.machine import Machine

Action = Literal["patch", "sleep", "wake", "reboot"]

_LATER_WORDS: Final[dict[Action, str]] = {
    "patch": "machine is being destroyed and cannot be updated",
    "sleep": "machine can only be put to sleep from the running state",
    "wake": "machine can only be woken from the sleeping state",
    "reboot": "machine must be awake to reboot",
}


def check_revision(machine: Machine, if_match: str | None) -> None:
    """Raise REVISION_MISMATCH unless `if_match` is absent, `*` or the revision, quoted or not."""
    if if_match is None:
        return
    wanted = if_match.strip().removeprefix("W/").strip('"')
    if wanted not in ("*", str(machine.revision)):
        raise DomainError(
            409,
            "REVISION_MISMATCH",
            "revision mismatch",
            retryable=True,
            details={"expected_revision": str(machine.revision), "provided_revision": wanted},
        )


class InvalidStateError(DomainError):
    """INVALID_STATE; the first generation names other details than those after it."""

    def __init__(self, machine: Machine, action: Action, *, expected: str, target: str) -> None:
        """Speak the first generation's words: observed state `expected`, desired `target`."""
        self._machine = machine
        self._action: Action = action
        self._current = {
            "current_desired_state": machine.desired_state,
            "current_observed_state": observed_state(machine.phase),
        }
        wished = {"expected_observed_state": expected, "target_desired_state": target}
        super().__init__(
            409,
            "INVALID_STATE",
            "requested lifecycle transition is invalid for current machine state",
            details={**self._current, **wished},
        )

    def speak_later(self) -> None:
        """Reword for the generations after the first."""
        self.document["message"] = _LATER_WORDS[self._action]
        self.document["details"] = {
            **self._current,
            "current_phase": self._machine.phase,
            "requested_action": self._action,
        }
