"""The window on rows of uneven height, against a plain list of all screen rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.ui.widgets.log_rows import rows_of
from dedalus_tui.ui.widgets.log_window import LogWindow


def window(heights: list[int], height: int) -> LogWindow:
    made = LogWindow(heights.__getitem__)
    made.total, made.height = len(heights), height
    return made


@given(
    heights=st.lists(st.integers(1, 5), min_size=1, max_size=30),
    height=st.integers(1, 12),
    moves=st.lists(st.integers(-20, 20), max_size=12),
)
def test_scrolling_is_that_of_a_list_of_all_rows(
    heights: list[int], height: int, moves: list[int]
) -> None:
    every = [(row, part) for row, count in enumerate(heights) for part in range(count)]
    furthest = max(0, len(every) - height)
    view, place = window(heights, height), 0
    for move in moves:
        view.scroll(move)
        place = max(0, min(furthest, place + move))
        assert view.visible() == every[place : place + height]
        assert view.is_at_end == (place == furthest)


@given(
    heights=st.lists(st.integers(1, 5), min_size=1, max_size=30),
    height=st.integers(5, 12),
    start=st.integers(0, 40),
    data=st.data(),
)
def test_revealing_shows_the_whole_row(
    heights: list[int], height: int, start: int, data: st.DataObject
) -> None:
    view = window(heights, height)
    view.scroll(start)
    row = data.draw(st.integers(0, len(heights) - 1))
    view.reveal(row)
    shown = view.visible()
    assert [part for at, part in shown if at == row] == list(range(heights[row]))
    before = list(shown)
    view.reveal(row)
    assert view.visible() == before


@given(
    heights=st.lists(st.integers(1, 5), min_size=1, max_size=30),
    height=st.integers(1, 12),
    above=st.integers(0, 12),
    data=st.data(),
)
def test_a_jump_with_room_above_never_leaves_the_row_out(
    heights: list[int], height: int, above: int, data: st.DataObject
) -> None:
    every = [(row, part) for row, count in enumerate(heights) for part in range(count)]
    view = window(heights, height)
    row = data.draw(st.integers(0, len(heights) - 1))
    view.jump(row, above=above)
    place = max(0, min(every.index((row, 0)) - above, len(every) - height))
    assert view.visible() == every[place : place + height]


def test_wrapping_fits_the_width_and_loses_nothing() -> None:
    for text in ("x" * 95, "日本語" * 20, "a" + "字" * 30, ""):
        rows = rows_of(text, width=10, is_wrapped=True, is_spread=False)
        assert "".join(row.styled.text[row.start : row.end] for row in rows) == text
        assert all(row.end - row.start <= 10 for row in rows)


def test_a_spread_record_is_many_rows_and_prose_is_one() -> None:
    spread = rows_of('{"a": 1}', width=80, is_wrapped=False, is_spread=True)
    assert [row.styled.text for row in spread] == ["{", '  "a": 1', "}"]
    assert len(rows_of("prose", width=80, is_wrapped=False, is_spread=True)) == 1
