"""The filter language: what it shows, what it refuses and where, and what typing on may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedalus_tui.domain.activity import Activity, ActivityKind
from dedalus_tui.domain.filter import Filter, FilterError, parse_filter
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import DesiredState, LifecycleStatus, Machine, Phase
from dedalus_tui.ui.present.row import MachineRow, make_row

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Prices:
    currency = "$"
    vcpu_hour = 0.1
    memory_gib_hour = 0.0
    disk_gib_hour = 0.0
    as_of = ""


def row(
    name: str = "",
    *,
    phase: str = Phase.RUNNING,
    want: str = DesiredState.RUNNING,
    vcpu: float | None = 2,
    autosleep: int | None = 300,
    age: timedelta | None = timedelta(days=2),
    tags: tuple[str, ...] = (),
    note: str = "",
    is_pinned: bool = False,
    is_stale: bool = False,
    activities: tuple[Activity, ...] | None = None,
    key: str = "dm-019e4e57-dacf",
) -> MachineRow:
    return make_row(
        Machine(
            machine_id=key,
            phase=phase,
            desired_state=want,
            vcpu=vcpu,
            memory_mib=4096,
            storage_gib=20,
            autosleep_seconds=autosleep,
            created_at=None if age is None else NOW - age,
            status=LifecycleStatus(phase=phase, last_transition_at=NOW - timedelta(minutes=3)),
        ),
        label=Label(name=name, tags=tags, note=note, is_pinned=is_pinned),
        is_stale=is_stale,
        activities=activities,
        rates=Prices(),
    )


SCRAPER = row("scraper-eu", tags=("ci", "etl"), note="nightly run", is_pinned=True, activities=())
ASLEEP = row("docs", phase=Phase.SLEEPING, want=DesiredState.SLEEPING, vcpu=0.5, autosleep=0)
UNKNOWN = row(phase="thawing", vcpu=None, age=None, autosleep=None, key="dm-ffff", is_stale=True)
FAILED = row("gpu", phase=Phase.FAILED, vcpu=8, age=timedelta(hours=3))
ALL = {"scraper": SCRAPER, "docs": ASLEEP, "unknown": UNKNOWN, "gpu": FAILED}


def shown(text: str) -> set[str]:
    fits = parse_filter(text).predicate(NOW)
    return {name for name, each in ALL.items() if fits(each)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"scraper", "docs", "unknown", "gpu"}),
        ("scrap", {"scraper"}),
        ("SCRAP", {"scraper"}),
        ("sreu", {"scraper"}),
        ("nightly", {"scraper"}),
        ('"nightly run"', {"scraper"}),
        ('"nightlyrun"', set()),
        ("thaw", {"unknown"}),
        ("4e57", {"scraper", "docs", "gpu"}),
        ("!4e57", {"unknown"}),
        ("!!4e57", {"scraper", "docs", "gpu"}),
        ("phase:running", {"scraper"}),
        ("phase:run,fail", {"scraper", "gpu"}),
        ("state:Thawing", {"unknown"}),
        ("want:sleeping", {"docs"}),
        ("tag:ci", {"scraper"}),
        ("tag:c", set()),
        ("tag:c*", {"scraper"}),
        ("!tag:ci", {"docs", "unknown", "gpu"}),
        ("name:doc", {"docs"}),
        ("note:night", {"scraper"}),
        ("id:ffff", {"unknown"}),
        ("is:pinned", {"scraper"}),
        ("is:stale", {"unknown"}),
        ("is:named", {"scraper", "docs", "gpu"}),
        ("is:failed", {"gpu"}),
        ("is:attention", {"gpu"}),
        ("is:awake,asleep", {"scraper", "docs"}),
        ("is:settled", {"scraper", "docs"}),
        ("cpu>=2", {"scraper", "gpu"}),
        ("cpu<2", {"docs"}),
        ("vcpu=0.5", {"docs"}),
        ("cpu!=8", {"scraper", "docs"}),
        ("!cpu>=2", {"docs", "unknown"}),
        ("mem>=4", {"scraper", "docs", "unknown", "gpu"}),
        ("mem>4096m", set()),
        ("disk<=20g", {"scraper", "docs", "unknown", "gpu"}),
        ("disk>0", {"scraper", "docs", "unknown", "gpu"}),
        ("cost>0.1", {"scraper"}),
        ("cost>$0.1", {"scraper"}),
        ("age<1d", {"gpu"}),
        ("age>=1d", {"scraper", "docs"}),
        ("autosleep:never", {"docs"}),
        ("autosleep=5m", {"scraper", "gpu"}),
        ("autosleep>1d", {"docs"}),
        ("sleeps<2m30s", {"scraper"}),
        ("/^scr.*eu$/", {"scraper"}),
        ("/EU$/", {"scraper"}),
        ("!/^dm-019/", {"unknown"}),
        ("cpu>=2 !is:failed", {"scraper"}),
        ("is:named cpu<9 age>1h", {"scraper", "docs", "gpu"}),
    ],
)
def test_what_a_filter_shows(text: str, expected: set[str]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "words", "position"),
    [
        ("cost>", "say a number for cost", 5),
        ("x cost>y", "not a number: y", 7),
        ("cost>nan", "not a number: nan", 5),
        ("age<1q", "not a duration", 4),
        ("mem>0.0001", "whole number of MiB", 4),
        ("phase>1", "phase has no order", 0),
        ("phase:", "say which phase", 6),
        ("is:nice", "is: takes pinned", 3),
        ("a foo:1", "no field foo; there are age", 2),
        ("!", "say what to hide", 1),
        ("! a", "say what to hide", 1),
        ("a /b", "close the pattern", 2),
        ("/(/", "not a pattern", 1),
        ('a "b', 'close the words with "', 2),
    ],
)
def test_what_is_no_filter_says_why_and_where(text: str, words: str, position: int) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    assert words in caught.value.message
    assert caught.value.position == position


def test_a_machine_in_use_has_no_time_to_sleep() -> None:
    busy = row(activities=(Activity(kind=ActivityKind.TERMINAL, activity_id="t-1", began_at=NOW),))
    assert not parse_filter("sleeps<1h").predicate(NOW)(busy)


def test_only_filters_about_time_need_a_clock() -> None:
    assert parse_filter("age<1d x").needs_clock
    assert parse_filter("is:attention").needs_clock
    assert not parse_filter("cpu>1 is:pinned").needs_clock


def test_an_empty_filter_is_empty() -> None:
    assert parse_filter("  ").is_empty
    assert not parse_filter("a").is_empty


_PIECES = st.sampled_from(
    ["scr", "do", "gp", "ru", "tag:ci", "cpu>=2", "!fail", "/d/", "note:ni", "e", "ee", "eu"]
)


@given(st.lists(_PIECES, max_size=4), st.lists(_PIECES, max_size=4), st.text("abcdeg", max_size=3))
def test_whatever_narrows_shows_a_part(start: list[str], more: list[str], letters: str) -> None:
    wide = parsed(" ".join(start))
    narrow = parsed(" ".join(start) + letters + " " + " ".join(more))
    assume(isinstance(wide, Filter) and isinstance(narrow, Filter) and narrow.narrows(wide))
    assert isinstance(wide, Filter)
    assert isinstance(narrow, Filter)
    fits_wide, fits_narrow = wide.predicate(NOW), narrow.predicate(NOW)
    for each in ALL.values():
        assert fits_wide(each) or not fits_narrow(each)


def test_typing_on_narrows() -> None:
    assert parse_filter("scra").narrows(parse_filter("scr"))
    assert parse_filter("cpu>1 scr").narrows(parse_filter("scr"))
    assert not parse_filter("!scra").narrows(parse_filter("!scr"))
    assert not parse_filter("scr").narrows(parse_filter("scra"))
    assert parse_filter("anything").narrows(Filter())


def parsed(text: str) -> Filter | FilterError:
    try:
        return parse_filter(text)
    except FilterError as error:
        return error


@given(st.text(max_size=40))
def test_any_text_is_a_filter_or_says_where_not(text: str) -> None:
    result = parsed(text)
    if isinstance(result, FilterError):
        assert 0 <= result.position <= len(text)
        assert result.message
    else:
        fits = result.predicate(NOW)
        for each in ALL.values():
            assert fits(each) in {True, False}
