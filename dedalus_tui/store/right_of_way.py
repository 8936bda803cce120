"""Keys before floods: while one terminal waits for the echo of a key, the others wait, too.

One loop feeds every terminal and paints them. A key needs some twenty turns of it until its echo is
on the screen, and each turn that a flood takes part in costs milliseconds.
"""

from __future__ import annotations

from time import perf_counter

ECHO_SECONDS = 0.06
"""Nobody waits longer for a program that echoes nothing."""
PAINT_SECONDS = 0.03
"""From the echo's arrival until it is painted."""


class RightOfWay:
    """Shared by the terminals of one program; those who typed last go first."""

    def __init__(self) -> None:
        """Free for all."""
        self._holders: set[object] = set()
        self._until = 0.0

    def claim(self, holder: object) -> None:
        """Something was typed there. Typing into several at once lets all of them go."""
        now = perf_counter()
        if now >= self._until:
            self._holders.clear()
        self._holders.add(holder)
        self._until = now + ECHO_SECONDS

    def answered(self, holder: object) -> None:
        """Output came there: it only has to be painted."""
        if holder in self._holders:
            self._until = min(self._until, perf_counter() + PAINT_SECONDS)

    def seconds_for(self, other: object) -> float:
        """How long `other` should wait; 0 where nobody goes before it."""
        if not self._holders or other in self._holders:
            return 0.0
        return max(0.0, self._until - perf_counter())
