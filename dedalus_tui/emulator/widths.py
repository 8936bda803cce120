"""How many columns text takes, as the host toolkit measures it, and how it falls into cells.

A cell holds what Rich counts as one: a base character with the zero-width characters after it, whatever
a zero width joiner ties to it, and a pair of regional indicators.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import cell_len, get_character_cell_size

ZERO_WIDTH_JOINER = "\u200d"
EMOJI_PRESENTATION = "\ufe0f"
MAX_CLUSTER = 32
"""Codepoints a cell can hold; further ones are dropped, so no output can grow a cell for ever."""

NARROW, WIDE, SPECIAL = "n", "w", "s"


class _Kinds(dict[int, str]):
    """The kind of each codepoint, worked out when it is first met; for ``str.translate``."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        width = character_width(character)
        if is_regional_indicator(character) or width == 0:
            kind = SPECIAL
        else:
            kind = WIDE if width == 2 else NARROW
        if len(self) > _KINDS_LIMIT:
            self.clear()
        self[code] = kind
        return kind


_KINDS_LIMIT = 8192
_kinds = _Kinds()
_runs = re.compile("n+|w+|s").finditer


def split_kinds(text: str) -> list[tuple[str, str]]:
    """Cut text into runs of narrow or of wide characters, and single special ones: (run, kind).

    Special characters are those that may belong to the cell before them.
    """
    kinds = text.translate(_kinds)
    return [(text[run.start() : run.end()], kinds[run.start()]) for run in _runs(kinds)]


def is_regional_indicator(character: str) -> bool:
    """Whether this is one of the 26 letters that make flags in pairs."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def character_width(character: str) -> int:
    """Columns of one character on its own: 0, 1 or 2."""
    return get_character_cell_size(character)


@lru_cache(maxsize=2048)
def cluster_width(cluster: str) -> int:
    """Columns of the content of one cell: 1 or 2."""
    return 2 if cell_len(cluster) > 1 else 1


def joins(cluster: str, character: str) -> bool:
    """Whether a character continues the cell that holds `cluster`."""
    if cluster.endswith(ZERO_WIDTH_JOINER):
        return True
    return is_regional_indicator(character) and len(cluster) == 1 and is_regional_indicator(cluster)
