"""Lines about sizes and what they cost: beneath the create and resize forms. Pure.

Without rates in the settings there is no money, and with them it is called an estimate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.cost import asleep_per_hour, awake_per_hour
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import money

if TYPE_CHECKING:
    from dedalus_tui.domain.cost import Rates
    from dedalus_tui.ui.present.roles import Line

Sizes = tuple[float | None, int | None, int | None]
"""vCPUs, MiB of memory, GiB of disk; None where not known or not typed yet."""


def estimate_words(rates: Rates) -> str:
    """That it is an estimate, and from when the rates are if the person wrote that down."""
    return f"estimate, rates of {plain(rates.as_of)}" if rates.as_of else "estimate"


def cost_line(rates: Rates | None, sizes: Sizes, title: str = "estimate") -> tuple[Line, ...]:
    """What these sizes cost an hour; nothing without rates or with a size missing."""
    if rates is None:
        return ()
    awake, asleep = awake_per_hour(rates, *sizes), asleep_per_hour(rates, sizes[2])
    if awake is None or asleep is None:
        return ()
    return (
        (
            (f"{title:<12}", Role.MUTED),
            (f"{money(awake, rates.currency, places=3)}/h awake", Role.TEXT),
            (f"   {money(asleep, rates.currency, places=3)}/h asleep", Role.TEXT),
        ),
    )


def cost_change_lines(rates: Rates | None, now: Sizes, after: Sizes) -> tuple[Line, ...]:
    """What the sizes cost now and after a change, and the difference."""
    lines = (*cost_line(rates, now, "now"), *cost_line(rates, after, "after"))
    if rates is None or len(lines) != 2:
        return ()
    before, then = awake_per_hour(rates, *now), awake_per_hour(rates, *after)
    if before is None or then is None:
        return ()
    sign = "+" if then >= before else ""
    return (
        *lines,
        (
            (" " * 12, Role.MUTED),
            (f"{sign}{money(then - before, rates.currency, places=3)}/h awake", Role.STRONG),
            (f"   ({estimate_words(rates)})", Role.MUTED),
        ),
    )
