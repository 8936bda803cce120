"""Lines of JSON or YAML with names, values and punctuation told apart. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedalus_tui.ui.present.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedalus_tui.ui.present.roles import Line

_ENTRY = re.compile(r'^(\s*(?:- )?)("(?:[^"\\]|\\.)*"|[A-Za-z_][\w ./-]*)(:)(\s*)(.*?)(,?)$')


def coloured_lines(lines: Iterable[str]) -> tuple[Line, ...]:
    """Each line with its name muted and its value in the colour of its kind."""
    return tuple(_coloured(line) for line in lines)


def _coloured(line: str) -> Line:
    entry = _ENTRY.match(line)
    if entry is None:
        return ((line, _value_role(line.strip().rstrip(","))),)
    indent, name, colon, blanks, value, comma = entry.groups()
    return (
        (indent, Role.MUTED),
        (name, Role.ACCENT),
        (colon + blanks, Role.MUTED),
        (value, _value_role(value)),
        (comma, Role.MUTED),
    )


def _value_role(value: str) -> str:
    if value in {"{", "}", "[", "]", "{}", "[]", ""}:
        return Role.MUTED
    if value in {"true", "false", "null"}:
        return Role.BUSY
    if re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value):
        return Role.MARK
    return Role.TEXT
