"""Wide characters and clusters: as many columns as Rich measures, in one cell, across chunks."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from dedalus_tui.emulator.widths import character_width, is_regional_indicator, split_kinds
from tests.emulator.playing import lines, place, play

CLUSTERS = {
    "e\u0301": 1,
    "漢": 2,
    "👍🏽": 2,
    "👩\u200d🚀": 2,
    "👨\u200d👩\u200d👧\u200d👦": 2,
    "🇩🇪": 2,
    "❤\ufe0f": 2,
    "☎\ufe0e": 1,
    "⌚\ufe0e": 2,
    "1\ufe0f\u20e3": 2,
    "한": 2,
    "\u1112\u1161\u11ab": 2,
    "🏴\u200d☠\ufe0f": 2,
    "ก\u0e34\u0e49": 1,
}


@pytest.mark.parametrize(("cluster", "width"), CLUSTERS.items())
def test_a_cluster_is_one_cell_however_it_arrives(cluster: str, width: int) -> None:
    data = f"x{cluster}y".encode()
    whole = play(data)
    bytewise = play(*(bytes([byte]) for byte in data))
    for emulator in (whole, bytewise):
        assert emulator.row(0).cells == ["x", cluster, *[""] * (width - 1), "y"]
        assert place(emulator) == (1, 3 + width)
    assert cell_len(cluster) == width


def test_every_character_is_of_the_kind_its_width_says() -> None:
    kinds = {0: "s", 1: "n", 2: "w"}
    wrong = [
        hex(code)
        for code in (*range(0x20, 0x7F), *range(0xA0, 0xD800), *range(0xE000, 0x20000, 7))
        if not is_regional_indicator(chr(code))
        and split_kinds(chr(code)) != [(chr(code), kinds[character_width(chr(code))])]
    ]
    assert wrong == []
    assert split_kinds("\U0002070e") == [("\U0002070e", "\U0002070e")]
    assert place(play("\U0002070e")) == (1, 3)


def test_a_wide_character_does_not_start_in_the_last_column() -> None:
    emulator = play("012345678漢")
    assert lines(emulator) == ["012345678", "漢"]
    assert emulator.row(0).is_wrapped
    assert lines(play("\x1b[?7l012345678漢")) == ["01234567漢"]


def test_a_cluster_that_grows_wide_in_the_last_column_moves_on() -> None:
    assert lines(play("012345678❤", "\ufe0f")) == ["012345678", "❤\ufe0f"]


def test_flags_pair_up_and_do_not_triple() -> None:
    assert play("🇩🇪🇫🇷🇮").row(0).cells == ["🇩🇪", "", "🇫🇷", "", "🇮"]


def test_a_joiner_joins_only_what_comes_next() -> None:
    assert play("👩\u200d", "\x1b[1;6H", "a").row(0).cells[5] == "a"
    assert play("👩\u200dab").row(0).cells == ["👩\u200da", "", "b"]


def test_a_combining_mark_with_nothing_before_it_is_dropped() -> None:
    assert lines(play("\u0301a")) == ["a"]


def test_a_cell_does_not_grow_without_end() -> None:
    assert len(play("e" + "\u0301" * 500).row(0).cells[0]) <= 32


def test_nothing_after_a_zero_width_character_is_lost() -> None:
    assert lines(play("a\u200bb\u00adc")) == ["a\u200bb\u00adc"]


def test_strips_are_as_wide_as_the_screen() -> None:
    emulator = play(*CLUSTERS, columns=40)
    row = emulator.row(0)
    assert sum(cell_len(run.text) for run in row.runs()) == 40
