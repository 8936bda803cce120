"""Taking another size: the main screen is reflowed with its history, the alternate one cropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.emulator.grid import Row
from dedalus_tui.emulator.reflow import Place, recut
from dedalus_tui.emulator.screen_state import SavedCursor
from dedalus_tui.emulator.scrollback import PackedRow, pack

if TYPE_CHECKING:
    from dedalus_tui.emulator.screen_state import ScreenState


def resize_screen(screen: ScreenState, columns: int, lines: int) -> None:
    """Give `screen` another size; does nothing when it has it already."""
    columns, lines = max(columns, 1), max(lines, 1)
    if (columns, lines) == (screen.columns, screen.lines):
        return
    screen.serial += 1
    cursor = _main_cursor(screen)
    if columns != screen.columns:
        _resize_columns(screen, cursor, columns)
        screen.layout_generation += 1
    _resize_lines(screen, screen.main.rows, cursor, lines)
    if screen.alternate.rows:
        _crop_alternate(screen, columns, lines)
    screen.tabstops.update(range((screen.columns + 7) // 8 * 8, columns, 8))
    screen.columns, screen.lines = columns, lines
    screen.generation += 1
    screen.full_margins()
    _put_cursor(screen, cursor)


def _main_cursor(screen: ScreenState) -> SavedCursor:
    """The cursor of the main screen: the live one, or the one that waits for its return."""
    if not screen.is_alternate:
        return SavedCursor(screen.x, screen.y, screen.pending_wrap)
    saved = screen.main.saved
    if saved is None:
        return SavedCursor()
    saved.y = min(saved.y, screen.lines - 1)
    return saved


def _put_cursor(screen: ScreenState, cursor: SavedCursor) -> None:
    cursor.x = min(cursor.x, screen.columns - 1)
    cursor.y = min(max(cursor.y, 0), screen.lines - 1)
    if screen.is_alternate:
        pending = screen.pending_wrap and screen.x == screen.columns - 1
        screen.move_to(screen.x, screen.y)
        screen.pending_wrap = pending
    else:
        screen.move_to(cursor.x, cursor.y)
        screen.pending_wrap = cursor.pending_wrap


def _is_blank(row: PackedRow) -> bool:
    return not row.fill and row.runs == 0 and not row.text.strip(" ")


def _resize_columns(screen: ScreenState, cursor: SavedCursor, columns: int) -> None:
    """Reflow history and main screen; the number of screen lines stays."""
    history = screen.scrollback.packed()
    old = [*history, *map(pack, screen.main.rows)]
    place = Place(len(history) + cursor.y, cursor.x + cursor.pending_wrap)
    new, place = recut(old, screen.columns, columns, place)
    surplus = len(new) - len(old)
    while surplus > 0 and len(new) - 1 > place.row and _is_blank(new[-1]):
        new.pop()
        surplus -= 1
    lines = len(screen.main.rows)
    top = max(len(new) - lines, 0)
    screen.scrollback.replace(new[:top])
    rows = [row.unpack(screen.serial) for row in new[top:]]
    rows.extend(Row(0, screen.serial) for _ in range(lines - len(rows)))
    screen.main.rows[:] = rows
    cursor.y = place.row - top
    cursor.x = min(place.offset, columns - 1)
    cursor.pending_wrap = place.offset >= columns and cursor.y >= 0


def _resize_lines(screen: ScreenState, rows: list[Row], cursor: SavedCursor, lines: int) -> None:
    """Drop or add lines of the main screen, giving to history and taking from it."""
    while len(rows) > lines and len(rows) - 1 > cursor.y and rows[-1].is_blank():
        rows.pop()
    while len(rows) > lines:
        screen.scrollback.push(rows.pop(0))
        cursor.y -= 1
    if len(rows) < lines and (cursor.y >= len(rows) - 1 or not rows[-1].is_blank()):
        while len(rows) < lines and (row := screen.scrollback.pop(screen.serial)) is not None:
            rows.insert(0, row)
            cursor.y += 1
    rows.extend(Row(0, screen.serial) for _ in range(lines - len(rows)))


def _crop_alternate(screen: ScreenState, columns: int, lines: int) -> None:
    rows = screen.alternate.rows
    if screen.is_alternate and screen.y >= lines:
        surplus = screen.y - lines + 1
        del rows[:surplus]
        screen.y -= surplus
    del rows[lines:]
    rows.extend(Row(0, screen.serial) for _ in range(lines - len(rows)))
    for row in rows:
        row.wrapped = False
        if len(row.chars) > columns:
            row.split(columns)
            del row.chars[columns:]
            del row.styles[columns:]
            row.version = screen.serial
