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

SEGMENTS = re.compile(
    # 1: narrow characters that never join the cell before them.
    "([\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0530\u1e00-\u1fff\u2010-\u2027"
    "\u2030-\u205e\u2070-\u20cf\u2100-\u2318\u2320-\u2328\u232b-\u23e8\u2400-\u25fc\u2600-\u2613"
    "\u2701-\u2704\u2800-\u28ff\u2900-\u2b1a\uff61-\uff9d]+)"
    # 2: wide characters of the same kind.
    "|([\u3041-\u3096\u309b-\u30ff\u3105-\u312f\u3131-\u3163\u3165-\u318e\u3190-\u31e3\u3400-\u4dbf\u4e00-\ua48c"
    "\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\U00020000-\U0002fffd]+)"
    # 3: one character that must be looked at.
    "|([\\s\\S])"
)


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
