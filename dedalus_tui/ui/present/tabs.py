"""Tabs on one line, in fewer words the less room there is. Pure.

Each tab keeps its number, which is its key; the open one keeps its title longest. One that cannot
be opened stands in parentheses, so that it shows without colour too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import cell_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedalus_tui.ui.present.roles import Span


class Tab(NamedTuple):
    """One tab."""

    key: str
    title: str
    is_open: bool = False
    is_closed: bool = False
    """The service does not offer what it shows."""


TabSpan = tuple["Span", str]
"""A span and the key of the tab it belongs to, or nothing."""


def tab_spans(tabs: Sequence[Tab], width: int, separator: str) -> tuple[TabSpan, ...]:
    """The tabs in at most `width` cells, as long as their numbers fit."""
    tries: tuple[tuple[str, Callable[[Tab], bool]], ...] = (
        (f" {separator} ", lambda _: True),
        ("  ", lambda _: True),
        (" ", lambda _: True),
        ("  ", lambda tab: tab.is_open),
        (" ", lambda tab: tab.is_open),
        (" ", lambda _: False),
    )
    spans: tuple[TabSpan, ...] = ()
    for between, has_title in tries:
        spans = _laid(tabs, between, has_title)
        if sum(cell_width(text) for (text, _), _ in spans) <= width:
            break
    return spans


def _laid(
    tabs: Sequence[Tab], between: str, has_title: Callable[[Tab], bool]
) -> tuple[TabSpan, ...]:
    spans: list[TabSpan] = [((" ", Role.TEXT), "")]
    for place, tab in enumerate(tabs, start=1):
        if place > 1:
            spans.append(((between, Role.FAINT), ""))
        if tab.is_closed:
            words = f"({place} {tab.title})" if has_title(tab) else f"({place})"
            spans.append(((words, Role.MUTED), tab.key))
            continue
        spans.append(((str(place), Role.KEY if tab.is_open else Role.MUTED), tab.key))
        if has_title(tab):
            role = Role.ACCENT if tab.is_open else Role.TEXT
            spans.append(((f" {tab.title}", role), tab.key))
    return tuple(spans)
