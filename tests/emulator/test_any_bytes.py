"""The hard gates: no exception for any bytes, any cut and either parser give the same terminal."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.emulator.emulator import Emulator
from dedalus_tui.emulator.stream import TermStream
from tests.emulator.conftest import EXAMPLES
from tests.emulator.grammar import PROGRAMS

SIZES = st.sampled_from([(1, 1), (2, 2), (7, 3), (20, 6), (20, 6), (20, 6), (40, 10)])


def make(size: tuple[int, int], *, fast: bool = True) -> Emulator:
    emulator = Emulator(
        *size, scrollback_lines=15, may_report_checksums=True, may_report_title=True
    )
    if not fast:
        emulator._stream = TermStream(emulator.screen, fast=False)
    return emulator


def state(emulator: Emulator) -> dict[str, Any]:
    """Everything a person or a program can tell about the terminal."""
    screen = emulator.screen
    rows = [
        (
            [(run.text, emulator.style(run.style), run.width) for run in row.runs()],
            row.is_wrapped,
            row.marks,
        )
        for _, row in emulator.lines()
    ]
    links = {number: emulator.link(number) for number in screen.links}
    return {
        "rows": rows,
        "links": links,
        "cursor": emulator.cursor,
        "pending": screen.pending_wrap,
        "style": screen.styles[screen.style],
        "mode": screen.mode,
        "margins": (screen.top, screen.bottom, screen.left, screen.right),
        "tabs": screen.tabstops,
        "title": (screen.title, screen.icon_name),
        "charsets": screen.charsets,
        "first": emulator.first_line,
        "modes": emulator.modes,
        "palette": screen.palette,
        "replies": emulator.take_replies(),
        "events": emulator.take_events(),
    }


def check(emulator: Emulator) -> None:
    """What holds for every terminal at any time."""
    screen = emulator.screen
    assert 0 <= screen.x < screen.columns
    assert 0 <= screen.y < screen.lines
    assert len(screen.rows) == screen.lines
    assert len(screen.scrollback) <= 15
    for row in screen.rows:
        assert len(row.chars) == len(row.styles) <= screen.columns
        previous = " "
        for cell in row.chars:
            assert cell or previous, "a right half stands alone"
            previous = cell
    for _, view in emulator.lines():
        assert sum(run.width for run in view.runs()) == screen.columns


@EXAMPLES
@given(size=SIZES, data=PROGRAMS)
def test_cut_and_parser_make_no_difference(size: tuple[int, int], data: bytes) -> None:
    whole, bytewise, machine, cut = make(size), make(size), make(size, fast=False), make(size)
    whole.feed(data)
    for byte in data:
        bytewise.feed(bytes([byte]))
    machine.feed(data)
    place = random.Random(len(data)).randint(0, len(data))
    cut.feed(data[:place])
    cut.feed(data[place:])
    check(whole)
    expected = state(whole)
    assert state(bytewise) == expected
    assert state(machine) == expected
    assert state(cut) == expected


@EXAMPLES
@given(data=st.binary(max_size=300))
def test_random_bytes_never_raise(data: bytes) -> None:
    emulator = make((11, 4))
    emulator.feed(data)
    check(emulator)


@EXAMPLES
@given(
    size=SIZES,
    data=PROGRAMS,
    sizes=st.lists(st.tuples(st.integers(1, 50), st.integers(1, 14)), max_size=5),
)
def test_any_program_survives_any_resize(
    size: tuple[int, int], data: bytes, sizes: list[tuple[int, int]]
) -> None:
    emulator = make(size)
    for columns, rows in sizes:
        emulator.feed(data)
        emulator.resize(columns, rows)
        check(emulator)
