"""Consent to end a terminal, asked while something may run in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedalus_tui.emulator.marks import MarkKind
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.present.terminal_close import ended_by_closing

if TYPE_CHECKING:
    from textual.app import App

    from dedalus_tui.store.terminal_session import TerminalSession


async def agrees_to_close(app: App[Any], session: TerminalSession, title: str) -> bool:
    """True when nothing can run in a terminal that is held, or the person lets it end.

    Await it in a worker.
    """
    marks = session.emulator.prompt_marks
    lines = ended_by_closing(
        session.state,
        is_held=session.is_ssh or session.terminal is not None,
        is_full_screen=session.emulator.is_alternate_screen,
        runs_command=bool(marks) and marks[-1].mark.kind is MarkKind.OUTPUT_START,
    )
    if not lines:
        return True
    what = "ssh" if session.is_ssh else "terminal"
    dialog = ConfirmDialog(f"Close {what} {title}?", lines, accept_label="Close")
    answer = app.push_screen_wait(dialog)
    return bool(await answer)
