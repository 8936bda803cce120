"""The line to the service in words: for the header always, for a banner when it is bad. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import age, clock_time, seconds_since

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.store.health import HealthState
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line, Span

_NOW_SECONDS = 5.0

STALE_AFTER_SECONDS = 45.0
"""Three missed lists of the slower rhythm: from then on rows are dimmed."""


def connection_span(state: HealthState | None, now: datetime, signs: Glyphs) -> Span:
    """The line as sign and words, short enough for any header."""
    if state is None or state.line == "quiet":
        return (f"{signs.phase('accepted')} connecting", Role.BUSY)
    heard = age(seconds_since(state.last_good, now))
    match state.line:
        case "talking":
            return (f"{signs.phase('running')} live {_steady_age(state, now)}", Role.OK)
        case "degraded":
            old = f", data {heard} old" if state.last_good is not None else ""
            return (f"{signs.warning} trouble{old}", Role.WARN)
        case "locked_out":
            return (f"{signs.cross} key refused", Role.BAD)
        case _:
            return (f"{signs.cross} offline {age(seconds_since(state.since, now))}", Role.BAD)


def _steady_age(state: HealthState, now: datetime) -> str:
    """The age of live data in steps, so that a calm screen does not repaint every second."""
    seconds = seconds_since(state.last_good, now) or 0.0
    if seconds < _NOW_SECONDS:
        return "now"
    step = _NOW_SECONDS if seconds < 60 else 1
    return f"{age(seconds // step * step)} ago"


def is_stale(state: HealthState | None, now: datetime) -> bool:
    """True when what is shown may no longer be so."""
    if state is None:
        return True
    if state.line in {"offline", "locked_out", "quiet"}:
        return True
    since = seconds_since(state.last_good, now)
    return since is None or since > STALE_AFTER_SECONDS


def banner(state: HealthState | None, now: datetime) -> Line:
    """What is wrong, of when the data is, and when it is tried again; empty when all is well."""
    if state is None or state.line in {"quiet", "talking"} or state.fault is None:
        return ()
    from dedalus_tui.ui.present.fault import explain

    told = explain(state.fault, about="the list")
    role = Role.WARN if state.line == "degraded" else Role.BAD
    happened = told.happened[:1].upper() + told.happened[1:]
    spans: list[Span] = [(f"{happened}.", role)]
    if state.last_good is not None:
        spans.append((f"  As of {clock_time(state.last_good, now=now)}.", Role.TEXT))
    if state.next_try is not None:
        left = max(0, round((state.next_try - now).total_seconds()))
        spans.append((f"  Next try in {left} s.", Role.MUTED))
    elif state.line == "locked_out":
        spans.append((f"  {told.advice}", Role.TEXT))
    return tuple(spans)
