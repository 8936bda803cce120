"""pyte's public face over our storage: ``screen.buffer``, ``screen.cursor`` and ``screen.dirty``.

pyte keeps a dictionary of dictionaries of ``Char`` and a set that is refilled on every line feed.
Ours are views that make the same values when somebody looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, MutableSet
from typing import TYPE_CHECKING

from pyte import graphics
from pyte.screens import Char, Cursor, StaticDefaultDict

from dedalus_tui.emulator.styles import (
    BLINK,
    BOLD,
    INVERSE,
    ITALIC,
    STRIKE,
    Style,
    unpack_colour,
)

if TYPE_CHECKING:
    from dedalus_tui.emulator.screen_state import ScreenState

_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
_COLOUR_NAMES = (*_NAMES, *("bright" + name for name in _NAMES))


def _colour_name(value: int) -> str:
    colour = unpack_colour(value)
    if colour is None:
        return "default"
    if isinstance(colour, int):
        return _COLOUR_NAMES[colour] if colour < 16 else graphics.FG_BG_256[colour]
    return "{:02x}{:02x}{:02x}".format(*colour)


def _colour_value(name: str) -> int:
    if name == "default":
        return -1
    if name in _COLOUR_NAMES:
        return _COLOUR_NAMES.index(name)
    return 0x1000000 | int(name, 16)


def pyte_char(data: str, style: Style) -> Char:
    """A cell as pyte describes it; what pyte has no field for is left out."""
    return Char(
        data,
        _colour_name(style.fg),
        _colour_name(style.bg),
        bool(style.flags & BOLD),
        bool(style.flags & ITALIC),
        bool(style.underline),
        bool(style.flags & STRIKE),
        bool(style.flags & INVERSE),
        bool(style.flags & BLINK),
    )


def style_of_char(char: Char) -> Style:
    """The style of a pyte cell."""
    flags = (
        BOLD * char.bold
        | ITALIC * char.italics
        | STRIKE * char.strikethrough
        | INVERSE * char.reverse
        | BLINK * char.blink
    )
    return Style(_colour_value(char.fg), _colour_value(char.bg), flags, int(char.underscore))


class LineView(StaticDefaultDict[int, Char]):
    """One line of ``screen.buffer``: reads and writes go to the screen's row."""

    def __init__(self, screen: ScreenState, line: int) -> None:
        super().__init__(screen.default_char)
        self._screen = screen
        self._line = line

    def __getitem__(self, column: int) -> Char:
        screen = self._screen
        row = screen.rows[self._line]
        if 0 <= column < len(row.chars):
            return pyte_char(row.chars[column], screen.styles[row.styles[column]])
        return pyte_char(" ", screen.styles[row.fill])

    def __setitem__(self, column: int, char: Char) -> None:
        screen = self._screen
        if not 0 <= column < screen.columns:
            return
        row = screen.rows[self._line]
        row.pad(column + 1)
        row.chars[column] = char.data
        row.styles[column] = screen.styles.intern(style_of_char(char))
        row.complex = True
        row.version = screen.serial

    def __iter__(self) -> Iterator[int]:
        return iter(range(self._screen.columns))

    def __len__(self) -> int:
        return self._screen.columns

    def __contains__(self, column: object) -> bool:
        return isinstance(column, int) and 0 <= column < self._screen.columns


class BufferView(defaultdict[int, StaticDefaultDict[int, Char]]):
    """``screen.buffer``: lines by number."""

    def __init__(self, screen: ScreenState) -> None:
        super().__init__()
        self._screen = screen

    def __getitem__(self, line: int) -> LineView:
        return LineView(self._screen, line)

    def __iter__(self) -> Iterator[int]:
        return iter(range(self._screen.lines))

    def __len__(self) -> int:
        return self._screen.lines


class CursorView(Cursor):
    """``screen.cursor``: pyte's cursor, whose fields are the screen's own."""

    __slots__ = ("_screen",)

    def __init__(self, screen: ScreenState) -> None:
        # pyte's own constructor would write its start values into the screen.
        self._screen = screen

    @property
    def x(self) -> int:
        """Column, 0-based; never past the last one."""
        return self._screen.x

    @x.setter
    def x(self, value: int) -> None:
        self._screen.move_to(value, self._screen.y)

    @property
    def y(self) -> int:
        """Line, 0-based."""
        return self._screen.y

    @y.setter
    def y(self, value: int) -> None:
        self._screen.move_to(self._screen.x, value)

    @property
    def hidden(self) -> bool:
        """Whether the program hid the cursor."""
        return not self._screen.is_cursor_visible

    @hidden.setter
    def hidden(self, value: bool) -> None:
        self._screen.is_cursor_visible = not value

    @property
    def attrs(self) -> Char:
        """What the next character will look like."""
        return pyte_char(" ", self._screen.styles[self._screen.style])

    @attrs.setter
    def attrs(self, char: Char) -> None:
        self._screen.style = self._screen.styles.intern(style_of_char(char))


class DirtyLines(MutableSet[int]):
    """``screen.dirty``: the lines that changed since it was last cleared."""

    def __init__(self, screen: ScreenState) -> None:
        self._screen = screen
        self._seen: list[tuple[int, int]] = []
        self._added: set[int] = set()
        self._removed: dict[int, tuple[int, int]] = {}

    def __contains__(self, line: object) -> bool:
        return line in set(self)

    def __iter__(self) -> Iterator[int]:
        seen = self._seen
        for line, row in enumerate(self._screen.rows):
            key = (row.uid, row.version)
            if line in self._added or (
                (line >= len(seen) or seen[line] != key) and self._removed.get(line) != key
            ):
                yield line

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def add(self, value: int) -> None:
        """Count a line as changed."""
        self._added.add(value)

    def discard(self, value: int) -> None:
        """Count a line as seen."""
        self._added.discard(value)
        rows = self._screen.rows
        if 0 <= value < len(rows):
            self._removed[value] = (rows[value].uid, rows[value].version)
            self._screen.serial += 1

    def update(self, *others: Iterator[int] | range | set[int] | list[int]) -> None:
        """Count lines as changed."""
        for other in others:
            self._added.update(other)

    def clear(self) -> None:
        """Count all lines as seen."""
        self._seen = [(row.uid, row.version) for row in self._screen.rows]
        self._added.clear()
        self._removed.clear()
        self._screen.serial += 1
