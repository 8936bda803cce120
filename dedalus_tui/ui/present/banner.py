"""What is wrong with the line to the service, in as many words as there is room for. Pure.

The most important words stay in 60 cells: what, of when the data is, the next try, the key.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import (
    LocalCloudEnded,
    LockedOut,
    NotUnderstood,
    RateLimited,
    ServiceBroken,
    TimedOut,
    Unreachable,
)
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import cell_width
from dedalus_tui.ui.present.units import clock_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.store.health import HealthState
    from dedalus_tui.ui.present.roles import Line

_FEW_WORDS: Mapping[type[CloudFault], tuple[str, ...]] = {
    LocalCloudEnded: ("The local cloud ended", "Local cloud ended"),
    TimedOut: ("No answer came", "No answer"),
    Unreachable: ("No connection",),
    LockedOut: ("The key is refused", "Key refused"),
    RateLimited: ("Too many requests", "Slowed down"),
    ServiceBroken: ("The service fails", "Failing"),
    NotUnderstood: ("No such answer is known", "Odd answer"),
}
"""The most particular kind first."""


def banner_line(
    state: HealthState, fault: CloudFault, now: datetime, *, width: int, again_key: str
) -> Line:
    """The longest of the ways to say it that fits in so many cells; the shortest if none does."""
    told = explain(fault, about="the list")
    what = told.happened[:1].upper() + told.happened[1:]
    role = Role.WARN if state.line == "degraded" else Role.BAD
    heads = [what, what.partition(" (")[0].partition(": ")[0], *_few_words(fault)]
    if state.line == "locked_out":
        heads.insert(0, f"{what}.  {told.advice}")
    line: Line = ()
    # In 40 cells there is no room for the moment; the header tells how long it has been so.
    for known in (state, replace(state, last_good=None)):
        for head in heads:
            for tail in _tails(known, fault, now, again_key):
                line = ((f"{head.rstrip('.')}.", role), *tail)
                if sum(cell_width(text) for text, _ in line) <= width:
                    return line
    return line


def _few_words(fault: CloudFault) -> tuple[str, ...]:
    """What is wrong, where there is little room: shorter and shorter."""
    return next((words for kind, words in _FEW_WORDS.items() if isinstance(fault, kind)), ())


def _tails(state: HealthState, fault: CloudFault, now: datetime, again_key: str) -> Iterable[Line]:
    """Of when the data is, the next try and the key, in fewer and fewer words."""
    at = f"  As of {clock_time(state.last_good, now=now)}." if state.last_good is not None else ""
    key = (f"  {again_key} ", Role.KEY)
    if isinstance(fault, LocalCloudEnded):
        long, short = "starts it again, its machines asleep", "starts it again"
        for words in (long, short) if at else (short, "starts it"):
            yield ((at, Role.TEXT), key, (words, Role.TEXT))
        return
    if state.next_try is None:
        yield ((at, Role.TEXT), key, ("tries again", Role.MUTED))
        return
    left = round((state.next_try - now).total_seconds())
    if left <= 0:
        yield ((at, Role.TEXT), ("  Trying now.", Role.MUTED))
        return
    yield ((at, Role.TEXT), (f"  Next try in {left} s.", Role.MUTED), key, ("now", Role.MUTED))
    yield ((at, Role.TEXT), (f"  Next {left} s.", Role.MUTED), key, ("now", Role.MUTED))
