"""What a newcomer to a terminal is shown."""

from __future__ import annotations

import pytest

from dedalus_tui.local.replay import Replay


def test_all_is_replayed_while_it_fits() -> None:
    replay = Replay(1000)
    replay.append(b"one\r\n")
    replay.append(b"two\r\n")
    assert replay.chunks() == [(0, b"one\r\ntwo\r\n")]
    assert Replay().chunks() == []


def test_the_oldest_goes_first_and_the_rest_begins_with_a_line() -> None:
    replay = Replay(100)
    written = b"".join(b"line %04d\r\n" % number for number in range(100))
    for start in range(0, len(written), 7):
        replay.append(written[start : start + 7])
    ((offset, kept),) = replay.chunks()
    assert replay.end == len(written)
    assert written[offset:] == kept
    assert kept.startswith(b"line ")
    assert 80 <= len(kept) <= 126


@pytest.mark.parametrize("cut", range(1, 9))
def test_modes_set_in_what_is_gone_are_set_again(cut: int) -> None:
    replay = Replay(64)
    sequence = b"\x1b[?1049h\x1b[?25l\x1b[?1000;1006h\x1b[?25h"
    replay.append(sequence[:cut])
    replay.append(sequence[cut:])
    for _ in range(50):
        replay.append(b"0123456789\r\n")
    (before, modes), (offset, kept) = replay.chunks()
    assert before + len(modes) == offset
    assert kept.startswith(b"0123456789")
    assert modes == b"\x1b[?1049h\x1b[?1000h\x1b[?1006h\x1b[?25h"


@pytest.mark.parametrize(
    "question",
    [
        b"\x05",
        b"\x1b[c",
        b"\x1b[>0c",
        b"\x1b[=c",
        b"\x1b[5n",
        b"\x1b[6n",
        b"\x1b[?6n",
        b"\x1b[?2026$p",
        b"\x1b[>0q",
        b"\x1b[18t",
        b"\x1b[21t",
        b"\x1b[?u",
        b"\x1b]11;?\x07",
        b"\x1b]4;1;?\x1b\\",
        b"\x1b]52;c;?\x07",
        b"\x1b]52;c;aGk=\x07",
        b"\x1b]9;build done\x1b\\",
        b"\x1bP$qm\x1b\\",
        b"\x1bP+q544e\x1b\\",
    ],
)
def test_questions_are_blanked_and_nothing_moves(question: bytes) -> None:
    replay = Replay()
    replay.append(b"a" + question + b"b")
    assert replay.chunks() == [(0, b"a" + b"\0" * len(question) + b"b")]


@pytest.mark.parametrize("plain", [b"\x1b[1;31m", b"\x1b[2J", b"\x1b[>4;2m", b"\x1b]0;title\x07"])
def test_everything_else_stays(plain: bytes) -> None:
    replay = Replay()
    replay.append(plain)
    assert replay.chunks() == [(0, plain)]
