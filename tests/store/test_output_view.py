"""The view: rows, filters, streams, folds, searches and places, on real spools."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.domain.output import OutputRecord, Severity, Stream
from dedalus_tui.store.output_pattern import InvalidPatternError
from dedalus_tui.store.output_spool import OutputSpool
from dedalus_tui.store.output_view import OutputView

if TYPE_CHECKING:
    from collections.abc import Iterator


class Log:
    """A spool and a view that does all its work at once."""

    def __init__(self) -> None:
        self.spool = OutputSpool()
        self.view = OutputView(self.spool)
        self._sequence = 0

    def write(self, data: bytes, stream: Stream = Stream.STDOUT, at_us: int = 0) -> None:
        self._sequence += 1
        self.spool.append(OutputRecord(self._sequence, at_us, stream, data))

    def rows(self) -> list[str]:
        while self.view.advance(1):
            pass
        return [self.view.line_at(row).text for row in range(self.view.row_count)]

    def hits(self) -> list[str]:
        self.rows()
        assert self.view.search is not None
        return [self.spool.line(number).text for number in self.view.search.hits]


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    yield log
    log.spool.close()


def test_filters_stack_invert_and_say_how_many_they_hide(log: Log) -> None:
    log.write(b"GET /a 200\nGET /b 500\nPOST /a 500\nDEBUG GET /c\n")
    log.view.push_filter("get")
    assert log.rows() == ["GET /a 200", "GET /b 500", "DEBUG GET /c"]
    log.view.push_filter("!debug")
    assert log.rows() == ["GET /a 200", "GET /b 500"]
    assert log.view.hidden_by_filters == 2
    log.write(b"GET /d 200\nDEBUG more\n")
    assert log.rows()[-1] == "GET /d 200"
    assert log.view.hidden_by_filters == 3
    log.view.pop_filter()
    log.view.pop_filter()
    assert len(log.rows()) == 6
    assert log.view.hidden_by_filters == 0


def test_filters_take_expressions_and_refuse_bad_ones(log: Log) -> None:
    log.write(b"id=1\nid=22\nid=333\n")
    log.view.push_filter(r"!/id=\d{2}$/")
    assert log.rows() == ["id=1", "id=333"]
    with pytest.raises(InvalidPatternError):
        log.view.push_filter("/(/")
    assert [one.text for one in log.view.filters] == [r"!/id=\d{2}$/"]


def test_streams_are_shown_one_by_one(log: Log) -> None:
    log.write(b"out 1\n")
    log.write(b"err 1\n", Stream.STDERR)
    log.write(b"running\n", Stream.LIFECYCLE)
    log.write(b"err unfinished", Stream.STDERR)
    assert log.rows() == ["out 1", "err 1", "running", "err unfinished"]
    log.view.set_streams(frozenset({Stream.STDERR}))
    assert log.rows() == ["err 1", "err unfinished"]


def test_progress_collapses_to_its_last_state_even_when_it_begins_late(log: Log) -> None:
    log.write(b"start\n")
    assert log.rows() == ["start"]
    log.write(b"10%\r20%\r30%")
    assert log.rows() == ["start", "30%"]
    log.write(b"\r100%\ndone\n")
    assert log.rows() == ["start", "100%", "done"]
    log.view.show_superseded(True)
    assert log.rows() == ["start", "10%", "20%", "30%", "100%", "done"]


def test_tracebacks_fold_to_head_and_message(log: Log) -> None:
    log.write(
        b'begin\nTraceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\n'
        b'  File "b.py", line 2, in g\n    h()\nValueError: no\nend\n'
    )
    log.write(
        b"java.lang.Error: x\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\n\t... 3 more\nend\n"
        b"goroutine 1 [running]:\nmain.main()\n\t/src/main.go:5 +0x1d\nexit status 2\n"
    )
    log.view.fold_frames(True)
    assert log.rows() == [
        "begin",
        "Traceback (most recent call last):",
        "ValueError: no",
        "end",
        "java.lang.Error: x",
        "end",
        "goroutine 1 [running]:",
        "exit status 2",
    ]
    assert log.view.folded_after(1) == 4
    assert log.view.folded_after(4) == 3
    assert log.view.folded_after(3) == 0


def test_a_traceback_of_one_stream_is_not_broken_by_lines_of_the_other(log: Log) -> None:
    log.write(b"Traceback (most recent call last):\n", Stream.STDERR)
    log.write(b"tick\n")
    log.write(b'  File "a.py", line 1\nKeyError: 1\n', Stream.STDERR)
    log.view.fold_frames(True)
    assert log.rows() == ["Traceback (most recent call last):", "tick", "KeyError: 1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("error", ["Error one", "an ERROR two", "\x1b[31mer\x1b[0mror three"]),
        ("Error", ["Error one"]),
        ("31", []),
        ("/^an? \\w+/", ["an ERROR two"]),
        ("/two$/", ["an ERROR two"]),
        ("/ER{2}/", ["an ERROR two"]),
        ("é", ["caf\u00e9", "CAF\u00c9"]),
        ("/[^z]+three/", ["\x1b[31mer\x1b[0mror three"]),
    ],
)
def test_searches_are_smart_about_case_and_blind_to_colours(
    log: Log, query: str, found: list[str]
) -> None:
    log.write("Error one\nan ERROR two\n\x1b[31mer\x1b[0mror three\ncafé\nCAFÉ\r\n".encode())
    log.view.find(query)
    assert log.hits() == found


def test_block_search_agrees_with_looking_at_every_line(log: Log) -> None:
    chance = random.Random(3)
    words = [b"alpha", b"Beta", b"\x1b[1mgam\x1b[0mma", b"delta\r", b"x=1", b"\xff\xfe", b"", b"be"]
    words += [b"\x1b[32mINFO\x1b[0m", b"pre\x1b[01m\x1b[Kfix", "ta\u017f\u212a".encode(), b"a_b"]
    for _ in range(3000):
        ending = chance.choice([b"\n", b"\n", b"\n", b"\r\n", b"\r"])
        log.write(b" ".join(chance.choices(words, k=chance.randint(0, 5))) + ending)
    log.view.show_superseded(True)
    texts = log.rows()
    queries = ["beta", "be", "Beta", "gamma", "a b", "1m", "info beta", "Info", "prefix", "task"]
    queries += ["\ufffd", "=1 =", "a_b"]
    queries += [
        r"/a\W+x/",
        "/x=\\d/",
        "/[^b]ta/",
        "/info( beta)+/",
        "/^(?:x=1|task)$/",
        "/(?i:BE)ta/",
    ]
    for query in queries:
        log.view.find(query)
        log.rows()
        search = log.view.search
        assert search is not None
        complete = range(log.spool.line_count)
        wanted = [n for n in complete if search.pattern.matches(log.spool.raw_line(n))]
        assert list(search.hits) == wanted, query
    assert len(texts) > 3000


@pytest.mark.parametrize("rare", [b"needle", b"NeeDLE"])
def test_a_rare_word_is_found_whatever_letters_surround_it(log: Log, rare: bytes) -> None:
    """Its letters are rare in some blocks and everywhere in others."""
    log.write(b"quiet 0123 zzz\n" * 30_000 + rare + b"\n")
    log.write(b"NEED LEND NEEDLING needl\n" * 30_000 + b"x" + rare + b"\n")
    log.view.find("needle")
    assert log.hits() == [rare.decode(), f"x{rare.decode()}"]


CATASTROPHIC = "/(a+)+$/"
HOPELESS_LINE = b"a" * 5000 + b"!\n"


def test_a_search_that_would_never_end_is_given_up_where_it_got_stuck(log: Log) -> None:
    log.write(b"fine aaa\n" * 20_000 + HOPELESS_LINE + b"aaa\n")
    log.view.find(CATASTROPHIC)
    assert len(log.hits()) == 20_000
    search = log.view.search
    assert search is not None
    assert search.pattern.is_given_up
    assert search.searched == 20_000
    assert search.is_complete
    assert search.pattern.spans("aaa") == []


def test_drawing_hits_gives_an_expression_up_as_well(log: Log) -> None:
    log.view.find(CATASTROPHIC)
    assert log.view.search is not None
    assert log.view.search.pattern.spans(HOPELESS_LINE.decode()) == []
    assert log.view.search.pattern.is_given_up


def test_a_filter_that_would_never_end_is_taken_off_and_hides_nothing(log: Log) -> None:
    log.write(b"one\n" + HOPELESS_LINE + b"two\n")
    log.view.push_filter("!two")
    log.view.push_filter(CATASTROPHIC)
    assert [row[:3] for row in log.rows()] == ["one", "aaa"]
    assert [one.text for one in log.view.filters] == ["!two"]
    assert log.view.given_up_filter == CATASTROPHIC
    log.view.clear_filters()
    assert log.view.given_up_filter == ""


def test_a_filter_stuck_in_an_unfinished_line_is_taken_off_too(log: Log) -> None:
    log.view.push_filter(CATASTROPHIC)
    log.write(HOPELESS_LINE.rstrip())
    assert len(log.rows()) == 1
    assert log.view.given_up_filter == CATASTROPHIC


def test_hits_come_from_visible_lines_only_and_follow_new_ones(log: Log) -> None:
    log.write(b"hit 1 keep\nhit 2\nhit 3 keep\n")
    log.view.find("hit")
    log.view.push_filter("keep")
    assert log.hits() == ["hit 1 keep", "hit 3 keep"]
    log.write(b"hit 4 keep\nhit 5\n")
    assert log.hits() == ["hit 1 keep", "hit 3 keep", "hit 4 keep"]
    search = log.view.search
    assert search is not None
    assert search.after(0) == 2
    assert search.after(3) is None
    assert search.before(2) == 0
    assert search.ordinal(2) == 2
    assert search.ordinal(1) is None


def test_typing_on_narrows_the_hits_it_has(log: Log) -> None:
    log.write(b"needle\nneed\nNEEDLES\nother\n")
    log.view.find("nee")
    assert log.hits() == ["needle", "need", "NEEDLES"]
    log.view.find("needle")
    assert log.view.search is not None
    assert log.view.search.is_complete
    assert log.hits() == ["needle", "NEEDLES"]
    log.view.find("need")
    assert log.hits() == ["needle", "need", "NEEDLES"]


def test_errors_are_stepped_through_and_hidden_ones_skipped(log: Log) -> None:
    log.write(b"ok\nERROR a\nWARN b\nERROR c\nok\nERROR d\n")
    log.rows()
    view = log.view
    assert view.next_severe(-1, Severity.ERROR) == 1
    assert view.next_severe(1, Severity.ERROR) == 3
    assert view.previous_severe(3, Severity.ERROR) == 1
    assert view.next_severe(0, Severity.WARNING) == 2
    view.push_filter("!c")
    log.rows()
    assert view.next_severe(1, Severity.ERROR) == 5
    assert view.row_of(5) == 4


def test_time_jumps_and_density_follow_the_clock(log: Log) -> None:
    for minute in range(60):
        text = b"ERROR x\n" if minute == 30 else b"tick\n" * 2
        log.write(text, at_us=(minute + 1) * 60_000_000)
    log.rows()
    assert log.view.number_since(5 * 60) == log.spool.line_count - 12
    density = log.view.density(6)
    assert sum(count for count, _ in density) == log.spool.line_count
    assert [severity for _, severity in density].count(Severity.ERROR) == 1


def test_marks_know_which_rows_hold_something(log: Log) -> None:
    log.write(b"ok\n" * 50 + b"ERROR\n" + b"ok\n" * 49)
    log.rows()
    errors = log.spool.index.errors
    assert log.view.holds(errors, 50, 60)
    assert not log.view.holds(errors, 0, 50)
    log.view.push_filter("!error")
    log.rows()
    assert not log.view.holds(errors, 0, 99)


def test_work_is_done_in_slices_and_ends(log: Log) -> None:
    log.write(b"a line of text\n" * 200_000)
    log.view.push_filter("text")
    slices = 1
    while log.view.advance(0.0):
        slices += 1
    assert slices > 5
    assert log.view.row_count == 200_000
    assert not log.view.has_work
