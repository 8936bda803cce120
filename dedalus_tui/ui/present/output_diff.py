"""What differs between the outputs of two runs, as coloured lines."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_LINES = 20_000
"""Lines of each run that are compared: finding differences takes time with the square of them."""

_COLOURS = {"+": "32", "-": "31", "@": "36"}
_ESCAPES = re.compile(r"\x1b\[[0-9;:]*m")


def diff_lines(
    before: Sequence[str], after: Sequence[str], *, before_name: str, after_name: str
) -> Iterator[str]:
    """Lines of a unified diff, coloured with SGR; nothing when the outputs are the same."""
    old, new = (
        [_ESCAPES.sub("", line) for line in lines[:MOST_LINES]] for lines in (before, after)
    )
    for line in unified_diff(old, new, before_name, after_name, lineterm=""):
        colour = _COLOURS.get(line[:1])
        yield f"\x1b[{colour}m{line}\x1b[0m" if colour else line
    if max(len(before), len(after)) > MOST_LINES:
        yield f"\x1b[33monly the first {MOST_LINES:,} lines of each were compared\x1b[0m"
