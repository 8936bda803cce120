"""Numbers as people read them in a narrow column: 5m, 2h06m, 4G, 0.5, 1.2 MiB. Pure.

Durations are in seconds, memory in MiB, storage in GiB, unless a name says otherwise.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

NONE = "-"
"""Stands for a value nobody gave."""

_MINUTE, _HOUR, _DAY, _WEEK, _YEAR = 60, 3_600, 86_400, 604_800, 31_536_000
_MIB_PER_GIB = 1_024
_BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def age(seconds: float | None) -> str:
    """One unit, cut down: 59s, 5m, 23h, 21d, 3y. At most four characters."""
    if seconds is None:
        return NONE
    whole = max(0, int(seconds))
    for size, unit in ((_YEAR, "y"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if whole >= size:
            return f"{whole // size}{unit}"
    return f"{whole}s"


def duration(seconds: float | None) -> str:
    """Two units: 41s, 3m12s, 2h06m, 3d04h. The smaller one keeps two digits."""
    if seconds is None:
        return NONE
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02}s"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}m"
    return f"{whole // _DAY}d{whole % _DAY // _HOUR:02}h"


def latency(seconds: float) -> str:
    """How long an answer took: 8 ms, 1.3 s, 12 s."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"


def exact_duration(seconds: int) -> str:
    """Every unit that is not nought, so nothing is lost: 1w3d, 2h30m, 90s as 1m30s."""
    if seconds <= 0:
        return "0s"
    parts = []
    for size, unit in ((_WEEK, "w"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def autosleep(seconds: int | None) -> str:
    """An autosleep setting: never, 5m, 1h30m; long ones shortened to their two largest units."""
    if seconds is None:
        return NONE
    if seconds == 0:
        return "never"
    if seconds >= _YEAR:
        return f"{seconds // _YEAR}y"
    exact = exact_duration(seconds)
    return exact if len(exact) <= 7 else duration(seconds)


def number(value: float) -> str:
    """At most two places, no trailing noughts: 2, 0.5, 1.25."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def vcpu(value: float | None) -> str:
    """vCPUs without their unit."""
    return NONE if value is None else number(value)


def memory(mib: int | None) -> str:
    """Memory for a column: 512M, 4G, 1.5G."""
    if mib is None:
        return NONE
    if mib < _MIB_PER_GIB:
        return f"{mib}M"
    return f"{number(mib / _MIB_PER_GIB)}G"


def memory_words(mib: int | None) -> str:
    """Memory in a sentence: 512 MiB, 4 GiB."""
    if mib is None:
        return NONE
    return f"{mib} MiB" if mib < _MIB_PER_GIB else f"{number(mib / _MIB_PER_GIB)} GiB"


def storage(gib: int | None) -> str:
    """Storage for a column: 20G, 1.5T."""
    if gib is None:
        return NONE
    return f"{gib}G" if gib < _MIB_PER_GIB else f"{number(gib / _MIB_PER_GIB)}T"


def storage_words(gib: int | None) -> str:
    """Storage in a sentence: 20 GiB."""
    return NONE if gib is None else f"{gib} GiB"


def size_words(vcpus: float | None, memory_mib: int | None, storage_gib: int | None) -> str:
    """All three sizes on one line: 2 vCPU, 4 GiB, 20 GiB disk."""
    return f"{vcpu(vcpus)} vCPU, {memory_words(memory_mib)}, {storage_words(storage_gib)} disk"


def byte_count(count: int | None) -> str:
    """Bytes with a binary unit: 212 KiB, 1.5 MiB."""
    if count is None:
        return NONE
    power = min(len(_BYTE_UNITS) - 1, max(0, count.bit_length() - 1) // 10)
    if power == 0:
        return f"{count} B"
    value = count / 1_024**power
    return (
        f"{value:.1f} {_BYTE_UNITS[power]}" if value < 10 else f"{value:.0f} {_BYTE_UNITS[power]}"
    )


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """1 machine, 2 machines."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def money_column(amount: float | None) -> str:
    """Money an hour for a column: .151, 1.20, 12.3; the heading has the currency."""
    if amount is None:
        return NONE
    if amount < 0.9995:
        return f"{amount:.3f}"[1:]
    return f"{amount:.2f}" if amount < 99.5 else f"{amount:.0f}"


def money(amount: float | None, currency: str = "$", *, places: int = 2) -> str:
    """Money in a sentence: $0.98, EUR 0.98."""
    if amount is None:
        return NONE
    sign = "-" if amount < 0 else ""
    blank = " " if currency[-1:].isalpha() else ""
    return f"{sign}{currency}{blank}{abs(amount):,.{places}f}"


def clock_time(moment: datetime | None, *, now: datetime, zone: tzinfo | None = None) -> str:
    """09:14:07 today, otherwise with its date; in `zone`, or where this computer is."""
    if moment is None:
        return NONE
    local, today = aware(moment).astimezone(zone), aware(now).astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M:%S}"
    return f"{local:%Y-%m-%d %H:%M:%S}"


def short_time(moment: datetime, *, now: datetime, zone: tzinfo | None = None) -> str:
    """09:14:07 today, 11-21 09:14 this year, otherwise 2025-11-21; for a narrow column."""
    local, today = aware(moment).astimezone(zone), aware(now).astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M:%S}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d}"


def seconds_since(moment: datetime | None, now: datetime) -> float | None:
    """Seconds from `moment` to `now`, never negative; None when the moment is not known."""
    if moment is None:
        return None
    return max(0.0, (aware(now) - aware(moment)).total_seconds())


def aware(moment: datetime) -> datetime:
    """`moment` with a zone: one without is taken as UTC, which is how the service writes."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
