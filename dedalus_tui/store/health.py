"""How the line to the service is, apart from what we have: the second axis (design 3.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from dedalus_tui.domain.faults import LockedOut, NotOffered, NotPermitted, TimedOut, Unreachable

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.domain.faults import CloudFault, LocalCloudEnded
    from dedalus_tui.store.changes import Changes
    from dedalus_tui.store.clock import Clock

Line = Literal["quiet", "talking", "degraded", "offline", "locked_out"]
"""quiet: nothing was asked yet. degraded: it answers, and not as it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthState:
    """The line at one moment."""

    line: Line = "quiet"
    since: datetime
    """When the line became so."""
    last_good: datetime | None = None
    """When the service last gave a good answer; the age of the data."""
    next_try: datetime | None = None
    fault: CloudFault | None = None
    """What went wrong last, None while talking."""
    failures: int = 0
    """Faults in a row."""


class Health:
    """Hears of every answer and every fault, and keeps the state of the line."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        """Quiet, until something is asked."""
        self._clock = clock
        self._changes = changes
        self._end: LocalCloudEnded | None = None
        self.state = HealthState(since=clock.now())

    @property
    def is_down(self) -> bool:
        """True when asking anything but the list again is useless."""
        return self.state.line in {"offline", "locked_out"}

    def heard(self) -> bool:
        """A good answer came. True when this ends a time without."""
        if self._end is not None:
            return False  # it was on its way when the service ended
        held, now = self.state, self._clock.now()
        regained = held.line != "talking" and (held.line != "quiet" or held.last_good is not None)
        since = held.since if held.line == "talking" else now
        self._become(HealthState(line="talking", since=since, last_good=now))
        return regained

    def failed(self, fault: CloudFault) -> None:
        """A fault came instead of an answer. What only concerns one request changes nothing.

        After the end of the local cloud every fault comes from that.
        """
        fault = self._end or fault
        line = self._line_after(fault)
        if line is None:
            return
        held = self.state
        since = held.since if held.line == line else self._clock.now()
        self._become(replace(held, line=line, since=since, fault=fault, failures=held.failures + 1))

    def end(self, fault: LocalCloudEnded) -> None:
        """The service is gone; trying again is useless until it was started again."""
        self._end = fault
        self.failed(fault)

    def begin_again(self) -> None:
        """The service was started again, and has said nothing yet."""
        self._end = None
        now, held = self._clock.now(), self.state
        self._become(HealthState(since=now, last_good=held.last_good))

    @property
    def has_ended(self) -> bool:
        """True when nothing will answer until the local cloud is started again."""
        return self._end is not None

    def will_try(self, at: datetime | None) -> None:
        """The next list goes out then; shown only while the line is not good."""
        if self.state.line not in {"quiet", "talking"}:
            self._become(replace(self.state, next_try=at))

    def _line_after(self, fault: CloudFault) -> Line | None:
        if isinstance(fault, (NotOffered, NotPermitted)) and self.state.line == "talking":
            return None  # one route is closed to us; the line is good
        if isinstance(fault, LockedOut):
            return "locked_out"
        if isinstance(fault, TimedOut) and self.state.failures == 0:
            return "degraded"
        return "offline" if isinstance(fault, Unreachable) else "degraded"

    def _become(self, state: HealthState) -> None:
        if state != self.state:
            self.state = state
            self._changes.touch(("health",))
