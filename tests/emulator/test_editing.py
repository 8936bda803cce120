"""Erasing, inserting, deleting, protecting; what blanks look like afterwards."""

from __future__ import annotations

import pytest

from tests.emulator.playing import lines, place, play

LETTERS = "abcde\r\nfghij\r\nklmno"


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("\x1b[2;3H\x1b[K", ["abcde", "fg", "klmno"]),
        ("\x1b[2;3H\x1b[1K", ["abcde", "   ij", "klmno"]),
        ("\x1b[2;3H\x1b[2K", ["abcde", "", "klmno"]),
        ("\x1b[2;3H\x1b[J", ["abcde", "fg"]),
        ("\x1b[2;3H\x1b[1J", ["", "   ij", "klmno"]),
        ("\x1b[2J", []),
        ("\x1b[2;3H\x1b[4J\x1b[5K", ["abcde", "fghij", "klmno"]),
        ("\x1b[2;2H\x1b[2X", ["abcde", "f  ij", "klmno"]),
        ("\x1b[2;2H\x1b[2P", ["abcde", "fij", "klmno"]),
        ("\x1b[2;2H\x1b[2@", ["abcde", "f  ghij", "klmno"]),
        ("\x1b[2;2H\x1b[L", ["abcde", "", "fghij", "klmno"]),
        ("\x1b[2;2H\x1b[M", ["abcde", "klmno"]),
        ("\x1b[2;2H\x1b[4hxy\x1b[4l", ["abcde", "fxyghij", "klmno"]),
        ("\x1b#8\x1b[2;1H\x1b[J", ["EEEEEEEEEE"]),
    ],
)
def test_what_is_left(sequence: str, expected: list[str]) -> None:
    assert lines(play(LETTERS, sequence)) == expected


def test_insert_and_delete_lines_go_to_the_left_margin() -> None:
    assert place(play(LETTERS, "\x1b[2;3H\x1b[L")) == (2, 1)
    assert place(play(LETTERS, "\x1b[2;3H\x1b[M")) == (2, 1)


def test_insert_outside_the_margins_does_nothing() -> None:
    assert lines(play(LETTERS, "\x1b[2;3r\x1b[1;1H\x1b[L\x1b[M")) == LETTERS.split("\r\n")
    assert lines(play(LETTERS, "\x1b[?69h\x1b[2;3s\x1b[1;5H\x1b[@\x1b[P")) == LETTERS.split("\r\n")


def test_side_margins_bound_insertion_and_deletion() -> None:
    assert lines(play(LETTERS, "\x1b[?69h\x1b[2;4s\x1b[1;2H\x1b[@"))[0] == "a bce"
    assert lines(play(LETTERS, "\x1b[?69h\x1b[2;4s\x1b[1;2H\x1b[P"))[0] == "acd e"


def test_erased_cells_keep_the_background_only() -> None:
    emulator = play("\x1b[1;4;7;31;42mabc\x1b[1;1H\x1b[X\x1b[1;3H\x1b[K\x1b[2;1H\x1b[M")
    row = emulator.row(0)
    erased = emulator.style(row.runs()[0].style)
    assert (erased.background, erased.flags, erased.underline, erased.foreground) == (2, 0, 0, None)
    assert emulator.style(row.runs()[-1].style) == erased
    assert emulator.style(emulator.row(4).fill) == erased


def test_scrolled_in_lines_have_the_background() -> None:
    emulator = play("\x1b[44m", "\n" * 5)
    assert emulator.style(emulator.row(emulator.screen_line + 4).fill).background == 4


def test_selective_erase_spares_what_is_protected() -> None:
    assert lines(play('a\x1b[1"qb\x1b[0"qc\x1b[1;1H\x1b[?K')) == [" b"]
    assert lines(play('a\x1b[1"qb\x1b[2"qc\x1b[?2J')) == [" b"]
    assert lines(play('a\x1b[1"qb\x1b[0"qc\x1b[2K')) == []
    assert lines(play('\x1b[1"qab\x1b[0mc\x1b[?2J')) == ["abc"]


def test_guarded_areas_are_spared_by_plain_erases() -> None:
    assert lines(play("a\x1bVb\x1bWc\x1b[2J")) == [" b"]
    assert lines(play("a\x1bVb\x1bWc\x1b[1;1H\x1b[3X")) == [" b"]
    assert lines(play("a\x1bVb\x1bWc\x1b[?2J")) == [" b"]
    assert lines(play("a\x1bVb\x1bWc\x1b[1;1;1;3${")) == []


def test_erasing_past_a_waiting_wrap_leaves_the_last_character() -> None:
    assert lines(play("0123456789\x1b[Kx")) == ["0123456789", "x"]


def test_erasing_the_end_of_a_line_ends_its_wrap() -> None:
    emulator = play("0123456789ab\x1b[1;5H\x1b[K")
    assert not emulator.row(0).is_wrapped


def test_alignment_pattern_takes_margins_away() -> None:
    emulator = play("\x1b[2;3r\x1b[31m\x1b#8")
    assert lines(emulator) == ["E" * 10] * 5
    assert (emulator.screen.top, emulator.screen.bottom, place(emulator)) == (0, 4, (1, 1))


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("\x1b[1;2Hx", " x字"),
        ("\x1b[1;1Hx", "x 字"),
        ("\x1b[1;2H\x1b[K", ""),
        ("\x1b[1;2H\x1b[X", "  字"),
        ("\x1b[1;2H\x1b[P", " 字"),
        ("\x1b[1;2H\x1b[@", "   字"),
        ("\x1b[1;3H漢", "漢漢"),
        ("\x1b[1;2H漢", " 漢"),
    ],
)
def test_half_a_wide_character_is_never_left(sequence: str, expected: str) -> None:
    assert lines(play("漢字", sequence)) == ([expected] if expected else [])
