"""Lines of spans in a scrolling view: cheap for thousands of lines, searchable, with or without a
cursor. Nothing in it is markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from dedalus_tui.ui.present.roles import text_of
from dedalus_tui.ui.present.text import cell_width
from dedalus_tui.ui.themes import Ink
from dedalus_tui.ui.widgets.line_view import LineView

if TYPE_CHECKING:
    import re
    from collections.abc import Hashable, Sequence

    from textual import events

    from dedalus_tui.ui.present.roles import Line

_MARGIN = 1
PATIENCE_SECONDS = 0.2
"""Processor time a pattern may take for all lines; one that takes longer finds nothing."""


class LineList(LineView):
    """Shows lines; with a cursor, one of them is lit and can be chosen."""

    class Lit(Message):
        """The cursor stands on another line."""

        def __init__(self, lines: LineList, line: int) -> None:
            super().__init__()
            self.lines = lines
            self.line = line

        @property
        def control(self) -> LineList:
            """The list."""
            return self.lines

    def __init__(
        self,
        *,
        has_cursor: bool = False,
        ground: str = "base",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`ground` is what the lines lie on."""
        super().__init__(id=id, classes=classes)
        self._content: Sequence[Line] = ()
        self._version = 0
        self._has_cursor = has_cursor
        self._cursor = 0
        self._ground = ground
        self._ink: Ink | None = None
        self._pattern: re.Pattern[str] | None = None
        self._hits: list[int] = []
        self._last_hit = 0

    @property
    def content(self) -> Sequence[Line]:
        """What is shown."""
        return self._content

    @property
    def text(self) -> str:
        """All lines as text."""
        return "\n".join(text_of(line) for line in self._content)

    def show(self, content: Sequence[Line], *, follow: bool = False) -> None:
        """Show other lines; `follow` keeps the end in sight if it was."""
        was_at_end = self.first_visible_line + self.visible_line_count >= self.line_total
        cursor_was_last = self._cursor >= len(self._content) - 1
        self._content = content
        self._version += 1
        widest = max((cell_width(text_of(line)) for line in content), default=0)
        self.resize_content(lines=len(content), width=widest + 2 * _MARGIN)
        self._cursor = max(0, min(self._cursor, len(content) - 1))
        if self._pattern is not None:
            self._find_hits()
        if follow and was_at_end:
            if cursor_was_last:
                self._cursor = max(0, len(content) - 1)
            self.jump_to_line(len(content))
        self.refresh()

    # Cursor and movement.

    @property
    def cursor(self) -> int | None:
        """The lit line; None without a cursor or without lines."""
        return self._cursor if self._has_cursor and self._content else None

    def move(self, lines: int) -> None:
        """Move the cursor, or scroll where there is none; stops at the ends."""
        if self._has_cursor:
            self.put_cursor(self._cursor + lines)
        else:
            self.jump_to_line(max(0, self.first_visible_line + lines))

    def put_cursor(self, line: int) -> None:
        """Light a line, or the nearest there is."""
        if not self._content:
            return
        line = max(0, min(line, len(self._content) - 1))
        before, self._cursor = self._cursor, line
        if before != line:
            self.repaint_lines((before, line))
            self.post_message(self.Lit(self, line))
        self.reveal_line(line)

    def on_click(self, event: events.Click) -> None:
        """Light the line that was clicked."""
        line = self.line_at(event.y)
        if line is not None and self._has_cursor:
            self.put_cursor(line)

    # Search.

    def search(self, pattern: re.Pattern[str] | None) -> int:
        """Light every hit and go to the first at or below the window; how many lines hit."""
        self._pattern = pattern
        self._version += 1
        self._find_hits()
        if self._hits:
            here = self.first_visible_line
            self._go_to(next((line for line in self._hits if line >= here), self._hits[0]))
        self.refresh()
        return len(self._hits)

    def next_hit(self, step: int = 1) -> int | None:
        """Go to the next (or, with -1, previous) hit, round the ends; its number from 1."""
        if not self._hits:
            return None
        here = self._cursor if self._has_cursor else self._last_hit
        later = [line for line in self._hits if line > here]
        earlier = [line for line in self._hits if line < here]
        if step > 0:
            target = later[0] if later else self._hits[0]
        else:
            target = earlier[-1] if earlier else self._hits[-1]
        self._go_to(target)
        return self._hits.index(target) + 1

    def _go_to(self, line: int) -> None:
        self._last_hit = line
        if self._has_cursor:
            self.put_cursor(line)
        elif line not in self.visible_lines:
            self.jump_to_line(max(0, line - self.visible_line_count // 2))

    def _find_hits(self) -> None:
        pattern = self._pattern
        self._hits = []
        if pattern is None:
            return
        from dedalus_tui.domain.time_limit import TookTooLongError, within

        texts = list(map(text_of, self._content))

        def find() -> list[int]:
            # Every match is looked for, so that drawing them takes no longer than this did.
            return [place for place, text in enumerate(texts) if [*pattern.finditer(text)]]

        try:
            self._hits = within(PATIENCE_SECONDS, find)
        except TookTooLongError:
            self._pattern = None

    # Drawing.

    def notify_style_update(self) -> None:
        """Colours may be others now."""
        super().notify_style_update()
        self._ink = None

    def on_focus(self) -> None:
        """The lit line is brighter while keys come here."""
        self.repaint_lines((self._cursor,))

    def on_blur(self) -> None:
        """And calmer when they do not."""
        self.repaint_lines((self._cursor,))

    def line_key(self, line: int) -> Hashable:
        """The words themselves, how they are lit, and what is searched."""
        is_lit = self._has_cursor and line == self._cursor
        return (self._content[line], is_lit, is_lit and self.has_focus, self._pattern)

    def draw_line(self, line: int) -> Strip:
        """Spans in their roles, with hits on a ground of their own."""
        if self._ink is None:
            self._ink = Ink(self.app.theme_variables)
        ink, ground = self._ink, self._ground
        if self._has_cursor and line == self._cursor:
            ground = "cursor" if self.has_focus else "cursor-blurred"
        spans = self._content[line]
        hits = (
            [match.span() for match in self._pattern.finditer(text_of(spans))]
            if self._pattern
            else []
        )
        segments = [Segment(" " * _MARGIN, ink.style("text", ground))]
        at = 0
        for text, role in spans:
            for piece, is_hit in _split(text, at, hits):
                segments.append(Segment(piece, ink.style(role, "hit" if is_hit else ground)))
            at += len(text)
        width = max(self.size.width, int(self.virtual_size.width))
        return Strip(segments).adjust_cell_length(width, ink.style("text", ground))


def _split(text: str, at: int, hits: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """`text`, which starts at place `at` of its line, cut where hits begin and end."""
    pieces: list[tuple[str, bool]] = []
    place = 0
    for start, end in hits:
        begin, stop = max(start - at, place), min(end - at, len(text))
        if begin >= stop:
            continue
        if begin > place:
            pieces.append((text[place:begin], False))
        pieces.append((text[begin:stop], True))
        place = stop
    if place < len(text):
        pieces.append((text[place:], False))
    return pieces
