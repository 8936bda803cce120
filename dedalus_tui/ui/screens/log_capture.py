"""Showing how far the service got with the published copy of a run's log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedalus_tui.actions.newer_service import why_not_offered
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.ui.dialogs.tell import TellDialog
from dedalus_tui.ui.present.execution import command_words
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.log_capture import log_capture_lines
from dedalus_tui.ui.present.text import clip

if TYPE_CHECKING:
    from textual.app import App

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.ui.services import Services

_WIDTH = 52
"""Of the lines; the box of a dialog holds it at 80 columns."""


async def show_log_capture(app: App[Any], services: Services, execution: Execution) -> None:
    """Ask, and show the answer; where the service does not have it, say so."""
    store = services.store
    reason = why_not_offered(store, "execution_logs")
    if reason is not None:
        services.say(f"Log capture: {reason}")
        return
    try:
        logs = await store.client.executions.logs(execution.machine_id, execution.execution_id)
    except CloudFault as fault:
        told = explain(fault, about="the log of this run")
        services.say(f"Log capture: {told.happened}. {told.advice}")
        return
    title = f"Log of {clip(command_words(execution), 30)}"
    await app.push_screen_wait(TellDialog(title, log_capture_lines(logs, _WIDTH)))
