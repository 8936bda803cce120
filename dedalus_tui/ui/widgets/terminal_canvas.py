"""The picture of a terminal: an emulator's lines, overlays, and when to paint them.

Lines are drawn from `LineView`'s cache by their content's key, so that scrolling text and a moving
cursor repaint only what differs. It never scrolls in Textual's sense: what is in the window is a
range of the emulator's own line numbers, and the scroll bar is drawn over the last column.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Offset
from textual.strip import Strip

from dedalus_tui.ui.widgets.line_view import LineView
from dedalus_tui.ui.widgets.strips import (
    CellPainter,
    Overlay,
    OverlayStyles,
    TerminalColours,
    overlaid,
)
from dedalus_tui.ui.widgets.terminal_cursor import Blink, cursor_overlay
from dedalus_tui.ui.widgets.terminal_hits import Hits

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from rich.style import Style
    from textual.geometry import Region

    from dedalus_tui.emulator.emulator import Emulator, Frame
    from dedalus_tui.ui.widgets.terminal_selection import Position, Selection

FRAME_SECONDS = 1 / 60
FLOOD_FRAME_SECONDS = 1 / 30
"""Between two paints of which the first changed most of the screen."""
SYNCHRONIZED_SECONDS = 0.15
"""How long a program may hold painting back (?2026)."""

_BAR = ("\u2590", "\u2502", "\u2524")
_ASCII_BAR = ("#", "|", "+")
"""Scroll bar: thumb, track, a row with a hit."""


class TerminalCanvas(LineView):
    """Shows one emulator. `notice_change` must be called after everything that feeds it."""

    SHOWS_TEXT_OF_MACHINES = True

    DEFAULT_CSS = """
    TerminalCanvas {
        overflow: hidden;
        width: 1fr;
        height: 1fr;
    }
    """

    def __init__(
        self,
        emulator: Emulator,
        *,
        is_ascii: bool = False,
        has_motion: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`has_motion`: the cursor, and text, may blink where the program asks for it."""
        super().__init__(id=id, classes=classes)
        self.emulator = emulator
        self.is_live = True
        """False: keys are the screen's, and the cursor is drawn hollow."""
        self.hits = Hits(emulator)
        self.selection: Selection | None = None
        self.yields_for: Callable[[], float] | None = None
        """Seconds for which others are to be painted first; None: never."""
        self.copy_cursor: Position | None = None
        """Our own cursor in the history, while there is one."""
        self._is_ascii = is_ascii
        self._has_motion = has_motion
        self._blink = Blink(self._repaint_cursor)
        self._top: int | None = None
        self._layout = emulator.layout_generation
        self._frame: Frame | None = None
        self._cursor_row = 0
        self._next_paint = 0.0
        self._synchronized_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._painter: CellPainter | None = None
        self._overlay_styles: OverlayStyles | None = None
        self._fit_content()

    # What its owner calls.

    def notice_change(self) -> None:
        """The emulator changed: paint at once if the last paint is long enough ago, else soon."""
        if self._timer is not None or not self.is_attached:
            return
        wait = self._next_paint - monotonic()
        if wait <= 0:
            self._paint()
        else:
            self._timer = asyncio.get_running_loop().call_later(wait, self._paint_late)

    def set_live(self, is_live: bool) -> None:
        """Say whether what is typed goes to a machine."""
        if is_live != self.is_live:
            self.is_live = is_live
            self.repaint_all()

    def palette_changed(self) -> None:
        """The program or the theme changed colours."""
        self._painter = self._overlay_styles = None
        self.forget_strips()

    def select(self, selection: Selection | None) -> None:
        """Show what is selected."""
        if selection != self.selection:
            self.selection = selection
            self.repaint_all()

    def scroll_changed(self) -> None:
        """Called when it is scrolled back, or follows again; a subclass tells its screen."""

    # Where it is scrolled to.

    @property
    def top(self) -> int:
        """The emulator's number of the line at the top of the window."""
        if self._top is None:
            return self.emulator.screen_line
        return min(max(self._top, self.emulator.first_line), self.emulator.screen_line)

    @property
    def is_scrolled_back(self) -> bool:
        """True when the window is not at the end of the output."""
        return self._top is not None

    def scroll_lines(self, count: int) -> None:
        """Move the window by so many lines; negative is back into history."""
        self.show_line_at_top(self.top + count)

    def show_line_at_top(self, line: int) -> None:
        """Move the window there, as far as there is history; at the end it follows again."""
        line = max(line, self.emulator.first_line)
        was_back = self.is_scrolled_back
        self._top = line if line < self.emulator.screen_line else None
        self.repaint_all()
        if was_back != self.is_scrolled_back:
            self.scroll_changed()

    def to_bottom(self) -> None:
        """Follow the output again."""
        if self._top is not None:
            self.show_line_at_top(self.emulator.screen_line)

    def reveal(self, line: int) -> None:
        """Move the window by as little as needed for a line to be well inside it."""
        rows = self.emulator.rows
        if not self.top <= line < self.top + rows:
            self.show_line_at_top(line - rows // 2)

    # Painting.

    def repaint_all(self) -> None:
        """Paint the whole window anew; lines that look the same come from the cache."""
        self._frame = None
        self.notice_change()

    def _paint_late(self) -> None:
        self._timer = None
        if self.is_attached:
            self._paint()

    def _paint(self) -> None:
        now = monotonic()
        if self._is_held_back(now):
            return
        emulator = self.emulator
        if emulator.layout_generation != self._layout:
            self._layout = emulator.layout_generation
            self._top = self.selection = None
            if self.hits.pattern:
                self.hits.search(self.hits.pattern, near=emulator.screen_line)
        self._fit_content()
        damage = emulator.damage_since(self._frame)
        self._frame = damage.frame
        changed = len(damage.rows)
        self._next_paint = now + (
            FLOOD_FRAME_SECONDS if changed * 2 > emulator.rows else FRAME_SECONDS
        )
        if damage.is_total or changed * 3 > emulator.rows:
            self.refresh()
        elif self._top is None:
            self.repaint_lines({*damage.rows, self._cursor_row, emulator.cursor.y})
        elif changed and self.copy_cursor is not None:
            self.refresh()
        self._cursor_row = emulator.cursor.y
        self._blink.restart(is_wanted=self._should_blink)
        self._place_host_cursor()

    @property
    def _should_blink(self) -> bool:
        cursor = self.emulator.cursor
        return (
            self._has_motion
            and cursor.is_blinking
            and cursor.is_visible
            and self.has_focus
            and self.is_live
            and self._top is None
            and self.copy_cursor is None
        )

    def _repaint_cursor(self) -> None:
        if self.is_attached:
            self.repaint_lines((self.emulator.cursor.y,))

    def _is_held_back(self, now: float) -> bool:
        """True while others go first, or a synchronized update is under way: not for long."""
        left = self.yields_for() if self.yields_for is not None else 0.0
        if left > 0:
            self._timer = asyncio.get_running_loop().call_later(left, self._paint_late)
            return True
        if not self.emulator.is_synchronized:
            self._synchronized_since = None
            return False
        if self._synchronized_since is None:
            self._synchronized_since = now
        left = self._synchronized_since + SYNCHRONIZED_SECONDS - now
        if left <= 0:
            self._synchronized_since = now
            return False
        self._timer = asyncio.get_running_loop().call_later(left, self._paint_late)
        return True

    def _fit_content(self) -> None:
        self.resize_content(lines=self.emulator.rows, width=self.emulator.columns)

    def _place_host_cursor(self) -> None:
        """Input methods draw what is being composed where the host's cursor is."""
        if self.has_focus and self._top is None:
            cursor = self.emulator.cursor
            region = self.content_region
            self.app.cursor_position = Offset(region.x + cursor.x, region.y + cursor.y)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a region; what is written after this has other keys."""
        strips = super().render_lines(crop)
        self.emulator.damage_since(None)
        return strips

    def line_key(self, line: int) -> Hashable:
        """Content, colours and overlays of a row of the window."""
        number = self.top + line
        return (
            self.emulator.row(number).key,
            self.emulator.styles_generation,
            self._overlays(number),
            self._bar_cell(line),
        )

    def draw_line(self, line: int) -> Strip:
        """A row of the window."""
        number = self.top + line
        row = self.emulator.row(number)
        runs = [(run.text, run.style) for run in row.runs()]
        strip = Strip(self._cells.segments(runs), self.emulator.columns)
        overlays = self._overlays(number)
        if overlays:
            strip = overlaid(strip, overlays)
        bar = self._bar_cell(line)
        if bar:
            width = self.emulator.columns
            strip = Strip([*strip.crop(0, width - 1), Segment(bar, self._cells.style(0))], width)
        return strip

    @property
    def _cells(self) -> CellPainter:
        if self._painter is None:
            colours = TerminalColours.of_theme(self.app.theme_variables)
            self._painter = CellPainter(
                self.emulator.screen.styles,
                self.emulator.palette,
                colours,
                is_reversed=self.emulator.is_reverse_video,
                has_motion=self._has_motion,
            )
        return self._painter

    @property
    def _looks(self) -> OverlayStyles:
        if self._overlay_styles is None:
            self._overlay_styles = OverlayStyles(
                TerminalColours.of_theme(self.app.theme_variables),
                self.emulator.palette.changed_special.get(12),
            )
        return self._overlay_styles

    def _overlays(self, number: int) -> tuple[Overlay, ...]:
        """What lies over a line: hits, selection, cursor."""
        columns = self.emulator.columns
        overlays: list[Overlay] = []
        if self.hits.pattern:
            looks = self._looks
            overlays += [
                Overlay(start, end, looks.current_hit if is_current else looks.hit)
                for start, end, is_current in self.hits.spans(number, columns)
            ]
        if self.selection is not None:
            span = self.selection.span(number, columns)
            if span is not None:
                overlays.append(self._whole(number, *span, self._looks.selected))
        cursor = self._cursor_overlay(number)
        return (*overlays, cursor) if cursor is not None else tuple(overlays)

    def _cursor_overlay(self, number: int) -> Overlay | None:
        looks = self._looks
        if self.copy_cursor is not None:
            line, column = self.copy_cursor
            return self._whole(number, column, column + 1, looks.block) if line == number else None
        cursor = self.emulator.cursor
        if not cursor.is_visible or number != self.emulator.screen_line + cursor.y:
            return None
        whole = self._whole(number, cursor.x, cursor.x + 1, looks.hollow)
        if not self.has_focus or not self.is_live:
            return whole
        if self._blink.is_hidden:
            return None
        cell = "".join(self.emulator.row(number).cells[whole.start : whole.end])
        return cursor_overlay(
            cursor.shape, whole.start, whole.end, looks, cell=cell, is_ascii=self._is_ascii
        )

    def _whole(self, number: int, start: int, end: int, style: Style) -> Overlay:
        """An overlay that does not cut a wide character at either end."""
        cells = self.emulator.row(number).cells
        while 0 < start < len(cells) and not cells[start]:
            start -= 1
        while end < len(cells) and not cells[end]:
            end += 1
        return Overlay(start, end, style)

    def _bar_cell(self, line: int) -> str:
        """What the scroll bar shows on a row; empty while there is no bar."""
        if self._top is None and self.copy_cursor is None:
            return ""
        emulator, rows = self.emulator, self.emulator.rows
        total = emulator.total_lines
        first = (self.top - emulator.first_line) * rows // total
        length = max(1, rows * rows // total)
        thumb, track, hit = _ASCII_BAR if self._is_ascii else _BAR
        if first <= line < first + length or line == rows - 1 == first + length:
            return thumb
        marked = self.hits.marked_rows(emulator.first_line, total, rows)
        return hit if line in marked else track

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self._painter = self._overlay_styles = None

    def on_unmount(self) -> None:
        """Nothing is painted any more."""
        self._blink.stop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
