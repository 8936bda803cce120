"""Modes, the two screens, character sets, attributes and resets."""

from __future__ import annotations

import pytest

from dedalus_tui.emulator import attributes
from dedalus_tui.emulator.events import ModesChanged, ResizeRequested
from tests.emulator.playing import answer, lines, place, play


@pytest.mark.parametrize("mode", [47, 1047, 1049])
def test_the_alternate_screen_leaves_the_main_one_alone(mode: int) -> None:
    emulator = play("main", f"\x1b[?{mode}h")
    assert emulator.is_alternate_screen
    assert lines(emulator) == []
    emulator.feed(b"\x1b[2;1Hother")
    assert emulator.total_lines == 5
    emulator.feed(f"\x1b[?{mode}l".encode())
    assert lines(emulator) == ["main"]


def test_only_1049_keeps_the_cursor() -> None:
    assert place(play("ab\x1b[?1049h\x1b[4;4H\x1b[?1049l")) == (1, 3)
    assert place(play("ab\x1b[?1047h\x1b[4;4H\x1b[?1047l")) == (4, 4)
    assert place(play("ab\x1b[?1048h\x1b[4;4H\x1b[?1048l")) == (1, 3)


def test_47_keeps_the_alternate_content_and_1047_and_1049_clear_it() -> None:
    assert lines(play("\x1b[?47hx\x1b[?47l\x1b[?47h")) == ["x"]
    assert lines(play("\x1b[?1047hx\x1b[?1047l\x1b[?47h")) == []
    assert lines(play("\x1b[?47hx\x1b[?47l\x1b[?1049h")) == []


def test_line_drawing_works_in_utf8() -> None:
    assert lines(play("\x1b(0lqk\x1b(Blqk")) == ["┌─┐lqk"]
    assert lines(play("\x1b)0a\x0ex\x0fx")) == ["a│x"]
    assert lines(play("\x1b*0\x1bNxx\x1b+A\x1bO##")) == ["│x£#"]
    assert lines(play("\x1b*0\x1bnx\x1b(Bx")) == ["││"]
    assert lines(play("\x1b(K[\x1b(R{")) == ["Äé"]


def test_latin1_can_be_selected_and_left() -> None:
    assert lines(play(b"\x1b%@\xe4\xc3\xa4\x1b%G\xc3\xa4")) == ["äÃ¤ä"]


def test_reverse_video_and_synchronized_output_are_told() -> None:
    emulator = play("\x1b[?5h\x1b[?2026h")
    assert (emulator.is_reverse_video, emulator.is_synchronized) == (True, True)
    emulator.feed(b"\x1b[?5;2026l")
    assert (emulator.is_reverse_video, emulator.is_synchronized) == (False, False)


@pytest.mark.parametrize(
    ("sequence", "shape", "blinks"),
    [
        ("", "block", False),
        ("\x1b[1 q", "block", True),
        ("\x1b[2 q", "block", False),
        ("\x1b[3 q", "underline", True),
        ("\x1b[6 q", "bar", False),
        ("\x1b[6 q\x1b[0 q", "block", False),
        ("\x1b[6 q\x1b[?12h", "bar", True),
        ("\x1b[9 q", "block", False),
    ],
)
def test_cursor_style(sequence: str, shape: str, blinks: bool) -> None:
    cursor = play(sequence).cursor
    assert (cursor.shape, cursor.is_blinking) == (shape, blinks)


def test_cursor_can_be_hidden() -> None:
    assert not play("\x1b[?25l").cursor.is_visible
    assert play("\x1b[?25l\x1b[?25h").cursor.is_visible


def test_input_modes_follow() -> None:
    emulator = play("\x1b[?1;66;1004;2004;1003;1006h\x1b[>4;2m\x1b[>5u\x1b[20h")
    modes = emulator.modes
    assert modes.application_cursor
    assert modes.application_keypad
    assert modes.focus_events
    assert modes.bracketed_paste
    assert modes.newline_mode
    assert (modes.mouse_tracking, modes.mouse_encoding) == (1003, 1006)
    assert (modes.modify_other_keys, modes.kitty_flags) == (2, 5)
    assert ModesChanged() in emulator.take_events()
    emulator.feed(b"\x1b[?1003;1006l\x1b[>4m\x1b[<u")
    assert emulator.modes.mouse_tracking == emulator.modes.mouse_encoding == 0
    assert emulator.modes.modify_other_keys == emulator.modes.kitty_flags == 0


def test_kitty_flags_are_kept_for_each_screen() -> None:
    emulator = play("\x1b[>1u\x1b[=2;2u\x1b[?1049h")
    assert emulator.modes.kitty_flags == 0
    emulator.feed(b"\x1b[?1049l")
    assert emulator.modes.kitty_flags == 3
    emulator.feed(b"\x1b[=1;3u")
    assert emulator.modes.kitty_flags == 2
    emulator.feed(b"\x1b[<9u\x1b[?u")
    assert emulator.take_replies() == b"\x1b[?0u"


@pytest.mark.parametrize(
    ("request_", "state"),
    [
        ("?7", 1),
        ("?1", 2),
        ("?25", 1),
        ("?1049", 2),
        ("?2027", 3),
        ("?60", 4),
        ("?9999", 0),
        ("4", 2),
        ("20", 2),
        ("1", 4),
        ("99", 0),
    ],
)
def test_mode_requests(request_: str, state: int) -> None:
    assert answer(f"\x1b[{request_}$p") == f"\x1b[{request_};{state}$y".encode()


def test_ansi_modes_are_not_taken_for_pytes_shifted_ones() -> None:
    assert play("\x1b[800l").cursor.is_visible
    assert lines(play("\x1b[224l0123456789a")) == ["0123456789", "a"]


def test_modes_are_saved_and_restored() -> None:
    assert answer("\x1b[?1h\x1b[?1s\x1b[?1l\x1b[?1r\x1b[?1$p") == b"\x1b[?1;1$y"


def test_soft_reset_keeps_the_text_and_resets_the_rest() -> None:
    emulator = play("abc\x1b[?6;69h\x1b[2;3r\x1b[4h\x1b[?7;25l\x1b[1m\x1b(0\x1b[!p")
    assert lines(emulator) == ["abc"]
    screen = emulator.screen
    assert (screen.top, screen.bottom, screen.style) == (0, 4, 0)
    assert emulator.cursor.is_visible
    emulator.feed(b"\x1b[1;1Hq\x1b[99Cxy")
    assert lines(emulator) == ["qbc      x", "y"]


def test_full_reset_starts_anew() -> None:
    emulator = play("\x1b]2;t\x07", "a\r\n" * 9, "\x1b[?1049h\x1b[?1000h\x1b[3gx\x1bc")
    assert lines(emulator) == []
    assert emulator.total_lines == 5
    assert emulator.title == ""
    assert not emulator.is_alternate_screen
    assert emulator.modes.mouse_tracking == 0
    emulator.feed(b"\t")
    assert place(emulator) == (1, 9)


def test_conformance_levels_take_functions_away() -> None:
    assert answer('\x1b[62;1"p\x1b[?7$p') == b""
    assert answer('\x1b[63;1"p\x1b[?7$p') == b"\x1b[?7;1$y"
    assert play('\x1b[63;1"p\x1b[?69h\x1b[2;4s').screen.is_full_width
    assert lines(play('\x1b[63;1"pabc\x1b[1;1;1;2$z')) == ["abc"]


def test_eight_bit_answers_when_asked_for() -> None:
    assert answer("\x1b G\x1b[5n") == b"\x9b0n"
    assert answer("\x1b G\x1b F\x1b[5n") == b"\x1b[0n"


def test_eight_bit_controls_are_understood() -> None:
    assert lines(play("ab\u009b1;1Hx\u0085y\u009d2;t\u009cz")) == ["xb", "yz"]


def test_size_changes_are_only_asked_for() -> None:
    emulator = play("abc\x1b[8;30;100t\x1b[?40h\x1b[?3h")
    assert (emulator.columns, emulator.rows) == (10, 5)
    wanted = [event for event in emulator.take_events() if isinstance(event, ResizeRequested)]
    assert wanted == [ResizeRequested(100, 30), ResizeRequested(132, 5)]
    assert lines(emulator) == []
    emulator.screen.may_resize = True
    emulator.feed(b"\x1b[8;7;20t")
    assert (emulator.columns, emulator.rows) == (20, 7)


@pytest.mark.parametrize(
    ("sgr", "expected"),
    [
        ("1", {"is_bold": True}),
        ("2;3", {"is_dim": True, "is_italic": True}),
        (
            "5;7;8;9;53",
            {"is_blinking": True, "is_inverse": True, "is_hidden": True, "is_struck": True},
        ),
        ("1;22", {"is_bold": False}),
        ("4", {"underline": 1}),
        ("4:3", {"underline": 3}),
        ("21", {"underline": 2}),
        ("4:3;24", {"underline": 0}),
        ("31;42", {"foreground": 1, "background": 2}),
        ("95;106", {"foreground": 13, "background": 14}),
        ("38;5;200", {"foreground": 200}),
        ("48:5:201", {"background": 201}),
        ("38;2;1;2;3", {"foreground": (1, 2, 3)}),
        ("38:2:1:2:3", {"foreground": (1, 2, 3)}),
        ("38:2::1:2:3", {"foreground": (1, 2, 3)}),
        ("58:2::1:2:3", {"underline_color": (1, 2, 3)}),
        ("58;5;9", {"underline_color": 9}),
        ("38;5;1;1", {"foreground": 1, "is_bold": True}),
        ("38;5;300;1", {"foreground": None, "is_bold": True}),
        ("31;39", {"foreground": None}),
        ("31;0", {"foreground": None}),
        ("31;", {"foreground": None}),
        ("99;1", {"is_bold": True}),
    ],
)
def test_renditions(sgr: str, expected: dict[str, object]) -> None:
    emulator = play(f"\x1b[{sgr}mx")
    style = emulator.style(emulator.row(0).styles[0])
    assert {name: getattr(style, name) for name in expected} == expected


def test_rendition_stack() -> None:
    emulator = play("\x1b[1m\x1b[#{\x1b[0ma\x1b[#}b")
    styles = [emulator.style(number).is_bold for number in emulator.row(0).styles]
    assert styles == [False, True]


def test_history_gives_way_where_every_cell_has_a_style_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attributes, "_STYLE_LIMIT", 1000)
    monkeypatch.setattr(attributes, "_USED_LIMIT", 4000)
    emulator = play("", columns=100)
    for number in range(200):
        cells = (f"\x1b[38;2;{number};{column};9mx" for column in range(90))
        emulator.feed("".join(cells).encode() + b"\r\n")
    assert len(emulator.screen.styles) < 6000
    last = emulator.row(emulator.screen_line + 3)
    assert emulator.style(last.styles[89]).foreground == (199, 89, 9)


def test_styles_that_no_cell_has_are_forgotten() -> None:
    emulator = play("\x1b[31mkept\x1b[0m\r\n")
    kept = emulator.row(0).styles[0]
    for red in range(200):
        colours = (f"\x1b[38;2;{red};{green};7mx\r" for green in range(250))
        emulator.feed("".join(colours).encode())
    assert len(emulator.screen.styles) < 45_000
    assert emulator.style(kept).foreground == 1
    assert emulator.style(emulator.row(1).styles[0]).foreground == (199, 249, 7)
    assert emulator.styles_generation > 0
