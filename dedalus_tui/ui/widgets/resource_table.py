"""A table of thousands of rows: lazy cells, a cursor that sticks to its row, marks, header.

The table holds only the order of row keys. What a row says is asked from its owner when the row
becomes visible, so loading, sorting and filtering cost as much as a list of strings does. Cells
are (text, role) pairs; text is already fit for one line and is never read as markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from dedalus_tui.ui.themes import Ink
from dedalus_tui.ui.widgets.line_view import LineView
from dedalus_tui.ui.widgets.table_layout import GUTTER, TableColumn, TableLayout, lay_out
from dedalus_tui.ui.widgets.table_painter import TableSigns, paint_header, paint_row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Sequence

    from textual import events
    from textual.strip import Strip

    from dedalus_tui.ui.widgets.table_painter import Cell


class RowFace(NamedTuple):
    """What a row says now: one cell for each column of the table, in their order."""

    cells: Sequence[Cell]
    is_stale: bool = False


class ResourceTable(LineView):
    """Rows by key. `version_of` must change whenever `face_of` would."""

    fixed_lines = 1

    FACES_KEPT = 512
    """Rows whose cells are remembered; beyond that all are asked again."""

    class CursorMoved(Message):
        """The cursor stands on another row, or on none."""

        def __init__(self, table: ResourceTable, key: str | None) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> ResourceTable:
            """The table."""
            return self.table

    class Resized(Message):
        """There is room for other columns; so also when it is shown for the first time."""

    class RowOpened(Message):
        """Somebody double-clicked a row."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class MenuAsked(Message):
        """Somebody clicked a row with the right button; the cursor is on it."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class HeaderPressed(Message):
        """Somebody clicked a column's title."""

        def __init__(self, column: str) -> None:
            super().__init__()
            self.column = column

    class MarksChanged(Message):
        """Other rows are marked than before."""

        def __init__(self, marks: frozenset[str]) -> None:
            super().__init__()
            self.marks = marks

    def __init__(
        self,
        *,
        columns: Sequence[TableColumn],
        version_of: Callable[[str], Hashable],
        face_of: Callable[[str], RowFace],
        signs: TableSigns | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._version_of = version_of
        self._face_of = face_of
        self.signs = signs or TableSigns()
        self._order: list[str] = []
        self._cursor: int | None = None
        self._marks: set[str] = set()
        self._range_start: str | None = None
        self._skipped_columns = 0
        self._sorted_by: tuple[str, bool] | None = None
        self._is_stale = False
        self._faces: dict[str, tuple[Hashable, RowFace]] = {}
        self._layout_made: tuple[int, TableLayout] | None = None
        self._ink: Ink | None = None
        self._is_bright = False

    # Rows.

    @property
    def order(self) -> Sequence[str]:
        """The keys of the rows, top to bottom."""
        return self._order

    def show(self, order: list[str], *, cursor: str | None = None) -> None:
        """Show these rows; the table keeps the list.

        The cursor stays on its row, and that row at its place in the window. When the row is gone
        the cursor stays at its line, on whatever is there now. `cursor` names a row to prefer.
        """
        held = cursor if cursor is not None else self.cursor_key
        place = 0 if self._cursor is None else self._cursor - self.first_visible_line
        before = self.cursor_key
        self._order = order
        self.resize_content(lines=len(order), width=0)
        self._cursor = self._find(held)
        if self._cursor is not None and held == before:
            self.jump_to_line(max(0, self._cursor - place))
        if self._cursor is not None:
            self.reveal_line(self._cursor)
        self.refresh()
        if self.cursor_key != before:
            self.post_message(self.CursorMoved(self, self.cursor_key))

    def _find(self, key: str | None) -> int | None:
        if not self._order:
            return None
        if key is not None:
            try:
                return self._order.index(key)
            except ValueError:
                pass
        return min(self._cursor or 0, len(self._order) - 1)

    def rows_changed(self, keys: Collection[str]) -> None:
        """Repaint those of these rows that are visible."""
        order = self._order
        self.repaint_lines([line for line in self.visible_lines if order[line] in keys])

    def tick(self, only: Collection[str] | None = None) -> None:
        """Time went on: ask visible rows again and repaint those that say something else.

        `only` names the rows to ask; None = all that are visible.
        """
        changed = []
        for line in self.visible_lines:
            key = self._order[line]
            if only is not None and key not in only:
                continue
            held = self._faces.get(key)
            face = self._face_of(key)
            if held is None or held[1] != face:
                self._faces[key] = (self._version_of(key), face)
                changed.append(line)
        self.repaint_lines(changed)

    def forget_faces(self) -> None:
        """Ask every row again: what rows say depends on something that changed."""
        self._faces.clear()
        self.refresh()

    def show_as_stale(self, is_stale: bool) -> None:
        """Dim all rows, because what they say may no longer be so; they may say less then."""
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self.forget_faces()

    # Columns.

    @property
    def columns(self) -> Sequence[TableColumn]:
        """All columns, those scrolled out included."""
        return self._columns

    def show_columns(self, columns: Sequence[TableColumn]) -> None:
        """Show other columns; rows are asked for their cells again."""
        if tuple(columns) == self._columns:
            return
        self._columns = tuple(columns)
        self._skipped_columns = min(self._skipped_columns, max(0, len(columns) - 2))
        self._layout_made = None
        self._faces.clear()
        self.forget_strips()

    def show_sort(self, column: str, *, is_falling: bool) -> None:
        """Mark the column by which the owner sorted the order."""
        self._sorted_by = (column, is_falling)
        self.repaint_fixed_lines()

    def shift_columns(self, cells: int) -> None:
        """Scroll by one whole column; the first one always stays."""
        layout = self._layout()
        if cells > 0 and layout.hides_right:
            self._skipped_columns += 1
        elif cells < 0 and self._skipped_columns:
            self._skipped_columns -= 1
        else:
            return
        self._layout_made = None
        self.refresh()

    def _layout(self) -> TableLayout:
        width = self.size.width
        if self._layout_made is None or self._layout_made[0] != width:
            made = lay_out(self._columns, width, self._skipped_columns)
            self._layout_made = (width, made)
        return self._layout_made[1]

    # Cursor.

    @property
    def cursor_key(self) -> str | None:
        """The row the cursor stands on."""
        return None if self._cursor is None else self._order[self._cursor]

    @property
    def cursor_line(self) -> int | None:
        """The line the cursor stands on."""
        return self._cursor

    def move_cursor(self, lines: int) -> None:
        """Move down (or, negative, up) by so many rows, stopping at the ends."""
        self.put_cursor((self._cursor or 0) + lines)

    def put_cursor(self, line: int) -> None:
        """Move to a line, or to the nearest there is."""
        if not self._order:
            return
        line = max(0, min(line, len(self._order) - 1))
        before, self._cursor = self._cursor, line
        if line == before:
            return
        self.repaint_lines([line] if before is None else [before, line])
        self.reveal_line(line)
        self.post_message(self.CursorMoved(self, self._order[line]))

    def select(self, key: str) -> bool:
        """Move to a row; False when there is none of that key."""
        try:
            self.put_cursor(self._order.index(key))
        except ValueError:
            return False
        return True

    # Marks.

    @property
    def marks(self) -> frozenset[str]:
        """Keys of marked rows, those not shown now included."""
        return frozenset(self._marks)

    def mark(self, keys: Iterable[str]) -> None:
        """Mark exactly these rows."""
        marks = set(keys)
        if marks == self._marks:
            return
        changed = marks ^ self._marks
        self._marks = marks
        self.rows_changed(changed)
        self.post_message(self.MarksChanged(self.marks))

    def toggle_mark(self, line: int | None = None) -> None:
        """Mark or unmark a row, that of the cursor unless a line is named; a range starts here."""
        line = self._cursor if line is None else line
        if line is None:
            return
        key = self._order[line]
        self._range_start = key
        self.mark(self._marks ^ {key})

    def mark_range(self) -> None:
        """Mark from where the last mark was set to the cursor."""
        if self._cursor is None:
            return
        try:
            start = self._order.index(self._range_start or "")
        except ValueError:
            start = self._cursor
        low, high = sorted((start, self._cursor))
        self.mark(self._marks.union(self._order[low : high + 1]))

    # Drawing.

    def notify_style_update(self) -> None:
        """Colours may be others now."""
        super().notify_style_update()
        self._ink = None

    @property
    def ink(self) -> Ink:
        """Styles of the theme now in use."""
        if self._ink is None:
            self._ink = Ink(self.app.theme_variables)
        return self._ink

    def line_key(self, line: int) -> Hashable:
        """The cells themselves, and how they are lit."""
        key = self._order[line]
        face = self._face(key)
        return (
            tuple(face.cells),
            face.is_stale or self._is_stale,
            self._ground(line, key),
            key in self._marks,
            self._skipped_columns,
        )

    def _face(self, key: str) -> RowFace:
        version = self._version_of(key)
        held = self._faces.get(key)
        if held is None or held[0] != version:
            if len(self._faces) >= self.FACES_KEPT:
                self._faces.clear()
            held = self._faces[key] = (version, self._face_of(key))
        return held[1]

    def _ground(self, line: int, key: str) -> str:
        if line == self._cursor:
            return "cursor" if self._is_bright else "cursor-blurred"
        return "marked" if key in self._marks else "base"

    def draw_line(self, line: int) -> Strip:
        """A row: gutter, then each placed column's cell at its exact width."""
        key = self._order[line]
        face = self._face(key)
        return paint_row(
            face.cells,
            self._layout(),
            self.ink,
            width=self.size.width,
            ground=self._ground(line, key),
            gutter=(
                self.signs.cursor if line == self._cursor else " ",
                self.signs.mark if key in self._marks else " ",
            ),
            is_stale=face.is_stale or self._is_stale,
            ellipsis=self.signs.ellipsis,
        )

    def draw_fixed_line(self, y: int) -> Strip:
        """The header."""
        return paint_header(
            self._layout(),
            self.ink,
            self.signs,
            width=self.size.width,
            sorted_by=self._sorted_by,
        )

    # Mouse and focus.

    def on_resize(self) -> None:
        """Whoever chooses the columns is told."""
        self.post_message(self.Resized())

    def on_focus(self) -> None:
        """The cursor is bright while keys go to this table."""
        self._light(True)

    def on_blur(self) -> None:
        """The cursor stays visible, but dimmer."""
        self._light(False)

    def _light(self, is_bright: bool) -> None:
        if is_bright != self._is_bright:
            self._is_bright = is_bright
            if self._cursor is not None:
                self.repaint_lines([self._cursor])

    def on_click(self, event: events.Click) -> None:
        """Header: sort. Gutter: mark. Row: cursor there; twice: open; right button: menu."""
        event.stop()
        if event.y < self.fixed_lines:
            column = self._layout().column_at(event.x)
            if column is not None:
                self.post_message(self.HeaderPressed(column.key))
            return
        line = self.line_at(event.y)
        if line is None:
            return
        if event.x < GUTTER and event.button == 1:
            self.toggle_mark(line)
            return
        self.put_cursor(line)
        key = self._order[line]
        if event.button == 3:
            self.post_message(self.MenuAsked(key))
        elif event.chain == 2:
            self.post_message(self.RowOpened(key))
