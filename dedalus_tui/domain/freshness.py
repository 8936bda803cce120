"""Which of two sightings of a machine is newer (design 3.1, rule 2). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.domain.machine import Machine


def compare_revisions(held: str | None, seen: str | None) -> int | None:
    """-1, 0 or 1 as `seen` is older, the same or newer; None when they cannot be compared.

    Only whole numbers have an order; other equal texts are the same revision.
    """
    if held is None or seen is None:
        return None
    if held == seen:
        return 0
    if held.isdecimal() and seen.isdecimal():
        older, newer = int(held), int(seen)
        return (newer > older) - (newer < older)
    return None


def _compare_times(held: datetime | None, seen: datetime | None) -> int:
    if held is None or seen is None:
        return 0
    try:
        return (seen > held) - (seen < held)
    except TypeError:  # one has a zone and the other has none: no order between them
        return 0


def is_newer(held: Machine, held_ticket: int, seen: Machine, seen_ticket: int) -> bool:
    """True when `seen` may replace `held`: revision first, then the service's times, then ticket.

    A ticket is the number its request took before it was sent; equal tickets mean the same
    answer, which is accepted.
    """
    order = compare_revisions(held.revision, seen.revision)
    if order:
        return order > 0
    if held.status is not None and seen.status is not None:
        for name in ("last_transition_at", "last_progress_at"):
            order = _compare_times(getattr(held.status, name), getattr(seen.status, name))
            if order:
                return order > 0
    return seen_ticket >= held_ticket
