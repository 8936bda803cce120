"""FleetRows: small changes lead to the same order as judging and sorting everything anew."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.domain.activity import Activity, ActivityKind
from dedalus_tui.domain.filter import parse_filter
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import DesiredState, LifecycleStatus, Machine, Phase
from dedalus_tui.domain.preview import Preview
from dedalus_tui.store.record import MachineRecord
from dedalus_tui.ui.present.columns import BY_KEY, NAME
from dedalus_tui.ui.present.glyphs import UNICODE
from dedalus_tui.ui.present.text import cell_width
from dedalus_tui.ui.screens import fleet_counts, fleet_orders
from dedalus_tui.ui.screens.fleet_rows import FleetRows

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def record(
    key: str,
    *,
    phase: str = Phase.RUNNING,
    vcpu: float | None = 1,
    name: str = "",
    is_pinned: bool = False,
    version: int = 1,
    autosleep: int | None = None,
) -> MachineRecord:
    """`autosleep` counts from NOW."""
    machine = Machine(
        machine_id=key,
        phase=phase,
        desired_state=DesiredState.RUNNING,
        vcpu=vcpu,
        created_at=NOW - timedelta(hours=len(key)),
        autosleep_seconds=autosleep,
        status=LifecycleStatus(phase=phase, last_transition_at=NOW),
    )
    return MachineRecord(
        machine=machine,
        confirmed=machine,
        seen_at=NOW,
        version=version,
        label=Label(name=name, is_pinned=is_pinned),
    )


def fleet(*records: MachineRecord) -> FleetRows:
    rows = FleetRows()
    rows.replace(records, NOW)
    return rows


def test_trouble_comes_first_and_equals_stay_in_the_order_they_were_seen() -> None:
    rows = fleet(
        record("a"), record("b", phase=Phase.SLEEPING), record("c", phase=Phase.FAILED), record("d")
    )
    assert rows.order(NOW) == ["c", "a", "d", "b"]


def test_unknown_values_stay_last_in_either_direction() -> None:
    rows = fleet(record("a", vcpu=2), record("b", vcpu=None), record("c", vcpu=4))
    rows.sort_by(BY_KEY["cpu"], is_falling=False)
    assert rows.order(NOW) == ["a", "c", "b"]
    rows.sort_by(BY_KEY["cpu"], is_falling=True)
    assert rows.order(NOW) == ["c", "a", "b"]


def test_pinned_machines_come_first() -> None:
    rows = fleet(record("a"), record("b", is_pinned=True), record("c"))
    assert rows.order(NOW) == ["b", "a", "c"]
    changed = rows.update(["b"], lambda key: record(key, version=2), NOW)
    assert changed
    assert rows.order(NOW) == ["a", "b", "c"]


def test_a_name_is_as_long_as_the_cell_that_shows_it_with_every_mark() -> None:
    public = Preview(preview_id="p", status="ready", visibility="public")
    calling: set[str] = set()
    rows = FleetRows(
        public_of=lambda key: (public,) if key == "b" else (), is_calling=calling.__contains__
    )
    held = {
        "a": record("a", name="a name of twenty-one", is_pinned=True),
        "b": record("b", name="a name of twenty-one!", is_pinned=True),
    }

    def longest() -> int:
        return max(cell_width(NAME.cell(rows.row(key), NOW, UNICODE)[0]) for key in held)

    rows.replace(held.values(), NOW)
    assert rows.longest_name == longest() == 4 + 21
    calling.add("b")
    rows.update(["b"], held.get, NOW)
    assert rows.longest_name == longest() == 6 + 21


def test_marks_before_an_id_are_counted_as_well() -> None:
    key = "dm-0123456789abcdef"
    rows = fleet(record(key, is_pinned=True))
    assert rows.longest_name == cell_width(NAME.cell(rows.row(key), NOW, UNICODE)[0]) == 2 + 16


def test_destroyed_machines_show_only_when_asked_for() -> None:
    rows = fleet(record("a"), record("b", phase=Phase.DESTROYED))
    assert rows.order(NOW) == ["a"]
    rows.filter_by(parse_filter("phase:destroyed"), NOW)
    assert rows.order(NOW) == ["b"]


def test_problems_only() -> None:
    rows = fleet(record("a"), record("b", phase=Phase.FAILED))
    rows.show_problems(True, NOW)
    assert rows.order(NOW) == ["b"]
    rows.show_problems(False, NOW)
    assert rows.order(NOW) == ["b", "a"]


def test_a_change_that_moves_nothing_says_so() -> None:
    rows = fleet(record("a"), record("b"))
    assert not rows.update(["a"], lambda key: record(key, vcpu=8, version=2), NOW)
    assert rows.row("a").machine.vcpu == 8
    assert rows.update(["a"], lambda key: record(key, phase=Phase.SLEEPING, version=3), NOW)
    assert rows.order(NOW) == ["b", "a"]


def test_machines_come_and_go() -> None:
    rows = fleet(record("a"), record("b"))
    held = {"c": record("c")}
    assert rows.update(["a", "c"], held.get, NOW)
    assert rows.order(NOW) == ["b", "c"]
    assert len(rows) == 2
    assert rows.record("a") is None


def test_typing_on_looks_only_at_what_is_shown_and_widening_finds_all_again() -> None:
    rows = fleet(record("aa", name="scraper"), record("bb", name="scribe"), record("cc"))
    rows.filter_by(parse_filter("scr"), NOW)
    assert rows.order(NOW) == ["aa", "bb"]
    rows.filter_by(parse_filter("scra"), NOW)
    assert rows.order(NOW) == ["aa"]
    rows.filter_by(parse_filter("scr"), NOW)
    assert rows.order(NOW) == ["aa", "bb"]


def test_activity_makes_a_row_anew_though_its_record_is_the_same() -> None:
    rows = fleet(record("a"))
    before, version = rows.row("a"), rows.version("a")
    rows.update(["a"], rows.record, NOW)
    assert rows.version("a") != version
    assert rows.row("a") is not before


changes = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.one_of(
            st.none(),
            st.tuples(
                st.sampled_from([Phase.RUNNING, Phase.SLEEPING, Phase.FAILED, Phase.DESTROYED]),
                st.one_of(st.none(), st.sampled_from([1.0, 2.0, 4.0])),
                st.booleans(),
            ),
        ),
    ),
    max_size=6,
)


@given(
    st.lists(changes, max_size=8),
    st.sampled_from(["", "phase:running", "!phase:failed", "cpu>1"]),
    st.sampled_from(["phase", "cpu", "name", "age", "sleeps"]),
    st.booleans(),
)
def test_small_changes_end_where_sorting_everything_ends(
    rounds: list[list[tuple[str, tuple[str, float | None, bool] | None]]],
    filter_text: str,
    column: str,
    is_falling: bool,
) -> None:
    held = {key: record(key, autosleep=ord(key)) for key in "abcd"}
    rows = FleetRows(activities_of=lambda _: ())
    rows.replace(held.values(), NOW)
    rows.filter_by(parse_filter(filter_text), NOW)
    rows.sort_by(BY_KEY[column], is_falling=False)
    rows.sort_by(BY_KEY[column], is_falling=is_falling)
    for version, steps in enumerate(rounds, start=2):
        for key, wanted in steps:
            if wanted is None:
                held.pop(key, None)
            else:
                phase, vcpu, is_pinned = wanted
                made = record(
                    key,
                    phase=phase,
                    vcpu=vcpu,
                    is_pinned=is_pinned,
                    autosleep=int(60 * (vcpu or 0)),
                )
                held[key] = made._replace(version=version)
        before = rows.order(NOW)
        changed = rows.update([key for key, _ in steps], held.get, NOW)
        after = rows.order(NOW)
        assert changed or before == after
    settled = rows.order(NOW)
    rows.replace(rows.records, NOW)
    assert settled == rows.order(NOW)
    assert set(settled) <= set(held)


@pytest.mark.parametrize("is_falling", [False, True])
def test_a_moment_that_is_past_sorts_as_what_is_not_known(is_falling: bool) -> None:
    rows = FleetRows(activities_of=lambda _: ())
    minutes = {"a": 3, "b": 1, "c": 0, "d": 4, "e": 2}  # 0 is never
    rows.replace([record(key, autosleep=60 * count) for key, count in minutes.items()], NOW)
    rows.sort_by(BY_KEY["sleeps"], is_falling=is_falling)

    def after(seconds: int) -> str:
        return "".join(rows.order(NOW + timedelta(seconds=seconds)))

    assert after(0) == ("daebc" if is_falling else "beadc")
    assert after(61) == ("daecb" if is_falling else "eadcb")
    assert after(121) == ("dacbe" if is_falling else "adcbe")
    assert after(999) == "cbead"


@pytest.mark.parametrize("column", ["cpu", "name", "age", "want", "sleeps"])
def test_a_column_made_ready_sorts_as_any_other(column: str) -> None:
    held = {
        key: record(
            key, vcpu=place % 3, phase=list(Phase)[place % 4], name=key[::-1], autosleep=9 - place
        )
        for place, key in enumerate(["d", "a", "cc", "bbb", "aa", "e"])
    }
    ready, plain = (FleetRows(activities_of=lambda _: ()) for _ in range(2))
    for rows in (ready, plain):
        rows.replace(held.values(), NOW)
    while ready.prepare(BY_KEY[column]):
        pass
    for version in (1, 2):
        for rows in (ready, plain):
            rows.sort_by(BY_KEY[column], is_falling=False)
        assert ready.order(NOW) == plain.order(NOW)
        for rows in (ready, plain):
            rows.sort_by(BY_KEY["phase"], is_falling=False)
        while ready.prepare(BY_KEY[column]):
            pass
        held["a"] = record("a", vcpu=9, name="zz", version=version + 1)
        del held["d" if version == 1 else "e"]
        for rows in (ready, plain):
            rows.update(["a", "d", "e"], held.get, NOW)


@pytest.mark.parametrize("column", ["cpu", "name", "age", "want", "sessions", "sleeps"])
def test_orders_made_a_little_at_a_time_are_as_if_made_at_once(
    column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Machines change, come, go and are seen running something between the steps."""
    monkeypatch.setattr(fleet_orders, "RUN", 3)
    monkeypatch.setattr(fleet_orders, "PLACED_AT_ONCE", 2)
    chance = random.Random(7)

    def some(key: str) -> MachineRecord:
        phase = chance.choice(list(Phase)[:4])
        return record(
            key,
            vcpu=chance.randrange(3),
            phase=phase,
            name=chance.choice(["", "b", key]),
            autosleep=chance.randrange(20),
        )

    ids = [f"m{number:02d}" for number in range(60)]
    held = {key: some(key) for key in ids[:45]}
    seen: dict[str, tuple[Activity, ...]] = {}
    rows = FleetRows(activities_of=seen.get)
    rows.replace(held.values(), NOW)
    version = 1
    for _ in range(40):
        for _ in range(chance.randrange(12)):
            rows.prepare(BY_KEY[column])
        version += 1
        changed = chance.sample(ids, 3)
        for key in changed:
            if key in held and chance.random() < 0.3:
                del held[key]
            else:
                held[key] = some(key)._replace(version=version)
        busy = chance.choice(list(held))
        seen[busy] = (Activity(ActivityKind.EXECUTION, "x"),) * chance.randrange(3)
        rows.update([*changed, busy], held.get, NOW)
        if chance.random() < 0.3:
            rows.sort_by(BY_KEY[column], is_falling=False)
            made = rows.order(NOW)
            plain = FleetRows(activities_of=seen.get)
            plain.replace(rows.records, NOW)
            plain.sort_by(BY_KEY[column], is_falling=False)
            assert made == plain.order(NOW)
            rows.sort_by(BY_KEY["phase"], is_falling=False)


def test_preparing_ends() -> None:
    rows = fleet(*(record(f"m{number:04d}", vcpu=number % 7) for number in range(2000)))
    steps = 0
    while rows.prepare(BY_KEY["cpu"]):
        steps += 1
    assert 2000 / fleet_orders.RUN < steps < 20
    assert not rows.prepare(BY_KEY["phase"])


@pytest.mark.parametrize("is_made_ahead", [False, True])
def test_what_never_sleeps_is_known_and_stands_before_what_is_not(is_made_ahead: bool) -> None:
    seconds = {"a": None, "b": 0, "c": 60, "d": 3600, "e": None, "f": 0, "g": 7}
    rows = fleet(*(record(key, autosleep=count) for key, count in seconds.items()))
    while is_made_ahead and rows.prepare(BY_KEY["autosleep"]):
        pass
    rows.sort_by(BY_KEY["autosleep"], is_falling=False)
    assert "".join(rows.order(NOW)) == "gcdbfae"
    rows.sort_by(BY_KEY["autosleep"], is_falling=True)
    assert "".join(rows.order(NOW)) == "fbdcgae"


def test_problems_only_shows_what_got_stuck_meanwhile() -> None:
    rows = fleet(record("a", phase="starting"), record("b"))
    rows.show_problems(True, NOW)
    assert rows.needs_clock
    assert rows.order(NOW) == []
    rows.judge_again(NOW + timedelta(hours=1))
    assert rows.order(NOW) == ["a"]


def test_counting_by_an_expression_is_given_up_when_all_of_it_takes_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = fleet(record("a"), record("b"))
    assert rows.count(parse_filter("/a/"), NOW) == 1
    monkeypatch.setattr(fleet_counts, "PATIENCE_SECONDS", -1.0)
    assert rows.count(parse_filter("/b/"), NOW) is None
    assert rows.count(parse_filter("b"), NOW) == 1, "plain words always end"


@pytest.mark.parametrize("is_large", [False, True])
def test_counts_of_views_are_kept_as_if_counted_anew(
    is_large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_counts, "STEP", 3)
    if is_large:
        monkeypatch.setattr(fleet_counts, "AT_ONCE", 0)
    chance = random.Random(11)
    ids = [f"m{number:02d}" for number in range(40)]
    filters = [parse_filter(text) for text in ("is:awake", "cpu>1", "phase:destroyed", "m1")]
    phases = [*list(Phase)[:4], Phase.DESTROYED]
    held = {key: record(key) for key in ids[:30]}
    rows = fleet(*held.values())
    assert rows.count(filters[0], NOW) == (None if is_large else 30)
    for version in range(2, 30):
        changed = chance.sample(ids, 4)
        for key in changed:
            if key in held and chance.random() < 0.3:
                del held[key]
            else:
                held[key] = record(
                    key, vcpu=chance.randrange(3), phase=chance.choice(phases), version=version
                )
        rows.update(changed, held.get, NOW)
        rows.prepare_counts(NOW)
        if version % 5 == 0:
            for wanted in filters:
                rows.count(wanted, NOW)
            while rows.prepare_counts(NOW):
                pass
            for wanted in filters:
                plain = fleet(*held.values())
                plain.filter_by(wanted, NOW)
                assert rows.count(wanted, NOW) == len(plain.order(NOW)), wanted.text


def test_a_count_that_time_alone_changes_is_made_anew() -> None:
    rows = fleet(record("a"), record("aaaa"))
    older = parse_filter("age>3h")
    assert rows.count(older, NOW) == 1
    assert rows.count(older, NOW + timedelta(seconds=4)) == 1
    assert rows.count(older, NOW + timedelta(hours=4)) == 2


def test_a_row_of_nobody_is_an_error() -> None:
    with pytest.raises(KeyError):
        fleet().row("a")


NEVER_ENDING = "/(x+x+)+y/"


def test_a_filter_that_never_ends_is_taken_off_and_told() -> None:
    rows = fleet(record("a", name="x" * 60), record("b"))
    rows.filter_by(parse_filter("b"), NOW)
    rows.filter_by(parse_filter(NEVER_ENDING), NOW)
    assert rows.given_up == NEVER_ENDING
    assert rows.filter.is_empty
    assert rows.order(NOW) == ["a", "b"]
    assert rows.count(parse_filter(NEVER_ENDING), NOW) is None


def test_a_filter_that_a_changed_name_makes_endless_is_taken_off() -> None:
    rows = fleet(record("a"), record("xxxy"))
    rows.filter_by(parse_filter(NEVER_ENDING), NOW)
    assert rows.order(NOW) == ["xxxy"]
    assert rows.update(["a"], lambda _: record("a", name="x" * 60, version=2), NOW)
    assert rows.given_up == NEVER_ENDING
    assert rows.order(NOW) == ["a", "xxxy"]
