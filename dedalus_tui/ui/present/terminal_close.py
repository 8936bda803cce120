"""What closing a terminal would end, in sentences. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.terminal_state import Standing
from dedalus_tui.ui.present.roles import Role

if TYPE_CHECKING:
    from dedalus_tui.domain.terminal_state import TerminalState
    from dedalus_tui.ui.present.roles import Line

_ENDED = frozenset({Standing.CLOSED, Standing.GONE})
_NOT_THERE_YET = frozenset({Standing.OPENING, Standing.WAKING, Standing.REFUSED})


def ended_by_closing(
    state: TerminalState,
    *,
    is_held: bool,
    is_full_screen: bool = False,
    runs_command: bool = False,
) -> tuple[Line, ...]:
    """Lines to ask with; none when nothing can run there any more, or yet.

    `is_held`: the service has given us the terminal. `is_full_screen`: a program has the whole
    screen. `runs_command`: the shell said so by its marks.
    """
    standing = state.standing
    has_ended = standing in _ENDED or (standing is Standing.SLEPT and state.close_code is not None)
    if has_ended or (standing in _NOT_THERE_YET and not is_held):
        return ()
    lines = [(("Its shell ends, and what runs in it.", Role.TEXT),)]
    if standing is Standing.DETACHED:
        lines.append((("You detached from it; what runs there still runs.", Role.WARN),))
    elif standing is Standing.SLEPT:
        lines.append((("It may go on when the machine wakes.", Role.WARN),))
    elif is_full_screen:
        lines.append((("A full-screen program is running.", Role.WARN),))
    elif runs_command:
        lines.append((("A command is running.", Role.WARN),))
    return tuple(lines)
