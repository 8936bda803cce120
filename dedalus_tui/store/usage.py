"""The organisation's usage of this month and the one before, read when somebody looks.

Reading never touches a machine. A fault leaves what was there, with its age; a deployment without
usage routes is remembered by the client's abilities.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dedalus_tui.domain.faults import CloudFault, LockedOut, NotOffered
from dedalus_tui.domain.usage_report import (
    UsageReport,
    month_before,
    month_of,
    report,
    same_span_of,
)

if TYPE_CHECKING:
    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.domain.usage import UsageSummary
    from dedalus_tui.store.changes import Changes
    from dedalus_tui.store.clock import Clock

FRESH_SECONDS = 60.0
"""Usage is metered by the hour: asking more often than this shows nothing new."""

USAGE_KEY = ("usage",)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageState:
    """What is known of usage, and how the asking goes."""

    summary: UsageSummary | None = None
    month: UsageReport | None = None
    """From the first of the month (UTC) to the moment of asking."""
    before: UsageReport | None = None
    """The whole month before; None while unread."""
    before_until: datetime | None = None
    """Where the month before stood after as much time as has passed of this one."""
    closed_through: datetime | None = None
    """Billed lags: buckets up to here are final. None when the service does not say."""
    health: Any = None
    """The metering pipeline's own report, where this key may see it: JSON of no fixed shape."""
    loaded_at: datetime | None = None
    is_loading: bool = False
    fault: CloudFault | None = None
    """Why the last asking failed; what is shown is older then."""

    @property
    def month_end(self) -> datetime | None:
        """The end (exclusive) of the month that is shown."""
        return None if self.month is None else month_of(self.month.start.date())[1]


class UsageBook:
    """Reads usage for whoever looks, at most one reading at a time."""

    def __init__(self, client: CloudClient, clock: Clock, changes: Changes) -> None:
        """Nothing is asked before `load`."""
        self.state = UsageState()
        self._client = client
        self._clock = clock
        self._changes = changes
        self._reading: asyncio.Lock = asyncio.Lock()

    async def load(self, *, force: bool = False) -> None:
        """Read again unless what is there is fresh. Faults end in `state.fault`."""
        async with self._reading:
            if not force and self._is_fresh():
                return
            self._put(replace(self.state, is_loading=True))
            try:
                self._put(await self._read())
            except CloudFault as fault:
                self._put(replace(self.state, is_loading=False, fault=fault))
            except BaseException:
                self._put(replace(self.state, is_loading=False))
                raise

    def _is_fresh(self) -> bool:
        loaded = self.state.loaded_at
        if loaded is None or self.state.fault is not None:
            return False
        return (self._clock.now() - loaded).total_seconds() < FRESH_SECONDS

    async def _read(self) -> UsageState:
        now = self._clock.now()
        start, _ = month_of(now.date())
        usage = self._client.usage
        summary = await usage.summary(start.date())
        compute = await usage.compute(period_start=start.date())
        storage = await usage.storage(period_start=start.date())
        earlier = month_before(start)
        held = self.state.before
        # A month that is over changes no more: it is read once.
        if held is None or held.start != earlier[0]:
            held = await self._read_month(earlier)
        health = await self._read_health()
        return UsageState(
            summary=summary,
            # The service's own clock says how far the rows go.
            month=report(start, compute.period_end or now, compute.rows, storage.rows),
            before=held,
            before_until=same_span_of(earlier, now - start),
            closed_through=_closed_through(health),
            health=health,
            loaded_at=now,
        )

    async def _read_month(self, month: tuple[datetime, datetime]) -> UsageReport:
        first, last = month[0].date(), (month[1] - timedelta(days=1)).date()
        usage = self._client.usage
        compute = await usage.compute(period_start=first, period_end=last)
        storage = await usage.storage(period_start=first, period_end=last)
        return report(month[0], month[1], compute.rows, storage.rows)

    async def _read_health(self) -> Any:
        try:
            return await self._client.usage.health()
        except (NotOffered, LockedOut):
            return None  # most keys may not see it, and usage is complete without it

    def _put(self, state: UsageState) -> None:
        self.state = state
        self._changes.touch(USAGE_KEY)


def _closed_through(health: Any) -> datetime | None:
    """The earliest of the `closed_through` moments of a health report (contract 11)."""
    moments = health.get("closed_through") if isinstance(health, dict) else None
    if not isinstance(moments, dict):
        return None
    found = []
    for text in moments.values():
        try:
            found.append(datetime.fromisoformat(text))
        except (TypeError, ValueError):
            continue
    return min(found, default=None)
