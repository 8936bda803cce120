"""Server-sent events: the standard's own examples, bookmarks, and any cut of the bytes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.api.sse import LONGEST_EVENT, EventTooLong, ServerSentEvent, SseDecoder


def decoded(*chunks: bytes) -> list[ServerSentEvent]:
    decoder = SseDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def event(name: str, data: str, id_: str = "") -> ServerSentEvent:
    return ServerSentEvent(name, data, id_)


def test_the_parts_of_an_event() -> None:
    text = b"event: status\nid: 7\nretry: 100\n: a comment\ndata: one\ndata:two\ndata\n\n"
    assert decoded(text) == [event("status", "one\ntwo\n", "7")]


def test_the_id_stays_until_another_comes() -> None:
    text = b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n"
    assert decoded(text) == [event("", "a", "1"), event("", "b", "1"), event("", "c", "")]


def test_an_id_with_a_null_is_ignored() -> None:
    assert decoded(b"id: 1\0\ndata: a\n\n") == [event("", "a")]


def test_a_bookmark_without_data_is_handed_out() -> None:
    assert decoded(b"event: bookmark\nid: 9\n\n") == [event("bookmark", "", "9")]


def test_empty_lines_and_comments_are_no_events() -> None:
    assert decoded(b"\n\n: heartbeat\n\nevent: x\n\n") == []


def test_an_unfinished_event_is_not_handed_out() -> None:
    assert decoded(b"data: a\n") == []


def test_a_byte_order_mark_in_front_is_skipped() -> None:
    assert decoded(b"\xef\xbb\xbfdata: a\n\n") == [event("", "a")]


def test_only_cr_and_lf_end_a_line() -> None:
    text = "data: a\u2028b\x0bc\x85d\n\n".encode()
    assert decoded(text) == [event("", "a\u2028b\x0bc\x85d")]


def test_one_space_after_the_colon_is_not_part_of_the_value() -> None:
    assert decoded(b"data:  a:b \n\n") == [event("", " a:b ")]


def test_bytes_that_are_not_utf8_do_not_stop_it() -> None:
    assert decoded(b"data: \xff\n\n") == [event("", "\ufffd")]


@pytest.mark.parametrize(
    "chunks",
    [
        [b"data: " + b"x" * 1000] * (LONGEST_EVENT // 1000),
        [b"data: " + b"x" * 1000 + b"\n"] * (LONGEST_EVENT // 1000 + 1),
    ],
)
def test_what_grows_without_end_is_refused(chunks: list[bytes]) -> None:
    with pytest.raises(EventTooLong):
        decoded(*chunks)


TEXT = (
    '\ufeffid: 1\r\nevent: status\r\ndata: {"a": "gr\u00fc\u00df"}\r\n\r\n'
    ": beat\rdata: x\rdata: y\r\rid: 2\nevent: bookmark\n\ndata: end\n\n"
).encode()


@given(cuts=st.lists(st.integers(0, len(TEXT)), max_size=12))
def test_any_cut_of_the_bytes_gives_the_same_events(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[start:end] for start, end in pairwise(edges)]
    assert decoded(*pieces) == decoded(TEXT)
    assert len(decoded(TEXT)) == 4
