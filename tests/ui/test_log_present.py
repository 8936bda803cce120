"""Output as text: colours, control sequences, links, records, times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.ui.present.output_ansi import MOST_RUNS, Rgb, SgrStyle, styled_text
from dedalus_tui.ui.present.output_layers import flatten
from dedalus_tui.ui.present.output_links import find_links
from dedalus_tui.ui.present.output_pretty import pretty_lines
from dedalus_tui.ui.present.output_times import TimeColumn, iso_time, time_cell, time_width


def test_colours_become_runs() -> None:
    styled = styled_text("a\x1b[1;31mred\x1b[0m b \x1b[38;5;200mpink\x1b[39m \x1b[48;2;1;2;3mbg")
    assert styled.text == "ared b pink bg"
    assert styled.runs == (
        (1, 4, SgrStyle(foreground=1, is_bold=True)),
        (7, 11, SgrStyle(foreground=200)),
        (12, 14, SgrStyle(background=Rgb(1, 2, 3))),
    )


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\x1b[2K\x1b[1Gdone", "done"),
        ("\x1b]8;;https://x.test\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1bPq#0;2;0;0;0\x1b\\after", "after"),
        ("\x1b(Bascii", "ascii"),
        ("bell\x07 back\x08", "bell\ufffd back\ufffd"),
        ("unended \x1b[31", "unended "),
        ("a\tb", "a       b"),
        ("\x1b[1mab\x1b[0m\tc", "ab      c"),
        ("rlo \u202egnp.exe", "rlo \ufffdgnp.exe"),
        ("\x9b31mx", "\ufffd31mx"),
    ],
)
def test_everything_but_colour_is_swallowed_or_made_visible(raw: str, text: str) -> None:
    assert styled_text(raw).text == text


@given(st.text(alphabet=st.characters(max_codepoint=0x2FFF), max_size=80))
def test_no_control_character_survives(line: str) -> None:
    styled = styled_text(line)
    assert all(ord(char) >= 0x20 and not 0x7F <= ord(char) <= 0x9F for char in styled.text)
    assert all(0 <= begin < end <= len(styled.text) for begin, end, _ in styled.runs)


def test_an_ansi_bomb_costs_a_bounded_number_of_runs() -> None:
    bomb = "".join(f"\x1b[38;5;{n % 256}mx" for n in range(20_000))
    styled = styled_text(bomb)
    assert styled.text == "x" * 20_000
    assert len(styled.runs) == MOST_RUNS


def test_links_are_addresses_and_places_in_files() -> None:
    found = find_links(
        '  File "/srv/a b.py", line 12, in f: see (https://x.test/a_(b)). src/m.rs:4:5'
    )
    assert [(link.url, link.path, link.line) for link in found] == [
        ("", "/srv/a b.py", 12),
        ("https://x.test/a_(b)", "", 0),
        ("", "src/m.rs", 4),
    ]
    assert find_links("at 11:18:02 nothing leads anywhere, 1.5:2") == ()
    assert find_links("app.ts(3,1): error")[0].line == 3


def test_json_is_spread_and_keeps_what_surrounds_it() -> None:
    assert pretty_lines('12:00 {"a":1,"b":[2,"é"]} end') == (
        "12:00 {",
        '  "a": 1,',
        '  "b": [',
        "    2,",
        '    "é"',
        "  ]",
        "} end",
    )
    assert pretty_lines("{not json}") is None
    assert pretty_lines("[" * 5000) is None


def test_logfmt_is_spread_and_prose_is_not() -> None:
    assert pretty_lines('level=info msg="a b" ms=12') == (
        "  level  info",
        '  msg    "a b"',
        "  ms     12",
    )
    assert pretty_lines("the flag a=1 and b=2 and c=3 were given to the program") is None


def test_time_cells_have_the_width_of_their_column() -> None:
    at_us, start_us = 1_763_780_400_123_456, 1_763_780_292_000_000
    for column in TimeColumn:
        assert len(time_cell(column, at_us, start_us, start_us)) == time_width(column)
        assert time_cell(column, 0, 0, 0).strip() == ""
    assert time_cell(TimeColumn.UTC, at_us, 0, 0) == "03:00:00.123"
    assert time_cell(TimeColumn.SINCE_START, at_us, start_us, 0).strip() == "+1:48.123"
    assert iso_time(at_us) == "2025-11-22T03:00:00.123456Z"


def test_layers_are_cut_at_every_edge() -> None:
    assert flatten(0, 10, [(2, 6, "a"), (4, 12, "b"), (8, 8, "c")]) == [
        (0, 2, ()),
        (2, 4, ("a",)),
        (4, 6, ("a", "b")),
        (6, 10, ("b",)),
    ]
    assert flatten(3, 3, []) == []
