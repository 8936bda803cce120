"""Where terminals lie on the screen: children placed in boxes that somebody else works out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import NULL_OFFSET, Region, Spacing
from textual.layout import Layout, WidgetPlacement
from textual.strip import Strip
from textual.widget import Widget

from dedalus_tui.ui.themes import Ink

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.geometry import Size
    from textual.layout import ArrangeResult

    from dedalus_tui.ui.widgets.terminal_layout import Box


class BoxLayout(Layout):
    """Puts each child into its box; a child without one is not shown."""

    name = "boxes"

    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[Widget, Box] = {}

    def arrange(
        self, parent: Widget, children: Sequence[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """The placements, in Textual's form."""
        return [
            WidgetPlacement(
                Region(box.x, box.y, box.columns, box.rows), NULL_OFFSET, Spacing(), child, 0
            )
            for child in children
            if (box := self.boxes.get(child)) is not None
        ]


def _region(box: Box) -> Region:
    return Region(box.x, box.y, box.columns, box.rows)


class TerminalGrid(Widget):
    """The terminals of the tab on show, with lines between those side by side."""

    DEFAULT_CSS = """
    TerminalGrid {
        width: 1fr;
        height: 1fr;
        overflow: hidden;
    }
    """

    def __init__(self, *, line: str, id: str | None = None) -> None:
        """`line` is the sign drawn between terminals side by side."""
        super().__init__(id=id)
        self._boxes = BoxLayout()
        self._line = line
        self._ink: Ink | None = None

    @property
    def layout(self) -> Layout:
        """By boxes, whatever the style sheet says."""
        return self._boxes

    def place(self, boxes: Mapping[Widget, Box]) -> None:
        """Show these children in these boxes, and no others."""
        self._boxes.boxes = dict(boxes)
        for child in self.children:
            child.display = child in boxes
        self.refresh(layout=True)

    def notify_style_update(self) -> None:
        """Colours may be others now."""
        super().notify_style_update()
        self._ink = None

    def render_line(self, y: int) -> Strip:
        """The line between neighbours, wherever no child lies."""
        if self._ink is None:
            self._ink = Ink(self.app.theme_variables)
        width = self.size.width
        return Strip([Segment(self._line * width, self._ink.style("faint"))], width)
