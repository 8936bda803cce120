"""Usage of a billing period (contract 11). Quantities as the service meters them, no money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the decoder resolves these annotations at run time

from dedalus_tui.domain.machine import UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageSummary:
    """The organisation's period so far: closed buckets only, so it lags."""

    plan_slug: str = UNKNOWN
    billed_awake_seconds: float | None = None
    billed_cpu_millicore_seconds: float | None = None
    billed_memory_mib_seconds: float | None = None
    billed_logical_storage_mib_seconds: float | None = None
    provisioned_storage_gib: float | None = None
    included_storage_gib: float | None = None
    """A guard rail, not an invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeRow:
    """One machine's compute in one bucket; a resize gives it several rows per bucket."""

    machine_id: str = UNKNOWN
    spec_fingerprint: str | None = None
    requested_vcpu: float | None = None
    requested_memory_mib: int | None = None
    requested_storage_gib: int | None = None
    bucket_start: datetime | None = None
    bucket_end: datetime | None = None
    awake_seconds: float | None = None
    cpu_millicore_seconds: float | None = None
    memory_mib_seconds: float | None = None
    window_count: int | None = None
    last_window_end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageRow:
    """One machine's storage in one bucket."""

    machine_id: str = UNKNOWN
    bucket_start: datetime | None = None
    bucket_end: datetime | None = None
    logical_storage_bytes: int | None = None
    storage_mib_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeUsage:
    """Compute rows of a period; `period_end` is exclusive."""

    granularity: str = UNKNOWN
    period_start: datetime | None = None
    period_end: datetime | None = None
    rows: tuple[ComputeRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageUsage:
    """Storage rows of a period; `period_end` is exclusive."""

    period_start: datetime | None = None
    period_end: datetime | None = None
    rows: tuple[StorageRow, ...] = ()
