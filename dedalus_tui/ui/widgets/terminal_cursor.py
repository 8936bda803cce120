"""The cursor of a terminal: how each shape looks in cells, and its blinking.

A cell cannot be split, so a bar is a thin line in an empty cell and a tint behind a character.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.ui.widgets.strips import Overlay

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.ui.widgets.strips import OverlayStyles

BLINK_SECONDS = 0.53
BLINKS = 18
"""How often it changes after the last output or key; then it stays, and nothing wakes up for it."""

_BAR = "\N{LEFT ONE EIGHTH BLOCK}"


def cursor_overlay(
    shape: str, start: int, end: int, looks: OverlayStyles, *, cell: str, is_ascii: bool
) -> Overlay:
    """The cursor that has the keys, over the cells from `start` up to `end`; `cell` is their text.

    `shape` is one of the emulator's: block, underline or bar.
    """
    if shape == "block":
        return Overlay(start, end, looks.block)
    if shape == "underline":
        return Overlay(start, end, looks.underline)
    if is_ascii or cell.strip():
        return Overlay(start, end, looks.bar_behind)
    return Overlay(start, end, looks.bar, _BAR)


class Blink:
    """Hides the cursor and shows it again while a program asked for that."""

    def __init__(self, repaint: Callable[[], None]) -> None:
        """`repaint` paints the line of the cursor."""
        self.is_hidden = False
        self._repaint = repaint
        self._left = 0
        self._timer: asyncio.TimerHandle | None = None

    def restart(self, *, is_wanted: bool) -> None:
        """Show it; from here it blinks for a while, if that is wanted."""
        self.stop()
        if is_wanted:
            self._left = BLINKS
            self._wait()

    def stop(self) -> None:
        """Show it, and keep still."""
        self.is_hidden = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(BLINK_SECONDS, self._turn)

    def _turn(self) -> None:
        self._timer = None
        self._left -= 1
        self.is_hidden = not self.is_hidden and self._left > 0
        if self._left > 0:
            self._wait()
        self._repaint()
