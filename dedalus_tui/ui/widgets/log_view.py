"""A log of any length that follows its end: what its keys and the mouse do.

All work on many lines is done in slices of a few milliseconds between which keys are served, and
output that comes faster than twenty times a second is drawn together.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.message import Message

from dedalus_tui.domain.output import Severity, Stream
from dedalus_tui.ui.present.output_ansi import styled_text
from dedalus_tui.ui.present.output_links import find_links
from dedalus_tui.ui.widgets.log_bar import row_for_cell
from dedalus_tui.ui.widgets.log_canvas import LogCanvas

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.selection import Selection

    from dedalus_tui.ui.present.output_links import Link

FRAME_SECONDS = 1 / 20
SLICE_SECONDS = 0.006
"""How long work on many lines may hold the loop."""
SIDE_STEP = 8
MOST_COPIED_ROWS = 100_000

STREAM_CHOICES: tuple[tuple[str, frozenset[Stream]], ...] = (
    ("out+err", frozenset(Stream)),
    ("out", frozenset({Stream.STDOUT})),
    ("err", frozenset({Stream.STDERR})),
    ("lifecycle", frozenset({Stream.LIFECYCLE})),
)
"""What the key for streams goes through."""


class LogView(LogCanvas):
    """Shows an `OutputView`; what keys do are methods, for a screen to bind."""

    class LinkOpened(Message):
        """A link was clicked."""

        def __init__(self, link: Link) -> None:
            super().__init__()
            self.link = link

    state_changed: Callable[[], None] | None = None
    """Called when position, badge, search or filters are others. A message would come a frame later
    and have everything drawn twice."""
    _leave: Callable[[], None] | None = None
    _is_due = False
    _is_working = False
    _drawn_at = 0.0
    _generation = -1
    _search_origin = 0
    _is_seeking = False

    # Keeping up

    def on_mount(self) -> None:
        """Listen to the log and show its beginning; the rest is read after the first frame."""
        self._leave = self.view.spool.subscribe(self._hear)
        self._is_due = True
        self.view.advance(0.0)
        self.reader.take_in()
        self.call_after_refresh(self._start_work)

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        if self._leave is not None:
            self._leave()
            self._leave = None

    def on_resize(self) -> None:
        """Other rows fit."""
        self.reader.window.height = self.size.height
        self._rows.clear()
        self._strips.clear()
        if self.reader.is_following:
            self.reader.to_end()
        else:
            self.reader.window.settle()
        self._after()

    def on_focus(self) -> None:
        """The cursor is drawn brighter."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is drawn paler."""
        self.refresh()

    def _hear(self) -> None:
        """Something came: it is drawn with the next frame."""
        if self._is_due or self._is_working:
            return
        self._is_due = True
        wait = self._drawn_at + FRAME_SECONDS - time.monotonic()
        if wait > 0:
            self.set_timer(wait, self._start_work)
        else:
            self.call_later(self._start_work)

    def _start_work(self) -> None:
        self._is_due = False
        if not self._is_working:
            self._is_working = True
            self.run_worker(self._work(), name="log work", group="log work")

    async def _work(self) -> None:
        """Do what there is to do, in slices, drawing now and then."""
        try:
            while self.view.advance(SLICE_SECONDS):
                if time.monotonic() - self._drawn_at >= FRAME_SECONDS:
                    self._take_in()
                await asyncio.sleep(0)
        finally:
            self._is_working = False
        self._take_in()

    def _take_in(self) -> None:
        self._drawn_at = time.monotonic()
        is_other = self.view.generation != self._generation
        if is_other:
            self._generation = self.view.generation
            self._rows.clear()
            self._strips.clear()
            self.reader.rows_changed()
        if self._is_seeking:
            self._is_seeking = not self.reader.nearest_hit(self._search_origin)
        if self.reader.take_in() or is_other:
            self.redraw()
        else:
            self.measure()
            self.refresh(Region(self.size.width - 1, 0, 1, self.size.height))
        self._tell()

    def _tell(self) -> None:
        if self.state_changed is not None:
            self.state_changed()

    def _after(self, is_done: bool = True) -> bool:
        """Draw what a key changed."""
        self.redraw()
        self._tell()
        return is_done

    def _work_anew(self) -> None:
        """Rows or hits will be others."""
        self._strips.clear()
        self._take_in()
        self._start_work()

    # Moving

    def move(self, rows: int) -> None:
        """Move the cursor; up pauses following."""
        self.reader.move(rows)
        self._after()

    def page(self, screens: float) -> None:
        """Move by a part of the window, up when negative."""
        self.reader.page(screens)
        self._after()

    def first(self) -> None:
        """Go to the first line."""
        self.reader.first()
        self._after()

    def toggle_follow(self) -> None:
        """Follow the end, or stay here."""
        if self.reader.is_following:
            self.reader.pause()
        else:
            self.reader.follow()
        self._after()

    def follow(self) -> None:
        """Go to the end and follow it."""
        self.reader.follow()
        self._after()

    def sideways(self, steps: int) -> None:
        """Scroll unwrapped lines sideways."""
        furthest = max(0, self.widest_shown - self.text_width)
        self.left = max(0, min(furthest, self.left + steps * SIDE_STEP))
        self._after()

    def go_to(self, number: int) -> None:
        """Put the cursor on a line."""
        self.reader.go_to(number)
        self._after()

    def jump_in_time(self, digit: int) -> bool:
        """The tail, the head, or so long before the newest line; False without times."""
        return self._after(self.reader.jump_in_time(digit))

    # Finding

    def find(self, text: str) -> None:
        """Search as one types, from where the search began. Raises `InvalidPatternError`."""
        if self.view.search is None and not self._is_seeking:
            self._search_origin = self.reader.number
        self.view.find(text)
        self._is_seeking = bool(text)
        self._work_anew()

    def end_typing(self) -> None:
        """The next search begins where the cursor is then."""
        self._search_origin = self.reader.number

    def step_hit(self, direction: int) -> bool:
        """To the next or previous hit; False when there is none."""
        return self._after(self.reader.step_hit(direction))

    def step_severity(self, severity: Severity, direction: int) -> bool:
        """To the next or previous error or warning; False when there is none that way."""
        return self._after(self.reader.step_severity(severity, direction))

    def push_filter(self, text: str) -> None:
        """Add a filter. Raises `InvalidPatternError`."""
        self.view.push_filter(text)
        self._work_anew()

    def pop_filter(self) -> None:
        """Take the newest filter away."""
        self.view.pop_filter()
        self._work_anew()

    def clear_filters(self) -> None:
        """Take all filters away."""
        if self.view.filters:
            self.view.clear_filters()
            self._work_anew()

    # Showing

    def cycle_time(self) -> None:
        """The next kind of time column."""
        self.time_column = self.time_column.next
        self.forget()
        self._after()

    @property
    def stream_label(self) -> str:
        """Which streams show."""
        return next(name for name, streams in STREAM_CHOICES if streams == self.view.streams)

    def cycle_streams(self) -> None:
        """Both, one, the other, lifecycle."""
        choices = [streams for _, streams in STREAM_CHOICES]
        place = choices.index(self.view.streams)
        self.view.set_streams(choices[(place + 1) % len(choices)])
        self._work_anew()

    def toggle_wrap(self) -> None:
        """Wrap long lines, or not."""
        self.is_wrapped = not self.is_wrapped
        self.left = 0
        self.forget()
        self._after()

    def toggle_spread(self) -> None:
        """Spread JSON and logfmt lines over several rows, or not."""
        self.is_spread = not self.is_spread
        self.forget()
        self._after()

    def toggle_line(self) -> None:
        """Spread and wrap the cursor's line alone, or not."""
        line = self.reader.line
        if line is None or not line.is_complete:
            return
        self.reader.pause()
        self.expanded ^= {line.number}
        self._rows.discard(line.number)
        self._strips.clear()
        self.reader.window.settle()
        self.reader.window.reveal(self.reader.row)
        self._after()

    def toggle_folds(self) -> None:
        """Fold the frames of tracebacks away, or show them."""
        self.view.fold_frames(not self.view.folds_frames)
        self._work_anew()

    def toggle_progress(self) -> None:
        """Show every state of progress displays, or the last only."""
        self.view.show_superseded(not self.view.shows_superseded)
        self._work_anew()

    # Marking and copying

    def toggle_bookmark(self) -> None:
        """Set or take away a bookmark."""
        self.reader.toggle_bookmark()
        self._after()

    def step_bookmark(self, direction: int) -> bool:
        """To the next or previous bookmark; False when there is none."""
        return self._after(self.reader.step_bookmark(direction))

    def toggle_visual(self) -> None:
        """Begin to select lines, or stop."""
        self.reader.pause()
        line = self.reader.line
        is_new = self.reader.anchor is None and line is not None
        self.reader.anchor = line.number if is_new and line is not None else None
        self._after()

    def take_copy(self) -> str:
        """The selected lines, or the cursor's line, as plain text; ends the selection."""
        rows = self.reader.selected_rows or (
            range(self.reader.row, self.reader.row + 1) if self.reader.window.total else range(0)
        )
        copied = "\n".join(self._plain(row) for row in rows[:MOST_COPIED_ROWS])
        self.reader.anchor = None
        self._after()
        return copied

    def _plain(self, row: int) -> str:
        return styled_text(self.view.line_at(row).text).text

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text dragged over with the mouse (Textual's hook)."""
        total = self.reader.window.total
        first = selection.start.y if selection.start is not None else 0
        last = min(selection.end.y if selection.end is not None else total - 1, total - 1)
        pieces: list[str] = []
        for row in range(max(0, first), min(last + 1, first + MOST_COPIED_ROWS)):
            text = self._plain(row)
            start, end = selection.get_span(row) or (0, 0)
            pieces.append(text[start : len(text) if end < 0 else end])
        return ("\n".join(pieces), "\n") if pieces else None

    def selection_updated(self, selection: Selection | None) -> None:
        """The mouse dragged over other text (Textual's hook)."""
        self.refresh()

    # Mouse

    def _wheel(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        event.prevent_default()
        if event.shift or event.ctrl:
            self.sideways(1 if lines > 0 else -1)
        else:
            self.reader.scroll(lines)
            if lines > 0 and self.reader.window.is_at_end:
                self.reader.follow()
            self._after()

    def on_click(self, event: events.Click) -> None:
        """The bar jumps, a link opens, anything else takes the cursor there."""
        if event.x >= self.size.width - 1:
            height, total = self.size.height, self.reader.window.total
            if total:
                row = row_for_cell(event.y, height=height, total=total)
                self.go_to(self.view.line_at(row).number)
            return
        if event.y >= len(self._placed):
            return
        row, part = self._placed[event.y]
        link = self._link_at(row, part, event.x - self.gutter_width)
        if link is not None:
            self.post_message(self.LinkOpened(link))
        elif self.text_selection is None:
            self.reader.pause()
            self.reader.number = self.view.line_at(row).number
            self._after()

    def _link_at(self, row: int, part: int, cell: int) -> Link | None:
        rows = self._rows_at(row)
        screen_row = rows[min(part, len(rows) - 1)]
        place = screen_row.start + cell + (0 if self.is_wrapped else self.left)
        links = find_links(screen_row.styled.text)
        return next((link for link in links if link.start <= place < link.end), None)
