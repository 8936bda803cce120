"""Splits of a tab: dividing, removing, placing, and finding neighbours."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.ui.widgets.terminal_layout import (
    Box,
    Node,
    Side,
    Split,
    Way,
    boxes,
    divided,
    fits,
    leaves,
    neighbour,
    without,
)

SCREEN = Box(0, 1, 81, 23)


def test_two_beside_each_other_with_a_line_between() -> None:
    tree = divided(1, 1, 2, Way.ACROSS)
    assert boxes(tree, SCREEN) == {1: Box(0, 1, 40, 23), 2: Box(41, 1, 40, 23)}


def test_a_third_in_the_same_direction_shares_equally() -> None:
    tree = divided(divided(1, 1, 2, Way.ACROSS), 1, 3, Way.ACROSS)
    assert tree == Split(Way.ACROSS, (1, 3, 2))
    assert [box.columns for box in boxes(tree, SCREEN).values()] == [27, 26, 26]


def test_a_split_of_a_split_in_the_other_direction() -> None:
    tree = divided(divided(1, 1, 2, Way.ACROSS), 2, 3, Way.DOWN)
    placed = boxes(tree, SCREEN)
    assert placed[2] == Box(41, 1, 40, 12)
    assert placed[3] == Box(41, 13, 40, 11)
    assert neighbour(placed, 1, Side.RIGHT) == 2
    assert neighbour(placed, 3, Side.LEFT) == 1
    assert neighbour(placed, 2, Side.DOWN) == 3
    assert neighbour(placed, 3, Side.UP) == 2
    assert neighbour(placed, 1, Side.UP) is None


def test_removing_closes_the_gap_and_flattens() -> None:
    tree = divided(divided(divided(1, 1, 2, Way.ACROSS), 2, 3, Way.DOWN), 3, 4, Way.ACROSS)
    assert without(tree, 2) == Split(Way.ACROSS, (1, 3, 4))
    assert without(1, 1) is None
    assert without(1, 2) == 1


def test_what_is_too_small_does_not_fit() -> None:
    tree: Node = 1
    for number in range(2, 8):
        tree = divided(tree, 1, number, Way.ACROSS)
    assert fits(tree, SCREEN)
    assert not fits(divided(tree, 1, 8, Way.ACROSS), SCREEN)


@given(
    st.lists(st.tuples(st.integers(0, 100), st.sampled_from(list(Way)), st.booleans()), max_size=12)
)
def test_boxes_never_overlap_and_nobody_is_lost(
    steps: list[tuple[int, Way, bool]],
) -> None:
    tree: Node = 1
    expected = [1]
    for number, (choice, way, removes) in enumerate(steps, start=2):
        target = expected[choice % len(expected)]
        if removes and len(expected) > 1:
            rest = without(tree, target)
            assert rest is not None
            tree = rest
            expected.remove(target)
        else:
            tree = divided(tree, target, number, way)
            expected.append(number)
    assert sorted(leaves(tree)) == sorted(expected)
    placed = boxes(tree, Box(0, 0, 400, 200))
    cells = [
        (x, y)
        for box in placed.values()
        for x in (box.x, box.right - 1)
        for y in (box.y, box.bottom - 1)
        if box.columns > 1 and box.rows > 1
    ]
    assert len(cells) == len(set(cells))
    assert all(box.right <= 400 and box.bottom <= 200 for box in placed.values())
