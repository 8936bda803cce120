"""Timelines, exchanges, questions and raw text as lines."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.domain.activity import Activity, ActivityKind
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import Machine
from dedalus_tui.ui.present.exchange import (
    exchange_facts,
    exchange_line,
    exchange_text,
    is_repeat,
    is_trouble,
)
from dedalus_tui.ui.present.facts import cut, fact, fact_lines, wrapped
from dedalus_tui.ui.present.glyphs import ASCII, UNICODE
from dedalus_tui.ui.present.question import (
    changes_words,
    destroyed_line,
    ending_lines,
    running_words,
)
from dedalus_tui.ui.present.raw import coloured_lines
from dedalus_tui.ui.present.roles import Line, Role, text_of
from dedalus_tui.ui.present.sizes import cost_change_lines, cost_line
from dedalus_tui.ui.present.tabs import Tab, tab_spans
from dedalus_tui.ui.present.text import cell_width
from dedalus_tui.ui.present.timeline import Step, bar_lines, known_spans, step_lines
from dedalus_tui.ui.present.yaml_text import as_yaml

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def words(lines: tuple[Line, ...]) -> list[str]:
    return [text_of(line).rstrip() for line in lines]


# Timeline


def step(hours_ago: float, phase: str, **more: str) -> Step:
    known = {"desired_state": "running"} | more
    return Step(at=NOW - timedelta(hours=hours_ago), phase=phase, **known)


STEPS = (
    step(18, "running"),
    step(12, "sleeping", reason="idle 5m", desired_state="sleeping"),
    step(6, "starting", cause="machine.wake"),
    step(3, "running"),
)


def test_the_bar_shows_what_held_and_dots_for_what_nobody_saw() -> None:
    bar, hours = words(bar_lines(STEPS, NOW, UNICODE, width=24, zone=UTC))
    assert bar == "·····██████▁▁▁▁▁▁▄▄▄████"
    assert hours == "     18    00    06"


def test_the_bar_needs_no_colour_and_no_unicode() -> None:
    bar, _ = words(bar_lines(STEPS, NOW, ASCII, width=24, zone=UTC))
    assert bar == ".....######______===####"


def test_a_failure_shows_and_a_narrow_bar_is_left_out() -> None:
    bar, _ = words(bar_lines((step(1, "failed"),), NOW, UNICODE, width=24, zone=UTC))
    assert bar.endswith("·✗✗")
    assert bar_lines(STEPS, NOW, UNICODE, width=7) == ()


def test_steps_are_newest_first_with_how_long_each_lasted_and_why() -> None:
    shown = words(step_lines(STEPS, NOW, UNICODE, label_of=lambda _: "Wake", zone=UTC))
    assert shown == [
        "09:00:00     ● running       3h00m",
        "06:00:00     ◐ starting      3h00m  you: wake",
        "00:00:00     ○ sleeping      6h00m  idle 5m",
        "11-21 18:00  ● running       6h00m",
    ]


def ago(*hours: float) -> tuple[tuple[datetime, datetime], ...]:
    """Spans, each from so many hours ago to so many hours ago."""
    moments = [NOW - timedelta(hours=each) for each in hours]
    return tuple(zip(moments[::2], moments[1::2], strict=True))


def test_what_nobody_saw_is_no_state() -> None:
    """A gap is drawn as one, and said; what the service vouches for is none."""
    known = known_spans(STEPS, ago(18, 9, 4, 0), held_since=None, now=NOW)
    bar, _, legend = words(bar_lines(STEPS, NOW, UNICODE, width=24, known=known, zone=UTC))
    assert bar == "·····██████▁▁▁▁··▄▄▄████"
    assert legend == "· not seen: nobody was …", "cut to the room there is"
    shown = words(step_lines(STEPS, NOW, UNICODE, label_of=str, known=known, zone=UTC))
    lasted = [found[0] for line in shown if (found := re.search(r"~?\dh\d\dm", line))]
    assert lasted == ["3h00m", "3h00m", "~6h00m", "6h00m"]


def test_a_change_in_a_gap_is_known_from_then_on() -> None:
    """The service tells when a machine changed last."""
    known = known_spans((step(5, "sleeping"),), ago(8, 7, 2, 0), held_since=None, now=NOW)
    assert known == ago(8, 7, 5, 0)


def test_what_is_held_without_a_break_is_known_although_nobody_looked() -> None:
    since = NOW - timedelta(hours=6)
    assert known_spans((), ago(8, 7, 1, 0), held_since=since, now=NOW) == ago(8, 7, 6, 0)
    assert known_spans((), (), held_since=None, now=NOW) == ()


def test_spans_of_two_programs_and_short_breaks_are_one() -> None:
    assert known_spans((), ago(8, 4, 5, 3, 2.999, 1), held_since=None, now=NOW) == ago(8, 1)


def test_a_bar_without_gaps_has_no_legend() -> None:
    known = known_spans((), ago(48, 0), held_since=None, now=NOW)
    assert len(bar_lines((step(40, "running"),), NOW, UNICODE, width=24, known=known)) == 2


def test_a_new_wish_in_the_same_phase_says_so() -> None:
    steps = (step(2, "running"), step(1, "running", desired_state="sleeping"))
    shown = words(step_lines(steps, NOW, UNICODE, label_of=str, zone=UTC))
    assert shown[0].endswith("1h00m  wanted sleeping")


@given(
    st.lists(st.floats(0, 100), max_size=8),
    st.integers(8, 60),
)
def test_the_bar_is_exactly_as_wide_as_asked(ages: list[float], width: int) -> None:
    steps = tuple(step(age, "running") for age in sorted(ages, reverse=True))
    for line in bar_lines(steps, NOW, UNICODE, width=width, zone=UTC):
        assert cell_width(text_of(line)) == width


# Exchanges


@dataclass(frozen=True, kw_only=True)
class Sample:
    at: datetime = NOW
    method: str = "GET"
    path: str = "/v1/machines"
    seconds: float = 0.012
    attempt: int = 1
    status: int | None = 200
    fault_code: str | None = None
    fault_message: str | None = None
    wish_key: str | None = None
    request_id: str | None = None
    machine_id: str | None = None


REFUSED = Sample(
    method="POST",
    path="/v1/machines/dm-1/sleep",
    status=409,
    seconds=2.5,
    attempt=2,
    fault_code="INVALID_STATE",
    fault_message="machine is starting\x07",
    wish_key="0193",
    request_id="req-7",
)


def test_exchanges_line_up() -> None:
    assert words((exchange_line(Sample(), zone=UTC), exchange_line(REFUSED, zone=UTC))) == [
        "12:00:00   200   12 ms  GET    /v1/machines",
        "12:00:00   409   2.5 s  POST   /v1/machines/dm-1/sleep (attempt 2)"
        "  machine is starting� (INVALID_STATE)",
    ]
    assert text_of(exchange_line(Sample(), times=3, zone=UTC)).rstrip().endswith("3 times")


def test_trouble_is_what_did_not_end_well() -> None:
    assert is_trouble(REFUSED)
    assert is_trouble(Sample(status=None))
    assert not is_trouble(Sample())


def test_only_good_reads_of_the_same_thing_are_folded() -> None:
    assert is_repeat(Sample(), Sample(seconds=9))
    assert not is_repeat(Sample(), Sample(path="/v1/usage"))
    assert not is_repeat(Sample(status=503), Sample(status=503))
    assert not is_repeat(Sample(method="POST"), Sample(method="POST"))


def test_a_copied_exchange_has_what_a_report_needs() -> None:
    text = exchange_text(REFUSED)
    for part in ("POST", "/sleep", "409", "attempt 2", "request id req-7", "INVALID_STATE"):
        assert part in text
    assert "\n" not in text
    assert "no answer" in exchange_text(Sample(status=None))


def test_everything_kept_of_an_exchange_is_shown() -> None:
    shown = "\n".join(words(fact_lines(exchange_facts(REFUSED, zone=UTC), 78)))
    for part in ("2026-11-22 12:00:00.000", "409 after 2.5 s, attempt 2", "request id req-7"):
        assert part in shown


# Questions


RUN = Activity(
    kind=ActivityKind.EXECUTION,
    activity_id="wexec-1",
    title="make\x1b test",
    began_at=NOW - timedelta(minutes=1),
)
TERMINAL = Activity(kind=ActivityKind.TERMINAL, activity_id="t-1")


def test_what_would_end_is_listed_beside_its_machine() -> None:
    lines = ending_lines([("api", RUN), ("scraper", TERMINAL)], NOW)
    assert words(lines) == ["api      execution make� test  1m00s", "scraper  terminal t-1"]


def test_a_long_list_says_that_it_is_cut() -> None:
    assert words(ending_lines([("", RUN)] * 5, NOW, most=2))[-1] == "and 3 more"


def test_what_runs_is_counted_by_kind() -> None:
    assert running_words((RUN, RUN, TERMINAL)) == "2 executions, 1 terminal"
    assert running_words(()) == ""


def test_what_would_be_lost_is_said_in_one_line() -> None:
    machine = Machine(
        machine_id="m", phase="running", storage_gib=20, created_at=NOW - timedelta(days=9)
    )
    line = destroyed_line(machine, Label(name="api"), "1 execution", NOW, UNICODE, width=5)
    assert text_of(line) == "● api    20 GiB disk, awake, 1 execution, 9d old"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), ""),
        (("reason",), ""),
        (("phase",), "its phase"),
        (("phase", "storage_gib"), "its phase and its disk"),
        (("phase", "vcpu", "storage_gib"), "its phase, its vCPUs and its disk"),
    ],
)
def test_changes_in_words(names: tuple[str, ...], expected: str) -> None:
    assert changes_words(names) == expected


# Sizes and money


class Prices:
    currency = "$"
    vcpu_hour = 0.1
    memory_gib_hour = 0.0
    disk_gib_hour = 0.0
    as_of = ""


def test_no_money_without_rates_or_with_sizes_missing() -> None:
    assert cost_line(None, (1, 1024, 10)) == ()
    assert cost_line(Prices(), (None, 1024, 10)) == ()
    assert cost_change_lines(None, (1, 1024, 10), (2, 1024, 10)) == ()


def test_a_change_of_sizes_shows_the_difference() -> None:
    lines = words(cost_change_lines(Prices(), (2, 1024, 10), (1, 1024, 10)))
    assert lines == [
        "now         $0.200/h awake   $0.000/h asleep",
        "after       $0.100/h awake   $0.000/h asleep",
        "            -$0.100/h awake   (estimate)",
    ]


# Facts and raw text


def test_long_facts_go_on_beneath_their_own_words() -> None:
    lines = fact_lines([fact("Note", "one two three four five"), fact("Id", "x" * 25)], 20)
    assert words(lines) == [
        "Note      one two",
        "          three four",
        "          five",
        "Id        xxxxxxxxxx",
        "          xxxxxxxxxx",
        "          xxxxx",
    ]


@given(
    st.lists(st.tuples(st.text("ab 日", max_size=9), st.just("text")), max_size=5),
    st.integers(1, 20),
)
def test_a_cut_line_fits_and_is_whole_if_it_can_be(line: list[tuple[str, str]], width: int) -> None:
    shown = text_of(cut(tuple(line), width))
    whole = "".join(text for text, _ in line)
    assert cell_width(shown) <= width
    if cell_width(whole) <= width:
        assert shown.rstrip() == whole.rstrip()
    else:
        assert shown.endswith("…")


@given(st.lists(st.tuples(st.text("ab 日", max_size=20), st.just("text")), max_size=5))
def test_wrapping_loses_nothing_but_blanks(spans: list[tuple[str, str]]) -> None:
    lines = wrapped(spans, 8)
    joined = "".join(text_of(line) for line in lines)
    assert joined.replace(" ", "") == "".join(text for text, _ in spans).replace(" ", "")
    assert all(cell_width(text_of(line).rstrip()) <= 8 for line in lines)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(
        ["yes", "null", "1.5", "a b", "-", "a: b", "# c", "2026-11-22", "~", "on", ""]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(_JSON)
def test_yaml_says_the_same_as_the_json_it_came_from(value: object) -> None:
    assert yaml.safe_load(as_yaml(value)) == value


def test_names_and_values_of_raw_text_are_told_apart() -> None:
    text = json.dumps({"phase": "running", "vcpu": 2.5, "retryable": False, "status": {}}, indent=2)
    lines = coloured_lines(text.splitlines())
    assert words(lines) == text.splitlines()
    assert ('"phase"', Role.ACCENT) in lines[1]
    assert ("2.5", Role.MARK) in lines[2]
    assert ("false", Role.BUSY) in lines[3]


# Tabs


TABS = (
    Tab(key="o", title="Overview", is_open=True),
    Tab(key="t", title="Terminals"),
    Tab(key="u", title="Usage", is_closed=True),
)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (80, " 1 Overview │ 2 Terminals │ (3 Usage)"),
        (37, " 1 Overview │ 2 Terminals │ (3 Usage)"),
        (36, " 1 Overview  2 Terminals  (3 Usage)"),
        (33, " 1 Overview 2 Terminals (3 Usage)"),
        (30, " 1 Overview  2  (3)"),
        (18, " 1 Overview 2 (3)"),
        (12, " 1 2 (3)"),
        (3, " 1 2 (3)"),
    ],
)
def test_tabs_say_less_when_there_is_less_room(width: int, expected: str) -> None:
    spans = tab_spans(TABS, width, "│")
    assert "".join(text for (text, _), _ in spans) == expected
    assert {key for _, key in spans} == {"", "o", "t", "u"}
