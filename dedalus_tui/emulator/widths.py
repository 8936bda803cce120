"""How many columns text takes, as the host toolkit measures it, and how it falls into cells.

A cell holds what Rich counts as one: a base character with the zero-width characters after it,
whatever a zero width joiner ties to it, and a pair of regional indicators.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Asking for the width of each character costs more than drawing it, so the ranges are read at once.
from rich import cells
from rich.cells import cell_len, get_character_cell_size

ZERO_WIDTH_JOINER = "\u200d"
EMOJI_PRESENTATION = "\ufe0f"
MAX_CLUSTER = 32
"""Codepoints a cell can hold; further ones are dropped, so no output can grow a cell for ever."""

NARROW, WIDE, SPECIAL = "n", "w", "s"


_TABLE_SIZE = 0x20000


def _kinds_table() -> str:
    """The kind of each codepoint of the first two planes, indexed by codepoint."""
    kinds = bytearray(NARROW.encode() * _TABLE_SIZE)
    # Asking for the width of each character costs more than drawing it, so the ranges are read.
    for start, end, width in cells.load_cell_table("auto").widths:  # type: ignore[attr-defined]
        if width != 1 and end < _TABLE_SIZE:
            kind = WIDE if width == 2 else SPECIAL
            kinds[start : end + 1] = kind.encode() * (end + 1 - start)
    kinds[0x1F1E6:0x1F200] = SPECIAL.encode() * 26
    return kinds.decode()


_KINDS = _kinds_table()
_runs = re.compile(f"{NARROW}+|{WIDE}+|[^{NARROW}{WIDE}]").finditer


def split_kinds(text: str) -> list[tuple[str, str]]:
    """Cut text into runs of narrow or of wide characters, and single special ones: (run, kind).

    Special characters are those that may belong to the cell before them, and rare ones.
    """
    # Characters past the end of the table stay themselves, and are no kind but special.
    kinds = text.translate(_KINDS)
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
