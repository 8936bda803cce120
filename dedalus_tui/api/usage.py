"""Usage and metering (contract 11). Reading it never touches a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import Decoder, json_in
from dedalus_tui.api.transport import Call, Transport, path_of
from dedalus_tui.domain.usage import ComputeUsage, StorageUsage, UsageSummary

if TYPE_CHECKING:
    from datetime import date

_SUMMARY = Decoder(UsageSummary)
_COMPUTE = Decoder(ComputeUsage)
_STORAGE = Decoder(StorageUsage)
_SECONDS = 60.0
"""Reports are computed when asked for."""


class Usage:
    """`/v1/usage` and `/v1/metering`. Everything raises CloudFault only."""

    def __init__(self, transport: Transport) -> None:
        """All nouns share one transport."""
        self._transport = transport

    async def summary(self, period_start: date | None = None) -> UsageSummary:
        """The period since `period_start` (default: first of this month), closed buckets only."""
        call = _call("usage", period_start=_day(period_start))
        return _SUMMARY.one((await self._transport.call(call)).body, request=call.request)

    async def compute(
        self,
        *,
        period_start: date | None = None,
        period_end: date | None = None,
        machine_id: str | None = None,
        granularity: str | None = None,
    ) -> ComputeUsage:
        """Compute rows; `period_end` is the last day included, granularity `hour` or `day`."""
        call = _call(
            "usage",
            "machines",
            "compute",
            period_start=_day(period_start),
            period_end=_day(period_end),
            machine_id=machine_id,
            granularity=granularity,
        )
        return _COMPUTE.one((await self._transport.call(call)).body, request=call.request)

    async def storage(
        self,
        *,
        period_start: date | None = None,
        period_end: date | None = None,
        machine_id: str | None = None,
    ) -> StorageUsage:
        """Storage rows; `period_end` is the last day included."""
        call = _call(
            "usage",
            "machines",
            "storage",
            period_start=_day(period_start),
            period_end=_day(period_end),
            machine_id=machine_id,
        )
        return _STORAGE.one((await self._transport.call(call)).body, request=call.request)

    async def health(self) -> Any:
        """The metering pipeline's own report: JSON of no promised shape."""
        call = _call("metering", "health", ability=Ability.METERING_HEALTH)
        return json_in((await self._transport.call(call)).body, request=call.request)


def _call(*parts: str, ability: Ability = Ability.USAGE, **query: str | None) -> Call:
    return Call(method="GET", path=path_of(*parts), query=query, ability=ability, seconds=_SECONDS)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
