"""What the mouse does over a terminal: the program's if it asked, else selecting and scrolling.

Shift makes it ours even when the program asked. A click selects nothing, a drag cells (with Alt a
block), a double click words, a triple click lines; letting go copies. Ctrl-click follows a link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.emulator.mouse import WHEEL_DOWN, WHEEL_UP, MouseAction, encode_mouse
from dedalus_tui.ui.widgets.terminal_selection import Selection, Unit, grown

if TYPE_CHECKING:
    from textual import events

    from dedalus_tui.ui.widgets.terminal_selection import Position
    from dedalus_tui.ui.widgets.terminal_view import TerminalView

_UNITS = {1: Unit.CELL, 2: Unit.WORD, 3: Unit.LINE}
DOUBLE_CLICK_SECONDS = 0.5


class Pointer:
    """The mouse over one terminal."""

    def __init__(self, view: TerminalView) -> None:
        """Nothing is pressed."""
        self._view = view
        self._drag: Selection | None = None
        self._has_moved = False
        self._program_has_button = False
        self._last_cell: tuple[int, int] | None = None
        self._last_press: tuple[float, Position, int] = (0.0, (-1, -1), 0)
        self._hovered = ""

    def pressed(self, event: events.MouseDown) -> None:
        """A button went down."""
        event.stop()
        if self._is_the_programs(event):
            self._program_has_button = True
            self._view.capture_mouse()
            self._send(event, MouseAction.PRESS, event.button)
            return
        if event.button != 1:
            return
        position = self._position(event)
        if event.ctrl:
            self._follow(position)
            return
        unit = Unit.BLOCK if event.meta else self._unit_of_press(event, position)
        self._drag = Selection(position, position, unit)
        self._has_moved = unit in {Unit.WORD, Unit.LINE}
        self._view.capture_mouse()
        self._view.select(self._grown(self._drag) if self._has_moved else None)

    def moved(self, event: events.MouseMove) -> None:
        """The pointer moved, perhaps with a button held."""
        if self._drag is not None:
            event.stop()
            self._scroll_at_edge(event)
            position = self._position(event)
            if position != self._drag.head or self._has_moved:
                self._has_moved = True
                self._drag = self._drag.moved(position)
                self._view.select(self._grown(self._drag))
            return
        cell = (event.x, event.y)
        if cell == self._last_cell:
            return
        self._last_cell = cell
        if self._program_has_button or self._is_the_programs(event):
            event.stop()
            self._send(event, MouseAction.MOTION, event.button)
        else:
            self._hover(event)

    def released(self, event: events.MouseUp) -> None:
        """A button went up."""
        event.stop()
        self._view.capture_mouse(False)
        if self._program_has_button:
            self._program_has_button = False
            self._send(event, MouseAction.RELEASE, event.button)
        elif self._drag is not None:
            selection, self._drag = self._grown(self._drag), None
            if self._has_moved:
                self._view.copy(selection)

    def wheeled(self, event: events.MouseEvent, lines: int) -> None:
        """The wheel turned; `lines` is negative for up."""
        view = self._view
        emulator = view.emulator
        is_the_programs = view.is_live and not event.shift and view.scroll_mode is None
        if is_the_programs and not view.is_scrolled_back:
            data = self._encoded(event, MouseAction.PRESS, WHEEL_UP if lines < 0 else WHEEL_DOWN)
            view.send_pointer(data)
            if data or emulator.is_alternate_screen:
                return
        view.scroll_lines(lines)

    def _is_the_programs(self, event: events.MouseEvent) -> bool:
        view = self._view
        return bool(
            view.emulator.modes.mouse_tracking
            and view.is_live
            and not event.shift
            and view.scroll_mode is None
            and not view.is_scrolled_back
        )

    def _send(self, event: events.MouseEvent, action: MouseAction, button: int) -> None:
        self._view.send_pointer(self._encoded(event, action, button))

    def _encoded(self, event: events.MouseEvent, action: MouseAction, button: int) -> bytes:
        emulator = self._view.emulator
        return encode_mouse(
            action,
            button,
            min(max(event.x, 0), emulator.columns - 1),
            min(max(event.y, 0), emulator.rows - 1),
            emulator.modes,
            shift=event.shift,
            alt=event.meta,
            ctrl=event.ctrl,
        )

    def _position(self, event: events.MouseEvent) -> Position:
        view = self._view
        row = min(max(event.y, 0), view.emulator.rows - 1)
        column = min(max(event.x, 0), view.emulator.columns - 1)
        return (view.top + row, column)

    def _unit_of_press(self, event: events.MouseDown, position: Position) -> Unit:
        """A second and a third press in the same place, soon after, mean words and lines."""
        when, where, count = self._last_press
        is_again = event.time - when < DOUBLE_CLICK_SECONDS and where == position
        count = count % 3 + 1 if is_again else 1
        self._last_press = (event.time, position, count)
        return _UNITS[count]

    def _grown(self, selection: Selection) -> Selection:
        emulator = self._view.emulator
        return grown(
            selection,
            emulator.row(selection.anchor[0]).cells,
            emulator.row(selection.head[0]).cells,
        )

    def _scroll_at_edge(self, event: events.MouseMove) -> None:
        if event.y < 0:
            self._view.scroll_lines(event.y)
        elif event.y >= self._view.emulator.rows:
            self._view.scroll_lines(event.y - self._view.emulator.rows + 1)

    def _follow(self, position: Position) -> None:
        link = self._view.emulator.link_at(*position)
        if link is not None:
            self._view.post_message(self._view.LinkFollowed(self._view, link.uri))

    def _hover(self, event: events.MouseMove) -> None:
        link = self._view.emulator.link_at(*self._position(event))
        uri = link.uri if link is not None else ""
        if uri != self._hovered:
            self._hovered = uri
            self._view.post_message(self._view.LinkHovered(self._view, uri))
