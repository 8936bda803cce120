"""Tabs and splits: what is shown and what has the keys."""

from __future__ import annotations

from dedalus_tui.ui.widgets.terminal_layout import Box, Side, Way
from dedalus_tui.ui.widgets.terminal_workbench import Workbench

SCREEN = Box(0, 1, 100, 30)


def test_each_terminal_gets_a_tab_and_is_found_again() -> None:
    bench = Workbench()
    for number in (1, 2, 3):
        bench.show(number)
    assert (bench.focused, bench.place) == (3, 2)
    bench.show(1)
    assert (bench.focused, len(bench.tabs)) == (1, 3)
    bench.go_back()
    assert bench.focused == 3
    assert not bench.go_to(7)
    assert bench.focused == 3


def test_splits_have_the_keys_move_between_them_and_zoom() -> None:
    bench = Workbench()
    bench.show(1)
    assert bench.split(2, Way.ACROSS, SCREEN)
    assert bench.split(3, Way.DOWN, SCREEN)
    assert list(bench.shown) == [1, 2, 3]
    assert bench.focused == 3
    assert bench.move(Side.LEFT, SCREEN)
    assert bench.focused == 1
    assert not bench.move(Side.LEFT, SCREEN)
    bench.zoom()
    assert list(bench.shown) == [1]
    assert bench.tab is not None
    assert bench.tab.placed(SCREEN) == {1: SCREEN}
    bench.zoom()
    assert list(bench.shown) == [1, 2, 3]


def test_a_split_without_room_is_refused_and_changes_nothing() -> None:
    bench = Workbench()
    bench.show(1)
    small = Box(0, 1, 15, 30)
    assert not bench.has_room(Way.ACROSS, small)
    assert not bench.split(2, Way.ACROSS, small)
    assert list(bench.shown) == [1]


def test_what_ends_leaves_its_room_to_the_others() -> None:
    bench = Workbench()
    bench.show(1)
    bench.split(2, Way.ACROSS, SCREEN)
    bench.show(3)
    bench.remove(2)
    assert [tab.numbers for tab in bench.tabs] == [(1,), (3,)]
    assert bench.focused == 3
    bench.remove(1)
    bench.keep_only(())
    assert not bench.tabs
    assert not bench.shown
