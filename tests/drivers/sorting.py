"""The fleet's order and counts by the plainest means: all is judged and sorted, nothing kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.attention import why_attention
from dedalus_tui.domain.filter import parse_filter
from dedalus_tui.domain.machine import Phase

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from dedalus_tui.domain.filter import Filter
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.columns import SortKey
    from dedalus_tui.ui.screens.fleet_rows import FleetRows
    from dedalus_tui.ui.screens.machines import MachinesScreen

_COUNTED = ("is:awake", "is:asleep", "phase:failed", "name:kept")


def assert_sorted(fleet: MachinesScreen) -> None:
    """The table of the fleet stands, and its views count, as if all were judged and sorted now."""
    rows, now, stands = fleet.rows, fleet.now, list(fleet.table.order)
    column, is_falling = rows.sort
    # What the clock decides is shown and sorted anew only now and then.
    is_judged_now = not rows.filter.needs_clock and not rows.shows_only_problems
    expected = sorted_from_nothing(rows, now, shown=None if is_judged_now else stands)
    if column.is_moment:
        stands = rows.order(now)
    assert stands == expected, (column.key, is_falling, rows.filter.text)
    for wanted in map(parse_filter, _COUNTED):
        assert rows.count(wanted, now) == len(_meeting(rows, wanted, now)), wanted.text


def sorted_from_nothing(
    rows: FleetRows, now: datetime, *, shown: Collection[str] | None = None
) -> list[str]:
    """The keys in the order in which `rows` should tell them.

    `shown` are those to sort; None = what `rows` is asked for.
    """
    column, is_falling = rows.sort
    keys = [record.machine_id for record in rows.records]
    wanted = _wanted(rows, now) if shown is None else set(shown)
    sort_keys = {key: column.sort_key(rows.row(key)) for key in keys}

    def is_known(sort_key: SortKey) -> bool:
        is_past = column.is_moment and sort_key[1] < now.timestamp()
        return not sort_key[0] and not is_past

    known = sorted((key for key in keys if is_known(sort_keys[key])), key=sort_keys.__getitem__)
    if is_falling:
        known.reverse()
    others = [key for key in keys if not is_known(sort_keys[key])]
    others.sort(key=lambda key: (not sort_keys[key][0], sort_keys[key]))
    ordered = [key for key in known + others if key in wanted]
    pinned = {record.machine_id for record in rows.records if record.label.is_pinned}
    return sorted(ordered, key=lambda key: key not in pinned)


def _wanted(rows: FleetRows, now: datetime) -> set[str]:
    return {
        record.machine_id
        for record in _meeting(rows, rows.filter, now)
        if not rows.shows_only_problems
        or why_attention(record.machine, now, is_asking=bool(record.asking))
    }


def _meeting(rows: FleetRows, wanted: Filter, now: datetime) -> list[MachineRecord]:
    meets = wanted.predicate(now)
    return [
        record
        for record in rows.records
        if (record.machine.phase != Phase.DESTROYED or "destroyed" in wanted.text)
        and meets(rows.row(record.machine_id))
    ]
