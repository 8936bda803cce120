"""The spool: order, repeats, partial lines, progress, cuts, and bytes exactly as they came."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedalus_tui.domain.output import OutputRecord, Severity, Stream
from dedalus_tui.store.output_spool import MAX_LINE_BYTES, OutputSpool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OUT, ERR = Stream.STDOUT, Stream.STDERR
EVERY = frozenset(Stream)


@pytest.fixture
def spool() -> Iterator[OutputSpool]:
    spool = OutputSpool()
    yield spool
    spool.close()


def record(sequence: int, data: bytes, stream: Stream = OUT, at_us: int = 0) -> OutputRecord:
    return OutputRecord(sequence=sequence, at_us=at_us, stream=stream, data=data)


def shown(spool: OutputSpool) -> list[bytes]:
    complete = [spool.raw_line(number) for number in range(spool.line_count)]
    return complete + [line.raw for line in spool.unfinished()]


def saved(spool: OutputSpool, stream: Stream) -> bytes:
    return b"".join(data for _, data in spool.pieces(frozenset({stream})))


def test_lines_keep_the_order_in_which_they_became_complete(spool: OutputSpool) -> None:
    spool.extend(
        [record(1, b"out one\nout "), record(2, b"err one\n", ERR), record(3, b"two\nthree")]
    )
    assert shown(spool) == [b"out one\n", b"err one\n", b"out two\n", b"three"]
    assert [spool.line(n).stream for n in range(3)] == [OUT, ERR, OUT]
    assert not spool.line(3).is_complete
    spool.finish()
    assert spool.line_count == 4
    assert spool.line(3).is_complete


def test_repeats_are_dropped_and_counted(spool: OutputSpool) -> None:
    first = [record(1, b"a\n"), record(2, b"b\n")]
    spool.extend(first)
    spool.extend([*first, record(3, b"c\n")])
    assert shown(spool) == [b"a\n", b"b\n", b"c\n"]
    assert spool.repeats == 2
    assert spool.last_sequence() == 3


def test_sources_have_their_own_sequences_and_partial_lines(spool: OutputSpool) -> None:
    spool.append(OutputRecord(5, 0, OUT, b"from a", source=0))
    spool.append(OutputRecord(5, 0, OUT, b"from b\n", source=1))
    spool.append(OutputRecord(6, 0, OUT, b" on\n", source=0))
    assert [(spool.line(n).source, spool.line(n).text) for n in range(2)] == [
        (1, "from b"),
        (0, "from a on"),
    ]


def test_progress_is_kept_whole_and_its_earlier_states_are_marked(spool: OutputSpool) -> None:
    spool.append(record(1, b"get\r10%\r50%\r"))
    spool.append(record(2, b"100%\r\nnext\r\n"))
    assert shown(spool) == [b"get\r", b"10%\r", b"50%\r", b"100%\r\n", b"next\r\n"]
    assert [spool.index.is_superseded(n) for n in range(5)] == [True, True, True, False, False]


def test_a_carriage_return_at_a_cut_is_not_taken_for_progress(spool: OutputSpool) -> None:
    spool.append(record(1, b"line\r"))
    assert spool.line_count == 0
    spool.append(record(2, b"\n"))
    assert shown(spool) == [b"line\r\n"]
    assert spool.index.superseded_count == 0


def test_endless_lines_are_cut_and_nothing_is_lost(spool: OutputSpool) -> None:
    data = b"x" * (3 * MAX_LINE_BYTES + 17)
    for sequence, begin in enumerate(range(0, len(data), 10_000)):
        spool.append(record(sequence, data[begin : begin + 10_000]))
    spool.append(record(10_000, b"y\nshort\n" + data + b"\nend\n"))
    assert max(map(len, shown(spool))) <= MAX_LINE_BYTES
    assert saved(spool, OUT) == data + b"y\nshort\n" + data + b"\nend\n"
    assert spool.line(spool.line_count - 1).text == "end"


def test_undecodable_bytes_read_as_replacements(spool: OutputSpool) -> None:
    spool.append(record(1, b"caf\xe9 \xff\n"))
    assert spool.line(0).text == "caf\ufffd \ufffd"
    assert spool.raw_line(0) == b"caf\xe9 \xff\n"


def test_times_are_kept_and_found(spool: OutputSpool) -> None:
    for second in range(10):
        spool.append(record(second, b"a\nb\n", at_us=1_000_000 * (second + 1)))
    assert spool.line(5).at_us == 3_000_000
    assert spool.index.first_line_since(3_000_001) == 6
    assert spool.index.first_line_since(99_000_000) == 20


def test_the_file_is_private_and_has_no_name(spool: OutputSpool) -> None:
    spool.append(record(1, b"secret\n"))
    status = os.fstat(spool._file)
    assert status.st_nlink == 0
    assert status.st_mode & 0o077 == 0


def test_an_existing_file_is_indexed_in_slices(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_bytes(b"".join(b"line %d\n" % n for n in range(200_000)) + b"ERROR at the end")
    spool = OutputSpool(file=path)
    steps = 1
    while spool.advance(0):
        steps += 1
    assert steps > 5
    assert spool.line_count == 200_001
    assert spool.raw_line(123_456) == b"line 123456\n"
    assert list(spool.index.errors) == [200_000]
    spool.close()


def test_listeners_hear_of_changes_until_they_leave(spool: OutputSpool) -> None:
    heard: list[int] = []
    leave = spool.subscribe(lambda: heard.append(spool.line_count))
    spool.append(record(1, b"a\n"))
    leave()
    spool.append(record(2, b"b\n"))
    assert heard == [1]


def test_severities_are_known_after_the_work_is_done(spool: OutputSpool) -> None:
    spool.append(record(1, b"fine\nERROR one\nWARNING two\nfine\nValueError: three\n"))
    while spool.advance(1):
        pass
    assert list(spool.index.errors) == [1, 4]
    assert list(spool.index.warnings) == [2]
    assert spool.line(1).severity is Severity.ERROR


@settings(max_examples=60, deadline=None)
@given(
    out=st.lists(st.sampled_from([b"a", b"\n", b"\r", b"\r\n", b"\xff", b"word \x1b[1m"])),
    err=st.lists(st.sampled_from([b"e", b"\n", b"\r", b"E\n"])),
    seed=st.integers(),
)
def test_whatever_the_cuts_each_stream_is_kept_byte_for_byte(
    out: list[bytes], err: list[bytes], seed: int
) -> None:
    chance = random.Random(seed)
    wanted = {OUT: b"".join(out), ERR: b"".join(err)}
    left = dict(wanted)
    spool = OutputSpool()
    sequence = 0
    while any(left.values()):
        stream = chance.choice([s for s in left if left[s]])
        size = chance.randint(1, 4)
        spool.append(record(sequence, left[stream][:size], stream))
        left[stream] = left[stream][size:]
        sequence += 1
    spool.finish()
    assert {stream: saved(spool, stream) for stream in wanted} == wanted
    spool.close()


def test_ten_megabytes_survive_twenty_random_cuts_byte_for_byte(spool: OutputSpool) -> None:
    chance = random.Random(5)
    data = chance.randbytes(10 * 1024 * 1024)
    chunks = [data[at : at + 8192] for at in range(0, len(data), 8192)]
    records = [record(n, chunk, at_us=n) for n, chunk in enumerate(chunks)]
    cuts = sorted(chance.sample(range(len(records)), 20))
    for begin, end in zip([0, *cuts], [*cuts, len(records)], strict=True):
        # After a cut the follower asks again from an older cursor.
        spool.extend(records[max(0, begin - 30) : end])
    spool.finish()
    assert saved(spool, OUT) == data
    assert spool.repeats > 500


def test_a_closed_log_can_still_be_drawn_and_takes_nothing_more(spool: OutputSpool) -> None:
    spool.append(record(1, b"one\ntwo"))
    spool.close()
    spool.append(record(2, b"three\n"))
    spool.finish()
    assert spool.line_count == 1
    assert spool.line(0).text == ""
    assert not spool.advance(1)
