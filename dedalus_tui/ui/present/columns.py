"""The columns of a machine list: what each shows, how it sorts, which go first when space is short.

A cell is (text, role). Columns are given up from the highest `drop_rank` down; NAME takes what is
left over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.domain.activity import ActivityKind
from dedalus_tui.domain.idleness import sleeps_at
from dedalus_tui.ui.present.machine import (
    autosleep_span,
    desired_span,
    phase_cell,
    phase_rank,
    sleeps_in_span,
)
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import SHORT_ID_CELLS
from dedalus_tui.ui.present.text import cell_width, plain
from dedalus_tui.ui.present.units import (
    NONE,
    age,
    memory,
    money_column,
    seconds_since,
    storage,
    vcpu,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Span
    from dedalus_tui.ui.present.row import MachineRow

    SortKey = tuple[int, float, str]
    """0 for known and 1 for unknown values, then number, then text."""

GAP = 2
"""Blank cells between two columns."""

_KIND_LETTERS = {
    ActivityKind.EXECUTION: "x",
    ActivityKind.TERMINAL: "t",
    ActivityKind.SSH: "s",
}


class Column(NamedTuple):
    """One column of the machine list."""

    key: str
    """Its name in settings, sort commands and saved views."""
    title: str
    width: int
    cell: Callable[[MachineRow, datetime, Glyphs], Span]
    sort_key: Callable[[MachineRow], SortKey]
    """Unknown values sort after known ones. The same however late it is."""
    drop_rank: int = 0
    """The highest goes first when space is short; 0 stays."""
    is_right: bool = False
    ticks: bool = False
    """True when its text changes as time passes."""
    is_moment: bool = False
    """True when the number it sorts by is a POSIX time that is no longer known once it is past."""
    help: str = ""


def _known(value: float | None) -> SortKey:
    return (1, 0.0, "") if value is None else (0, value, "")


def _moment(value: datetime | None, sign: int = 1) -> SortKey:
    return (1, 0.0, "") if value is None else (0, sign * value.timestamp(), "")


_MARK_CELLS = 2
"""Of a sign before the name, with the blank behind it."""


def name_cells(row: MachineRow) -> int:
    """The cells that the name may come to, with every mark before it."""
    marks = row.label.is_pinned + row.is_calling + bool(row.public)
    # Measuring costs more than all the rest, and most machines of a large fleet have no name.
    name = cell_width(row.title) if row.label.name else SHORT_ID_CELLS
    return marks * _MARK_CELLS + name


def _name_cell(row: MachineRow, now: datetime, signs: Glyphs) -> Span:
    pin = f"{signs.pin} " if row.label.is_pinned else ""
    marks = f"{signs.bell} " if row.is_calling else ""
    if row.public and row.public_now(now):
        marks += f"{signs.public} "
    if marks:
        return (f"{marks}{pin}{row.title}", Role.WARN)
    if row.label.name:
        return (pin + plain(row.label.name), Role.STRONG)
    return (pin + row.title, Role.TEXT)


def _name_key(row: MachineRow) -> SortKey:
    # Unnamed machines after named ones, by id, which is by age.
    return (0 if row.label.name else 1, 0.0, row.label.name.lower() or row.machine_id)


def _sessions_cell(row: MachineRow, now: datetime, signs: Glyphs) -> Span:
    words = session_letters(row)
    if row.public and (count := len(row.public_now(now))):
        return (f"{count}P {words}".rstrip(), Role.WARN)
    return (words, Role.TEXT) if words else (NONE, Role.MUTED)


def session_letters(row: MachineRow) -> str:
    """What is seen running, by kind: `1x 2t 1s` for executions, terminals and ssh."""
    running = [activity.kind for activity in row.activities or () if not activity.is_over]
    return " ".join(
        f"{count}{letter}"
        for kind, letter in _KIND_LETTERS.items()
        if (count := running.count(kind))
    )


def _tags_cell(row: MachineRow, now: datetime, signs: Glyphs) -> Span:
    return (plain(" ".join(row.label.tags)), Role.ACCENT)


def _value_role(value: object) -> Role:
    return Role.MUTED if value is None else Role.TEXT


NAME = Column(
    key="name",
    title="NAME",
    width=16,
    cell=_name_cell,
    sort_key=_name_key,
    help="your local name for it, or its id; marked while a preview of it is known to be public, "
    "and until you look at a terminal of it that rang",
)
PHASE = Column(
    key="phase",
    title="PHASE",
    width=12,
    cell=lambda row, now, signs: phase_cell(row, signs),
    sort_key=lambda row: (0, phase_rank(row.machine.phase), row.machine.phase),
    help="where it is; an arrow says where it was asked to go",
)
WANT = Column(
    key="want",
    title="WANT",
    width=11,
    cell=lambda row, now, signs: desired_span(row.machine, signs),
    sort_key=lambda row: (0, 0.0, row.machine.desired_state),
    drop_rank=7,
    help="what it was asked to be",
)
CPU = Column(
    key="cpu",
    title="CPU",
    width=4,
    is_right=True,
    cell=lambda row, now, signs: (vcpu(row.machine.vcpu), _value_role(row.machine.vcpu)),
    sort_key=lambda row: _known(row.machine.vcpu),
    drop_rank=2,
    help="vCPUs",
)
MEMORY = Column(
    key="mem",
    title="MEM",
    width=5,
    is_right=True,
    cell=lambda row, now, signs: (
        memory(row.machine.memory_mib),
        _value_role(row.machine.memory_mib),
    ),
    sort_key=lambda row: _known(row.machine.memory_mib),
    drop_rank=1,
    help="memory",
)
DISK = Column(
    key="disk",
    title="DISK",
    width=5,
    is_right=True,
    cell=lambda row, now, signs: (
        storage(row.machine.storage_gib),
        _value_role(row.machine.storage_gib),
    ),
    sort_key=lambda row: _known(row.machine.storage_gib),
    drop_rank=5,
    help="disk",
)
AUTOSLEEP = Column(
    key="autosleep",
    title="AUTOSLEEP",
    width=9,
    cell=lambda row, now, signs: autosleep_span(row.machine),
    sort_key=lambda row: _known(row.machine.autosleep_seconds or _never(row)),
    drop_rank=6,
    help="how long it may idle before it sleeps",
)
SLEEPS_IN = Column(
    key="sleeps",
    title="SLEEPS IN",
    width=9,
    ticks=True,
    is_moment=True,
    cell=sleeps_in_span,
    sort_key=lambda row: _moment(sleeps_at(row.machine, row.activities)),
    help="about when it falls asleep, from what can be seen here",
)
COST = Column(
    key="cost",
    title="$/H",
    width=5,
    is_right=True,
    cell=lambda row, now, signs: (money_column(row.cost_per_hour), _value_role(row.cost_per_hour)),
    sort_key=lambda row: _known(row.cost_per_hour),
    help="an estimate an hour, from the rates in your settings",
)
SESSIONS = Column(
    key="sessions",
    title="SESSIONS",
    width=8,
    cell=_sessions_cell,
    sort_key=lambda row: (0, -float(len(row.activities or ())), ""),
    drop_rank=4,
    help="seen running: x executions, t terminals, s ssh; P public previews",
)
TAGS = Column(
    key="tags",
    title="TAGS",
    width=10,
    cell=_tags_cell,
    sort_key=lambda row: (0 if row.label.tags else 1, 0.0, " ".join(row.label.tags)),
    drop_rank=8,
    help="your local tags",
)
AGE = Column(
    key="age",
    title="AGE",
    width=4,
    is_right=True,
    ticks=True,
    cell=lambda row, now, signs: (
        age(seconds_since(row.machine.created_at, now)),
        _value_role(row.machine.created_at),
    ),
    sort_key=lambda row: _moment(row.machine.created_at, sign=-1),
    drop_rank=3,
    help="since it was created",
)


def _never(row: MachineRow) -> float | None:
    return float("inf") if row.machine.autosleep_seconds == 0 else None


COLUMNS: tuple[Column, ...] = (
    NAME,
    PHASE,
    WANT,
    CPU,
    MEMORY,
    DISK,
    AUTOSLEEP,
    SLEEPS_IN,
    COST,
    SESSIONS,
    TAGS,
    AGE,
)
"""Every column, in the order they stand."""

BY_KEY = {column.key: column for column in COLUMNS}

_MAX_NAME_CELLS = 44


class Placed(NamedTuple):
    """A column with the cells it was given."""

    column: Column
    width: int


def place(
    width: int,
    *,
    columns: Sequence[Column] = COLUMNS,
    names: Iterable[str] = (),
    has_rates: bool = False,
) -> tuple[Placed, ...]:
    """The columns that fit into `width` cells, and how wide each stands.

    `names` are the texts NAME should hold; it grows to the longest that fits, up to a sensible
    width. Without rates there is no cost column.
    """
    chosen = [column for column in columns if has_rates or column is not COST]
    while len(chosen) > 1 and _total(chosen) > width:
        most_dispensable = max(chosen, key=lambda column: column.drop_rank)
        if most_dispensable.drop_rank == 0:
            chosen.pop()
        else:
            chosen.remove(most_dispensable)
    spare = max(0, width - _total(chosen))
    longest = max((cell_width(name) for name in names), default=NAME.width)
    name_cells = min(NAME.width + spare, max(NAME.width, min(longest, _MAX_NAME_CELLS)))
    return tuple(
        Placed(column, min(width, name_cells) if column is NAME else column.width)
        for column in chosen
    )


def _total(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)
