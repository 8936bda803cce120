"""What a terminal screen remembers: two grids, a cursor, margins, modes, styles and history.

This is the ground floor of ``TermScreen``; the floors above it (motion, editing, drawing, modes,
reports) each add the control functions of one kind. It descends from pyte's ``Screen`` for its
public face and replaces its storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyte
from pyte.screens import Margins

from dedalus_tui.emulator.charsets import CharsetState
from dedalus_tui.emulator.events import MAX_EVENTS
from dedalus_tui.emulator.grid import Row
from dedalus_tui.emulator.palette import Palette
from dedalus_tui.emulator.pyte_views import BufferView, CursorView, DirtyLines
from dedalus_tui.emulator.scrollback import Scrollback
from dedalus_tui.emulator.styles import StyleTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.emulator.events import Event

MIN_COLUMNS = 1
MIN_LINES = 1


@dataclass(slots=True)
class SavedCursor:
    """What DECSC keeps."""

    x: int = 0
    y: int = 0
    pending_wrap: bool = False
    style: int = 0
    origin_mode: bool = False
    charsets: CharsetState | None = None


@dataclass(slots=True)
class Grid:
    """The rows of one of the two screens, and the cursor saved on it."""

    rows: list[Row]
    saved: SavedCursor | None = None


class ScreenState(pyte.Screen):
    """Storage and the few operations that every control function is made of.

    Columns and lines are 0-based; `top`, `bottom`, `left` and `right` are the margins, inclusive.
    `serial` is the version given to rows that change; it moves on when somebody looks at the
    damage.
    """

    def __init__(self, columns: int, lines: int, scrollback_lines: int = 0) -> None:
        # pyte's own constructor would build the storage that this class replaces.
        self.columns = max(columns, MIN_COLUMNS)
        self.lines = max(lines, MIN_LINES)
        self.serial = 1
        self.generation = 0
        """Rises when everything must be painted anew (resize, reset, screen switch, DECSCNM)."""
        self.layout_generation = 0
        """Rises when line numbers lose their meaning (reflow, cleared history, reset)."""
        self.styles = StyleTable()
        self.style = 0
        self.palette = Palette()
        self.scrollback = Scrollback(scrollback_lines)
        self.main = Grid(self.blank_rows(self.lines))
        self.alternate = Grid([])
        self.rows = self.main.rows
        self.is_alternate = False
        self.x = 0
        self.y = 0
        self.pending_wrap = False
        self.mode: set[int] = set()
        self.is_cursor_visible = True
        self.origin_mode = False
        self.autowrap = True
        self.insert_mode = False
        self.newline_mode = False
        self.has_open_joiner = False
        """Whether the last cell ends in a zero width joiner, so that whatever comes joins it."""
        self.charsets = CharsetState()
        self.tabstops: set[int] = set()
        self.title = ""
        self.icon_name = ""
        self.savepoints = []
        self.saved_columns = None
        self.events: list[Event] = []
        self.reply_sink: Callable[[bytes], None] | None = None
        self.buffer = BufferView(self)
        self.cursor = CursorView(self)
        self._dirty = DirtyLines(self)
        self.last_text = ""
        self.conformance_level = 4
        self.has_eight_bit_controls = False
        self.full_margins()
        self.default_tabstops()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.columns}, {self.lines})"

    # pyte's face

    @property
    def dirty(self) -> DirtyLines:  # type: ignore[override]
        """The lines that changed since this was last cleared (pyte's name for it)."""
        return self._dirty

    @property
    def display(self) -> list[str]:
        """The lines of the screen as text, each as wide as the screen."""
        return [row.text(self.columns) for row in self.rows]

    @property
    def margins(self) -> Margins | None:  # type: ignore[override]
        """Top and bottom margin, or ``None`` when they are the edges (pyte's form)."""
        if self.top == 0 and self.bottom == self.lines - 1:
            return None
        return Margins(self.top, self.bottom)

    # rows

    def blank_rows(self, count: int) -> list[Row]:
        """New rows blank in the background of the current style."""
        fill = self.styles.blanks[self.style]
        serial = self.serial
        return [Row(fill, serial) for _ in range(count)]

    @property
    def blank_style(self) -> int:
        """The style an erase leaves: the current background and nothing else."""
        return self.styles.blanks[self.style]

    def touch_all(self) -> None:
        """Mark the whole screen for painting."""
        self.generation += 1
        self.serial += 1
        for row in self.rows:
            row.version = self.serial

    # margins and what follows from them

    def full_margins(self) -> None:
        """Set all margins to the edges."""
        self.top = 0
        self.bottom = self.lines - 1
        self.left = 0
        self.right = self.columns - 1
        self.refresh_shortcuts()

    @property
    def is_full_width(self) -> bool:
        """Whether left and right margin are the edges."""
        return self.left == 0 and self.right == self.columns - 1

    def refresh_shortcuts(self) -> None:
        """Work out how far plain text may be written without a second thought.

        ASCII that ends before column `plain_limit` needs no wrapping, translation or shifting.
        """
        charsets = self.charsets
        simple = (
            not self.insert_mode
            and not self.has_open_joiner
            and charsets.single_shift is None
            and not charsets.table
        )
        self.plain_limit = self.right + 1 if simple else 0
        self.has_plain_margins = self.is_full_width

    @property
    def line_limit(self) -> int:
        """The last column text may reach from where the cursor stands."""
        return self.right if self.x <= self.right else self.columns - 1

    def default_tabstops(self) -> None:
        """Set a tab stop every eight columns."""
        self.tabstops = set(range(8, self.columns, 8))

    def move_to(self, x: int, y: int) -> None:
        """Place the cursor, within the screen; a pending wrap is forgotten."""
        self.x = min(max(x, 0), self.columns - 1)
        self.y = min(max(y, 0), self.lines - 1)
        self.pending_wrap = False

    # what goes out

    def emit(self, event: Event) -> None:
        """Tell the owner something; see `events.py`."""
        if len(self.events) < MAX_EVENTS and (not self.events or self.events[-1] != event):
            self.events.append(event)

    def reply(self, data: str) -> None:
        """Answer the program; 7-bit controls in `data` are widened if it asked for 8-bit."""
        if self.has_eight_bit_controls:
            for seven, eight in (("\x1b[", "\x9b"), ("\x1bP", "\x90"), ("\x1b\\", "\x9c")):
                data = data.replace(seven, eight)
        self.write_process_input(data)

    def write_process_input(self, data: str) -> None:
        """Send an answer to the program (pyte's name for it); without an owner it is dropped."""
        if self.reply_sink is not None:
            encoding = "latin-1" if self.has_eight_bit_controls else "utf-8"
            self.reply_sink(data.encode(encoding, "replace"))
