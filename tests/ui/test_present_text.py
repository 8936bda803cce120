"""Sanitising, clipping and padding: nothing unseen passes, widths are exact."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.ui.present.text import (
    REPLACEMENT,
    cell_width,
    clip,
    clip_middle,
    pad,
    plain,
    plain_lines,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain words", "plain words"),
        ("two\nlines\tand tab", "two lines and tab"),
        ("\x1b[31mred", f"{REPLACEMENT}[31mred"),
        ("\x9b31m", f"{REPLACEMENT}31m"),
        ("a\u202eb", f"a{REPLACEMENT}b"),
        ("a\u2066b", f"a{REPLACEMENT}b"),
        ("zero\u200bwidth", f"zero{REPLACEMENT}width"),
        ("no\u00a0break", "no break"),
        ("\ud800", REPLACEMENT),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
    ],
)
def test_what_would_be_unseen_is_seen(raw: str, shown: str) -> None:
    assert plain(raw) == shown


@given(st.text())
def test_nothing_that_controls_a_terminal_passes(text: str) -> None:
    shown = plain(text)
    assert len(shown) == len(text)
    for char in shown:
        assert unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(char) not in {"RLO", "LRO", "RLE", "LRE", "PDF"}
    assert plain(shown) == shown


def test_lines_keep_their_tab_stops() -> None:
    assert plain_lines("a\tb\n\x1bc") == ("a       b", f"{REPLACEMENT}c")


@pytest.mark.parametrize(
    ("text", "cells", "clipped"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_clipping_keeps_whole_characters(text: str, cells: int, clipped: str) -> None:
    assert clip(text, cells) == clipped


@given(st.text(max_size=30).map(plain), st.integers(0, 40))
def test_clipped_never_is_wider(text: str, cells: int) -> None:
    assert cell_width(clip(text, cells)) <= cells


@given(st.text(max_size=30).map(plain), st.integers(1, 40), st.booleans())
def test_padded_is_exactly_as_wide(text: str, cells: int, right: bool) -> None:
    assert cell_width(pad(text, cells, right=right)) == cells


def test_the_end_of_an_id_stays() -> None:
    assert clip_middle("dm-0123456789abcdef", 12, tail=4, ellipsis="..") == "dm-012..cdef"
    assert clip_middle("dm-1", 12, tail=4) == "dm-1"
    assert clip_middle("dm-0123456789", 4, tail=6) == "dm-…"
