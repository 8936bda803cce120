"""One or a few fixed lines of coloured words, with places to click: header, tabs, banner, keys.

Stands in for Textual's Header, Footer and Tabs: the stock footer costs 44 ms and leaks 180 KB with
every change of focus; here nothing happens unless a word changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from dedalus_tui.ui.present.text import cell_width, clip
from dedalus_tui.ui.themes import Ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events
    from textual.geometry import Region


class Piece(NamedTuple):
    """Some words of one colour; `target` is what a click on them means."""

    text: str
    role: str = "text"
    target: str = ""


class SpanRow(NamedTuple):
    """Pieces from the left and pieces that end at the right edge; the left yields when short."""

    left: Sequence[Piece] = ()
    right: Sequence[Piece] = ()


class SpanLines(Widget):
    """Fixed lines of pieces. `show` is cheap and repaints only what differs."""

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    SpanLines { width: 1fr; height: auto; }
    """

    class Pressed(Message):
        """Somebody clicked a piece that has a target."""

        def __init__(self, lines: SpanLines, target: str) -> None:
            super().__init__()
            self.lines = lines
            self.target = target

        @property
        def control(self) -> SpanLines:
            """The widget clicked."""
            return self.lines

    def __init__(
        self, *rows: SpanRow, ground: str = "bar", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: tuple[SpanRow, ...] = rows
        self._ground = ground
        self._ink: Ink | None = None
        self._hits: dict[int, list[tuple[int, int, str]]] = {}
        self._strips: dict[tuple[int, int], Strip] = {}
        """Pictures by line and width, as long as the words are the same."""

    def show(self, *rows: SpanRow) -> None:
        """Show these lines."""
        if rows == self._rows:
            return
        is_other_height = len(rows) != len(self._rows)
        self._rows = rows
        self._strips.clear()
        self.refresh(layout=is_other_height)

    def tint(self, ground: str) -> None:
        """Lay the words on another ground of the theme."""
        if ground != self._ground:
            self._ground = ground
            self._strips.clear()
            self.refresh()

    @property
    def row_count(self) -> int:
        """How many lines are shown."""
        return len(self._rows)

    @property
    def text(self) -> str:
        """The words shown, one line each."""
        return "\n".join(self._line(y)[0].text.rstrip() for y in range(len(self._rows)))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many lines as are shown."""
        return len(self._rows)

    def notify_style_update(self) -> None:
        """Colours may be others now."""
        super().notify_style_update()
        self._ink = None
        self._strips.clear()

    @property
    def _styles(self) -> Ink:
        if self._ink is None:
            self._ink = Ink(self.app.theme_variables)
        return self._ink

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a region, with the app's filters and nothing else."""
        strips = [self.render_line(y) for y in crop.line_range]
        for line_filter in self.get_line_filters():
            _, background = self.background_colors
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        return [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """One line, remembering where its targets stand."""
        if y >= len(self._rows):
            return Strip.blank(self.size.width, self._styles.style("text", self._ground))
        key = (y, self.size.width)
        strip = self._strips.get(key)
        if strip is None:
            strip, self._hits[y] = self._line(y)
            self._strips[key] = strip
        return strip

    def _line(self, y: int) -> tuple[Strip, list[tuple[int, int, str]]]:
        width, row = self.size.width, self._rows[y]
        right_width = sum(cell_width(piece.text) for piece in row.right)
        segments: list[Segment] = []
        hits: list[tuple[int, int, str]] = []
        room = max(0, width - right_width - (1 if row.right else 0))
        x = self._lay(row.left, 0, room, segments, hits)
        segments.append(Segment(" " * max(0, width - right_width - x), self._style("text")))
        self._lay(row.right, max(x, width - right_width), width, segments, hits)
        return Strip(segments).adjust_cell_length(width, self._style("text")), hits

    def _lay(
        self,
        pieces: Sequence[Piece],
        x: int,
        limit: int,
        segments: list[Segment],
        hits: list[tuple[int, int, str]],
    ) -> int:
        for piece in pieces:
            if x >= limit:
                break
            text = clip(piece.text, limit - x)
            segments.append(Segment(text, self._style(piece.role)))
            end = x + cell_width(text)
            if piece.target:
                hits.append((x, end, piece.target))
            x = end
        return x

    def _style(self, role: str) -> Style:
        # "role/ground" lays one piece on a ground of its own, as chips are.
        name, _, ground = role.partition("/")
        return self._styles.style(name, ground or self._ground)

    def on_click(self, event: events.Click) -> None:
        """Tell which target was clicked."""
        for start, end, target in self._hits.get(event.y, ()):
            if start <= event.x < end:
                event.stop()
                self.post_message(self.Pressed(self, target))
                return
