"""The tabs of the fleet: views that are always there, and those a person saved. Values only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.filter import FilterError, parse_filter
from dedalus_tui.journal.views import SavedView
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip, plain
from dedalus_tui.ui.widgets.span_line import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dedalus_tui.ui.screens.fleet_rows import FleetRows

BUILT_IN: tuple[SavedView, ...] = (
    SavedView(name="All"),
    SavedView(name="Awake", filter="is:awake"),
    SavedView(name="Asleep", filter="is:asleep"),
    SavedView(name="Attention", filter="is:attention"),
)
MOST_VIEWS = 9
"""There are nine digits."""
_NAME_CELLS = 16


def all_views(saved: Sequence[SavedView]) -> tuple[SavedView, ...]:
    """The views that have a digit, in its order."""
    return (*BUILT_IN, *saved)[:MOST_VIEWS]


def count_views(
    views: Sequence[SavedView], rows: FleetRows, now: datetime
) -> tuple[int | None, ...]:
    """How many machines each view shows; None where that is not known yet or takes too long."""
    rows.keep_counts({view.filter.strip() for view in views})
    counts: list[int | None] = []
    for view in views:
        if not view.filter:
            counts.append(rows.listed_count)
        else:
            try:
                counts.append(rows.count(parse_filter(view.filter), now))
            except FilterError:
                counts.append(None)
    return tuple(counts)


def view_pieces(
    views: Sequence[SavedView], counts: Sequence[int | None], shown: int | None
) -> tuple[Piece, ...]:
    """The tabs; the one shown is lit."""
    pieces: list[Piece] = [Piece(" ")]
    for index, view in enumerate(views):
        target = f"view:{index + 1}"
        is_shown = index == shown
        name = clip(plain(view.name), _NAME_CELLS)
        count = counts[index] if index < len(counts) else None
        if is_shown:
            number = "" if count is None else f" {count}"
            pieces.append(Piece(f" {index + 1} {name}{number} ", "strong/cursor", target))
        else:
            needs_look = view.name == "Attention" and bool(count)
            pieces.append(Piece(f" {index + 1} ", Role.MUTED, target))
            pieces.append(Piece(name, Role.WARN if needs_look else Role.TEXT, target))
            number = " " if count is None else f" {count} "
            pieces.append(Piece(number, Role.WARN if needs_look else Role.MUTED, target))
    return tuple(pieces)
