"""JSON and logfmt lines spread over several lines, for reading."""

from __future__ import annotations

import json
import re

MOST_LINES = 400
"""Lines one record is spread over at most."""
LONGEST_RECORD = 64 * 1024

_PAIR = re.compile(r'([A-Za-z_][\w.-]*)=("(?:[^"\\]|\\.)*"|\S*)')
_FEWEST_PAIRS = 3


def pretty_lines(text: str) -> tuple[str, ...] | None:
    """The line spread out, or None when it is neither JSON nor logfmt.

    What stands before the JSON, such as a time, keeps its place on the first line.
    """
    if len(text) > LONGEST_RECORD:
        return None
    return _json_lines(text) or _logfmt_lines(text)


def _json_lines(text: str) -> tuple[str, ...] | None:
    begin = min((at for at in (text.find("{"), text.find("[{")) if at >= 0), default=-1)
    if begin < 0:
        return None
    try:
        value, end = json.JSONDecoder().raw_decode(text, begin)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict | list) or not value:
        return None
    spread = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
    spread[0] = text[:begin] + spread[0]
    spread[-1] += text[end:]
    return _bounded(spread)


def _logfmt_lines(text: str) -> tuple[str, ...] | None:
    pairs = _PAIR.findall(text)
    if len(pairs) < _FEWEST_PAIRS or sum(len(k) + len(v) + 2 for k, v in pairs) < len(text) * 0.8:
        return None
    width = max(len(key) for key, _ in pairs)
    before = text[: text.index(f"{pairs[0][0]}=")].rstrip()
    spread = [f"  {key.ljust(width)}  {value}" for key, value in pairs]
    return _bounded([before, *spread] if before else spread)


def _bounded(lines: list[str]) -> tuple[str, ...]:
    if len(lines) <= MOST_LINES:
        return tuple(lines)
    return (*lines[:MOST_LINES], f"... {len(lines) - MOST_LINES} more lines")
