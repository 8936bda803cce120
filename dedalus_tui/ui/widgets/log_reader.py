"""Where a person is in a log: the line under the cursor, following or not, bookmarks, selection.

Places are line numbers, not rows, so they stay when a filter hides or shows what is around them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING

from dedalus_tui.ui.widgets.log_window import LogWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.domain.output import OutputLine, Severity
    from dedalus_tui.store.output_view import OutputView

TIME_JUMPS = {2: 60, 3: 5 * 60, 4: 15 * 60, 5: 30 * 60, 6: 60 * 60}
"""The digit pressed, and how many seconds before the newest line it leads to; 0 is the tail and
1 the head (ux.md 4.3)."""


class LogReader:
    """A cursor and a window on an `OutputView`."""

    def __init__(self, view: OutputView, height_of: Callable[[int], int]) -> None:
        self.view = view
        self.window = LogWindow(height_of)
        self.number = 0
        """The line under the cursor."""
        self.is_following = True
        self.bookmarks: list[int] = []
        self.anchor: int | None = None
        """Where a visual selection began; None = nothing is selected."""
        self._seen_lines = 0

    @property
    def row(self) -> int:
        """The row of the cursor."""
        return min(self.view.row_of(self.number), max(0, self.window.total - 1))

    @property
    def line(self) -> OutputLine | None:
        """The line under the cursor; None while there is none."""
        return self.view.line_at(self.row) if self.window.total else None

    @property
    def new_lines(self) -> int:
        """Lines that came since following was paused, below all that was in the window since."""
        return 0 if self.is_following else self.view.spool.line_count - self._seen_lines

    def saw(self, row: int) -> None:
        """A row is in the window: it and what is above it are no news any more."""
        seen = min(self.view.line_at(row).number + 1, self.view.spool.line_count)
        self._seen_lines = max(self._seen_lines, seen)

    @property
    def selected_rows(self) -> range:
        """The rows of the visual selection; empty without one."""
        if self.anchor is None or not self.window.total:
            return range(0)
        rows = sorted((self.view.row_of(self.anchor), self.row))
        return range(rows[0], min(rows[1] + 1, self.window.total))

    def take_in(self) -> bool:
        """The view has other rows; whether what is in the window may have changed."""
        before = self.window.total
        shown = (self.window.top, self.window.skip)
        self.window.total = self.view.row_count
        if self.is_following:
            self.to_end()
            return True
        self.window.settle()
        window_end = self.window.top + self.window.height
        return before < window_end or shown != (self.window.top, self.window.skip)

    def rows_changed(self) -> None:
        """Rows were hidden or shown: keep the cursor's line where it is on the screen."""
        self.window.total = self.view.row_count
        if self.is_following:
            self.to_end()
        else:
            self.go_to(self.number)

    # Moving

    def pause(self) -> None:
        """Stop following; the window stays."""
        if self.is_following:
            self.is_following = False
            self._seen_lines = self.view.spool.line_count

    def follow(self) -> None:
        """Go to the end and stay there."""
        self.is_following = True
        self.to_end()

    def to_end(self) -> None:
        """Show the last rows, the cursor on the last."""
        self.window.to_end()
        if self.window.total:
            self._stand_on(self.window.total - 1)

    def _stand_on(self, row: int) -> None:
        self.number = self.view.line_at(row).number

    def move(self, rows: int) -> None:
        """Move the cursor by rows of the log; up pauses, down past the end does not."""
        if not self.window.total:
            return
        if rows < 0:
            self.pause()
        self._stand_on(max(0, min(self.window.total - 1, self.row + rows)))
        self.window.reveal(self.row)

    def page(self, screens: float) -> None:
        """Move window and cursor by a part of the window's height, up when negative."""
        step = int(self.window.height * abs(screens)) or 1
        if not self.window.total:
            return
        if screens < 0:
            self.pause()
        self.scroll(-step if screens < 0 else step)
        if screens < 0 and (self.window.top, self.window.skip) == (0, 0):
            self._stand_on(0)
        elif screens > 0 and self.window.is_at_end:
            self._stand_on(self.window.total - 1)

    def scroll(self, rows: int) -> None:
        """Move the window by screen rows and take the cursor along; up pauses."""
        if not self.window.total:
            return
        if rows < 0:
            self.pause()
        self.window.scroll(rows)
        shown = self.window.visible()
        if shown:
            self._stand_on(max(shown[0][0], min(shown[-1][0], self.row)))

    def first(self) -> None:
        """Go to the first row."""
        self.pause()
        if self.window.total:
            self._stand_on(0)
        self.window.jump(0)

    def go_to(self, number: int) -> None:
        """Put the cursor on a line, a third down the window if it was outside."""
        self.pause()
        if not self.window.total:
            return
        row = min(self.view.row_of(number), self.window.total - 1)
        self._stand_on(row)
        shown = self.window.visible()
        if not shown or not shown[0][0] < row < shown[-1][0]:
            self.window.jump(row, above=self.window.height // 3)

    def jump_in_time(self, digit: int) -> bool:
        """What a digit key leads to; False when the times of the lines are unknown."""
        if digit == 0:
            self.follow()
        elif digit == 1:
            self.first()
        else:
            number = self.view.number_since(TIME_JUMPS[digit])
            if number is None:
                return False
            self.go_to(number)
        return True

    # Stepping

    def step_hit(self, direction: int) -> bool:
        """To the next or previous hit, around the end; False when there is none."""
        search = self.view.search
        if search is None or not search.hits:
            return False
        if direction > 0:
            found = search.after(self.number)
            self.go_to(search.hits[0] if found is None else found)
        else:
            found = search.before(self.number)
            self.go_to(search.hits[-1] if found is None else found)
        return True

    def nearest_hit(self, origin: int) -> bool:
        """To the first hit at or after a line, else to the last one before it, while typing."""
        search = self.view.search
        if search is None:
            return False
        found = search.after(origin - 1)
        if found is None and search.is_complete and search.hits:
            found = search.hits[-1]
        if found is not None:
            self.go_to(found)
        return found is not None

    def step_severity(self, severity: Severity, direction: int) -> bool:
        """To the next or previous error or warning; False when there is none that way.

        While following, the next error is the first one of the log.
        """
        origin = -1 if self.is_following and direction > 0 else self.number
        step = self.view.next_severe if direction > 0 else self.view.previous_severe
        found = step(origin, severity)
        if found is not None:
            self.go_to(found)
        return found is not None

    def toggle_bookmark(self) -> None:
        """Set or take away the bookmark of the cursor's line."""
        if self.number in self.bookmarks:
            self.bookmarks.remove(self.number)
        elif self.window.total:
            insort(self.bookmarks, self.number)

    def step_bookmark(self, direction: int) -> bool:
        """To the next or previous bookmark, around the end; False when there is none."""
        marks = [number for number in self.bookmarks if self.view.is_visible(number)]
        if not marks:
            return False
        if direction > 0:
            place = bisect_right(marks, self.number) % len(marks)
        else:
            place = bisect_left(marks, self.number) - 1
        self.go_to(marks[place])
        return True
