"""The characters whose width needs no table: each covers one cell, in both tables."""

from __future__ import annotations

import sys

from rich.cells import cell_len
from wcwidth import wcwidth

from dedalus_tui.ui.present.glyphs import ASCII, UNICODE
from dedalus_tui.ui.present.text import _SINGLE


def test_each_covers_one_cell() -> None:
    single = [char for char in map(chr, range(sys.maxunicode)) if _SINGLE.fullmatch(char)]
    assert len(single) > 1_000
    assert [char for char in single if wcwidth(char) != 1 or cell_len(char) != 1] == []


def test_our_own_signs_are_among_them() -> None:
    for glyphs in (ASCII, UNICODE):
        signs = [*glyphs]
        texts = [sign for sign in signs if isinstance(sign, str)] + [*glyphs.phases.values()]
        assert [text for text in texts if not _SINGLE.fullmatch(text)] == []
