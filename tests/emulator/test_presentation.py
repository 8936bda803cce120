"""DECRQPSR and DECRSPS: settings of the cursor and tab stops, told and taken back."""

from __future__ import annotations

import pytest

from tests.emulator.playing import CSI, ESC, answer, lines, place, play


def test_the_settings_of_a_new_terminal() -> None:
    assert answer(f"{CSI}1$w") == b"\x1bP1$u1;1;1;@;@;@;0;2;@;BBBB\x1b\\"


def test_everything_about_the_cursor_is_told() -> None:
    set_up = f'{CSI}?6h{CSI}3;10H{CSI}1;4;5;7m{CSI}1"q{ESC}(0{ESC})A{ESC}-A\x0ex'
    assert answer(f"{set_up}{CSI}1$w") == b"\x1bP1$u3;10;1;O;A;I;1;2;B;0ABB\x1b\\"


def test_a_set_of_96_is_not_the_one_of_94_with_the_same_letter() -> None:
    assert lines(play(f"{ESC})A\x0e#{ESC}-A#i")) == ["££é"]


def test_tab_stops_are_told() -> None:
    assert answer(f"{CSI}2$w", columns=30) == b"\x1bP2$u9/17/25\x1b\\"
    assert answer(f"{CSI}3g{CSI}2$w", columns=30) == b"\x1bP2$u\x1b\\"


@pytest.mark.parametrize(
    "set_up",
    [
        f"{CSI}3;10Hx",
        f"{CSI}?6h{CSI}2;4r{CSI}2;3H{CSI}1;4;7m",
        f'{CSI}1"q{ESC}(0{ESC}-A\x0e',
        f"{ESC}*0{ESC}N",
        f"{CSI}4;5H{ESC}(%6",
    ],
)
def test_what_was_told_can_be_taken_back(set_up: str) -> None:
    told = answer(set_up, f"{CSI}1$w")
    restored = b"\x1bP1$t" + told.removeprefix(b"\x1bP1$u")
    margins = f"{CSI}2;4r" if "r" in set_up else ""
    assert answer(margins, restored, f"{CSI}1$w") == told


def test_tab_stops_are_taken_back() -> None:
    emulator = play(f"{ESC}P2$t3/7/999/x/0{ESC}\\\ta\tb\tc", columns=12)
    assert lines(emulator) == ["  a   b    c"]


@pytest.mark.parametrize(
    "told",
    ["", "1;1", "1;1;1;@;@;@;0;2;@;BBBy", "1;1;1;@;@;@;9;2;@;BBBB", "x;1;1;@;@;@;0;2;@;BBBB"],
)
def test_what_is_malformed_changes_nothing(told: str) -> None:
    emulator = play(f"{CSI}2;2H{ESC}P1$t{told}{ESC}\\")
    assert place(emulator) == (2, 2)


@pytest.mark.parametrize("line", "3456")
def test_lines_of_double_size_are_plain_lines(line: str) -> None:
    """DECDHL, DECSWL and DECDWL: one cell cannot be drawn larger than another, the text stays."""
    assert lines(play(f"ab{ESC}#{line}cd")) == ["abcd"]
