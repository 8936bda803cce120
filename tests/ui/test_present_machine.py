"""A machine in words, cells and lines: every phase, every wish, every width."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dedalus_tui.domain.activity import Activity, ActivityKind
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import UNKNOWN, DesiredState, LifecycleStatus, Machine, Phase
from dedalus_tui.ui.present.columns import (
    BY_KEY,
    COLUMNS,
    COST,
    GAP,
    NAME,
    PHASE,
    SLEEPS_IN,
    place,
    session_letters,
)
from dedalus_tui.ui.present.detail import overview_lines, running_lines, strip_lines
from dedalus_tui.ui.present.glyphs import ASCII, UNICODE, glyphs
from dedalus_tui.ui.present.machine import (
    desired_span,
    phase_cell,
    phase_rank,
    phase_span,
    sleeps_in_span,
)
from dedalus_tui.ui.present.roles import Line, Role, text_of
from dedalus_tui.ui.present.row import MachineRow, make_row, short_id
from dedalus_tui.ui.present.text import cell_width

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ID = "dm-019e4e57-dacf-735d-af02-f1dda20444b0"


class Prices:
    currency = "$"
    vcpu_hour = 0.1
    memory_gib_hour = 0.01
    disk_gib_hour = 0.001
    as_of = "2026-08"


def machine(phase: str = Phase.RUNNING, want: str = DesiredState.RUNNING) -> Machine:
    return Machine(
        machine_id=ID,
        desired_state=want,
        vcpu=2,
        memory_mib=4096,
        storage_gib=20,
        autosleep_seconds=300,
        created_at=NOW - timedelta(days=2),
        status=LifecycleStatus(
            phase=phase,
            reason="DesiredStateReached",
            revision="42",
            retryable=False,
            last_transition_at=NOW - timedelta(minutes=2),
            last_progress_at=NOW - timedelta(minutes=2),
        ),
    )


def words(lines: tuple[Line, ...]) -> str:
    return "\n".join(text_of(line).rstrip() for line in lines)


@pytest.mark.parametrize(
    ("phase", "want", "unicode", "ascii_", "role"),
    [
        ("accepted", "running", "◌ accepted", ". accepted", Role.BUSY),
        ("placement_pending", "running", "◍ placing", ", placing", Role.BUSY),
        ("starting", "running", "◐ starting", "+ starting", Role.BUSY),
        ("starting", "sleeping", "◐ starting→○", "+ starting>z", Role.BUSY),
        ("running", "running", "● running", "* running", Role.OK),
        ("running", "sleeping", "● running→○", "* running>z", Role.BUSY),
        ("running", "destroyed", "● running→\N{MULTIPLICATION SIGN}", "* running>X", Role.WARN),
        ("stopping", "sleeping", "◑ stopping", "- stopping", Role.BUSY),
        ("stopping", "running", "◑ stopping→●", "- stopping>*", Role.BUSY),
        ("sleeping", "sleeping", "○ sleeping", "z sleeping", Role.IDLE),
        ("sleeping", "running", "○ sleeping→●", "z sleeping>*", Role.BUSY),
        ("destroying", "destroyed", "⊘ destroying", "x destroying", Role.WARN),
        ("destroyed", "destroyed", "\N{MULTIPLICATION SIGN} destroyed", "X destroyed", Role.MUTED),
        ("failed", "running", "✗ failed", "! failed", Role.BAD),
        ("thawing", "running", "? thawing", "? thawing", Role.TEXT),
        (UNKNOWN, UNKNOWN, "? unknown", "? unknown", Role.TEXT),
    ],
)
def test_phase_cells(phase: str, want: str, unicode: str, ascii_: str, role: Role) -> None:
    row = make_row(machine(phase, want))
    assert phase_cell(row, UNICODE) == (unicode, role)
    assert phase_cell(row, ASCII) == (ascii_, role)
    assert cell_width(unicode) <= PHASE.width


def test_an_unknown_phase_cannot_control_the_terminal() -> None:
    text, _ = phase_span("\x1b[2J", UNICODE)
    assert "\x1b" not in text


def test_the_wanted_state_is_quiet_once_reached() -> None:
    assert desired_span(machine(), UNICODE) == ("● running", Role.MUTED)
    assert desired_span(machine(want="sleeping"), UNICODE) == ("○ sleeping", Role.IDLE)
    assert desired_span(machine(want=UNKNOWN), UNICODE) == ("not said", Role.MUTED)
    assert desired_span(machine(want="dreaming"), UNICODE)[0] == "? dreaming"


def test_trouble_sorts_first_and_what_is_gone_last() -> None:
    order = sorted(Phase, key=phase_rank)
    assert order[0] == Phase.FAILED
    assert order[-1] == Phase.DESTROYED
    assert phase_rank("thawing") < phase_rank(Phase.SLEEPING)


RUN = Activity(
    kind=ActivityKind.EXECUTION,
    activity_id="wexec-1",
    title="pytest -q",
    began_at=NOW - timedelta(seconds=108),
)


def row(**changes: object) -> MachineRow:
    return make_row(machine(), activities=(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("autosleep", "activities", "cell"),
    [
        (300, (), ("~3m00s", Role.TEXT)),
        (150, (), ("~30s !", Role.WARN)),
        (60, (), ("?", Role.MUTED)),
        (300, None, ("?", Role.MUTED)),
        (0, (), ("never", Role.MUTED)),
        (300, (RUN,), ("in use", Role.OK)),
    ],
)
def test_sleeps_in_is_an_estimate_or_silence(
    autosleep: int, activities: tuple[Activity, ...] | None, cell: tuple[str, str]
) -> None:
    held = machine()
    awake = Machine(
        machine_id=ID,
        desired_state=held.desired_state,
        autosleep_seconds=autosleep,
        status=held.status,
    )
    found = sleeps_in_span(make_row(awake, activities=activities), NOW, UNICODE)
    assert found == cell
    assert cell_width(found[0]) <= SLEEPS_IN.width
    old = sleeps_in_span(make_row(awake, activities=activities, is_stale=True), NOW, UNICODE)
    assert old == (cell if cell[0] == "never" else ("?", Role.MUTED)), "it may long sleep"


def test_nothing_is_foretold_of_a_machine_asleep() -> None:
    asleep = make_row(machine("sleeping", "sleeping"), activities=())
    assert sleeps_in_span(asleep, NOW, UNICODE) == ("-", Role.MUTED)


def test_ids_are_short_and_keep_both_ends() -> None:
    assert short_id(ID) == "dm-019e4..0444b0"
    assert short_id("dm-1") == "dm-1"
    assert make_row(machine()).title == "dm-019e4..0444b0"
    assert make_row(machine(), label=Label(name="api")).title == "api"


def test_every_cell_fits_its_column_in_both_alphabets() -> None:
    full = make_row(
        machine(),
        label=Label(name="n" * 16, tags=("ci", "web"), is_pinned=False),
        activities=(RUN,),
        rates=Prices(),
    )
    for column in COLUMNS:
        for signs in (UNICODE, ASCII):
            text, role = column.cell(full, NOW, signs)
            assert cell_width(text) <= column.width, column.key
            assert role in set(Role)


def test_unknown_values_sort_after_known_ones() -> None:
    bare = make_row(Machine(machine_id="m"))
    known = make_row(machine(), label=Label(name="a", tags=("t",)), rates=Prices())
    for key in ("cpu", "mem", "disk", "autosleep", "cost", "age", "tags"):
        sort_key = BY_KEY[key].sort_key
        assert sort_key(known) < sort_key(bare), key


def test_pinned_and_named_rows_say_so() -> None:
    pinned = make_row(machine(), label=Label(name="api", is_pinned=True))
    assert NAME.cell(pinned, NOW, UNICODE) == ("⚑ api", Role.STRONG)
    assert NAME.cell(make_row(machine()), NOW, UNICODE)[1] == Role.TEXT


def test_sessions_are_counted_by_kind() -> None:
    over = Activity(kind=ActivityKind.SSH, activity_id="s", is_over=True)
    terminal = Activity(kind=ActivityKind.TERMINAL, activity_id="t")
    assert session_letters(row()) == ""
    busy = make_row(machine(), activities=(RUN, RUN, terminal, over))
    assert session_letters(busy) == "2x 1t"


@pytest.mark.parametrize("has_rates", [True, False])
@pytest.mark.parametrize("width", [10, 20, 40, 60, 77, 80, 100, 120, 160, 200])
def test_columns_fit_whatever_the_width(width: int, has_rates: bool) -> None:
    placed = place(width, names=["a" * 30], has_rates=has_rates)
    total = sum(each.width for each in placed) + GAP * (len(placed) - 1)
    assert total <= width
    assert placed[0].column is NAME
    assert any(each.column is COST for each in placed) <= has_rates


def test_columns_are_given_up_in_the_agreed_order() -> None:
    lost: list[str] = []
    before = {column.key for column in COLUMNS}
    for width in range(150, 12, -1):
        now = {each.column.key for each in place(width, has_rates=True)}
        lost += sorted(before - now)
        before = now
    assert lost[:6] == ["tags", "want", "autosleep", "disk", "sessions", "age"]
    assert set(lost[-2:]) <= {"phase", "sleeps", "cost"}


def test_the_whole_status_is_in_the_overview() -> None:
    shown = words(
        overview_lines(
            make_row(
                machine(),
                label=Label(name="api", note="Tim's", tags=("ci",), is_pinned=True),
                activities=(),
                rates=Prices(),
            ),
            NOW,
            UNICODE,
            width=78,
            rates=Prices(),
            zone=UTC,
        )
    )
    for expected in (
        "● running",
        "wanted ● running",
        "revision 42",
        "11:58:00 (2m00s)",
        "last progress 11:58:00 (2m00s)",
        "DesiredStateReached",
        "2 vCPU   4 GiB   20 GiB disk",
        "after 5m idle   sleeps in ~3m00s (nothing seen since it woke)",
        "$0.260/h awake   $0.020/h asleep   (estimate, rates of 2026-08)",
        ID,
        "api  ⚑ pinned",
        "ci",
        "Tim's",
        "2026-11-20 12:00:00 (2d)",
    ):
        assert expected in shown


def test_errors_and_whether_to_try_again_are_said() -> None:
    failed = Machine(
        machine_id=ID,
        desired_state="running",
        status=LifecycleStatus(
            phase="failed", retryable=True, last_error="RuntimeWakeFailed\x1b[0m"
        ),
    )
    shown = words(overview_lines(make_row(failed), NOW, UNICODE, width=78, zone=UTC))
    assert "it has failed" in shown
    assert "RuntimeWakeFailed" in shown
    assert "\x1b" not in shown
    assert "trying again may help" in shown


def test_a_thin_row_says_that_it_is_thin() -> None:
    thin = make_row(Machine(machine_id=ID, phase="running", desired_state="running"))
    shown = words(overview_lines(thin, NOW, UNICODE, width=78, zone=UTC))
    assert "asking for the whole status" in shown
    assert "- vCPU" in shown


def test_remembered_rows_say_as_of_when() -> None:
    stale = make_row(machine(), is_stale=True)
    shown = words(
        overview_lines(stale, NOW, UNICODE, width=78, seen_at=NOW - timedelta(hours=1), zone=UTC)
    )
    assert "11:00:00, not seen since" in shown


def test_what_is_under_way_is_said_in_words() -> None:
    going = make_row(machine(want="sleeping"))
    assert "about to sleep" in words(strip_lines(going, NOW, UNICODE, width=78, zone=UTC))
    asked = make_row(machine(), asking="being resized")
    assert "being resized" in words(strip_lines(asked, NOW, UNICODE, width=78, zone=UTC))


@pytest.mark.parametrize("width", [20, 30, 40, 60, 78, 120])
def test_no_line_is_wider_than_asked(width: int) -> None:
    busy = make_row(
        machine(want="sleeping"),
        label=Label(name="n" * 30, note="a note " * 20, tags=("t" * 24,) * 4),
        activities=(RUN,),
        rates=Prices(),
    )
    lines = overview_lines(busy, NOW, UNICODE, width=width, rates=Prices(), zone=UTC)
    strip = strip_lines(busy, NOW, UNICODE, width=width, zone=UTC)
    assert len(strip) <= 6
    assert max(cell_width(text_of(line).rstrip()) for line in (*lines, *strip)) <= width


def test_what_runs_is_listed_or_its_absence_said() -> None:
    assert words(running_lines(make_row(machine()), NOW)) == "nobody has looked yet"
    assert words(running_lines(row(), NOW)) == "nothing seen"
    asleep = make_row(machine("sleeping", "sleeping"))
    assert words(running_lines(asleep, NOW)) == "nothing: it is asleep"
    many = make_row(machine(), activities=(RUN,) * 10)
    shown = words(running_lines(many, NOW, most=2))
    assert shown.splitlines() == [
        "execution pytest -q  1m48s",
        "execution pytest -q  1m48s",
        "and 8 more",
    ]


def test_both_alphabets_have_every_phase_in_one_cell() -> None:
    for signs in (glyphs(is_ascii=False), glyphs(is_ascii=True)):
        signs_of_phases = [signs.phase(phase) for phase in Phase]
        assert len(set(signs_of_phases)) == len(Phase)
        assert all(cell_width(sign) == 1 for sign in signs_of_phases)
    assert all(sign.isascii() for sign in ASCII.phases.values())
