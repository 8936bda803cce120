"""The time of the local cloud: the computer's, which a test may freeze and step forward.

Everywhere inside the local cloud a moment is seconds since the epoch as a float; text forms
exist only at the border.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Time that never runs backward, even when the computer's clock is set back."""

    def __init__(self) -> None:
        """Start at the computer's time."""
        self._offset = 0.0
        self._latest = 0.0
        self._frozen_at: float | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether time moves only by `step`."""
        return self._frozen_at is not None

    def now(self) -> float:
        """Seconds since the epoch."""
        if self._frozen_at is not None:
            return self._frozen_at
        moment = time.time() + self._offset
        if moment < self._latest:
            self._offset += self._latest - moment
            moment = self._latest
        self._latest = moment
        return moment

    def never_before(self, moment: float) -> None:
        """Let no moment be earlier, whatever the computer's clock says."""
        self._latest = max(self._latest, moment)

    def step(self, seconds: float) -> None:
        """Jump forward."""
        if self._frozen_at is not None:
            self._frozen_at += seconds
        else:
            self._offset += seconds

    def freeze(self) -> None:
        """Stand still until stepped or thawed."""
        self._frozen_at = self.now()

    def thaw(self) -> None:
        """Run again from where it stands."""
        if self._frozen_at is not None:
            self._latest = self._frozen_at
            self._offset = self._frozen_at - time.time()
            self._frozen_at = None


def rfc3339(moment: float) -> str:
    """A moment as the API writes it: UTC, milliseconds, `Z`."""
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
