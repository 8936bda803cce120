"""Moving the cursor: relative, absolute, by tabs, and saving and restoring it."""

from __future__ import annotations

from dedalus_tui.emulator.charsets import CharsetState
from dedalus_tui.emulator.screen_state import SavedCursor
from dedalus_tui.emulator.scrolling import Scrolling


class Motion(Scrolling):
    """CUU, CUD, CUF, CUB, CUP, HPA, VPA, tabs, DECSC and their relatives."""

    def cursor_up(self, count: int | None = None) -> None:
        """CUU: up, stopping at the top margin when coming from inside."""
        limit = self.top if self.y >= self.top else 0
        self.y = max(self.y - (count or 1), limit)
        self.pending_wrap = False

    def cursor_down(self, count: int | None = None) -> None:
        """CUD: down, stopping at the bottom margin when coming from inside."""
        limit = self.bottom if self.y <= self.bottom else self.lines - 1
        self.y = min(self.y + (count or 1), limit)
        self.pending_wrap = False

    def cursor_forward(self, count: int | None = None) -> None:
        """CUF: right, stopping at the right margin when coming from inside."""
        self.x = min(self.x + (count or 1), self.line_limit)
        self.pending_wrap = False

    def cursor_back(self, count: int | None = None) -> None:
        """CUB: left, stopping at the left margin, or going on in the line above in reverse wrap."""
        count = count or 1
        if self.autowrap and self.mode & {45 << 5, 1045 << 5}:
            self._wrap_back(count)
        else:
            limit = self.left if self.x >= self.left else 0
            self.x = max(self.x - count, limit)
        self.pending_wrap = False

    def _wrap_back(self, count: int) -> None:
        """Move left through line ends: any with ?1045, only wrapped ones with ?45."""
        is_extended = 1045 << 5 in self.mode
        if self.pending_wrap:
            count -= 1
        # Going round the whole screen more than once ends where the remainder does.
        count = min(count, self.columns * self.lines * 2)
        while count > 0:
            limit = self.left if self.x >= self.left else 0
            step = min(count, self.x - limit)
            self.x -= step
            count -= step
            if count <= 0:
                return
            top = self.top if self.y >= self.top else 0
            if self.y > top:
                if not is_extended and not self.rows[self.y - 1].wrapped:
                    return
                self.y -= 1
            elif is_extended:
                self.y = self.bottom
            else:
                return
            self.x = self.right
            count -= 1

    def backspace(self) -> None:
        """BS: one column left."""
        self.cursor_back(1)

    def cursor_down1(self, count: int | None = None) -> None:
        """CNL: down, to the left margin."""
        self.cursor_down(count)
        self.carriage_return()

    def cursor_up1(self, count: int | None = None) -> None:
        """CPL: up, to the left margin."""
        self.cursor_up(count)
        self.carriage_return()

    def cursor_position(self, line: int | None = None, column: int | None = None) -> None:
        """CUP, HVP: 1-based; inside the margins and relative to them in origin mode."""
        y = (line or 1) - 1
        x = (column or 1) - 1
        if self.origin_mode:
            y = min(y + self.top, self.bottom)
            x = min(x + self.left, self.right)
        self.y = y if y < self.lines else self.lines - 1
        self.x = x if x < self.columns else self.columns - 1
        self.pending_wrap = False

    def cursor_to_column(self, column: int | None = None) -> None:
        """CHA, HPA: to a column of this line."""
        base = self.top if self.origin_mode else 0
        self.cursor_position(self.y - base + 1, column)

    def cursor_to_line(self, line: int | None = None) -> None:
        """VPA: to a line, in this column."""
        base = self.left if self.origin_mode else 0
        self.cursor_position(line, max(self.x - base, 0) + 1)

    def position_forward(self, count: int = 1) -> None:
        """HPR: columns to the right, not stopped by margins outside origin mode."""
        limit = self.right if self.origin_mode else self.columns - 1
        self.x = min(self.x + count, limit)
        self.pending_wrap = False

    def position_down(self, count: int = 1) -> None:
        """VPR: lines down, not stopped by margins outside origin mode."""
        limit = self.bottom if self.origin_mode else self.lines - 1
        self.y = min(self.y + count, limit)
        self.pending_wrap = False

    # tabs

    def tab(self) -> None:
        """HT: to the next tab stop or the end of the line; with ?41 a waiting wrap goes first."""
        if self.pending_wrap and self.autowrap and 41 << 5 in self.mode:
            self.index()
            self.x = self.left
        self.tab_forward(1)

    def tab_forward(self, count: int = 1) -> None:
        """CHT: several tab stops on; the right margin holds the cursor inside."""
        limit = self.line_limit
        stops = sorted(stop for stop in self.tabstops if self.x < stop <= limit)
        if self.x < limit:
            self.pending_wrap = False
            self.x = stops[count - 1] if count <= len(stops) else limit

    def tab_back(self, count: int = 1) -> None:
        """CBT: several tab stops back; only origin mode makes the left margin hold."""
        limit = self.left if self.origin_mode else 0
        stops = sorted((stop for stop in self.tabstops if limit < stop < self.x), reverse=True)
        self.pending_wrap = False
        self.x = stops[count - 1] if count <= len(stops) else min(limit, self.x)

    def set_tab_stop(self) -> None:
        """HTS: set a stop at the cursor."""
        self.tabstops.add(self.x)

    def clear_tab_stop(self, how: int = 0) -> None:
        """TBC: 0 clears the stop at the cursor, 3 all."""
        if how == 0:
            self.tabstops.discard(self.x)
        elif how == 3:
            self.tabstops.clear()

    def tab_control(self, how: int = 0) -> None:
        """CTC: 0 sets a stop, 2 clears it, 5 clears all."""
        if how == 0:
            self.set_tab_stop()
        elif how == 2:
            self.tabstops.discard(self.x)
        elif how == 5:
            self.tabstops.clear()

    def reset_tab_stops(self, how: int = 0) -> None:
        """DECST8C: a stop every eight columns."""
        if how == 5:
            self.default_tabstops()

    # saving

    @property
    def grid_saved(self) -> SavedCursor | None:
        """The cursor saved on the screen in use."""
        return self.alternate.saved if self.is_alternate else self.main.saved

    def save_cursor(self) -> None:
        """DECSC: one slot for each screen."""
        saved = SavedCursor(
            self.x, self.y, self.pending_wrap, self.style, self.origin_mode, self.charsets.copy()
        )
        if self.is_alternate:
            self.alternate.saved = saved
        else:
            self.main.saved = saved

    def restore_cursor(self) -> None:
        """DECRC: back to what was saved, or home with everything plain."""
        saved = self.grid_saved or SavedCursor()
        self.origin_mode = saved.origin_mode
        if saved.origin_mode:
            self.mode.add(6 << 5)
        else:
            self.mode.discard(6 << 5)
        self.move_to(saved.x, saved.y)
        if self.origin_mode:
            self.y = min(max(self.y, self.top), self.bottom)
            self.x = min(max(self.x, self.left), self.right)
        self.pending_wrap = saved.pending_wrap and self.x == self.line_limit
        self.style = saved.style
        self.charsets = saved.charsets.copy() if saved.charsets else CharsetState()
        self.refresh_shortcuts()

    def save_cursor_or_margins(self, parameters: tuple[int, ...]) -> None:
        """CSI s: SCOSC, or DECSLRM when left and right margins are enabled (?69)."""
        if 69 << 5 in self.mode and self.conformance_level >= 4:
            left, right = (*parameters, 0, 0)[:2]
            self.set_side_margins(left, right)
        elif not any(parameters):
            self.save_cursor()

    def set_side_margins(self, left: int = 0, right: int = 0) -> None:
        """DECSLRM: 1-based; the cursor goes home."""
        first = max(left, 1) - 1
        last = min(right or self.columns, self.columns) - 1
        if first < last:
            self.left, self.right = first, last
            self.refresh_shortcuts()
            self.cursor_position()

    def set_margins(self, top: int | None = None, bottom: int | None = None) -> None:
        """DECSTBM: 1-based; the cursor goes home. A region of one line is ignored."""
        first = max(top or 1, 1) - 1
        last = min(bottom or self.lines, self.lines) - 1
        if first < last:
            self.top, self.bottom = first, last
            self.cursor_position()
