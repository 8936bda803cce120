"""Floods of plain lines: what is taken as a whole is what line by line would have made."""

from __future__ import annotations

import pytest

from dedalus_tui.emulator.scrollback import PackedRow
from tests.emulator.playing import CSI, ESC, history, lines, place, play
from tests.emulator.test_any_bytes import check, make, state

FLOOD = "".join(f"{number}\r\n" for number in range(40))


def test_a_flood_ends_on_the_screen_and_the_rest_is_history() -> None:
    emulator = play(FLOOD)
    assert lines(emulator) == ["36", "37", "38", "39"]
    assert history(emulator) == [str(number) for number in range(36)]
    assert place(emulator) == (5, 1)


def test_equal_lines_are_kept_once() -> None:
    emulator = play("y\r\n" * 100)
    kept = list(emulator.screen.scrollback.rows())[10:]
    assert len(kept) == 86
    assert all(isinstance(row, PackedRow) for row in kept)
    assert len(set(map(id, kept))) == 1


def test_a_flood_drops_what_is_past_the_limit() -> None:
    emulator = play(FLOOD, scrollback_lines=3)
    assert history(emulator) == ["33", "34", "35"]
    assert emulator.first_line == 33


def test_a_flood_in_colours_keeps_each_colour_and_the_background_of_erased_cells() -> None:
    line = f"{CSI}31mred{CSI}m{CSI}44m {CSI}46m\r\n"
    emulator, slow = make((10, 5)), make((10, 5), fast=False)
    emulator.feed(line.encode() * 30)
    slow.feed(line.encode() * 30)
    assert all(isinstance(row, PackedRow) for row in list(emulator.screen.scrollback.rows())[10:])
    assert state(emulator) == state(slow)


def test_blank_lines_in_colours_count_as_blank_when_the_screen_shrinks() -> None:
    emulator, slow = make((10, 5)), make((10, 5), fast=False)
    for each in (emulator, slow):
        each.feed(f" {CSI}m {CSI}0m \r\n".encode() * 30)
        each.feed(f"{CSI}2;1H".encode())
        each.resize(9, 3)
    assert state(emulator) == state(slow)


def test_numbers_go_on_after_the_history_was_cleared() -> None:
    emulator = play(*"abcdefghi", f"{CSI}3J", columns=1, rows=1, scrollback_lines=5)
    assert emulator.first_line == emulator.screen_line == 8


@pytest.mark.parametrize(
    "setting",
    [
        "",
        f"{CSI}31;44m",
        f"{CSI}2;4r{CSI}3;1H",
        f"{CSI}1;3r{CSI}5;1H",
        f"{CSI}1;3r{CSI}2;1H",
        f"{CSI}?69h{CSI}3;7s",
        f"{CSI}?7l",
        f"{CSI}4h",
        f"{ESC}(0",
        f"{CSI}?1049h",
        f"{CSI}?6h{CSI}2;4r",
        f"{CSI}5;4Hprompt",
        f"{CSI}5;1H{CSI}44m{CSI}K{CSI}m",
        f"{CSI}5;1H{ESC}]133;A\a",
        f"{ESC}P1$q",
    ],
)
@pytest.mark.parametrize("width", [1, 3, 10, 11, 20, 25])
def test_every_setting_is_heeded(setting: str, width: int) -> None:
    """Against the state machine, which takes every character by itself."""
    flood = "".join(f"{'abcdefghijklmnopqrstuvwxy'[: (n % 3) * width // 2]}\r\n" for n in range(20))
    flood += "".join(
        f"{CSI}{31 + n}m{'abcdefghij'[: width // 2]}{CSI}4{n}m {CSI}m\r\n" for n in range(7)
    )
    data = f"{setting}{flood}{CSI}3b".encode()
    quick, slow = make((10, 5)), make((10, 5), fast=False)
    quick.feed(data)
    slow.feed(data)
    check(quick)
    assert state(quick) == state(slow)
