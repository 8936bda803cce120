"""Scroll-and-copy mode: a cursor of ours in the terminal's history, moved by keys (ux.md 4.3).

Motion as in vi and less; v, V and ctrl-v select cells, lines and a block; y, c or Enter copies and
leaves; / searches, n and N step, [ and ] go from prompt to prompt; q or Esc leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.emulator.marks import MarkKind
from dedalus_tui.ui.widgets.terminal_selection import Selection, Unit, grown, word_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.ui.widgets.terminal_selection import Position
    from dedalus_tui.ui.widgets.terminal_view import TerminalView


class ScrollMode:
    """The mode of one terminal, while it lasts."""

    def __init__(self, view: TerminalView) -> None:
        """The cursor begins where the program's is, if that is in sight."""
        self._view = view
        emulator = view.emulator
        line = emulator.screen_line + emulator.cursor.y
        if not view.top <= line < view.top + emulator.rows:
            line = view.top + emulator.rows - 1
        self.position: Position = (line, min(emulator.cursor.x, emulator.columns - 1))
        self._anchor: Position | None = None
        self._unit = Unit.CELL
        self._keys = self._make_keys()
        view.copy_cursor = self.position

    def press(self, key: str, character: str | None) -> None:
        """One key. Keys without a meaning here do nothing."""
        action = self._keys.get(key) or self._keys.get(character or "")
        if action is not None:
            action()

    def go_to(self, position: Position) -> None:
        """Move the cursor, and the window if need be."""
        emulator = self._view.emulator
        first = emulator.first_line
        line = min(max(position[0], first), first + emulator.total_lines - 1)
        column = min(max(position[1], 0), emulator.columns - 1)
        self.position = self._view.copy_cursor = (line, column)
        self._show_line(line)
        if self._anchor is not None:
            selection = Selection(self._anchor, self.position, self._unit)
            cells = emulator.row(self._anchor[0]).cells, emulator.row(line).cells
            self._view.select(grown(selection, *cells))
        self._view.repaint_all()

    def _show_line(self, line: int) -> None:
        """Scroll by as little as needed; far away, so that the line is in the middle."""
        view, rows = self._view, self._view.emulator.rows
        if view.top <= line < view.top + rows:
            return
        if view.top - rows < line < view.top:
            view.show_line_at_top(line)
        elif view.top + rows <= line < view.top + 2 * rows:
            view.show_line_at_top(line - rows + 1)
        else:
            view.show_line_at_top(line - rows // 2)

    def _make_keys(self) -> dict[str, Callable[[], None]]:
        rows = self._view.emulator.rows
        half, page = max(1, rows // 2), max(1, rows - 1)
        emulator = self._view.emulator
        table: dict[str, Callable[[], None]] = {
            "home": lambda: self._column(0),
            "0": lambda: self._column(0),
            "end": self._line_end,
            "$": self._line_end,
            "w": lambda: self._word(1),
            "b": lambda: self._word(-1),
            "g": lambda: self.go_to((emulator.first_line, 0)),
            "G": lambda: self.go_to((emulator.first_line + emulator.total_lines, 0)),
            "H": lambda: self.go_to((self._view.top, self.position[1])),
            "L": lambda: self.go_to((self._view.top + rows - 1, self.position[1])),
            "v": lambda: self._select(Unit.CELL),
            "V": lambda: self._select(Unit.LINE),
            "ctrl+v": lambda: self._select(Unit.BLOCK),
            "slash": lambda: self._say(self._view.SearchAsked(self._view)),
            "n": lambda: self._view.step_hit(-1),
            "N": lambda: self._view.step_hit(1),
            "[": lambda: self._prompt(-1),
            "]": lambda: self._prompt(1),
            "ctrl+s": lambda: self._say(self._view.SaveAsked(self._view, is_for_pager=False)),
            "|": lambda: self._say(self._view.SaveAsked(self._view, is_for_pager=True)),
            "escape": self._escape,
        }
        for names, lines, columns in (
            ("j down", 1, 0),
            ("k up", -1, 0),
            ("h left", 0, -1),
            ("l right", 0, 1),
            ("ctrl+d", half, 0),
            ("ctrl+u", -half, 0),
            ("pagedown space ctrl+f", page, 0),
            ("pageup ctrl+b", -page, 0),
        ):
            for name in names.split():
                table[name] = self._mover(lines, columns)
        for name in ("y", "c", "enter"):
            table[name] = self._copy
        table["q"] = self._view.leave_scroll_mode
        return table

    def _mover(self, lines: int, columns: int) -> Callable[[], None]:
        return lambda: self.go_to((self.position[0] + lines, self.position[1] + columns))

    def _column(self, column: int) -> None:
        self.go_to((self.position[0], column))

    def _line_end(self) -> None:
        text = self._view.emulator.row(self.position[0]).cells
        last = len(text) - 1
        while last > 0 and text[last].isspace():
            last -= 1
        self._column(max(0, last))

    def _word(self, direction: int) -> None:
        """To the first cell of the next or previous word, on other lines too."""
        line, column = self.position
        emulator = self._view.emulator
        for _ in range(emulator.total_lines):
            cells = emulator.row(line).cells
            while 0 <= column < len(cells):
                first, last = word_at(cells, column)
                if column != self.position[1] or line != self.position[0]:
                    if direction < 0:
                        column = first
                    if cells[column].strip():
                        self.go_to((line, column))
                        return
                column = last + 1 if direction > 0 else first - 1
            line += direction
            if not emulator.first_line <= line < emulator.first_line + emulator.total_lines:
                return
            column = 0 if direction > 0 else len(emulator.row(line).cells) - 1

    def _select(self, unit: Unit) -> None:
        """Begin to select, change how, or stop."""
        if self._anchor is not None and self._unit is unit:
            self._anchor = None
            self._view.select(None)
            return
        self._anchor = self._anchor or self.position
        self._unit = unit
        self.go_to(self.position)

    def _copy(self) -> None:
        """What is selected, else the whole line; then leave."""
        view = self._view
        line = self.position[0]
        view.copy(view.selection or Selection((line, 0), (line, 0), Unit.LINE))
        view.leave_scroll_mode()

    def _prompt(self, direction: int) -> None:
        """To the previous or next prompt that the shell marked."""
        lines = [
            prompt.line
            for prompt in self._view.emulator.prompt_marks
            if prompt.mark.kind is MarkKind.PROMPT_START
        ]
        here = self.position[0]
        if direction < 0:
            found = [line for line in lines if line < here][-1:]
        else:
            found = [line for line in lines if line > here][:1]
        for line in found:
            self._view.show_line_at_top(line)
            self.go_to((line, 0))

    def _escape(self) -> None:
        """Drop the selection, else the search, else leave."""
        if self._anchor is not None or self._view.selection is not None:
            self._anchor = None
            self._view.select(None)
        elif self._view.hits.pattern:
            self._view.search("")
        else:
            self._view.leave_scroll_mode()

    def _say(self, message: TerminalView.Said) -> None:
        self._view.post_message(message)
