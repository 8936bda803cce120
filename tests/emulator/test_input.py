"""Keys, mouse, focus and paste as bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import Keys

from dedalus_tui.emulator.input_modes import InputModes
from dedalus_tui.emulator.keys import encode_key
from dedalus_tui.emulator.mouse import MouseAction, encode_focus, encode_mouse
from dedalus_tui.emulator.paste import encode_paste, needs_preview
from tests.emulator.conftest import EXAMPLES

PLAIN = InputModes()
PRESS, RELEASE, MOTION = MouseAction.PRESS, MouseAction.RELEASE, MouseAction.MOTION


@pytest.mark.parametrize(
    ("key", "character", "expected"),
    [
        ("a", "a", b"a"),
        ("A", "A", b"A"),
        ("é", "é", "é".encode()),
        ("space", " ", b" "),
        ("full_stop", ".", b"."),
        ("plus", "+", b"+"),
        ("enter", "\r", b"\r"),
        ("tab", "\t", b"\t"),
        ("shift+tab", None, b"\x1b[Z"),
        ("backspace", "\x7f", b"\x7f"),
        ("ctrl+backspace", None, b"\x08"),
        ("escape", "\x1b", b"\x1b"),
        ("delete", None, b"\x1b[3~"),
        ("ctrl+c", "\x03", b"\x03"),
        ("ctrl+@", "\x00", b"\x00"),
        ("ctrl+space", None, b"\x00"),
        ("ctrl+backslash", "\x1c", b"\x1c"),
        ("ctrl+right_square_bracket", "\x1d", b"\x1d"),
        ("ctrl+circumflex_accent", "\x1e", b"\x1e"),
        ("ctrl+underscore", "\x1f", b"\x1f"),
        ("ctrl+j", "\n", b"\n"),
        ("alt+x", "x", b"\x1bx"),
        ("alt+shift+x", "X", b"\x1bX"),
        ("alt+full_stop", ".", b"\x1b."),
        ("alt+enter", None, b"\x1b\r"),
        ("ctrl+alt+a", None, b"\x1b\x01"),
        ("up", None, b"\x1b[A"),
        ("shift+up", None, b"\x1b[1;2A"),
        ("ctrl+shift+left", None, b"\x1b[1;6D"),
        ("alt+right", None, b"\x1b[1;3C"),
        ("home", None, b"\x1b[H"),
        ("ctrl+pagedown", None, b"\x1b[6;5~"),
        ("f1", None, b"\x1bOP"),
        ("f5", None, b"\x1b[15~"),
        ("f12", None, b"\x1b[24~"),
        ("f13", None, b"\x1b[1;2P"),
        ("f24", None, b"\x1b[24;2~"),
        ("shift+f5", None, b"\x1b[15;2~"),
        ("left_shift", None, b""),
        ("caps_lock", None, b""),
        ("<ignore>", "\x1b[x", b""),
        ("media_play", None, b""),
    ],
)
def test_plain_keys(key: str, character: str | None, expected: bytes) -> None:
    assert encode_key(key, character, PLAIN) == expected


def test_modes_change_keys() -> None:
    assert encode_key("up", None, replace(PLAIN, application_cursor=True)) == b"\x1bOA"
    assert encode_key("shift+up", None, replace(PLAIN, application_cursor=True)) == b"\x1b[1;2A"
    assert encode_key("enter", "\r", replace(PLAIN, newline_mode=True)) == b"\r\n"
    assert encode_key("divide", None, PLAIN) == b"/"
    assert encode_key("divide", None, replace(PLAIN, application_keypad=True)) == b"\x1bOo"
    back = replace(PLAIN, backarrow_sends_backspace=True)
    assert encode_key("backspace", "\x7f", back) == b"\x08"
    assert encode_key("ctrl+backspace", None, back) == b"\x7f"


@pytest.mark.parametrize(
    ("key", "character", "first", "second"),
    [
        ("a", "a", b"a", b"a"),
        ("ctrl+c", "\x03", b"\x03", b"\x1b[27;5;99~"),
        ("alt+x", "x", b"\x1bx", b"\x1b[27;3;120~"),
        ("ctrl+1", None, b"\x1b[27;5;49~", b"\x1b[27;5;49~"),
        ("ctrl+enter", None, b"\x1b[27;5;13~", b"\x1b[27;5;13~"),
        ("shift+enter", None, b"\x1b[27;2;13~", b"\x1b[27;2;13~"),
        ("enter", "\r", b"\r", b"\r"),
    ],
)
def test_modify_other_keys(key: str, character: str | None, first: bytes, second: bytes) -> None:
    assert encode_key(key, character, replace(PLAIN, modify_other_keys=1)) == first
    assert encode_key(key, character, replace(PLAIN, modify_other_keys=2)) == second


@pytest.mark.parametrize(
    ("key", "character", "flags", "expected"),
    [
        ("a", "a", 1, b"a"),
        ("A", "A", 1, b"A"),
        ("escape", "\x1b", 1, b"\x1b[27u"),
        ("enter", "\r", 1, b"\r"),
        ("shift+enter", None, 1, b"\x1b[13;2u"),
        ("tab", "\t", 1, b"\t"),
        ("ctrl+c", "\x03", 1, b"\x1b[99;5u"),
        ("alt+x", "x", 1, b"\x1b[120;3u"),
        ("ctrl+@", "\x00", 1, b"\x1b[32;5u"),
        ("up", None, 1, b"\x1b[A"),
        ("ctrl+up", None, 1, b"\x1b[1;5A"),
        ("f1", None, 1, b"\x1b[P"),
        ("f3", None, 1, b"\x1b[13~"),
        ("f13", None, 1, b"\x1b[57376u"),
        ("a", "a", 8, b"\x1b[97u"),
        ("A", "A", 12, b"\x1b[97:65;2u"),
        ("a", "a", 24, b"\x1b[97;;97u"),
        ("A", "A", 24, b"\x1b[97;2;65u"),
        ("enter", "\r", 8, b"\x1b[13u"),
        ("ctrl+c", "\x03", 2, b"\x03"),
        ("left_shift", None, 8, b""),
    ],
)
def test_kitty_keys(key: str, character: str | None, flags: int, expected: bytes) -> None:
    assert encode_key(key, character, replace(PLAIN, kitty_flags=flags)) == expected


@EXAMPLES
@given(
    key=st.one_of(st.sampled_from([key.value for key in Keys]), st.text(max_size=12)),
    character=st.one_of(st.none(), st.text(max_size=2)),
    level=st.integers(0, 2),
    flags=st.integers(0, 31),
)
def test_any_key_is_encodable(key: str, character: str | None, level: int, flags: int) -> None:
    assert isinstance(
        encode_key(key, character, replace(PLAIN, modify_other_keys=level, kitty_flags=flags)),
        bytes,
    )


@pytest.mark.parametrize("key", [key.value for key in Keys if not key.value.startswith("<")])
def test_every_key_textual_names_sends_something(key: str) -> None:
    if key not in ("ctrl-at",):
        assert encode_key(key, None, PLAIN)


def mouse(
    action: MouseAction, button: int, column: int, row: int, tracking: int = 1000, encoding: int = 0
) -> bytes:
    return encode_mouse(
        action,
        button,
        column,
        row,
        replace(PLAIN, mouse_tracking=tracking, mouse_encoding=encoding),
    )


def test_mouse_tracking_modes() -> None:
    assert mouse(PRESS, 1, 0, 0, 0) == b""
    assert mouse(PRESS, 1, 0, 0, 9) == b"\x1b[M !!"
    assert mouse(RELEASE, 1, 0, 0, 9) == b""
    assert mouse(PRESS, 4, 0, 0, 9) == b""
    assert mouse(RELEASE, 1, 0, 0) == b"\x1b[M#!!"
    assert mouse(MOTION, 1, 0, 0) == b""
    assert mouse(MOTION, 1, 5, 5, 1002) == b"\x1b[M@&&"
    assert mouse(MOTION, 0, 5, 5, 1002) == b""
    assert mouse(MOTION, 0, 5, 5, 1003) == b"\x1b[MC&&"
    assert mouse(PRESS, 5, 0, 0) == b"\x1b[Ma!!"
    assert mouse(RELEASE, 5, 0, 0) == b""


def test_mouse_encodings() -> None:
    assert mouse(PRESS, 1, 300, 300) == b"\x1b[M \xff\xff"
    assert mouse(PRESS, 1, 300, 300, encoding=1005) == "\x1b[M \u014d\u014d".encode()
    assert mouse(PRESS, 3, 300, 300, encoding=1006) == b"\x1b[<2;301;301M"
    assert mouse(RELEASE, 3, 300, 300, encoding=1006) == b"\x1b[<2;301;301m"
    assert mouse(PRESS, 2, 300, 300, encoding=1015) == b"\x1b[33;301;301M"
    pixels = replace(PLAIN, mouse_tracking=1000, mouse_encoding=1016)
    assert encode_mouse(PRESS, 1, 3, 4, pixels, pixel=(31, 82)) == b"\x1b[<0;32;83M"
    sgr = replace(pixels, mouse_encoding=1006)
    assert encode_mouse(PRESS, 1, 0, 0, sgr, shift=True, alt=True, ctrl=True) == b"\x1b[<28;1;1M"
    assert encode_mouse(PRESS, 8, 0, 0, sgr) == b"\x1b[<128;1;1M"


def test_the_wheel_is_arrows_in_the_alternate_screen() -> None:
    alternate = replace(PLAIN, is_alternate_screen=True)
    assert encode_mouse(PRESS, 4, 0, 0, alternate) == b"\x1b[A" * 3
    assert (
        encode_mouse(PRESS, 5, 0, 0, replace(alternate, application_cursor=True)) == b"\x1bOB" * 3
    )
    assert encode_mouse(PRESS, 1, 0, 0, alternate) == b""
    assert encode_mouse(PRESS, 4, 0, 0, PLAIN) == b""
    assert encode_mouse(PRESS, 4, 0, 0, replace(alternate, alternate_scroll=False)) == b""


def test_focus_only_when_asked_for() -> None:
    assert encode_focus(True, PLAIN) == b""
    asked = replace(PLAIN, focus_events=True)
    assert (encode_focus(True, asked), encode_focus(False, asked)) == (b"\x1b[I", b"\x1b[O")


def test_paste_is_only_text() -> None:
    bracketed = replace(PLAIN, bracketed_paste=True)
    assert encode_paste("a\nb\r\nc\td", PLAIN) == b"a\rb\rc\td"
    assert encode_paste("x\x1b[201~rm\x03\x7f\u009b201~y", bracketed) == b"\x1b[200~xrmy\x1b[201~"
    assert encode_paste("\x1b[2\x1b[201~01~", bracketed) == b"\x1b[200~[201~\x1b[201~"
    assert encode_paste("é\ud800", PLAIN) == "é?".encode()


@EXAMPLES
@given(text=st.text())
def test_no_paste_can_end_its_brackets(text: str) -> None:
    data = encode_paste(text, replace(PLAIN, bracketed_paste=True))
    assert data.count(b"\x1b") == 2
    assert data.endswith(b"\x1b[201~")


def test_preview_is_for_several_lines_that_would_run() -> None:
    assert needs_preview("a\nb", PLAIN)
    assert not needs_preview("a\n", PLAIN)
    assert not needs_preview("a\nb", replace(PLAIN, bracketed_paste=True))
