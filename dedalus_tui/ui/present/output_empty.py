"""What stands in place of a log's lines when none shows: why, and what to press. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.present.output_status import LONGEST_QUERY
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip, plain
from dedalus_tui.ui.present.units import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.ui.present.output_status import LogState
    from dedalus_tui.ui.present.roles import Line


def empty_lines(
    state: LogState,
    line_count: int,
    *,
    key_of: Callable[[str], str],
    nothing: str,
    waiting: str,
) -> tuple[Line, ...]:
    """Words for a log of `line_count` lines that shows none of them; `nothing` is said when there
    is none, `waiting` when one may still come, and `key_of` gives the key of an action."""
    if not line_count:
        words = nothing if state.is_over else waiting
        return (((words, Role.MUTED),),) if words else ()
    hidden = f"{counted(line_count, 'line')} {'is' if line_count == 1 else 'are'} hidden   "
    if state.filters:
        filters = " ".join(clip(plain(one), LONGEST_QUERY) for one in state.filters)
        what: Line = (("Nothing matches ", Role.TEXT), (filters, Role.STRONG))
        key, does = key_of("app.back"), "shows all lines"
    else:
        what = (("Nothing came from ", Role.TEXT), (state.streams, Role.STRONG))
        key, does = key_of("text.streams"), "shows other streams"
    return (what, ((hidden, Role.MUTED), (f"{key} ", Role.KEY), (does, Role.MUTED)))
