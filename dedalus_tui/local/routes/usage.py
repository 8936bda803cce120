"""The usage routes (contract section 11). Nothing here wakes a machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dedalus_tui.local import metering
from dedalus_tui.local.clock import rfc3339
from dedalus_tui.local.metering import DAY, HOUR
from dedalus_tui.local.refusals import DomainError
from dedalus_tui.local.routes.mutation import world_of

if TYPE_CHECKING:
    from sqlite3 import Row

    from starlette.requests import Request
    from starlette.responses import Response

    from dedalus_tui.local.metering import Bucket
    from dedalus_tui.local.world import World

PLAN = "local"
INCLUDED_STORAGE_GIB = 100
"""A made-up guard rail, so that the picture of provisioned against included has two sides."""

_MIB = 1024 * 1024


async def summary(request: Request) -> Response:
    """GET /v1/usage: closed hours of the period that began at `period_start`, so it lags."""
    world = world_of(request)
    start = _day(request, "period_start") or _month_start(world)
    await world.meter.measure()
    closed = world.meter.closed_through
    compute = world.meter.compute(start, closed, None)
    buckets = [bucket for found in compute.values() for bucket in found]
    disks = world.meter.disks(start, closed, None)
    return JSONResponse(
        {
            "plan_slug": PLAN,
            "billed_awake_seconds": sum(each.awake_seconds for each in buckets),
            "billed_cpu_millicore_seconds": sum(each.cpu_millicore_seconds for each in buckets),
            "billed_memory_mib_seconds": sum(each.memory_mib_seconds for each in buckets),
            "billed_logical_storage_mib_seconds": sum(_mib_seconds(row) for row in disks),
            "provisioned_storage_gib": sum(
                each.storage_gib for each in world.machines.all() if each.phase != "destroyed"
            ),
            "included_storage_gib": INCLUDED_STORAGE_GIB,
        }
    )


async def compute(request: Request) -> Response:
    """GET /v1/usage/machines/compute."""
    world = world_of(request)
    granularity = request.query_params.get("granularity", "hour")
    if granularity not in ("hour", "day"):
        raise _invalid("granularity", "expected hour or day")
    start, end = _period(request, world)
    rows = []
    found = world.meter.compute(start, end, request.query_params.get("machine_id"))
    for machine_id, buckets in found.items():
        cut = metering.daily(buckets) if granularity == "day" else buckets
        rows += [_compute_row(machine_id, bucket) for bucket in cut]
    rows.sort(key=lambda row: (row["bucket_start"], row["machine_id"]))
    return JSONResponse(
        {
            "granularity": granularity,
            "period_start": rfc3339(start),
            "period_end": rfc3339(end),
            "rows": rows,
        }
    )


async def storage(request: Request) -> Response:
    """GET /v1/usage/machines/storage: by the hour."""
    world = world_of(request)
    start, end = _period(request, world)
    await world.meter.measure()
    found = world.meter.disks(start, end, request.query_params.get("machine_id"))
    rows = [
        {
            "machine_id": row["machine_id"],
            "bucket_start": rfc3339(row["hour"]),
            "bucket_end": rfc3339(row["hour"] + HOUR),
            "logical_storage_bytes": row["bytes"],
            "storage_mib_seconds": _mib_seconds(row),
            "org_metering_bucket_id": f"storage-{row['machine_id']}-{row['hour']}",
        }
        for row in found
    ]
    return JSONResponse({"period_start": rfc3339(start), "period_end": rfc3339(end), "rows": rows})


async def health(request: Request) -> Response:
    """GET /v1/metering/health."""
    world = world_of(request)
    closed = rfc3339(world.meter.closed_through)
    return JSONResponse(
        {
            "generated_at": rfc3339(world.clock.now()),
            "clickhouse_raw_rows_near_ttl": 0,
            "closed_through": {"compute_cpu": closed, "compute_memory": closed, "storage": closed},
            "stale_logical_storage_gauge_count": 0,
            "stripe_outbox": [],
        }
    )


def _compute_row(machine_id: str, bucket: Bucket) -> dict[str, Any]:
    name = metering.fingerprint(bucket.size)
    return {
        "machine_id": machine_id,
        "spec_fingerprint": name,
        "requested_vcpu": bucket.size.vcpu,
        "requested_memory_mib": bucket.size.memory_mib,
        "requested_storage_gib": bucket.size.storage_gib,
        "bucket_start": rfc3339(bucket.start),
        "bucket_end": rfc3339(bucket.end),
        "awake_seconds": bucket.awake_seconds,
        "cpu_millicore_seconds": bucket.cpu_millicore_seconds,
        "memory_mib_seconds": bucket.memory_mib_seconds,
        "window_count": bucket.window_count,
        "last_window_end": rfc3339(bucket.last_window_end),
        "org_metering_bucket_ids": [f"compute-{machine_id}-{bucket.start}-{name}"],
        "stripe_cpu_identifiers": [],
        "stripe_memory_identifiers": [],
    }


def _mib_seconds(row: Row) -> int:
    return int(row["byte_seconds"]) // _MIB


def _period(request: Request, world: World) -> tuple[int, int]:
    """Start (inclusive) and end (exclusive) in seconds; `period_end` names the last day within."""
    start = _day(request, "period_start") or _month_start(world)
    last = _day(request, "period_end")
    # Up to now, but at least to the end of the running hour, whose bucket starts before it.
    now = int(world.clock.now())
    end = now - now % HOUR + HOUR if last is None else last + DAY
    if end <= start:
        raise _invalid("period_end", "must not be before period_start")
    return start, end


def _day(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        day = date.fromisoformat(given)
        if len(given) != len("2026-01-31"):
            raise ValueError("another ISO form")
        # The day after it must exist, too.
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        _ = moment + timedelta(days=1)
        return int(moment.timestamp())
    except (ValueError, OverflowError):
        raise _invalid(name, "expected a date such as 2026-01-31") from None


def _month_start(world: World) -> int:
    today = datetime.fromtimestamp(world.clock.now(), UTC)
    return int(datetime(today.year, today.month, 1, tzinfo=UTC).timestamp())


def _invalid(name: str, message: str) -> DomainError:
    return DomainError(400, "INVALID_ARGUMENT", f"{name}: {message}", details={"parameter": name})
