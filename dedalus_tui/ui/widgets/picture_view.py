"""A picture in cells: two pixels each, one above the other, or a sign for how bright they are."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.events import Resize

    from dedalus_tui.domain.picture import Colour, Picture

_UPPER_HALF = "▀"
_RAMP = " .:-=+*#%@"


class PictureView(Widget):
    """Centred; says by `Resized` how many pixels there is room for, and waits for a picture."""

    class Resized(Message):
        """There is room for another number of pixels."""

        def __init__(self, columns: int, rows: int) -> None:
            super().__init__()
            self.columns = columns
            self.rows = rows

    def __init__(self, *, has_colours: bool, id: str | None = None) -> None:
        """Without colours the picture is drawn in signs of ASCII."""
        super().__init__(id=id)
        self._has_colours = has_colours
        self._strips: list[Strip] = []

    def on_resize(self, event: Resize) -> None:
        """Ask for a picture that fits."""
        event.stop()
        self.post_message(self.Resized(event.size.width, event.size.height * 2))

    def show(self, picture: Picture) -> None:
        """Show this one, which is no larger than there is room."""
        line = _coloured_line if self._has_colours else _plain_line
        self._strips = [line(picture, y) for y in range(0, picture.height, 2)]
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of cells."""
        width, height = self.size
        place = y - (height - len(self._strips)) // 2
        if not 0 <= place < len(self._strips):
            return Strip.blank(width, self.rich_style)
        strip = self._strips[place]
        left = max(0, (width - strip.cell_length) // 2)
        blank = Strip.blank(left, self.rich_style)
        return Strip.join([blank, strip]).adjust_cell_length(width, self.rich_style)


def _coloured_line(picture: Picture, y: int) -> Strip:
    has_lower = y + 1 < picture.height
    cells = [
        (picture.colour(x, y), picture.colour(x, y + 1) if has_lower else None)
        for x in range(picture.width)
    ]
    return Strip(
        [
            Segment(_UPPER_HALF * len(list(equal)), _style(upper, lower))
            for (upper, lower), equal in groupby(cells)
        ],
        picture.width,
    )


def _style(upper: Colour, lower: Colour | None) -> Style:
    ground = None if lower is None else Color.from_rgb(*lower)
    return Style(color=Color.from_rgb(*upper), bgcolor=ground)


def _plain_line(picture: Picture, y: int) -> Strip:
    rows = range(y, min(y + 2, picture.height))
    signs = []
    for x in range(picture.width):
        bright = sum(_luminance(picture.colour(x, row)) for row in rows) / len(rows)
        signs.append(_RAMP[min(len(_RAMP) - 1, int(bright * len(_RAMP)))])
    return Strip([Segment("".join(signs))], picture.width)


def _luminance(colour: Colour) -> float:
    """0 is black, 1 white, as the eye weighs the colours."""
    red, green, blue = colour
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
