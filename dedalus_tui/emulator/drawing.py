"""Writing text into cells: the fast path, wrapping, wide characters and grapheme clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.emulator.editing import Editing
from dedalus_tui.emulator.widths import (
    EMOJI_PRESENTATION,
    MAX_CLUSTER,
    NARROW,
    WIDE,
    ZERO_WIDTH_JOINER,
    character_width,
    cluster_width,
    joins,
    split_kinds,
)

if TYPE_CHECKING:
    from dedalus_tui.emulator.grid import Row

_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])


class Drawing(Editing):
    """Printable characters, and REP."""

    _open_row: Row | None = None
    """The row whose cell at `_open_column` may still be continued by what comes next."""
    _open_column = -1

    def draw(self, data: str) -> None:
        """Write text at the cursor; control characters in it are dropped."""
        self.draw_text(data if data.isprintable() else data.translate(_CONTROLS))

    def draw_ascii(self, data: str) -> None:
        """Write ASCII text that holds no control characters."""
        x = self.x
        end = x + len(data)
        if end >= self.plain_limit:
            self._draw_slowly(data)
            return
        row = self.rows[self.y]
        chars = row.chars
        length = len(chars)
        if x > length:
            row.pad(x)
        if row.complex:
            row.split(x)
            row.split(end)
        if end - x == 1 and x < length:
            chars[x] = data
            row.styles[x] = self.style
        else:
            chars[x:end] = data
            row.styles[x:end] = [self.style] * (end - x)
        row.version = self.serial
        self.x = end
        self.last_text = data

    def draw_text(self, data: str) -> None:
        """Write text that holds no control characters."""
        if data.isascii():
            self.draw_ascii(data)
        else:
            self._draw_slowly(data)

    def _draw_slowly(self, data: str) -> None:
        if self.charsets.single_shift is not None:
            first = data[0].translate(self.charsets.single_shift_table)
            self.charsets.single_shift = None
            self.refresh_shortcuts()
            self._draw_kinds(first)
            data = data[1:]
        table = self.charsets.table
        if table:
            data = data.translate(table)
        if self._open_row is None and data.isascii():
            if data:
                self._draw_narrow(data)
        else:
            self._draw_kinds(data)

    def _draw_kinds(self, data: str) -> None:
        for text, kind in split_kinds(data):
            if self._open_row is not None and self._continue_cell(text[0]):
                text = text[1:]
                if not text:
                    continue
            if kind == NARROW:
                self._draw_narrow(text)
            elif kind == WIDE:
                self._draw_wide(text)
            else:
                self._draw_special(text)

    def _wrap(self) -> None:
        """Go to the start of the next line because the text goes on there."""
        if self.has_plain_margins:
            self.rows[self.y].wrapped = True
        self.index()
        self.x = self.left

    def _write(self, row: Row, cells: str | list[str], width: int) -> None:
        """Put cells at the cursor's column of a row without moving the cursor."""
        x = self.x
        if self.insert_mode and self.left <= x <= self.right:
            self.shift_cells(row, x, width, self.blank_style)
        end = x + width
        if x > len(row.chars):
            row.pad(x)
        if row.complex:
            row.split(x)
            row.split(end)
        row.chars[x:end] = cells
        row.styles[x:end] = [self.style] * width
        row.version = self.serial

    def _advance(self, row: Row, width: int) -> None:
        """Move the cursor past what was written; in the last column it waits there."""
        limit = self.line_limit
        self.x += width
        if self.x > limit:
            self.x = limit
            self.pending_wrap = True
            row.wrapped = False

    def _draw_narrow(self, text: str) -> None:
        while text:
            if self.pending_wrap:
                if self.autowrap:
                    self._wrap()
                self.pending_wrap = False
            row = self.rows[self.y]
            x = self.x
            limit = self.right if x <= self.right else self.columns - 1
            room = limit + 1 - x
            size = len(text)
            if size < room:
                piece, text = text, ""
            else:
                piece, text = text[:room], text[room:]
                size = room
                if text and not self.autowrap:
                    piece, text = piece[:-1] + text[-1], ""
            self._write(row, piece, size)
            if size == room:
                self.x = limit
                self.pending_wrap = True
                row.wrapped = False
            else:
                self.x = x + size
        self.last_text = piece

    def _draw_wide(self, text: str) -> None:
        while text:
            if not self._make_room(2):
                # The screen is too narrow for any of them.
                text = text[1:]
                continue
            row = self.rows[self.y]
            fitting = (self.line_limit + 1 - self.x) // 2 if self.autowrap else 1
            piece = text[:fitting]
            text = text[fitting:]
            cells = [""] * (2 * len(piece))
            cells[::2] = piece
            row.complex = True
            self._write(row, cells, len(cells))
            self._advance(row, len(cells))
            self.last_text = piece[-1]

    def _make_room(self, width: int) -> bool:
        """Wrap, or step back, so that a character of `width` fits; false when it never can."""
        if self.pending_wrap:
            if self.autowrap:
                self._wrap()
            self.pending_wrap = False
        if self.x + width - 1 <= self.line_limit:
            return True
        if self.autowrap:
            row = self.rows[self.y]
            row.erase(self.x, self.line_limit + 1, self.columns, self.blank_style)
            row.version = self.serial
            self._wrap()
        else:
            self.x = max(self.line_limit + 1 - width, 0)
        return self.x + width - 1 <= self.line_limit

    def _draw_special(self, character: str) -> None:
        """Write a character that may belong to the cell before it, or that others may join."""
        width = character_width(character)
        if width == 2:
            self._draw_wide(character)
        elif width:
            self._draw_narrow(character)
            self._open_cell()
        else:
            self._attach(character)

    def _cell_before(self) -> int:
        """The column of the cell that the cursor stands after; -1 at the start of the line."""
        column = self.x if self.pending_wrap else self.x - 1
        chars = self.rows[self.y].chars
        if column >= len(chars):
            return -1
        if column > 0 and not chars[column]:
            column -= 1
        return column

    def _open_cell(self) -> None:
        """Remember the cell before the cursor as one that may be continued."""
        row = self.rows[self.y]
        self._open_row = row
        self._open_column = column = self._cell_before()
        if column >= 0 and row.chars[column].endswith(ZERO_WIDTH_JOINER):
            self.has_open_joiner = True
            self.refresh_shortcuts()

    def _continue_cell(self, character: str) -> bool:
        """Add a character to the open cell if it belongs there; the cell is closed otherwise."""
        row = self._open_row
        self._open_row = None
        if self.has_open_joiner:
            self.has_open_joiner = False
            self.refresh_shortcuts()
        column = self._open_column
        if row is not self.rows[self.y] or column < 0 or column != self._cell_before():
            return False
        if character_width(character) == 0 or not joins(row.chars[column], character):
            return False
        self._extend_cell(row, column, character)
        return True

    def _attach(self, character: str) -> None:
        """Add a zero-width character to the cell before the cursor."""
        column = self._cell_before()
        if column < 0:
            return
        self._extend_cell(self.rows[self.y], column, character)

    def _extend_cell(self, row: Row, column: int, character: str) -> None:
        cluster = row.chars[column]
        was_wide = column + 1 < len(row.chars) and not row.chars[column + 1]
        if len(cluster) < MAX_CLUSTER:
            cluster += character
            row.chars[column] = cluster
            row.complex = True
            row.version = self.serial
            self.last_text = cluster
            if not was_wide and cluster_width(cluster) == 2:
                self._widen(row, column)
        self._open_cell()

    def _widen(self, row: Row, column: int) -> None:
        """Make a narrow cell wide, because what joined it asks for two columns."""
        cluster = row.chars[column]
        if column < self.line_limit:
            self.x = column + 1
            self.pending_wrap = False
            style = self.style
            self.style = row.styles[column]
            self._write(row, [""], 1)
            self.style = style
            self._advance(row, 1)
            return
        if not self.autowrap or column == self.left:
            row.chars[column] = cluster.replace(EMOJI_PRESENTATION, "")[:1]
            return
        # It stood in the last column: the line ends before it and it moves to the next one.
        row.erase(column, column + 1, self.columns, row.styles[column])
        self.pending_wrap = True
        style = self.style
        self._draw_cluster(cluster)
        self.style = style

    def _draw_cluster(self, cluster: str) -> None:
        width = cluster_width(cluster)
        if not self._make_room(width):
            return
        row = self.rows[self.y]
        row.complex = True
        self._write(row, [cluster, ""][:width], width)
        self._advance(row, width)
        self.last_text = cluster

    def _last_cluster(self) -> str:
        """The content of the cell written last, as far as it was drawn in one piece."""
        text = self.last_text
        return text[-1:] if text.isascii() or len(split_kinds(text)) == 1 else text

    def repeat(self, count: int = 1) -> None:
        """REP: write the last character again."""
        cluster = self._last_cluster()
        if not cluster:
            return
        count = min(count, self.columns * self.lines)
        if len(cluster) == 1 and character_width(cluster) == 1:
            self._draw_narrow(cluster * count)
            return
        for _ in range(count):
            self._draw_cluster(cluster)
