"""JSON values as YAML text. Pure; writes only, and only what JSON can hold."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ./-]*[A-Za-z0-9_]|[A-Za-z_]")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})


def as_yaml(value: object) -> str:
    """A JSON value (dicts, lists, text, numbers, booleans, None) as a YAML document."""
    return "\n".join(_lines(value, 0)) + "\n"


def _lines(value: object, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _entry(f"{indent}{_scalar(str(key))}:", item, depth)
    elif isinstance(value, list) and value:
        for item in value:
            yield from _entry(f"{indent}-", item, depth)
    else:
        yield indent + _scalar(value)


def _entry(start: str, item: object, depth: int) -> Iterator[str]:
    if isinstance(item, (dict, list)) and item:
        yield start
        yield from _lines(item, depth + 1)
    else:
        yield f"{start} {_scalar(item)}"


def _scalar(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    # A JSON scalar, and an empty list or object, is the same thing in YAML, which also forbids
    # unprintable characters to stand for themselves.
    text = json.dumps(value, ensure_ascii=False)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in text)
