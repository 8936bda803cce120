"""The VT420's rectangles."""

from __future__ import annotations

import pytest

from tests.emulator.playing import lines, play

LETTERS = "abcde\r\nfghij\r\nklmno\r\npqrst\r\nuvwxy"


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("\x1b[88;2;2;3;4$x", ["abcde", "fXXXj", "kXXXo", "pqrst", "uvwxy"]),
        ("\x1b[2;2;3;4$z", ["abcde", "f   j", "k   o", "pqrst", "uvwxy"]),
        ("\x1b[4;4$z", ["abcde", "fghij", "klmno", "pqr", "uvw"]),
        ("\x1b[1;1;2;2;1;4;4$v", ["abcde", "fghij", "klmno", "pqrab", "uvwfg"]),
        ("\x1b[1;1;2;3;1;2;2$v", ["abcde", "fabcj", "kfgho", "pqrst", "uvwxy"]),
        ("\x1b[3;3;1;1$z", ["abcde", "fghij", "klmno", "pqrst", "uvwxy"]),
        ("\x1b[7;2;2;3;4$x", ["abcde", "fghij", "klmno", "pqrst", "uvwxy"]),
        ("\x1b[2;4r\x1b[?6h\x1b[88;1;1;1;2$x", ["abcde", "XXhij", "klmno", "pqrst", "uvwxy"]),
        ("\x1b[1;1;2;2;1;99;99$v", ["abcde", "fghij", "klmno", "pqrst", "uvwxy"]),
    ],
)
def test_areas(sequence: str, expected: list[str]) -> None:
    assert lines(play(LETTERS, sequence)) == expected


def test_selective_erase_of_an_area_spares_the_protected() -> None:
    assert lines(play('a\x1b[1"qb\x1b[0"qc\x1b[1;1;1;3${')) == [" b"]


def bold_cells(*pieces: str) -> list[str]:
    emulator = play(*pieces)
    return [
        "".join("#" if emulator.style(style).is_bold else "." for style in row.styles)
        for _, row in emulator.lines()
    ]


def test_attributes_change_in_a_rectangle_or_along_the_stream() -> None:
    assert bold_cells(LETTERS, "\x1b[2*x\x1b[2;2;3;3;1$r")[1:3] == [".##..", ".##.."]
    stream = bold_cells(LETTERS, "\x1b[2;2;3;3;1$r")[1:3]
    assert stream == [".#########", "###.."]
    assert bold_cells(LETTERS, "\x1b[2*x\x1b[2;2;3;3;1$t\x1b[2;2;3;2;1$t")[1] == "..#.."
    assert bold_cells("\x1b[1m", LETTERS, "\x1b[2*x\x1b[2;2;3;3;0$r")[1] == "#..##"


def test_copying_half_a_wide_character_leaves_no_half() -> None:
    assert lines(play("漢字", "\x1b[1;2;1;3;1;3;1$v")) == ["漢字"]
