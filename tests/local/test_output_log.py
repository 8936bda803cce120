"""The event log on disk: order, paging, characters kept whole, the cap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.local.output_log import OutputLog, iterate_events, read_events, read_stream

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_pieces = st.lists(
    st.tuples(
        st.sampled_from(["stdout", "stderr"]),
        st.one_of(
            st.binary(max_size=9),
            st.text(max_size=6).map(str.encode),
            st.sampled_from([b"\xc3", b"\xf0\x9f", b"\x90", b"\xe2\x82", b"\xac", b"\xff"]),
        ),
    ),
    max_size=30,
)


@given(_pieces)
def test_each_stream_is_kept_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, bytes]]
) -> None:
    directory = tmp_path_factory.mktemp("log")
    log = OutputLog(directory)
    for stream, data in pieces:
        log.output(stream, data, 1.0)  # type: ignore[arg-type]  # drawn from the two names
    log.finish(2.0)
    log.close()
    for stream in ("stdout", "stderr"):
        wanted = b"".join(data for name, data in pieces if name == stream)
        found = b"".join(each.data for each in iterate_events(directory) if each.kind == stream)
        assert found == wanted


@given(st.text(alphabet="aäß語🐍", max_size=60), st.integers(1, 3))
def test_text_cut_anywhere_gives_chunks_that_are_text(
    tmp_path_factory: pytest.TempPathFactory, text: str, size: int
) -> None:
    directory = tmp_path_factory.mktemp("log")
    log = OutputLog(directory)
    data = text.encode()
    for start in range(0, len(data), size):
        log.output("stdout", data[start : start + size], 1.0)
    log.finish(2.0)
    log.close()
    assert "".join(each.data.decode() for each in iterate_events(directory)) == text


def test_pages_follow_each_other_and_bound_their_bytes(tmp_path: Path) -> None:
    log = OutputLog(tmp_path)
    log.lifecycle({"status": "running"}, 1.0)
    for number in range(10):
        log.output("stdout", b"%d" % number * 100, 1.0)
    events, has_more = read_events(tmp_path, after=0, limit=3, most_bytes=10_000)
    assert ([each.sequence for each in events], has_more) == ([1, 2, 3], True)
    assert events[0].lifecycle() == {"status": "running"}
    events, has_more = read_events(tmp_path, after=3, limit=100, most_bytes=250)
    assert ([each.sequence for each in events], has_more) == ([4, 5], True)
    events, has_more = read_events(tmp_path, after=10, limit=100, most_bytes=1)
    assert ([each.sequence for each in events], has_more) == ([11], False)
    assert read_events(tmp_path, after=99, limit=1, most_bytes=1) == ([], False)
    log.close()


def test_what_exceeds_the_cap_is_counted_and_said(tmp_path: Path) -> None:
    log = OutputLog(tmp_path, cap_bytes=1000)
    log.output("stderr", b"x" * 1000, 1.0)
    assert not log.is_truncated("stderr")
    for _ in range(5):
        log.output("stdout", b"y" * 300, 1.0)
    log.finish(2.0)
    log.close()
    assert log.is_truncated("stdout")
    assert (log.written["stdout"], log.kept["stdout"]) == (1500, 1000)
    assert read_stream(tmp_path, "stdout", 10_000) == (b"y" * 1000, False)


def test_the_beginning_of_a_stream_ends_on_a_character(tmp_path: Path) -> None:
    log = OutputLog(tmp_path)
    log.output("stdout", "äää".encode(), 1.0)
    log.close()
    assert read_stream(tmp_path, "stdout", 3) == ("ä".encode(), True)


def test_large_output_becomes_chunks_of_bounded_size(tmp_path: Path) -> None:
    log = OutputLog(tmp_path)
    log.output("stdout", "é".encode() * 100_000, 1.0)
    log.close()
    sizes = [len(each.data) for each in iterate_events(tmp_path)]
    assert sum(sizes) == 200_000
    assert max(sizes) <= 32 * 1024


def test_there_are_no_events_without_a_log(tmp_path: Path) -> None:
    assert read_events(tmp_path / "none", after=0, limit=1, most_bytes=1) == ([], False)


def test_a_log_goes_on_where_a_killed_server_left_it(tmp_path: Path) -> None:
    log = OutputLog(tmp_path)
    log.output("stdout", b"before\n", 1.0)
    log.close()
    with (tmp_path / "events.bin").open("ab") as index:
        index.write(b"half an entry")
    log = OutputLog(tmp_path)
    assert log.written["stdout"] == 7
    log.output("stdout", b"after\n", 2.0)
    log.close()
    assert [each.data for each in iterate_events(tmp_path)] == [b"before\n", b"after\n"]
