"""Answers to questions, and control strings."""

from __future__ import annotations

import base64

import pytest

from dedalus_tui.emulator.emulator import MAX_REPLIES, Emulator
from dedalus_tui.emulator.events import (
    BellRang,
    ClipboardWritten,
    DirectoryChanged,
    Event,
    IconNameChanged,
    NotificationPosted,
    ProgressChanged,
    PromptMarked,
    TitleChanged,
)
from dedalus_tui.emulator.marks import MarkKind
from dedalus_tui.emulator.palette import Palette, describe_colour, parse_colour
from tests.emulator.playing import answer, lines, play


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("\x1b[c", b"\x1b[?64;1;6;9;21;22;28;52c"),
        ("\x1bZ", b"\x1b[?64;1;6;9;21;22;28;52c"),
        ("\x1b[>c", b"\x1b[>41;380;0c"),
        ("\x1b[=c", b"\x1bP!|00000000\x1b\\"),
        ("\x1b[1c", b""),
        ("\x1b[5n", b"\x1b[0n"),
        ("\x1b[2;3H\x1b[6n", b"\x1b[2;3R"),
        ("\x1b[2;3H\x1b[?6n", b"\x1b[?2;3;1R"),
        ("\x1b[2;4r\x1b[?6h\x1b[2;3H\x1b[6n", b"\x1b[2;3R"),
        ("0123456789\x1b[6n", b"\x1b[1;10R"),
        ("\x1b[?15n", b"\x1b[?13n"),
        ("\x1b[?25n", b"\x1b[?20n"),
        ("\x1b[?26n", b"\x1b[?27;1;0;0n"),
        ("\x1b[?53n", b"\x1b[?50n"),
        ("\x1b[?996n", b"\x1b[?997;1n"),
        ("\x1b[x", b"\x1b[2;1;1;128;128;1;0x"),
        ("\x1b[>q", b"\x1bP>|dedalus-tui(380)\x1b\\"),
        ("\x1b[18t", b"\x1b[8;5;10t"),
        ("\x1b[14t", b"\x1b[4;100;100t"),
        ("\x1b[16t", b"\x1b[6;20;10t"),
        ("\x1b[19t", b"\x1b[9;5;10t"),
        ("\x1b[11t", b"\x1b[1t"),
        ("\x1b[?4m", b"\x1b[>4;0m"),
        ("\x1b[?2048h", b"\x1b[48;5;10;100;100t"),
        ("\x1b[2*x\x1bP$q*x\x1b\\", b"\x1bP1$r2*x\x1b\\"),
        ("\x1b[1;38:5:20;4:3m\x1bP$qm\x1b\\", b"\x1bP1$r0;1;4:3;38:5:20m\x1b\\"),
        ("\x1b[2;3r\x1bP$qr\x1b\\", b"\x1bP1$r2;3r\x1b\\"),
        ("\x1b[?69h\x1b[2;3s\x1bP$qs\x1b\\", b"\x1bP1$r2;3s\x1b\\"),
        ("\x1b[4 q\x1bP$q q\x1b\\", b"\x1bP1$r4 q\x1b\\"),
        ('\x1b[1"q\x1bP$q"q\x1b\\', b'\x1bP1$r1"q\x1b\\'),
        ('\x1bP$q"p\x1b\\', b'\x1bP1$r64;1"p\x1b\\'),
        ("\x1bP$q$|\x1b\\", b"\x1bP1$r10$|\x1b\\"),
        ("\x1bP$qnonsense\x1b\\", b"\x1bP0$r\x1b\\"),
        (
            "\x1bP+q544e;4142\x1b\\",
            b"\x1bP1+r544e=787465726D2D323536636F6C6F72\x1b\\\x1bP0+r\x1b\\",
        ),
        ("\x1b]4;1;?\x07", b"\x1b]4;1;rgb:cdcd/0000/0000\x1b\\"),
        ("\x1b]10;?;?\x07", b"\x1b]10;rgb:e5e5/e5e5/e5e5\x1b\\\x1b]11;rgb:0000/0000/0000\x1b\\"),
        ("\x1b]12;red\x07\x1b]12;?\x07", b"\x1b]12;rgb:ffff/0000/0000\x1b\\"),
        ("\x1b]4;1;#123456\x07\x1b]4;1;?\x07", b"\x1b]4;1;rgb:1212/3434/5656\x1b\\"),
        ("\x1b]4;1;red\x07\x1b]104;1\x07\x1b]4;1;?\x07", b"\x1b]4;1;rgb:cdcd/0000/0000\x1b\\"),
        ("\x1b]11;red\x07\x1b]111\x07\x1b]11;?\x07", b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
    ],
)
def test_answers(question: str, expected: bytes) -> None:
    assert answer(question) == expected


def test_nothing_that_output_chose_is_echoed() -> None:
    assert answer("\x1b]2;evil\x07\x1b[21t") == b"\x1b]l\x1b\\"
    assert answer("\x1b]2;good\x07\x1b[21t", may_report_title=True) == b"\x1b]lgood\x1b\\"
    assert answer("secret\x1b[1;1;1;1;1;6*y") == b""
    assert answer("\x1b]52;c;?\x07") == b""


def test_checksums_when_allowed() -> None:
    assert answer("AB\x1b[7;1;1;1;1;2*y", may_report_checksums=True) == b"\x1bP7!~FF7D\x1b\\"


def test_checksums_may_be_summed_up_otherwise() -> None:
    plain = answer("\x1b[1mA\x1b[1#y\x1b[1;1;1;1;1;1*y", may_report_checksums=True)
    assert plain == b"\x1bP1!~00C1\x1b\\"
    bare = answer("\x1b[1mA\x1b[3#y\x1b[1;1;1;1;1;1*y", may_report_checksums=True)
    assert bare == b"\x1bP1!~0041\x1b\\"


def test_titles_may_come_in_hexadecimal() -> None:
    assert play("\x1b[>0t\x1b]2;6162\x07").title == "ab"
    assert answer("\x1b[>1t\x1b]2;ab\x07\x1b[21t", may_report_title=True) == b"\x1b]l6162\x1b\\"
    assert play("\x1b[>0t\x1b[>T\x1b]2;6162\x07").title == "6162"
    assert play("\x1b[>0t\x1b]2;1b5b\x07").title == "["


def test_sizes_and_themes_are_told_to_those_who_asked() -> None:
    emulator = play("\x1b[?2048;2031h")
    emulator.take_replies()
    emulator.resize(12, 6)
    emulator.announce_theme()
    assert emulator.take_replies() == b"\x1b[48;6;12;120;120t\x1b[?997;1n"


def test_a_change_of_theme_reaches_who_asks_and_who_asked_to_be_told() -> None:
    light = Palette(theme_foreground=(0, 0, 0), theme_background=(255, 255, 255))
    emulator = play("\x1b[?2031h\x1b]12;#00ff00\x07")
    emulator.take_replies()
    emulator.change_theme(light)
    assert emulator.take_replies() == b"\x1b[?997;2n"
    emulator.feed(b"\x1b]11;?\x07\x1b]12;?\x07")
    assert (
        emulator.take_replies()
        == b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b]12;rgb:0000/ffff/0000\x1b\\"
    )


def test_colours_that_only_the_host_knows_are_not_made_up() -> None:
    emulator = Emulator(10, 5, palette=Palette(is_known=False))
    emulator.feed(b"\x1b[?2031h\x1b[?996n\x1b]10;?;?\x07\x1b]4;1;?\x07")
    emulator.announce_theme()
    assert emulator.take_replies() == b""
    emulator.feed(b"\x1b]4;17;?\x07\x1b]11;#fff\x07\x1b]11;?\x07")
    assert emulator.take_replies().count(b"rgb:") == 2


def test_what_a_program_changes_is_its_own_terminals() -> None:
    shared = Palette()
    Emulator(10, 5, palette=shared).feed(b"\x1b]11;#ff0000\x07\x1b]4;1;#00ff00\x07")
    assert not shared.changed
    assert not shared.changed_special


def test_answers_are_bounded() -> None:
    assert len(answer("\x1b[c" * 10_000)) <= MAX_REPLIES


def test_titles_have_a_stack() -> None:
    emulator = play("\x1b]0;one\x07\x1b[22;0t\x1b]2;two\x07\x1b[22;2t\x1b]2;three\x07")
    assert emulator.title == "three"
    emulator.feed(b"\x1b[23;2t")
    assert emulator.title == "two"
    emulator.feed(b"\x1b[23t")
    assert (emulator.title, emulator.icon_name) == ("one", "one")
    emulator.feed(b"\x1b[23t")
    assert emulator.title == "one"


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("\x07", [BellRang()]),
        ("\x07\x07\x07", [BellRang()]),
        ("\x1b]2;a;b\x07", [TitleChanged("a;b")]),
        ("\x1b]2;a\x1b\\\x1b]2;a\x07", [TitleChanged("a")]),
        ("\x1b]1;i\x07", [IconNameChanged("i")]),
        ("\x1b]0;x\x07", [IconNameChanged("x"), TitleChanged("x")]),
        ("\x1b]7;file://host/tmp\x07", [DirectoryChanged("file://host/tmp")]),
        ("\x1b]9;done\x07", [NotificationPosted("", "done")]),
        ("\x1b]9;9;C:/\x07", []),
        ("\x1b]777;notify;t;b\x07", [NotificationPosted("t", "b")]),
        ("\x1b]9;4;1;50\x07", [ProgressChanged(1, 50)]),
        ("\x1b]9;4;0\x07", [ProgressChanged(0, 0)]),
        ("\x1b]133;A\x07", [PromptMarked(MarkKind.PROMPT_START)]),
        ("\x1b]133;D;3\x07", [PromptMarked(MarkKind.COMMAND_END, 3)]),
        ("\x1b]52;c;aGk=\x07", [ClipboardWritten("c", "hi")]),
        ("\x1b]52;c;???\x07", []),
        ("\x1b]999;x\x07\x1b]\x07\x1b]8\x07\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\", []),
        ("\x1b]2;cut\x18", []),
        ("\x1b]2;cut\x1b[m", []),
    ],
)
def test_events(sequence: str, expected: list[Event]) -> None:
    emulator = play(sequence)
    assert emulator.take_events() == expected
    assert emulator.take_events() == []
    assert lines(emulator) == []


def test_events_and_strings_are_bounded() -> None:
    assert len(play("\x1b]2;a\x07\x1b]2;b\x07" * 1000).take_events()) <= 256
    emulator = play("\x1b]2;", "x" * 3_000_000, "\x07ok")
    assert emulator.title == ""
    assert lines(emulator) == ["ok"]
    huge = base64.b64encode(b"x" * 2_000_000).decode()
    assert play(f"\x1b]52;c;{huge}\x07").take_events() == []


def test_links_belong_to_cells() -> None:
    emulator = play("\x1b]8;id=7;https://a.b/c;d\x07ab\x1b]8;;\x1b\\c")
    link = emulator.link_at(0, 1)
    assert link is not None
    assert (link.uri, link.identity) == ("https://a.b/c;d", "7")
    assert emulator.link_at(0, 2) is None
    assert emulator.link_at(0, 9) is None
    assert list(emulator.links.values()) == [link]


def test_a_prompt_drawn_again_is_marked_once() -> None:
    emulator = play("\x1b]133;A\x07$ \r\x1b[K\x1b]133;A\x07$ ")
    assert len(emulator.prompt_marks) == 1


def test_prompt_marks_stay_with_their_lines() -> None:
    emulator = play(
        "\x1b]133;A\x07$ \x1b]133;B\x07ls\r\n\x1b]133;C\x07a\r\n\x1b]133;D;0\x07", "\r\n" * 6
    )
    marks = [(line, mark.kind.value, mark.column) for line, mark in emulator.prompt_marks]
    assert marks == [(0, "A", 0), (0, "B", 2), (1, "C", 0), (2, "D", 0)]


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("rgb:ff/80/00", (255, 128, 0)),
        ("rgb:f/8/0", (255, 136, 0)),
        ("rgb:ffff/8000/0000", (255, 128, 0)),
        ("#f80", (240, 128, 0)),
        ("#ff8000", (255, 128, 0)),
        ("#ffff80000000", (255, 128, 0)),
        ("rgbi:1/0.5/0", (255, 128, 0)),
        ("Red", (255, 0, 0)),
        ("no colour", None),
        ("#12", None),
    ],
)
def test_colour_specifications(text: str, colour: tuple[int, int, int] | None) -> None:
    assert parse_colour(text) == colour


def test_the_palette_is_the_themes_until_changed() -> None:
    palette = Palette(theme={1: (9, 9, 9)}, theme_background=(250, 250, 250))
    assert palette.indexed(1) == (9, 9, 9)
    assert palette.indexed(16) == (0, 0, 0)
    assert palette.indexed(231) == (255, 255, 255)
    assert palette.indexed(232) == (8, 8, 8)
    assert not palette.is_dark
    assert describe_colour(palette.special(11)) == "rgb:fafa/fafa/fafa"
