"""Erasing, inserting and deleting characters."""

from __future__ import annotations

from dedalus_tui.emulator.grid import Row
from dedalus_tui.emulator.motion import Motion
from dedalus_tui.emulator.styles import GUARDED, PROTECTED


class Editing(Motion):
    """ED, EL, ECH, their selective forms, ICH, DCH and DECALN."""

    is_guarding = False
    """Whether SPA was the last kind of protection used, so that ISO erases spare guarded cells."""

    def erase_cells(self, row: Row, start: int, end: int, spare: int = 0) -> None:
        """Blank part of a row, sparing cells whose style has any of the flags in `spare`."""
        row.version = self.serial
        blank = self.blank_style
        if not spare:
            row.erase(start, end, self.columns, blank)
            return
        styles = self.styles
        row.pad(end)
        column = start
        while column < end:
            if styles[row.styles[column]].flags & spare:
                column += 1
                continue
            stop = column + 1
            while stop < end and not styles[row.styles[stop]].flags & spare:
                stop += 1
            if row.complex:
                row.split(column)
                row.split(stop)
            row.chars[column:stop] = " " * (stop - column)
            row.styles[column:stop] = [blank] * (stop - column)
            column = stop

    def _spare(self, private: bool) -> int:
        guarded = GUARDED if self.is_guarding else 0
        return PROTECTED | guarded if private else guarded

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        """EL, DECSEL: 0 to the end, 1 up to the cursor, 2 all of the line."""
        start, end = self._span(how)
        if start < end:
            self.erase_cells(self.rows[self.y], start, end, self._spare(private))

    def _span(self, how: int) -> tuple[int, int]:
        match how:
            case 0:
                # Waiting to wrap, the cursor stands past the last character, which is left alone.
                return self.x + self.pending_wrap, self.columns
            case 1:
                return 0, self.x + 1
            case 2:
                return 0, self.columns
            case _:
                return 0, 0

    def erase_in_display(self, how: int = 0, *_ignored: int, private: bool = False) -> None:
        """ED, DECSED: 0 to the end, 1 up to the cursor, 2 the screen, 3 the history."""
        spare = self._spare(private)
        if how == 3:
            if not private and not self.is_alternate:
                self.scrollback.clear()
                self.layout_generation += 1
            return
        if how not in (0, 1, 2):
            return
        first = self.y + 1 if how == 0 else 0
        last = self.y if how == 1 else self.lines
        if how != 2:
            self.erase_in_line(how, private)
        for line in range(first, last):
            self._erase_line(line, spare)

    def _erase_line(self, line: int, spare: int) -> None:
        if spare:
            self.erase_cells(self.rows[line], 0, self.columns, spare)
        else:
            # A new row frees the old one's cells, whatever they were.
            self.rows[line] = Row(self.blank_style, self.serial)

    def erase_characters(self, count: int | None = None) -> None:
        """ECH: blank characters from the cursor on; nothing moves."""
        end = min(self.x + (count or 1), self.columns)
        self.erase_cells(self.rows[self.y], self.x, end, self._spare(False))
        self.pending_wrap = False

    def insert_characters(self, count: int | None = None) -> None:
        """ICH: push the rest of the line right, up to the right margin."""
        self.pending_wrap = False
        if self.left <= self.x <= self.right:
            self.shift_cells(self.rows[self.y], self.x, count or 1, self.blank_style)

    def delete_characters(self, count: int | None = None) -> None:
        """DCH: pull the rest of the line left."""
        self.pending_wrap = False
        if self.left <= self.x <= self.right:
            self.shift_cells(self.rows[self.y], self.x, -(count or 1), self.blank_style)

    def alignment_display(self) -> None:
        """DECALN: fill the screen with E, margins to the edges, cursor home."""
        self.origin_mode = False
        self.mode.discard(6 << 5)
        self.full_margins()
        self.move_to(0, 0)
        for line in range(self.lines):
            row = Row(0, self.serial)
            row.chars = ["E"] * self.columns
            row.styles = [0] * self.columns
            self.rows[line] = row

    def select_protection(self, how: int = 0) -> None:
        """DECSCA: 1 protects what is written next from selective erases; 0 and 2 do not."""
        style = self.styles[self.style]
        self.is_guarding = False
        flags = style.flags & ~PROTECTED
        if how == 1:
            flags |= PROTECTED
        if how in (0, 1, 2):
            self.style = self.styles.intern(style._replace(flags=flags))

    def start_guarded(self) -> None:
        """SPA: what is written next is spared by ED, EL and ECH."""
        style = self.styles[self.style]
        self.is_guarding = True
        self.style = self.styles.intern(style._replace(flags=style.flags | GUARDED))

    def end_guarded(self) -> None:
        """EPA: what is written next may be erased."""
        style = self.styles[self.style]
        self.style = self.styles.intern(style._replace(flags=style.flags & ~GUARDED))
