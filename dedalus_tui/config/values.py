"""One value of a setting: what was written → what is meant, or ValueError in plain words.

The words never repeat the value: it may be a secret in the wrong place.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_COLOUR = r"[a-z][a-z_]*|#[0-9a-fA-F]{6}"
_HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"


def text(value: object) -> str:
    """A text that is not empty and fits on a line."""
    if not isinstance(value, str):
        raise ValueError("must be text")
    value = value.strip()
    if not value or not value.isprintable():
        raise ValueError("must be a text on one line")
    return value


def flag(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def number(*, least: float, most: float = float("inf")) -> Callable[[object], float]:
    """A number between the two, both included."""

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("must be a number")
        if not least <= value <= most:
            limit = f"from {least:g} to {most:g}" if most < float("inf") else f"at least {least:g}"
            raise ValueError(f"must be {limit}")
        return float(value)

    return read


def whole(*, least: int, most: int) -> Callable[[object], int]:
    """A whole number between the two, both included."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return read


def base_url(value: object) -> str:
    """Where a deployment is: http(s), a host, perhaps a path; no user, query or fragment."""
    url = text(value).rstrip("/")
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError("not a URL") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not has_port:
        raise ValueError("must begin with https:// (or http://) and name a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must not hold a user, a query or a fragment")
    return url


def colour(value: object) -> str:
    """A colour's name or #rrggbb."""
    word = text(value)
    if not re.fullmatch(_COLOUR, word):
        raise ValueError("must be a colour name or #rrggbb")
    return word


def day(value: object) -> str:
    """A date, as TOML knows it or as YYYY-MM-DD text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        return date.fromisoformat(text(value)).isoformat()
    except ValueError:
        raise ValueError("must be a date, as 2026-08-31") from None


def path(value: object) -> Path:
    """A file; `~` is the home directory."""
    return Path(text(value)).expanduser()


def command(value: object) -> tuple[str, ...]:
    """A program and its arguments: a list, or one line split as a shell would (no shell runs)."""
    if isinstance(value, str):
        import shlex  # used by few, and the first paint waits for imports

        try:
            words = shlex.split(value)
        except ValueError:
            raise ValueError("has an unclosed quote") from None
    elif isinstance(value, list) and all(isinstance(word, str) for word in value):
        words = list(value)
    else:
        raise ValueError("must be a command line or a list of words")
    if not words or not words[0]:
        raise ValueError("must name a program")
    return tuple(words)


def patterns(value: object) -> tuple[str, ...]:
    """A list of regular expressions."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of regular expressions")
    for number_, pattern in enumerate(value, 1):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"expression {number_} is not valid: {error.msg}") from None
    return tuple(value)


def keys(value: object) -> dict[str, tuple[str, ...]]:
    """Action ids and the key or keys of each; an empty list takes the keys away."""
    if not isinstance(value, dict):
        raise ValueError("must be a table of action ids")
    found: dict[str, tuple[str, ...]] = {}
    for action, names in value.items():
        listed = [names] if isinstance(names, str) else names
        if not isinstance(listed, list) or not all(
            isinstance(name, str) and name.strip() for name in listed
        ):
            raise ValueError(f"{action}: must be a key or a list of keys")
        found[action] = tuple(name.strip() for name in listed)
    return found


def header_lines(value: object) -> Mapping[str, str]:
    """`Name: value`, one a line, as the official SDKs read DEDALUS_CUSTOM_HEADERS."""
    found: dict[str, str] = {}
    for number_, line in enumerate(str(value).splitlines(), 1):
        if not line.strip():
            continue
        name, colon, content = line.partition(":")
        name, content = name.strip(), content.strip()
        if not colon or not re.fullmatch(_HEADER_NAME, name):
            raise ValueError(f"line {number_} is not `Name: value`")
        if not content.isascii() or not content.isprintable():
            raise ValueError(f"line {number_} has a value that no header can hold")
        found[name] = content
    return MappingProxyType(found)
