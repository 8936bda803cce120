"""Which optional parts of the API this deployment serves, as its answers have shown.

Generations of the service differ (contract 2). An answer of 404, 405, 406 or 501 from the route
itself is remembered, so that nobody asks again and panels can say why they are dim; after a while
the question is open again, because deployments change under a program that runs all day.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.domain.faults import NotOffered

FORGET_AFTER_SECONDS = 1800.0


class Ability(StrEnum):
    """Parts that at least one generation of the service does not have."""

    SLEEP = "sleep"
    WAKE = "wake"
    REBOOT = "reboot"
    STATUS_STREAM = "status_stream"
    AUTORESIZING = "autoresizing"
    ORGANIZATION_AUTORESIZING = "organization_autoresizing"
    EXECUTIONS = "executions"
    EXECUTION_LOGS = "execution_logs"
    TERMINALS = "terminals"
    SSH = "ssh"
    PREVIEWS = "previews"
    PORTS = "ports"
    NETWORKS = "networks"
    ARTIFACTS = "artifacts"
    USAGE = "usage"
    METERING_HEALTH = "metering_health"


class Abilities:
    """What one base URL is known to offer or not."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """`monotonic` gives seconds; see FORGET_AFTER_SECONDS."""
        self._monotonic = monotonic
        self._known: dict[str, bool] = {}
        self._refusals: dict[str, tuple[float, NotOffered]] = {}

    def offers(self, ability: str) -> bool | None:
        """True or False as answers have shown; None while nobody has asked."""
        self._forget_old(ability)
        return self._known.get(ability)

    def require(self, ability: str) -> None:
        """Raise the remembered NotOffered, without asking the service again."""
        if self.offers(ability) is False:
            raise self._refusals[ability][1].with_traceback(None)

    def note_offered(self, ability: str) -> None:
        """An answer showed that the part is there."""
        self._known[ability] = True
        self._refusals.pop(ability, None)

    def note_refused(self, ability: str, fault: NotOffered) -> None:
        """An answer showed that the part is not there."""
        self._known[ability] = False
        self._refusals[ability] = (self._monotonic(), fault)

    def _forget_old(self, ability: str) -> None:
        refusal = self._refusals.get(ability)
        if refusal is not None and self._monotonic() - refusal[0] > FORGET_AFTER_SECONDS:
            del self._refusals[ability], self._known[ability]
