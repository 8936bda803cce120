"""The drawn part of a log: gutter, text, cursor and bar, one screen row at a time.

It scrolls by itself instead of through Textual's scroll offsets, because a wrapped line is many
rows and measuring all of them to know the height would take seconds; the bar at its right also
shows where errors, hits and bookmarks are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.cache import LRUCache
from textual.strip import Strip

from dedalus_tui.ui.present.output_times import TimeColumn, time_cell, time_width
from dedalus_tui.ui.themes import Ink
from dedalus_tui.ui.widgets.line_view import LineView
from dedalus_tui.ui.widgets.log_bar import Mark, bar_marks
from dedalus_tui.ui.widgets.log_painter import ASCII_SIGNS, LogPainter, LogSigns, RowFace
from dedalus_tui.ui.widgets.log_reader import LogReader
from dedalus_tui.ui.widgets.log_rows import LogRow, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.geometry import Region
    from textual.selection import Selection

    from dedalus_tui.domain.output import OutputLine
    from dedalus_tui.store.output_view import OutputView

LINES_KEPT = 160
"""Lines whose rows are kept; a line can be 64 KiB."""


class LogCanvas(LineView):
    """Draws the window of a `LogReader`; subclasses move it and call `redraw`."""

    ALLOW_SELECT = True
    SHOWS_TEXT_OF_MACHINES = True

    DEFAULT_CSS = """
    LogCanvas {
        overflow: hidden;
        height: 1fr;
    }
    """

    def __init__(
        self,
        view: OutputView,
        *,
        labels: Mapping[int, str] | None = None,
        start_us: int = 0,
        is_ascii: bool = False,
        id: str | None = None,
    ) -> None:
        """`labels` name the sources of a merged log; `start_us` is when the run started."""
        super().__init__(id=id)
        self.view = view
        self.start_us = start_us
        self.signs = ASCII_SIGNS if is_ascii else LogSigns()
        self.reader = LogReader(view, self._height_of)
        self.time_column = TimeColumn.OFF
        self.is_wrapped = False
        self.is_spread = False
        """Whether JSON and logfmt lines are spread over several rows."""
        self.expanded: set[int] = set()
        """Lines that are wrapped and spread one by one."""
        self.left = 0
        """Cells of unwrapped text that are scrolled past."""
        self._labels = dict(labels or {})
        self._label_width = max(map(len, self._labels.values()), default=0)
        self._rows: LRUCache[int, tuple[LogRow, ...]] = LRUCache(LINES_KEPT)
        self._ink: Ink | None = None
        self._painter: LogPainter | None = None
        self._placed: list[tuple[int, int]] = []
        self._marks: list[Mark] = []
        self._selected_rows = range(0)
        self._cursor_row = 0
        self._width = 0
        """Cells of a row; Textual works its size out anew each time it is asked."""

    def label(self, labels: Mapping[int, str]) -> None:
        """Name the sources of a merged log."""
        self._labels = dict(labels)
        self._label_width = max(map(len, self._labels.values()), default=0)
        self.forget()

    def forget(self) -> None:
        """How lines look changed as a whole."""
        self._rows.clear()
        self._strips.clear()
        self.reader.rows_changed()
        self.redraw()

    # Measures

    def _height_of(self, row: int) -> int:
        if not (self.is_wrapped or self.is_spread or self.expanded):
            return 1
        return len(self._rows_of(self.view.line_at(row)))

    def _rows_of(self, line: OutputLine) -> tuple[LogRow, ...]:
        rows = self._rows.get(line.number) if line.is_complete else None
        if rows is None:
            is_expanded = line.number in self.expanded
            rows = rows_of(
                line.text,
                width=self.text_width,
                is_wrapped=self.is_wrapped or is_expanded,
                is_spread=self.is_spread or is_expanded,
            )
            if line.is_complete:
                self._rows.set(line.number, rows)
        return rows

    @property
    def gutter_width(self) -> int:
        """Cells before the text: time, sign, label."""
        return time_width(self.time_column) + 2 + (self._label_width and self._label_width + 1)

    @property
    def text_width(self) -> int:
        """Cells left for the text of a line."""
        return max(1, self._width - self.gutter_width - 1)

    @property
    def widest_shown(self) -> int:
        """Characters of the longest line in the window."""
        rows = {row for row, _ in self._placed}
        widths = (len(one.styled.text) for row in rows for one in self._rows_at(row))
        return max(widths, default=0)

    def _rows_at(self, row: int) -> tuple[LogRow, ...]:
        return self._rows_of(self.view.line_at(row))

    # Drawing

    def redraw(self) -> None:
        """Draw the window anew; pictures that are still right are reused."""
        self.measure()
        self.refresh()

    def measure(self) -> None:
        """Work out once what every row of the next frame needs."""
        self._width = self.size.width
        window = self.reader.window
        self._placed = window.visible()
        shown = 0
        if self._placed:
            self.reader.saw(self._placed[-1][0])
            shown = self._placed[-1][0] - self._placed[0][0] + 1
        self._marks = bar_marks(
            self.view,
            self.reader.bookmarks,
            self.signs,
            height=self.size.height,
            top=window.top,
            shown=shown,
        )
        self._selected_rows = self.reader.selected_rows
        self._cursor_row = self.reader.row

    @property
    def ink(self) -> Ink:
        """The styles of the theme in use."""
        if self._ink is None:
            self._ink = Ink(self.app.theme_variables)
        return self._ink

    def notify_style_update(self) -> None:
        """Another theme or focus: every picture is stale."""
        super().notify_style_update()
        self._ink = None
        self._painter = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a region (Textual's hook)."""
        return self.finished([self._picture(y) for y in crop.line_range], crop)

    def render_line(self, y: int) -> Strip:
        """One row with the place of each character in the log, for the mouse (Textual's hook).

        Marking every place costs a fifth of a frame, so what is painted does without.
        """
        picture = self._picture(y)
        if y >= len(self._placed):
            return picture
        row, part = self._placed[y]
        rows = self._rows_at(row)
        screen_row = rows[min(part, len(rows) - 1)]
        if screen_row.is_spread:
            return picture
        shift = self.left if screen_row.styled.text.isascii() and not self.is_wrapped else 0
        edges = (self.gutter_width, self._width - 1, self._width)
        gutter, text, bar = picture.divide(edges)
        return Strip.join([gutter, text.apply_offsets(screen_row.start + shift, row), bar])

    def _picture(self, y: int) -> Strip:
        """One row of the window, the bar at its end."""
        mark = self._marks[y] if y < len(self._marks) else (" ", "faint", False)
        if y < len(self._placed):
            return self._body(*self._placed[y], mark)
        blank = Segment(" " * max(0, self._width - 1), self.blank_style)
        return Strip([blank, self._bar(mark)], self._width)

    def _bar(self, mark: Mark) -> Segment:
        sign, role, is_covered = mark
        ground = "cursor" if is_covered and role != "faint" else "base"
        return Segment(sign, self.ink.style(role, ground))

    def _body(self, row: int, part: int, mark: Mark) -> Strip:
        line = self.view.line_at(row)
        ground = self._ground(row)
        is_marked = line.number in self.reader.bookmarks
        selection = self.text_selection if self.is_attached else None
        is_kept = line.is_complete and selection is None
        key = (line.number, row, part, ground, line.severity, is_marked, self.left, mark)
        strip = self._strips.get(key) if is_kept else None
        if strip is None:
            rows = self._rows_of(line)
            screen_row = rows[min(part, len(rows) - 1)]
            span = None
            if selection is not None and not screen_row.is_spread:
                span = _span(selection, row, len(screen_row.styled.text))
            segments = self._draw(line, screen_row, (row, part), ground, span)
            segments.append(self._bar(mark))
            strip = Strip(segments, self._width)
            if is_kept:
                self._strips.set(key, strip)
        return strip

    def _ground(self, row: int) -> str:
        if row in self._selected_rows:
            return "marked"
        if row != self._cursor_row or self.reader.is_following:
            return "base"
        return "cursor" if self.has_focus else "cursor-blurred"

    def _draw(
        self,
        line: OutputLine,
        screen_row: LogRow,
        place: tuple[int, int],
        ground: str,
        span: tuple[int, int] | None,
    ) -> list[Segment]:
        row, part = place
        if self._painter is None:
            self._painter = LogPainter(self.ink, self.signs)
        folded = self.view.folded_after(row) if part == 0 else 0
        face = RowFace(
            ground=ground,
            time=self._time(line, row, part),
            is_bookmarked=line.number in self.reader.bookmarks,
            label=self._labels.get(line.source, "").ljust(self._label_width),
            is_first=part == 0,
            note=f"{self.signs.more} {folded} frames" if folded else "",
        )
        search = self.view.search
        left = 0 if self.is_wrapped else self.left
        return self._painter.paint(
            line,
            screen_row,
            face,
            left=left,
            width=self.text_width,
            hits=search.pattern.spans(screen_row.styled.text) if search is not None else (),
            selected=span,
        )

    def _time(self, line: OutputLine, row: int, part: int) -> str:
        before_us = 0
        if self.time_column is TimeColumn.DELTA and row > 0:
            before_us = self.view.line_at(row - 1).at_us
        return time_cell(self.time_column, 0 if part else line.at_us, self.start_us, before_us)


def _span(selection: Selection, row: int, length: int) -> tuple[int, int] | None:
    """The selected characters of a row's line."""
    span = selection.get_span(row)
    if span is None:
        return None
    start, end = span
    return start, length if end < 0 else end
