"""A few words in the middle of where a list would be: why there is none, and what to do."""

from __future__ import annotations

from dedalus_tui.ui.widgets.span_text import SpanText


class EmptyState(SpanText):
    """Lines of spans, centred; never shown instead of rows that are only old."""

    DEFAULT_CSS = """
    EmptyState {
        width: 1fr;
        height: 1fr;
        content-align: center middle;
        text-align: center;
        padding: 1 2;
    }
    """
