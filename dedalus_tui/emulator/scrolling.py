"""Moving lines and columns inside the margins: scrolling, inserting and deleting them."""

from __future__ import annotations

from dedalus_tui.emulator.grid import Row
from dedalus_tui.emulator.screen_state import ScreenState


class Scrolling(ScreenState):
    """SU, SD, IL, DL, SL, SR, DECIC, DECDC and what line feeds do at the margins."""

    def scroll_lines_up(self, top: int, bottom: int, count: int, *, keep: bool = False) -> None:
        """Move the lines of a region up; with `keep`, lines leaving the screen go into history."""
        count = min(count, bottom - top + 1)
        if count <= 0:
            return
        if not self.has_plain_margins:
            self._shift_block(top, bottom, count)
            return
        rows = self.rows
        leaving = rows[top : top + count]
        del rows[top : top + count]
        at = bottom + 1 - count
        rows[at:at] = self.blank_rows(count)
        if keep and top == 0 and not self.is_alternate:
            for row in leaving:
                self.scrollback.push(row)

    def scroll_lines_down(self, top: int, bottom: int, count: int) -> None:
        """Move the lines of a region down; those at its bottom are lost."""
        count = min(count, bottom - top + 1)
        if count <= 0:
            return
        if not self.has_plain_margins:
            self._shift_block(top, bottom, -count)
            return
        rows = self.rows
        del rows[bottom + 1 - count : bottom + 1]
        rows[top:top] = self.blank_rows(count)

    def _shift_block(self, top: int, bottom: int, count: int) -> None:
        """Move the cells between left and right margin up by `count` lines (down when negative)."""
        left, end = self.left, self.right + 1
        rows = self.rows
        blank = self.blank_style
        lines = range(top, bottom + 1) if count > 0 else range(bottom, top - 1, -1)
        for line in lines:
            row = rows[line]
            row.version = self.serial
            row.pad(end)
            row.split(left)
            row.split(end)
        for line in lines:
            row = rows[line]
            source = line + count
            if top <= source <= bottom:
                other = rows[source]
                row.chars[left:end] = other.chars[left:end]
                row.styles[left:end] = other.styles[left:end]
                row.complex = row.complex or other.complex
            else:
                row.erase(left, end, self.columns, blank)

    def index(self) -> None:
        """IND: move down a line, scrolling at the bottom margin."""
        self.pending_wrap = False
        y = self.y
        if y != self.bottom:
            if y < self.lines - 1:
                self.y = y + 1
            return
        if self.has_plain_margins:
            rows = self.rows
            top = self.top
            row = rows[top]
            del rows[top]
            rows.insert(self.bottom, Row(self.styles.blanks[self.style], self.serial))
            if top == 0 and not self.is_alternate:
                self.scrollback.push(row)
        elif self.left <= self.x <= self.right:
            self.scroll_lines_up(self.top, self.bottom, 1)

    def reverse_index(self) -> None:
        """RI: move up a line, scrolling at the top margin."""
        self.pending_wrap = False
        if self.y != self.top:
            self.y = max(self.y - 1, 0)
        elif self.left <= self.x <= self.right:
            self.scroll_lines_down(self.top, self.bottom, 1)

    def linefeed(self) -> None:
        """LF, VT, FF: index, with a carriage return in new-line mode."""
        self.index()
        if self.newline_mode:
            self.carriage_return()

    def carriage_return(self) -> None:
        """CR: go to the left margin, or to the edge from outside it."""
        self.pending_wrap = False
        self.x = self.left if self.x >= self.left or self.origin_mode else 0

    def next_line(self) -> None:
        """NEL: index, then to the left margin."""
        self.index()
        self.carriage_return()

    def start_next_line(self) -> None:
        """The pair CR LF, which ends most lines."""
        self.carriage_return()
        self.index()

    def scroll_up(self, count: int = 1) -> None:
        """SU: scroll the region up."""
        self.scroll_lines_up(self.top, self.bottom, count, keep=True)

    def scroll_down(self, count: int = 1) -> None:
        """SD: scroll the region down."""
        self.scroll_lines_down(self.top, self.bottom, count)

    @property
    def is_inside_margins(self) -> bool:
        """Whether the cursor stands inside all four margins."""
        return self.top <= self.y <= self.bottom and self.left <= self.x <= self.right

    def insert_lines(self, count: int | None = None) -> None:
        """IL: push the lines from the cursor down; the cursor goes to the left margin."""
        if self.is_inside_margins:
            self.scroll_lines_down(self.y, self.bottom, count or 1)
            self.x = self.left
            self.pending_wrap = False

    def delete_lines(self, count: int | None = None) -> None:
        """DL: pull the lines below the cursor up; the cursor goes to the left margin."""
        if self.is_inside_margins:
            self.scroll_lines_up(self.y, self.bottom, count or 1)
            self.x = self.left
            self.pending_wrap = False

    def shift_cells(self, row: Row, start: int, count: int, blank: int) -> None:
        """Move the cells from `start` to the right margin right by `count` (left when negative)."""
        end = self.right + 1
        space = end - start
        count = max(-space, min(count, space))
        # A row shorter than the margin has only its fill to move in; write that out first.
        row.pad(end)
        row.split(start)
        row.split(end)
        size = abs(count)
        at = start if count > 0 else end - size
        row.version = self.serial
        if count > 0:
            row.split(end - size)
            del row.chars[end - size : end]
            del row.styles[end - size : end]
        else:
            row.split(start + size)
            del row.chars[start : start + size]
            del row.styles[start : start + size]
        row.chars[at:at] = " " * size
        row.styles[at:at] = [blank] * size
        if end == self.columns:
            row.wrapped = False

    def insert_columns(self, count: int = 1) -> None:
        """DECIC: insert blank columns at the cursor in every line between the margins."""
        self._shift_columns(self.x, count)

    def delete_columns(self, count: int = 1) -> None:
        """DECDC: delete columns at the cursor in every line between the margins."""
        self._shift_columns(self.x, -count)

    def _shift_columns(self, start: int, count: int) -> None:
        if self.is_inside_margins:
            self._shift_columns_from(start, count)

    def _shift_columns_from(self, start: int, count: int) -> None:
        for line in range(self.top, self.bottom + 1):
            self.shift_cells(self.rows[line], start, count, self.blank_style)

    def scroll_left(self, count: int = 1) -> None:
        """SL: move everything between the margins left."""
        if self.is_inside_margins:
            self._shift_columns_from(self.left, -count)

    def scroll_right(self, count: int = 1) -> None:
        """SR: move everything between the margins right."""
        if self.is_inside_margins:
            self._shift_columns_from(self.left, count)

    def back_index(self) -> None:
        """DECBI: move left a column, scrolling right at the left margin."""
        self.pending_wrap = False
        if self.x != self.left:
            self.x = max(self.x - 1, 0)
        elif self.top <= self.y <= self.bottom:
            self._shift_columns_from(self.left, 1)

    def forward_index(self) -> None:
        """DECFI: move right a column, scrolling left at the right margin."""
        self.pending_wrap = False
        if self.x != self.right:
            self.x = min(self.x + 1, self.columns - 1)
        elif self.top <= self.y <= self.bottom:
            self._shift_columns_from(self.left, -1)
