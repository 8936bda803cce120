"""The colours a program may ask for and change: 256 indexed ones and the default three."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

Colour = tuple[int, int, int]
"""Red, green, blue, 0-255 each."""

COLOURS = 261
"""256 indexed colours, and those of bold, underlined, blinking, inverse and italic text."""

XTERM_16: tuple[Colour, ...] = (
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
)
"""What the first sixteen indexes look like unless the theme says otherwise."""

NAMES: dict[str, Colour] = {
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "magenta": (255, 0, 255),
    "cyan": (0, 255, 255),
    "white": (255, 255, 255),
    "gray": (190, 190, 190),
    "grey": (190, 190, 190),
    "orange": (255, 165, 0),
    "purple": (160, 32, 240),
    "brown": (165, 42, 42),
    "pink": (255, 192, 203),
}

_RGB = re.compile(r"rgb:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})", re.IGNORECASE)
_INTENSITY = re.compile(r"rgbi:(\d?\.?\d*)/(\d?\.?\d*)/(\d?\.?\d*)", re.IGNORECASE)
_HASH = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{9}|[0-9a-f]{12})", re.IGNORECASE)


def indexed_colour(index: int) -> Colour:
    """The fixed colour of an index 0-255: 16 named ones, a 6x6x6 cube, 24 greys."""
    if index < 16:
        return XTERM_16[index]
    if index < 232:
        levels = (0, 95, 135, 175, 215, 255)
        index -= 16
        return (levels[index // 36], levels[index // 6 % 6], levels[index % 6])
    grey = 8 + (index - 232) * 10
    return (grey, grey, grey)


def parse_colour(text: str) -> Colour | None:
    """Read an X11 colour specification; ``None`` when it is not one."""
    if match := _RGB.fullmatch(text):
        red, green, blue = (
            round(int(part, 16) * 255 / (16 ** len(part) - 1)) for part in match.groups()
        )
        return (red, green, blue)
    if _HASH.fullmatch(text):
        size = (len(text) - 1) // 3
        parts = [text[1 + i * size : 1 + (i + 1) * size] for i in range(3)]
        # X11 reads "#rgb" as the most significant bits.
        red, green, blue = (int(part.ljust(2, "0")[:2], 16) for part in parts)
        return (red, green, blue)
    if match := _INTENSITY.fullmatch(text):
        values = [min(1.0, float(part)) if part.strip(".") else 0.0 for part in match.groups()]
        red, green, blue = (round(value * 255) for value in values)
        return (red, green, blue)
    return NAMES.get(text.strip().lower())


def describe_colour(colour: Colour) -> str:
    """A colour as xterm reports it: ``rgb:rrrr/gggg/bbbb``."""
    red, green, blue = colour
    return f"rgb:{red:02x}{red:02x}/{green:02x}{green:02x}/{blue:02x}{blue:02x}"


@dataclass(slots=True)
class Palette:
    """The theme's colours with what the program changed laid over them.

    `theme` maps indexes to colours where they differ from xterm's. The fields named ``theme_*``
    belong to the owner of the emulator, those named ``changed_*`` to the program.
    """

    theme: dict[int, Colour] = field(default_factory=dict)
    theme_foreground: Colour = (229, 229, 229)
    theme_background: Colour = (0, 0, 0)
    theme_cursor: Colour = (229, 229, 229)
    is_known: bool = True
    """False: the host's terminal decides what colours look like; nobody is told a guess."""
    changed: dict[int, Colour] = field(default_factory=dict)
    changed_special: dict[int, Colour] = field(default_factory=dict)
    """Changed colours by OSC number: 10 text, 11 background, 12 cursor, up to 19."""

    def indexed(self, index: int) -> Colour:
        """What an index looks like now; past 255 come the colours of OSC 5."""
        own = self.changed.get(index) or self.theme.get(index)
        return own or (indexed_colour(index) if index < 256 else self.special(10))

    def special(self, number: int) -> Colour:
        """The colour of OSC 10 (text), 11 (background), 12 (cursor), 13-19 (other things) now."""
        if number in self.changed_special:
            return self.changed_special[number]
        if number in (11, 14, 16, 19):
            return self.theme_background
        return self.theme_cursor if number in (12, 18) else self.theme_foreground

    @property
    def is_dark(self) -> bool:
        """Whether the background is darker than middle grey."""
        red, green, blue = self.special(11)
        return red * 299 + green * 587 + blue * 114 < 128_000

    def take_theme(self, other: Palette) -> None:
        """Have the theme of another palette; what the program changed stays."""
        self.theme = dict(other.theme)
        self.theme_foreground = other.theme_foreground
        self.theme_background = other.theme_background
        self.theme_cursor = other.theme_cursor
        self.is_known = other.is_known

    def knows_indexed(self, index: int) -> bool:
        """Whether it is certain what an index looks like."""
        return self.is_known or index in self.changed or 16 <= index < 256

    def knows_special(self, number: int) -> bool:
        """Whether it is certain what the colour of OSC 10 to 19 looks like."""
        return self.is_known or number in self.changed_special

    def reset(self) -> None:
        """Forget everything the program changed."""
        self.changed.clear()
        self.changed_special.clear()
