"""The autosleep grammar (contract 4.3): text in, whole seconds out."""

from __future__ import annotations

import re

DEFAULT_SECONDS = 300
LONGEST_SECONDS = 9_223_372_036
"""int64 nanoseconds in whole seconds."""

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PAIR = re.compile(r"([0-9]+)([wdhms])")
_PAIRS = re.compile(r"(?:[0-9]+[wdhms])+")


def seconds_of(text: str) -> int:
    """Seconds of idleness before sleep, 0 for never.

    Units fall from weeks to seconds and none repeats. Raises ValueError with a plain sentence.
    """
    wish = text.strip().lower()
    if wish == "never":
        return 0
    if wish.isascii() and wish.isdigit():
        return _checked(wish)
    if not _PAIRS.fullmatch(wish):
        raise ValueError('must be "never", whole seconds, or a duration such as 30m or 1w3d')
    units = [unit for _, unit in _PAIR.findall(wish)]
    if units != sorted(set(units), key="wdhms".index):
        raise ValueError("units must fall (w, d, h, m, s) and none may repeat")
    return _checked(*_PAIR.findall(wish))


def _checked(*parts: str | tuple[str, str]) -> int:
    """The sum of the parts, if no longer than the API can say."""
    total = 0
    for part in parts:
        digits, unit = (part, "s") if isinstance(part, str) else part
        significant = digits.lstrip("0")
        if len(significant) > len(str(LONGEST_SECONDS)):
            raise ValueError(f"must be at most {LONGEST_SECONDS} seconds")
        total += int(significant or "0") * _UNITS[unit]
    if total > LONGEST_SECONDS:
        raise ValueError(f"must be at most {LONGEST_SECONDS} seconds")
    return total
