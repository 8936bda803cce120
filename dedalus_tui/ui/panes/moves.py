"""The movement actions of lists, carried out on a view of lines or on a scrolling container."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.containers import ScrollableContainer

    from dedalus_tui.ui.widgets.line_list import LineList

_EVERYTHING = 1_000_000_000
_COLUMN_STEP = 8

LINE_MOVES = frozenset(
    f"list.{verb}"
    for verb in ("down", "up", "first", "last", "half_down", "half_up", "page_down", "page_up")
)
"""The actions that move up and down."""
MOVES = LINE_MOVES | {"list.left", "list.right"}
"""All movements."""


def lines_of(action_id: str, page: int) -> int | None:
    """How many lines down (negative: up) a movement goes on a page of so many lines; None for an
    action that is no vertical movement."""
    return {
        "list.down": 1,
        "list.up": -1,
        "list.first": -_EVERYTHING,
        "list.last": _EVERYTHING,
        "list.half_down": max(1, page // 2),
        "list.half_up": -max(1, page // 2),
        "list.page_down": max(1, page - 1),
        "list.page_up": -max(1, page - 1),
    }.get(action_id)


def columns_of(action_id: str) -> int | None:
    """How many cells to the right (negative: left); None for an action that is no such movement."""
    return {"list.left": -_COLUMN_STEP, "list.right": _COLUMN_STEP}.get(action_id)


def move_lines(view: LineList, action_id: str) -> bool:
    """Move in a list of lines; False when the action is no movement."""
    lines = lines_of(action_id, view.visible_line_count)
    if lines is not None:
        view.move(lines)
        return True
    columns = columns_of(action_id)
    if columns is not None:
        view.shift_columns(columns)
        return True
    return False


def scroll(container: ScrollableContainer, action_id: str) -> bool:
    """Scroll a container at once; False when the action is no movement."""
    lines = lines_of(action_id, container.size.height)
    if lines is None:
        return False
    container.scroll_relative(y=lines, animate=False, immediate=True)
    return True
