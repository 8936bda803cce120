"""What the fleet shows when there are no rows to show: why, and what to do. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dedalus_tui.store.health import HealthState
    from dedalus_tui.ui.present.roles import Line

    KeyOf = Callable[[str], str]
    """Gives the key of an action in effect, as people write it."""

_FILTER_CELLS = 40


def connecting_face(where: str) -> tuple[Line, ...]:
    """Nothing is known yet."""
    return ((("Looking for machines", Role.TEXT),), ((plain(where), Role.MUTED),))


def failed_face(reason: str, *, key_of: KeyOf) -> tuple[Line, ...]:
    """There is nothing to connect to."""
    return (
        (("Not connected", Role.BAD),),
        ((plain(reason), Role.TEXT),),
        (),
        (
            (f"{key_of('app.refresh_all')} ", Role.KEY),
            ("try again   ", Role.MUTED),
            (f"{key_of('app.up_or_quit')} ", Role.KEY),
            ("quit", Role.MUTED),
        ),
    )


def empty_face(*, is_read_only: bool, key_of: KeyOf) -> tuple[Line, ...]:
    """The service has no machines for this key."""
    if is_read_only:
        return ((("No machines", Role.STRONG),),)
    return (
        (("No machines yet", Role.STRONG),),
        (),
        ((f"{key_of('machine.create')} ", Role.KEY), ("creates one", Role.TEXT)),
    )


def no_match_face(
    filter_text: str, total: int, *, is_problems_only: bool, key_of: KeyOf
) -> tuple[Line, ...]:
    """There are machines, and the question fits none of them."""
    if is_problems_only and not filter_text:
        return (
            (("No machine needs attention", Role.OK),),
            (
                (f"{total} are well   ", Role.MUTED),
                (f"{key_of('list.problems')} ", Role.KEY),
                ("shows them", Role.MUTED),
            ),
        )
    wanted = clip(plain(filter_text), _FILTER_CELLS)
    return (
        (("Nothing matches ", Role.TEXT), (wanted, Role.STRONG)),
        (
            (f"{total} machines are hidden   ", Role.MUTED),
            (f"{key_of('app.back')} ", Role.KEY),
            ("clears the filter", Role.MUTED),
        ),
    )


def trouble_face(state: HealthState, now: datetime, *, key_of: KeyOf) -> tuple[Line, ...]:
    """No list ever came, and this is why."""
    if state.fault is None:
        return connecting_face("")
    from dedalus_tui.ui.present.fault import explain

    told = explain(state.fault, about="the list")
    lines: list[Line] = [
        ((f"{told.happened[:1].upper()}{told.happened[1:]}.", Role.BAD),),
        ((told.advice, Role.TEXT),),
    ]
    if told.facts:
        lines.append(((told.facts, Role.MUTED),))
    if state.next_try is not None:
        left = max(0, round((state.next_try - now).total_seconds()))
        lines += [
            (),
            (
                (f"next try in {left} s   ", Role.MUTED),
                (f"{key_of('app.refresh_all')} ", Role.KEY),
                ("now", Role.MUTED),
            ),
        ]
    return tuple(lines)
