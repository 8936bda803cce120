"""History, resizing with reflow, damage, searching and copying."""

from __future__ import annotations

import re

import pytest

from dedalus_tui.emulator.emulator import Emulator
from dedalus_tui.emulator.grid import Row
from dedalus_tui.emulator.scrollback import pack
from tests.emulator.playing import history, lines, place, play


def numbered(first: int, last: int) -> str:
    return "".join(f"line {number}\r\n" for number in range(first, last))


def test_lines_keep_their_number_when_old_ones_are_dropped() -> None:
    emulator = play(numbered(0, 1000), scrollback_lines=300)
    assert emulator.first_line == 1000 - 4 - 300
    assert emulator.total_lines == 305
    assert emulator.row(emulator.first_line).text == f"line {emulator.first_line}"
    assert emulator.row(997).text == "line 997"
    for line in (emulator.first_line - 1, emulator.first_line + emulator.total_lines):
        with pytest.raises(IndexError):
            emulator.row(line)
    assert [line for line, _ in emulator.lines(990)] == list(range(990, 1001))


def test_no_history_when_none_is_wanted() -> None:
    emulator = play(numbered(0, 50), scrollback_lines=0)
    assert (emulator.first_line, emulator.total_lines) == (46, 5)


def test_erasing_history_keeps_the_screen() -> None:
    emulator = play(numbered(0, 20))
    before = emulator.layout_generation
    emulator.feed(b"\x1b[3J")
    assert history(emulator) == []
    assert lines(emulator) == ["line 16", "line 17", "line 18", "line 19"]
    assert emulator.layout_generation > before


def test_packing_loses_nothing() -> None:
    emulator = play("\x1b[31mab\x1b[0m漢e\u0301\x1b[42m\x1b[K", columns=20)
    row = emulator.screen.rows[0]
    kept = pack(row).unpack(0)
    assert isinstance(kept, Row)
    assert (kept.chars, kept.styles, kept.fill) == (row.chars, row.styles, row.fill)


def test_wrapped_lines_are_cut_anew() -> None:
    emulator = play("0123456789abcdefghij", columns=10)
    emulator.resize(5, 5)
    assert lines(emulator) == ["01234", "56789", "abcde", "fghij"]
    assert (emulator.cursor.y, emulator.cursor.x, emulator.screen.pending_wrap) == (3, 4, True)
    emulator.resize(30, 5)
    assert lines(emulator) == ["0123456789abcdefghij"]
    assert place(emulator) == (1, 21)


def test_history_is_cut_anew_with_the_screen() -> None:
    emulator = play("0123456789abcde\r\n", numbered(0, 8), columns=10)
    emulator.resize(20, 5)
    assert history(emulator)[0] == "0123456789abcde"
    emulator.resize(4, 5)
    assert history(emulator)[:4] == ["0123", "4567", "89ab", "cde"]


def test_there_and_back_again_is_the_same() -> None:
    emulator = play(numbered(0, 30), "漢字漢字漢字漢字x", columns=20)
    before = [(row.text, row.is_wrapped) for _, row in emulator.lines()]
    for columns in (7, 3, 50, 11):
        emulator.resize(columns, 5)
    emulator.resize(20, 5)
    after = [(row.text, row.is_wrapped) for _, row in emulator.lines()]
    assert [text for text in after if text[0]] == [text for text in before if text[0]]


def test_wide_characters_are_not_split() -> None:
    emulator = play("a漢字漢", columns=10)
    emulator.resize(4, 5)
    assert lines(emulator) == ["a漢", "字漢"]
    emulator.resize(2, 5)
    assert lines(emulator) == ["a", "漢", "字", "漢"]
    emulator.resize(10, 5)
    assert lines(emulator) == ["a漢字漢"]


def test_shrinking_drops_blank_lines_first_and_then_feeds_history() -> None:
    emulator = play("a\r\nb")
    emulator.resize(10, 3)
    assert (lines(emulator), history(emulator)) == (["a", "b"], [])
    emulator = play(numbered(0, 4), "end")
    emulator.resize(10, 3)
    assert (lines(emulator), history(emulator)) == (
        ["line 2", "line 3", "end"],
        ["line 0", "line 1"],
    )
    assert place(emulator) == (3, 4)


def test_growing_takes_lines_back_only_at_the_bottom() -> None:
    emulator = play(numbered(0, 9), "end")
    emulator.resize(10, 7)
    assert lines(emulator)[0] == "line 3"
    assert place(emulator) == (7, 4)
    emulator = play(numbered(0, 9), "\x1b[H\x1b[Jtop")
    emulator.resize(10, 7)
    assert lines(emulator) == ["top"]


def test_the_alternate_screen_is_cropped_and_the_main_one_reflowed_behind_it() -> None:
    emulator = play("0123456789abc\r\n$ ", "\x1b[?1049h\x1b[Halternate\x1b[5;1Hlast")
    emulator.resize(5, 3)
    assert lines(emulator) == ["", "", "last"]
    emulator.resize(20, 5)
    emulator.feed(b"\x1b[?1049l")
    assert lines(emulator) == ["0123456789abc", "$"]
    assert place(emulator) == (2, 3)


def test_marks_move_with_their_text() -> None:
    emulator = play("0123456\x1b]133;A\x07789abc", columns=10)
    emulator.resize(5, 5)
    assert [(line, mark.column) for line, mark in emulator.prompt_marks] == [(1, 2)]


def test_erased_background_survives_a_reflow() -> None:
    emulator = play("\x1b[44m\x1b[Kab\x1b[0m\r\n", "x" * 12)
    emulator.resize(6, 5)
    first = emulator.row(emulator.first_line)
    assert emulator.style(first.fill).background == 4


def test_damage_is_what_changed_since_the_frame() -> None:
    emulator = Emulator(10, 5)
    damage = emulator.damage_since(None)
    assert (damage.is_total, damage.rows) == (True, (0, 1, 2, 3, 4))
    damage = emulator.damage_since(damage.frame)
    assert (damage.is_total, damage.rows, damage.scrolled) == (False, (), 0)
    emulator.feed(b"\x1b[3;1Hx")
    damage = emulator.damage_since(damage.frame)
    assert damage.rows == (2,)
    emulator.feed(b"\x1b[3;1Hx")
    assert emulator.damage_since(damage.frame).rows == (2,)
    emulator.feed(b"\x1b[5;1H\n\n")
    damage = emulator.damage_since(damage.frame)
    assert damage.scrolled == 2
    emulator.feed(b"\x1b[?1049h")
    assert emulator.damage_since(damage.frame).is_total


def test_reading_a_row_is_enough_for_its_key_to_change_with_it() -> None:
    emulator = Emulator(8, 4)
    emulator.feed(b"a")
    before = emulator.row(0).key
    emulator.feed(b"b")
    assert emulator.row(0).key != before
    before = next(emulator.lines())[1].key
    emulator.feed(b"c")
    assert next(emulator.lines())[1].key != before


def test_a_rows_key_never_stands_for_two_contents() -> None:
    emulator = Emulator(8, 4)
    seen: dict[tuple[int, int], list[tuple[str, int, int]]] = {}
    frame = None
    for step in range(300):
        emulator.feed(
            [b"ab", b"\r\n", b"\x1b[2J", b"\x1b[2;3r\n", b"\x1b[H\x1bM", b"\x1b[31mx\x1b[m"][
                step * 7 % 6
            ]
        )
        if step % 3 == 0:
            frame = emulator.damage_since(frame).frame
            for _, row in emulator.lines():
                content = [tuple(run) for run in row.runs()]
                assert seen.setdefault(row.key, content) == content  # type: ignore[arg-type]


def test_search_goes_across_wraps_and_cases() -> None:
    emulator = play("the Needle in\r\nneedle 漢needle", columns=10)
    assert [tuple(match) for match in emulator.search("needle")] == [
        (0, 4, 0, 10),
        (2, 0, 2, 6),
        (2, 9, 3, 5),
    ]
    assert len(emulator.search("needle", ignore_case=False)) == 2
    assert [match.line for match in emulator.search(r"^n\w+", is_regex=True)] == [2]
    assert emulator.search("") == emulator.search("absent") == []
    assert len(emulator.search(r"x*", is_regex=True)) == 0
    with pytest.raises(re.error):
        emulator.search("(", is_regex=True)


def test_search_reaches_history() -> None:
    emulator = play(numbered(0, 500), columns=20)
    assert [match.line for match in emulator.search("line 499")] == [499]
    assert len(emulator.search("line")) == 500


def test_copying_joins_wrapped_lines_and_drops_trailing_blanks() -> None:
    emulator = play("0123456789abc   \r\n  two\r\n\r\nend", columns=10)
    assert emulator.text_between((0, 8), (2, 5)) == "89abc\n  two"
    assert emulator.text_between((4, 2), (2, 2)) == "two\n\nen"
    assert emulator.text_between((0, 0), (99, 0)) == "0123456789abc\n  two\n\nend"
    assert emulator.text_between((0, 2), (1, 4), block=True) == "23\nc"


def test_copying_keeps_wide_characters_whole() -> None:
    emulator = play("a漢字b")
    assert emulator.text_between((0, 2), (0, 4)) == "漢字"
    assert emulator.text_between((0, 2), (0, 3)) == "漢"
    assert emulator.text_between((0, 1), (0, 6)) == "漢字b"


def test_memory_of_a_long_history_is_bounded() -> None:
    import tracemalloc

    tracemalloc.start()
    try:
        emulator = Emulator(120, 40)
        line = "".join(f"\x1b[{30 + n % 8}mword{n:03} " for n in range(14)) + "\r\n"
        emulator.feed(line.encode() * 10_100)
        assert emulator.total_lines == 10_040
        assert tracemalloc.get_traced_memory()[0] < 6_000_000
    finally:
        tracemalloc.stop()
