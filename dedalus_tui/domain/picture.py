"""A picture made small enough for a terminal. Values only."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows of pixels, opaque, as wide and high as they are shown."""

    width: int
    height: int
    pixels: bytes
    """Three bytes a pixel, row by row from the top."""

    def colour(self, x: int, y: int) -> Colour:
        """The colour of one pixel."""
        at = 3 * (y * self.width + x)
        red, green, blue = self.pixels[at : at + 3]
        return (red, green, blue)
