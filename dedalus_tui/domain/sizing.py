"""Sizes and the autosleep grammar: what a form may send (contract 4.1, 4.3). Pure.

Upper limits depend on plan and deployment and are the service's to refuse; only what no service
would take is refused here.
"""

from __future__ import annotations

import re

AUTOSLEEP_MAX_SECONDS = 9_223_372_036
"""int64 nanoseconds in whole seconds."""

_UNIT_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = r"(\d+)([wdhms])"
_MAX_DIGITS = 12


class SizingError(ValueError):
    """A value no service would take; its text is fit to stand beside the field."""


def normalise_autosleep(text: str) -> str:
    """The autosleep wish as it is sent: `never`, whole seconds, or units w>d>h>m>s joined.

    Case and surrounding blanks do not matter. Raises SizingError.
    """
    word = text.strip().lower()
    if not word:
        raise SizingError("say how long, such as 5m or 2h30m, or never")
    if word == "never":
        return word
    autosleep_to_seconds(word)
    return word


def autosleep_to_seconds(text: str) -> int:
    """Seconds of an autosleep wish; 0 means never. Raises SizingError."""
    word = text.strip().lower()
    if word == "never":
        return 0
    if word.isascii() and word.isdigit():
        seconds = int(word) if len(word) <= _MAX_DIGITS else AUTOSLEEP_MAX_SECONDS + 1
    else:
        seconds = _sum_units(word)
    if seconds > AUTOSLEEP_MAX_SECONDS:
        raise SizingError(f"too long: at most {AUTOSLEEP_MAX_SECONDS} seconds")
    return seconds


def _sum_units(word: str) -> int:
    position, total, smallest = 0, 0, 604_801
    for part in re.finditer(_PART, word):
        if part.start() != position:
            break
        digits, unit = part.group(1), _UNIT_SECONDS[part.group(2)]
        if unit >= smallest:
            raise SizingError("units must fall in size, each once: w d h m s, as in 1h30m")
        if len(digits) > _MAX_DIGITS:
            raise SizingError(f"too long: at most {AUTOSLEEP_MAX_SECONDS} seconds")
        smallest = unit
        total += int(digits) * unit
        position = part.end()
    if position != len(word) or not word:
        raise SizingError("not a duration: write 30s, 5m, 2h, 1d, 1w, joined as 1h30m, or never")
    return total


def parse_vcpu(text: str) -> float:
    """A number of vCPUs above 0. Raises SizingError."""
    try:
        value = float(text.strip())
    except ValueError:
        raise SizingError("a number of vCPUs, such as 1 or 0.5") from None
    if not 0 < value < float("inf"):
        raise SizingError("must be more than 0")
    return value


_MEMORY = r"(\d+(?:\.\d+)?)\s*(m|mib|mb|g|gib|gb)?"


def parse_memory_mib(text: str) -> int:
    """MiB from `4096`, `4096m`, `4g` or `1.5GiB`; a bare number is MiB. Raises SizingError."""
    match = re.fullmatch(_MEMORY, text.strip().lower())
    if match is None:
        raise SizingError("a size such as 4GiB or 4096 (MiB)")
    number, unit = float(match.group(1)), match.group(2) or "m"
    mib = number * 1024 if unit.startswith("g") else number
    if mib != int(mib):
        raise SizingError("must be a whole number of MiB")
    return _whole(int(mib))


def parse_storage_gib(text: str) -> int:
    """Whole GiB from `20`, `20g` or `20GiB`. Raises SizingError."""
    word = text.strip().lower()
    for suffix in ("gib", "gb", "g"):
        word = word.removesuffix(suffix).strip()
    if not (word.isascii() and word.isdigit() and len(word) <= _MAX_DIGITS):
        raise SizingError("whole GiB, such as 10")
    return _whole(int(word))


def _whole(value: int) -> int:
    if value <= 0:
        raise SizingError("must be more than 0")
    return value


def parse_sizes(text: str) -> tuple[float | None, int | None, int | None]:
    """vCPUs, MiB and GiB from `2/4/20` (vCPU/memory/disk; a bare memory is GiB). Parts that are
    empty or left out at the end are None. Raises SizingError."""
    parts = [part.strip() for part in text.split("/")]
    if not 2 <= len(parts) <= 3 or not any(parts):
        raise SizingError("sizes are vCPU/memory/disk, such as 2/4/20 or 2/512m/20")
    vcpu, memory, storage = (*parts, "")[:3]
    try:
        if memory and memory.replace(".", "", 1).isdigit():
            memory += "g"
        return (
            parse_vcpu(vcpu) if vcpu else None,
            parse_memory_mib(memory) if memory else None,
            parse_storage_gib(storage) if storage else None,
        )
    except SizingError as error:
        raise SizingError(f"{text}: {error}") from None


def why_not_shrink(held_gib: int | None, wanted_gib: int) -> str | None:
    """The sentence why the disk cannot become that size; None when it can."""
    if held_gib is not None and wanted_gib < held_gib:
        return f"a disk can grow but never shrink (it has {held_gib} GiB)"
    return None
