"""A scrolling view of lines drawn one at a time: the shared idea of table, log and terminal.

A subclass says how many lines there are, what each line's picture depends on (`line_key`) and how
to draw it (`draw_line`). Pictures are kept in a bounded cache, only changed visible lines are
repainted, and nothing is animated: Textual's own DataTable and RichLog repaint everything for one
changed cell, and its default scrolling takes a second to settle.

The widget draws no border and no padding of its own; put those on a container around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from rich.style import Style
    from textual import events
    from textual.filter import LineFilter


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """A vertical run of lines, of which only the visible ones are ever drawn.

    Subclasses override `line_key` and `draw_line` (and `draw_fixed_line` when `fixed_lines` is not
    zero), call `resize_content` when the number or width of lines changes, and `repaint_lines`
    when the key of some lines changed.
    """

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    LineView {
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
    }
    """

    SHOWS_TEXT_OF_MACHINES: ClassVar[bool] = False
    """True where the lines come from machines, and are not ours to put into ASCII."""

    STRIP_CAPACITY: ClassVar[int] = 512
    """Strips kept; a few screens full, so memory stays flat however long the content is."""

    WHEEL_LINES: ClassVar[int] = 3
    """Lines one notch of the mouse wheel moves."""

    virtual_size = Reactive(Size(0, 0))
    """As Textual's own, but a change lays out only this widget's scroll bars: more or fewer lines
    do not move any other widget, and laying out the screen costs as much as painting it."""

    fixed_lines: int = 0
    """Lines at the top that stay when the content scrolls, such as a table's header."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._strips: LRUCache[Hashable, Strip] = LRUCache(self.STRIP_CAPACITY)
        self._blank_style: Style | None = None
        self._line_total = 0

    # What a subclass says.

    def line_key(self, line: int) -> Hashable:
        """All that the picture of a content line depends on, width and scroll excepted."""
        raise NotImplementedError

    def draw_line(self, line: int) -> Strip:
        """The whole picture of a content line, however wide; it is cropped and padded after."""
        raise NotImplementedError

    def draw_fixed_line(self, y: int) -> Strip:
        """The picture of a line that does not scroll vertically; it is not cached."""
        raise NotImplementedError

    # What a subclass and its owner may ask.

    @property
    def line_total(self) -> int:
        """How many content lines there are, without the fixed ones."""
        return self._line_total

    @property
    def first_visible_line(self) -> int:
        """The content line at the top of the window."""
        return int(self.scroll_offset.y)

    @property
    def visible_line_count(self) -> int:
        """How many content lines fit into the window."""
        return max(0, int(self.scrollable_content_region.height) - self.fixed_lines)

    @property
    def visible_lines(self) -> range:
        """The content lines that are in the window now."""
        first = self.first_visible_line
        return range(first, min(self._line_total, first + self.visible_line_count))

    def line_at(self, y: int) -> int | None:
        """The content line at a row of the widget; None above or below the content."""
        line = y - self.fixed_lines + self.first_visible_line
        return line if y >= self.fixed_lines and line < self._line_total else None

    def resize_content(self, *, lines: int, width: int) -> None:
        """Say how many content lines there are and how many cells the widest has."""
        self._line_total = lines
        self.virtual_size = Size(width, lines + self.fixed_lines)

    def watch_virtual_size(self, size: Size) -> None:
        """Fit the scroll bars, and the widget itself where its height follows its content."""
        self._scroll_update(size)
        if self.styles.auto_dimensions:
            self.refresh(layout=True)

    def repaint_lines(self, lines: Iterable[int]) -> None:
        """Repaint those content lines that are visible; the rest costs nothing."""
        visible = self.visible_lines
        width = self.size.width
        regions = [
            Region(0, line - visible.start + self.fixed_lines, width, 1)
            for line in lines
            if line in visible
        ]
        if regions:
            self.refresh(*regions)

    def repaint_fixed_lines(self) -> None:
        """Repaint the lines at the top that do not scroll."""
        if self.fixed_lines:
            self.refresh(Region(0, 0, self.size.width, self.fixed_lines))

    def forget_strips(self) -> None:
        """Drop every kept picture and repaint: colours or columns changed."""
        self._strips.clear()
        self._blank_style = None
        self.refresh()

    def reveal_line(self, line: int) -> None:
        """Scroll at once by as little as needed for a content line to be in the window."""
        first, count = self.first_visible_line, self.visible_line_count
        if line < first:
            self.jump_to_line(line)
        elif count and line >= first + count:
            self.jump_to_line(line - count + 1)

    def jump_to_line(self, line: int) -> None:
        """Scroll at once so that a content line is at the top, as far as there is content."""
        self.scroll_to(y=line, animate=False, immediate=True, force=True)

    def shift_columns(self, cells: int) -> None:
        """Scroll sideways at once, by so many cells; negative is to the left."""
        self.scroll_to(x=self.scroll_offset.x + cells, animate=False, immediate=True, force=True)

    # Drawing.

    @property
    def blank_style(self) -> Style:
        """The style of cells that no line covers."""
        if self._blank_style is None:
            self._blank_style = self.rich_style
        return self._blank_style

    def render_line(self, y: int) -> Strip:
        """The picture of a row of the window (Textual's line API)."""
        left, width = int(self.scroll_offset.x), int(self.size.width)
        if y < self.fixed_lines:
            return self.draw_fixed_line(y).crop_extend(left, left + width, self.blank_style)
        line = y - self.fixed_lines + self.first_visible_line
        if line >= self._line_total:
            return Strip.blank(width, self.blank_style)
        key = (self.line_key(line), left, width)
        strip = self._strips.get(key)
        if strip is None:
            strip = self.draw_line(line).crop_extend(left, left + width, self.blank_style)
            self._strips.set(key, strip)
        return strip

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a region, without Textual's per-line styles cache (a fifth of a frame)."""
        return self.finished([self.render_line(y) for y in crop.line_range], crop)

    def finished(self, strips: list[Strip], crop: Region) -> list[Strip]:
        """Whole rows with the app's filters applied, cut to the columns of a region."""
        filters = self.get_line_filters()
        if filters:
            _, background = self.background_colors
            for line_filter in filters:
                strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, self.size.width):
            left, right = crop.column_span
            strips = [strip.crop(left, right) for strip in strips]
        return strips

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The app's; text of machines is not put into ASCII."""
        filters = super().get_line_filters()
        if not self.SHOWS_TEXT_OF_MACHINES:
            return filters
        from dedalus_tui.ui.widgets.ascii_filter import AsciiFilter

        return [each for each in filters if not isinstance(each, AsciiFilter)]

    def notify_style_update(self) -> None:
        """Textual changed the styles: no kept picture is right any more."""
        super().notify_style_update()
        self._strips.clear()
        self._blank_style = None

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, self.WHEEL_LINES)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -self.WHEEL_LINES)

    def _wheel(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        event.prevent_default()
        if event.shift or event.ctrl:
            self.shift_columns(lines * 2)
        else:
            self.jump_to_line(max(0, self.first_visible_line + lines))
