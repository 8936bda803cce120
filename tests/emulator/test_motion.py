"""Cursor motion, margins, tabs, wrapping and scrolling."""

from __future__ import annotations

import pytest

from tests.emulator.playing import history, lines, place, play

LETTERS = "abcde\r\nfghij\r\nklmno\r\npqrst\r\nuvwxy"
MARGINS = "\x1b[2;4r\x1b[?69h\x1b[2;4s"


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("\x1b[3;4H", (3, 4)),
        ("\x1b[H", (1, 1)),
        ("\x1b[99;99H", (5, 10)),
        ("\x1b[000000000002;4H", (2, 4)),
        ("\x1b[" + "9" * 200 + ";100000000001H", (5, 10)),
        ("\x1b[3;4f\x1b[A", (2, 4)),
        ("\x1b[3;4f\x1b[0B", (4, 4)),
        ("\x1b[3;4f\x1b[3C", (3, 7)),
        ("\x1b[3;4f\x1b[99D", (3, 1)),
        ("\x1b[3;4f\x1b[2E", (5, 1)),
        ("\x1b[3;4f\x1b[F", (2, 1)),
        ("\x1b[3;4f\x1b[7G", (3, 7)),
        ("\x1b[3;4f\x1b[7`", (3, 7)),
        ("\x1b[3;4f\x1b[2d", (2, 4)),
        ("\x1b[3;4f\x1b[2a\x1b[e", (4, 6)),
        ("\x1b[3;4f\x1b[I", (3, 9)),
        ("\x1b[3;4f\x1b[2I\x1b[Z", (3, 9)),
        ("\t", (1, 9)),
        ("\t\t", (1, 10)),
        ("\x1b[3;4H\x1b7\x1b[H\x1b8", (3, 4)),
        ("\x1b[3;4H\x1b[s\x1b[H\x1b[u", (3, 4)),
        ("\x1b8", (1, 1)),
        ("abc\b\b", (1, 2)),
        ("\x1b[3;4H\x1bM", (2, 4)),
        ("\x1b[3;4H\x1bD", (4, 4)),
        ("\x1b[3;4H\x1bE", (4, 1)),
        ("\x1b[20h\n", (2, 1)),
        ("ab\n", (2, 3)),
    ],
)
def test_where_the_cursor_goes(sequence: str, expected: tuple[int, int]) -> None:
    assert place(play(sequence)) == expected


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("\x1b[3;3H\x1b[9A", (2, 3)),
        ("\x1b[1;3H\x1b[9B", (4, 3)),
        ("\x1b[5;3H\x1b[9B", (5, 3)),
        ("\x1b[3;3H\x1b[9C", (3, 4)),
        ("\x1b[3;3H\x1b[9D", (3, 2)),
        ("\x1b[3;1H\x1b[9D", (3, 1)),
        ("\x1b[3;9H\x1b[9C", (3, 10)),
        ("\x1b[?6h", (2, 2)),
        ("\x1b[?6h\x1b[9;9H", (4, 4)),
        ("\x1b[?6h\x1b[2;2H", (3, 3)),
        ("\x1b[3;3H\r", (3, 2)),
        ("\x1b[3;1H\r", (3, 1)),
        ("\x1b[3;3H\t", (3, 4)),
    ],
)
def test_margins_hold_the_cursor(sequence: str, expected: tuple[int, int]) -> None:
    assert place(play(MARGINS, sequence)) == expected


def test_a_margin_of_one_line_is_ignored() -> None:
    emulator = play("\x1b[3;3r\x1b[4;2r")
    assert (emulator.screen.top, emulator.screen.bottom) == (0, 4)


def test_side_margins_need_their_mode() -> None:
    assert play("\x1b[2;4s").screen.is_full_width
    assert play("\x1b[?69h\x1b[2;4s\x1b[?69l").screen.is_full_width


def test_the_wrap_waits_for_the_next_character() -> None:
    emulator = play("0123456789")
    assert place(emulator) == (1, 10)
    emulator.feed(b"a")
    assert lines(emulator) == ["0123456789", "a"]
    assert emulator.row(0).is_wrapped


@pytest.mark.parametrize("sequence", ["\r", "\b", "\x1b[A", "\x1b[1;10H", "\x1b[C", "\x1b[1P"])
def test_motion_forgets_a_waiting_wrap(sequence: str) -> None:
    assert len(lines(play("0123456789", sequence, "x"))) == 1


def test_without_autowrap_the_last_column_is_overwritten() -> None:
    assert lines(play("\x1b[?7l0123456789abc")) == ["012345678c"]


def test_wrapping_respects_side_margins() -> None:
    assert lines(play("\x1b[?69h\x1b[3;5s\x1b[1;3Habcdefg")) == ["  abc", "  def", "  g"]


def test_reverse_wrap_goes_back_only_through_wrapped_lines() -> None:
    assert place(play("\x1b[?45h0123456789a\b\b")) == (1, 10)
    assert place(play("\x1b[?45hab\r\n\b")) == (2, 1)
    assert place(play("\x1b[?1045hab\r\n\b")) == (1, 10)
    assert place(play("\x1b[?1045h\b")) == (5, 10)


def test_line_feed_at_the_bottom_scrolls_into_history() -> None:
    emulator = play(LETTERS, "\r\nz")
    assert lines(emulator) == ["fghij", "klmno", "pqrst", "uvwxy", "z"]
    assert history(emulator) == ["abcde"]


def test_a_region_from_the_top_feeds_history_and_any_other_does_not() -> None:
    assert history(play(LETTERS, "\x1b[1;3r\x1b[3;1H\n")) == ["abcde"]
    assert history(play(LETTERS, "\x1b[2;3r\x1b[3;1H\n")) == []
    assert history(play(LETTERS, "\x1b[?1049h", "\n" * 9)) == []


def test_region_scrolls_alone() -> None:
    assert lines(play(LETTERS, "\x1b[2;4r\x1b[4;1H\n")) == ["abcde", "klmno", "pqrst", "", "uvwxy"]
    assert lines(play(LETTERS, "\x1b[2;4r\x1b[2;1H\x1bM")) == [
        "abcde",
        "",
        "fghij",
        "klmno",
        "uvwxy",
    ]
    assert lines(play(LETTERS, "\x1b[2;4r\x1b[2S")) == ["abcde", "pqrst", "", "", "uvwxy"]
    assert lines(play(LETTERS, "\x1b[2;4r\x1b[2T")) == ["abcde", "", "", "fghij", "uvwxy"]


def test_scrolling_between_side_margins_moves_only_their_cells() -> None:
    moved = ["abcde", "flmnj", "kqrso", "p   t", "uvwxy"]
    assert lines(play(LETTERS, MARGINS, "\x1b[S")) == moved
    assert lines(play(LETTERS, MARGINS, "\x1b[4;3H\n")) == moved
    assert lines(play(LETTERS, MARGINS, "\x1b[4;1H\n")) == LETTERS.split("\r\n")
    assert lines(play(LETTERS, MARGINS, "\x1b[T"))[2] == "kghio"


def test_columns_scroll_sideways() -> None:
    assert lines(play(LETTERS, MARGINS, "\x1b[3;3H\x1b[ @"))[1:4] == ["fhi j", "kmn o", "prs t"]
    assert lines(play(LETTERS, MARGINS, "\x1b[3;3H\x1b[ A"))[1:4] == ["f ghj", "k lmo", "p qrt"]
    assert lines(play(LETTERS, MARGINS, "\x1b[3;3H\x1b['}"))[1:4] == ["fg hj", "kl mo", "pq rt"]
    assert lines(play(LETTERS, MARGINS, "\x1b[3;3H\x1b['~"))[1:4] == ["fgi j", "kln o", "pqs t"]
    assert lines(play(LETTERS, MARGINS, "\x1b[3;2H\x1b6"))[1:4] == ["f ghj", "k lmo", "p qrt"]
    assert lines(play(LETTERS, MARGINS, "\x1b[3;4H\x1b9"))[1:4] == ["fhi j", "kmn o", "prs t"]


def test_tab_stops_are_set_and_cleared() -> None:
    assert place(play("\x1b[1;4H\x1bH\r\t")) == (1, 4)
    assert place(play("\x1b[1;9H\x1b[g\r\t")) == (1, 10)
    assert place(play("\x1b[3g\t")) == (1, 10)
    assert place(play("\x1b[3g\x1b[?5W\t")) == (1, 9)


def test_new_columns_get_tab_stops() -> None:
    emulator = play("")
    emulator.resize(30, 5)
    emulator.feed(b"\t\t")
    assert place(emulator) == (1, 17)


def test_saved_cursor_brings_back_the_pen_and_the_waiting_wrap() -> None:
    emulator = play("\x1b[1;31m0123456789\x1b7\x1b[0m\x1b[H\x1b8x")
    assert lines(emulator) == ["0123456789", "x"]
    assert emulator.style(emulator.row(1).styles[0]).is_bold


def test_each_screen_saves_its_own_cursor() -> None:
    assert place(play("\x1b[2;2H\x1b7\x1b[?47h\x1b[4;4H\x1b7\x1b[?47l\x1b[H\x1b8")) == (2, 2)


def test_repeat_writes_the_last_character_again() -> None:
    assert lines(play("ab\x1b[3b")) == ["abbbb"]
    assert lines(play("漢\x1b[2b")) == ["漢漢漢"]
