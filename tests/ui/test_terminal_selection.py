"""What a selection covers."""

from __future__ import annotations

import pytest

from dedalus_tui.ui.widgets.terminal_selection import Selection, Unit, grown, word_at


def test_a_selection_over_lines_covers_the_ends_in_part() -> None:
    selection = Selection((5, 10), (3, 4))
    assert [selection.span(line, 80) for line in range(2, 7)] == [
        None,
        (4, 80),
        (0, 80),
        (0, 11),
        None,
    ]


def test_a_block_covers_the_same_columns_of_each_line() -> None:
    selection = Selection((3, 10), (5, 4), Unit.BLOCK)
    assert [selection.span(line, 80) for line in (3, 4, 5)] == [(4, 11)] * 3


def test_lines_are_covered_whole() -> None:
    assert Selection((3, 10), (3, 4), Unit.LINE).span(3, 80) == (0, 80)


@pytest.mark.parametrize(
    ("column", "expected"), [(0, (0, 2)), (3, (3, 3)), (5, (4, 17)), (18, (18, 18)), (40, (40, 40))]
)
def test_a_word_is_a_path_or_an_address(column: int, expected: tuple[int, int]) -> None:
    assert word_at(list("cat ~/src/main.py:(7)"), column) == expected


def test_a_wide_character_belongs_to_its_word_with_both_halves() -> None:
    cells = ["a", "漢", "", "b", " "]
    assert word_at(cells, 2) == (0, 3)


def test_dragging_by_words_takes_whole_words_at_both_ends() -> None:
    cells = list("one two three")
    forward = grown(Selection((1, 5), (1, 9), Unit.WORD), cells, cells)
    assert (forward.anchor, forward.head) == ((1, 4), (1, 12))
    backward = grown(Selection((1, 9), (1, 5), Unit.WORD), cells, cells)
    assert (backward.anchor, backward.head) == ((1, 12), (1, 4))
