"""Interned cell styles: every cell holds a small integer, the table holds what it means.

A colour is kept as one integer: ``DEFAULT_COLOUR`` (-1), a palette index 0-255, or
``RGB_COLOUR | 0xRRGGBB``. The theme decides what an index looks like when it is painted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

DEFAULT_COLOUR = -1
RGB_COLOUR = 0x1000000

BOLD = 1
DIM = 2
ITALIC = 4
BLINK = 8
INVERSE = 16
HIDDEN = 32
STRIKE = 64
OVERLINE = 128
PROTECTED = 256
"""Set by DECSCA: spared by the selective erases (DECSED, DECSEL, DECSERA)."""
GUARDED = 512
"""Set by SPA: spared by the ISO erases (ED, EL, ECH)."""

VISUAL_FLAGS = BOLD | DIM | ITALIC | BLINK | INVERSE | HIDDEN | STRIKE | OVERLINE


def unpack_colour(value: int) -> int | tuple[int, int, int] | None:
    """Turn a stored colour into ``None`` (default), a palette index or an (r, g, b) tuple."""
    if value < 0:
        return None
    if value < RGB_COLOUR:
        return value
    return (value >> 16 & 0xFF, value >> 8 & 0xFF, value & 0xFF)


class Style(NamedTuple):
    """How a cell looks. Colours are packed integers; see the module's docstring.

    ``underline`` is 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed. ``link`` is 0 or the
    number of a hyperlink in the emulator's link table.
    """

    fg: int = DEFAULT_COLOUR
    bg: int = DEFAULT_COLOUR
    flags: int = 0
    underline: int = 0
    underline_colour: int = DEFAULT_COLOUR
    link: int = 0

    @property
    def foreground(self) -> int | tuple[int, int, int] | None:
        """Foreground as index, (r, g, b) or ``None`` for the default."""
        return unpack_colour(self.fg)

    @property
    def background(self) -> int | tuple[int, int, int] | None:
        """Background as index, (r, g, b) or ``None`` for the default."""
        return unpack_colour(self.bg)

    @property
    def underline_color(self) -> int | tuple[int, int, int] | None:
        """Underline colour as index, (r, g, b) or ``None`` for the colour of the text."""
        return unpack_colour(self.underline_colour)

    @property
    def is_bold(self) -> bool:
        """Whether the text is bold."""
        return bool(self.flags & BOLD)

    @property
    def is_dim(self) -> bool:
        """Whether the text is faint."""
        return bool(self.flags & DIM)

    @property
    def is_italic(self) -> bool:
        """Whether the text is italic."""
        return bool(self.flags & ITALIC)

    @property
    def is_blinking(self) -> bool:
        """Whether the text blinks."""
        return bool(self.flags & BLINK)

    @property
    def is_inverse(self) -> bool:
        """Whether foreground and background are exchanged."""
        return bool(self.flags & INVERSE)

    @property
    def is_hidden(self) -> bool:
        """Whether the text is concealed."""
        return bool(self.flags & HIDDEN)

    @property
    def is_struck(self) -> bool:
        """Whether the text is crossed out."""
        return bool(self.flags & STRIKE)

    @property
    def is_overlined(self) -> bool:
        """Whether the text has a line above it."""
        return bool(self.flags & OVERLINE)


DEFAULT_STYLE = Style()


class StyleTable:
    """Styles by number. Number 0 is always the default style."""

    def __init__(self) -> None:
        self._styles: list[Style] = [DEFAULT_STYLE]
        self._numbers: dict[Style, int] = {DEFAULT_STYLE: 0}
        self._free: list[int] = []
        self.blanks: list[int] = [0]
        """For each style the style an erase leaves behind: its background and nothing else."""
        self.generation = 0
        """Rises when numbers may have got other meanings; caches by number are then void."""

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, number: int) -> Style:
        return self._styles[number]

    def intern(self, style: Style) -> int:
        """Return the number of `style`, giving it one if it is new."""
        number = self._numbers.get(style)
        if number is not None:
            return number
        blank = Style(bg=style.bg)
        blank_number = None if style == blank else self.intern(blank)
        if self._free:
            number = self._free.pop()
            self._styles[number] = style
        else:
            number = len(self._styles)
            self._styles.append(style)
            self.blanks.append(0)
        self._numbers[style] = number
        self.blanks[number] = number if blank_number is None else blank_number
        return number

    def collect(self, used: Collection[int]) -> None:
        """Forget every style that is not in `used` (nor the blank of one that is)."""
        keep = set(used)
        keep.add(0)
        keep.update([self.blanks[number] for number in keep])
        for style, number in list(self._numbers.items()):
            if number not in keep:
                del self._numbers[style]
                self._free.append(number)
        self.generation += 1
