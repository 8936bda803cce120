"""The line to the service in words: for the header always, for a banner when it is bad. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.units import age, seconds_since

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
            from dedalus_tui.domain.faults import LocalCloudEnded

            if isinstance(state.fault, LocalCloudEnded):
                return (f"{signs.cross} local cloud ended", Role.BAD)
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


def banner(
    state: HealthState | None, now: datetime, *, width: int = 200, again_key: str = ""
) -> Line:
    """What is wrong, of when the data is, when it is tried again and with which key at once, in
    so many cells; empty when all is well."""
    if state is None or state.line in {"quiet", "talking"} or state.fault is None:
        return ()
    from dedalus_tui.ui.present.banner import banner_line

    return banner_line(state, state.fault, now, width=width, again_key=again_key)
