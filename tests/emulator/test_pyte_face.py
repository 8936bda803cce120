"""pyte's documented face over our screen: programs written for pyte keep working."""

from __future__ import annotations

import pyte
import pytest
from pyte.screens import Char, Margins

from dedalus_tui.emulator.screen import TermScreen
from dedalus_tui.emulator.stream import TermStream


@pytest.fixture
def screen() -> TermScreen:
    return TermScreen(10, 4)


def test_display_shows_every_column_and_wide_characters_once(screen: TermScreen) -> None:
    screen.draw("ab漢")
    assert screen.display == ["ab漢      ", " " * 10, " " * 10, " " * 10]


def test_buffer_gives_chars_with_their_attributes(screen: TermScreen) -> None:
    TermStream(screen).feed(b"\x1b[1;4;31;48;2;1;2;3mx")
    assert screen.buffer[0][0] == Char("x", fg="red", bg="010203", bold=True, underscore=True)
    assert screen.buffer[3][9] == Char(" ")
    assert [char.data for char in (screen.buffer[0][x] for x in range(3))] == ["x", " ", " "]


def test_buffer_can_be_written(screen: TermScreen) -> None:
    screen.buffer[1][2] = Char("q", fg="green", reverse=True)
    assert screen.display[1] == "  q       "
    assert screen.buffer[1][2] == Char("q", fg="green", reverse=True)


def test_cursor_reads_and_writes_the_screens_place(screen: TermScreen) -> None:
    TermStream(screen).feed(b"\x1b[3;5H\x1b[?25l\x1b[7m")
    assert (screen.cursor.y, screen.cursor.x, screen.cursor.hidden) == (2, 4, True)
    assert screen.cursor.attrs.reverse
    screen.cursor.x = 7
    screen.draw("z")
    assert screen.display[2] == "       z  "


def test_dirty_holds_what_changed_until_it_is_cleared(screen: TermScreen) -> None:
    assert set(screen.dirty) == {0, 1, 2, 3}
    screen.dirty.clear()
    assert not screen.dirty
    screen.draw("!")
    assert set(screen.dirty) == {0}
    screen.dirty.clear()
    screen.draw("!")
    assert 0 in screen.dirty
    screen.dirty.discard(0)
    assert not screen.dirty
    screen.dirty.update(range(2))
    assert set(screen.dirty) == {0, 1}


def test_mode_holds_private_modes_shifted(screen: TermScreen) -> None:
    assert pyte.modes.DECAWM in screen.mode
    screen.set_mode(6, private=True)
    assert pyte.modes.DECOM in screen.mode
    screen.reset_mode(pyte.modes.DECAWM)
    assert pyte.modes.DECAWM not in screen.mode
    screen.set_mode(pyte.modes.IRM)
    assert pyte.modes.IRM in screen.mode


def test_margins_have_pytes_form(screen: TermScreen) -> None:
    assert screen.margins is None
    screen.set_margins(2, 3)
    assert screen.margins == Margins(1, 2)


def test_resize_takes_lines_then_columns(screen: TermScreen) -> None:
    screen.resize(6, 20)
    assert (screen.lines, screen.columns) == (6, 20)
    screen.resize(columns=5)
    assert (screen.lines, screen.columns) == (6, 5)


def test_titles_and_reset(screen: TermScreen) -> None:
    TermStream(screen).feed(b"\x1b]2;title\x07\x1b]1;icon\x07abc")
    assert (screen.title, screen.icon_name) == ("title", "icon")
    screen.reset()
    assert screen.display[0] == " " * 10
    assert screen.title == ""


def test_answers_go_through_write_process_input(
    screen: TermScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[str] = []
    monkeypatch.setattr(screen, "write_process_input", answers.append)
    TermStream(screen).feed(b"\x1b[2;3H\x1b[6n")
    assert answers == ["\x1b[2;3R"]


def test_pytes_own_stream_can_drive_the_screen(screen: TermScreen) -> None:
    stream = pyte.ByteStream(screen)
    stream.feed(b"\x1b[2;2H\x1b[31mhello\x1b[0m\r\n\x1b[K\x1b[Jx\x1b[?25l\x1b[2@")
    assert screen.display[1:3] == [" hello    ", "x         "]
    assert screen.buffer[1][1].fg == "red"


def test_our_stream_keeps_pytes_face() -> None:
    stream = TermStream()
    with pytest.raises(RuntimeError):
        stream.feed(b"x")
    with pytest.raises(TypeError):
        stream.attach(pyte.Screen(4, 2))
    screen = TermScreen(4, 2)
    stream.attach(screen)
    stream.feed("é".encode()[:1])
    stream.feed("é".encode()[1:])
    assert screen.display[0] == "é   "
    stream.detach(screen)
    with pytest.raises(RuntimeError):
        stream.feed(b"x")


def test_draw_drops_control_characters(screen: TermScreen) -> None:
    screen.draw("a\x1b\x07b")
    assert screen.display[0] == "ab        "
