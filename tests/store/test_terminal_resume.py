"""Laying a replay over what was seen: nothing twice, nothing lost unsaid."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from dedalus_tui.store.terminal_resume import (
    MOST_WAITING_BYTES,
    OutputTail,
    Resumed,
    Resumption,
)


def tail_of(data: bytes, capacity: int = 256 * 1024) -> OutputTail:
    tail = OutputTail(capacity)
    for start in range(0, len(data), 100):
        tail.append(data[start : start + 100])
    return tail


def lines(first: int, last: int) -> bytes:
    return b"".join(b"line %06d\r\n" % number for number in range(first, last))


def resume(tail: OutputTail, replay: bytes, piece: int = 1 << 20) -> Resumed:
    resumption = Resumption(tail)
    for start in range(0, len(replay), piece):
        resumed = resumption.take(replay[start : start + piece])
        if resumed is not None:
            rest = replay[start + piece :]
            return Resumed(resumed.data + rest, resumed.has_gap)
    return resumption.give_up()


def test_a_replay_from_the_beginning_shows_only_what_is_new() -> None:
    assert resume(tail_of(lines(0, 50)), lines(0, 80)) == Resumed(lines(50, 80), has_gap=False)


def test_a_short_whole_history_is_recognised() -> None:
    assert resume(tail_of(b"$ "), b"$ ls\r\n") == Resumed(b"ls\r\n", has_gap=False)


def test_nothing_before_means_no_gap() -> None:
    assert resume(OutputTail(), b"$ ") == Resumed(b"$ ", has_gap=False)


def test_a_replay_of_a_ring_shorter_than_our_tail() -> None:
    stream = lines(0, 5000)
    cut = 4000 * 13 + 7
    assert resume(tail_of(stream[:cut]), stream[3000 * 13 + 3 :]) == Resumed(
        stream[cut:], has_gap=False
    )


def test_a_replay_of_a_ring_longer_than_our_tail() -> None:
    stream = lines(0, 5000)
    cut = 4000 * 13 + 7
    tail = tail_of(stream[:cut], capacity=2000)
    assert not tail.is_whole
    assert resume(tail, stream[100:]) == Resumed(stream[cut:], has_gap=False)


def test_a_replay_that_ends_where_we_stopped_shows_nothing() -> None:
    stream = lines(0, 100)
    assert resume(tail_of(stream), stream) == Resumed(b"", has_gap=False)


def test_output_that_went_by_is_a_gap() -> None:
    resumed = resume(tail_of(lines(0, 100)), lines(500, 600))
    assert resumed == Resumed(lines(500, 600), has_gap=True)


def test_no_replay_at_all_is_a_gap() -> None:
    assert resume(tail_of(lines(0, 100)), b"") == Resumed(b"", has_gap=True)


def test_a_prompt_that_looks_like_the_last_one_is_not_swallowed() -> None:
    resumed = resume(tail_of(lines(0, 100) + b"$ "), b"$ ")
    assert resumed == Resumed(b"$ ", has_gap=True)


def test_an_endless_unknown_replay_is_shown_in_the_end() -> None:
    resumption = Resumption(tail_of(lines(0, 100)))
    piece = b"z" * 100_000
    fed = 0
    while (resumed := resumption.take(piece)) is None:
        fed += len(piece)
        assert fed <= MOST_WAITING_BYTES
    assert resumed.has_gap


@given(
    stream=st.binary(min_size=200, max_size=3000),
    cut=st.floats(0, 1),
    ring=st.floats(0, 1),
    capacity=st.integers(64, 4000),
    piece=st.integers(1, 500),
)
def test_whatever_the_ring_and_the_pieces_nothing_is_lost_or_doubled(
    stream: bytes, cut: float, ring: float, capacity: int, piece: int
) -> None:
    # Numbered blocks make every place in the stream different from every other.
    numbered = b"".join(b"%05d" % n + stream[n * 9 : n * 9 + 9] for n in range(len(stream) // 9))
    seen_until = int(cut * len(numbered))
    begin = int(ring * seen_until)
    # A ring of a few bytes has no place in the world, and nothing could be told from so little.
    assume(begin == 0 or seen_until - begin >= 64)
    tail = tail_of(numbered[:seen_until], capacity)
    resumed = resume(tail, numbered[begin:], piece)
    if resumed.has_gap:
        # Too little in common to be sure: then all of it is shown, and said to be uncertain.
        assert seen_until - begin < 64 or not numbered[begin:]
        assert resumed.data == numbered[begin:]
    else:
        assert resumed.data == numbered[seen_until:]
