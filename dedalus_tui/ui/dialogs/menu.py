"""A list to choose from: each line has its key, its words, and perhaps the reason why not.

Keys of the lines choose at once; arrows, j and k move; Enter and a click choose. A line that
cannot be chosen can still be looked at, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from dedalus_tui.ui.bindings import key_words
from dedalus_tui.ui.dialogs.dialog import Dialog, DialogButton
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import cell_width, clip, pad
from dedalus_tui.ui.themes import Ink
from dedalus_tui.ui.widgets.line_view import LineView
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from textual import events
    from textual.widget import Widget

_KEY_CELLS = 6
"""At least so many cells for the key; a longer one has a blank behind it all the same."""
_FRAME_LINES = 8
_SHORT_FRAME_LINES = 4
"""Lines of the screen that the list cannot have: frame, padding, detail, button."""

_DIALOG_CELLS, _FRAME_CELLS = 76, 6
"""As in dialog.tcss: how wide a dialog is at most, and what of it is frame and padding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One line of a menu."""

    id: str
    label: str
    keys: tuple[str, ...] = ()
    """Textual key names that choose it."""
    detail: str = ""
    """A sentence shown at the bottom while the line is lit."""
    why_not: str | None = None
    """The sentence why it cannot be chosen."""
    group: str = ""
    """Heading above the first line of each group."""


@dataclass(frozen=True, slots=True)
class _Heading:
    words: str


class MenuList(LineView):
    """The lines. Headings are passed over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown,ctrl+d", "move(8)", show=False),
        Binding("pageup,ctrl+u", "move(-8)", show=False),
        Binding("home,g", "move(-9999)", show=False),
        Binding("end,G", "move(9999)", show=False),
        Binding("enter", "choose", show=False),
    ]

    class Lit(Message):
        """Another line is lit."""

        def __init__(self, item: MenuItem) -> None:
            super().__init__()
            self.item = item

    class Chosen(Message):
        """The person chose a line, possible or not."""

        def __init__(self, item: MenuItem) -> None:
            super().__init__()
            self.item = item

    def __init__(self, items: Sequence[MenuItem]) -> None:
        """At least one item."""
        super().__init__(id="menu")
        self._rows: list[MenuItem | _Heading] = []
        group = ""
        for item in items:
            if item.group != group:
                group = item.group
                self._rows.append(_Heading(group))
            self._rows.append(item)
        self._label_cells = max(cell_width(item.label) for item in items)
        longest_key = max(cell_width(_key_of(item)) for item in items)
        self._key_cells = max(_KEY_CELLS, longest_key + 1) if longest_key else 0
        self._cursor = next(
            index for index, row in enumerate(self._rows) if isinstance(row, MenuItem)
        )
        self._ink: Ink | None = None

    @property
    def lit(self) -> MenuItem:
        """The line the cursor stands on."""
        row = self._rows[self._cursor]
        assert isinstance(row, MenuItem)
        return row

    def on_mount(self) -> None:
        """Tell what is lit at first."""
        self.resize_content(lines=len(self._rows), width=0)
        self.fit(self.app.size.height)
        self.post_message(self.Lit(self.lit))

    def fit(self, screen_lines: int, detail_lines: int = 1) -> None:
        """Be as high as there are lines and room for them beside the detail."""
        taken = _SHORT_FRAME_LINES if screen_lines < 20 else _FRAME_LINES
        room = screen_lines - taken - detail_lines + 1
        self.styles.height = min(len(self._rows), max(2, room))

    def action_move(self, lines: int) -> None:
        """Light another line, stopping at the ends."""
        step = 1 if lines > 0 else -1
        target, left = self._cursor, abs(lines)
        index = self._cursor + step
        while 0 <= index < len(self._rows) and left:
            if isinstance(self._rows[index], MenuItem):
                target, left = index, left - 1
            index += step
        self._light(target)

    def action_choose(self) -> None:
        """Choose the lit line."""
        self.post_message(self.Chosen(self.lit))

    def on_click(self, event: events.Click) -> None:
        """Choose the line that was clicked."""
        line = self.line_at(event.y)
        if line is not None and isinstance(self._rows[line], MenuItem):
            self._light(line)
            self.action_choose()

    def _light(self, line: int) -> None:
        if line == self._cursor:
            return
        before, self._cursor = self._cursor, line
        self.repaint_lines((before, line))
        # A heading just above the first line should come into sight with it.
        self.reveal_line(line - 1 if line and isinstance(self._rows[line - 1], _Heading) else line)
        self.reveal_line(line)
        self.post_message(self.Lit(self.lit))

    def notify_style_update(self) -> None:
        """Colours may be others now."""
        super().notify_style_update()
        self._ink = None

    def line_key(self, line: int) -> Hashable:
        """Lines only change by being lit."""
        return (line, line == self._cursor)

    def draw_line(self, line: int) -> Strip:
        """A heading, or key, label and the reason why not."""
        if self._ink is None:
            self._ink = Ink(self.app.theme_variables)
        row, ink = self._rows[line], self._ink
        ground = "cursor" if line == self._cursor else "panel"
        if isinstance(row, _Heading):
            return Strip([Segment(row.words, ink.style(Role.MUTED, ground))]).adjust_cell_length(
                self.size.width, ink.style(Role.TEXT, ground)
            )
        is_possible = row.why_not is None
        segments = [Segment(" ", ink.style(Role.TEXT, ground))]
        if self._key_cells:
            segments.append(
                Segment(
                    pad(_key_of(row), self._key_cells),
                    ink.style(Role.KEY if is_possible else Role.MUTED, ground),
                )
            )
        segments.append(
            Segment(
                pad(row.label, self._label_cells),
                ink.style(Role.TEXT if is_possible else Role.MUTED, ground),
            )
        )
        if row.why_not:
            taken = sum(segment.cell_length for segment in segments) + 2
            room = self.scrollable_content_region.width - taken
            reason = clip(row.why_not, max(0, room))
            segments.append(Segment(f"  {reason}", ink.style(Role.MUTED, ground)))
        return Strip(segments).adjust_cell_length(self.size.width, ink.style(Role.TEXT, ground))


class MenuDialog(Dialog[str]):
    """Yields the id of what was chosen."""

    AUTO_FOCUS = "#menu"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "cancel", show=False, priority=False)]

    def __init__(self, title: str, items: Sequence[MenuItem]) -> None:
        """At least one item; keys of items should differ."""
        super().__init__(title)
        self._items = tuple(items)

    def compose_body(self) -> Iterable[Widget]:
        """The lines, and what the lit one means."""
        yield MenuList(self._items)
        yield SpanText(id="detail", classes="note")

    def compose_buttons(self) -> Iterable[DialogButton]:
        """Only the way out: lines choose themselves."""
        yield DialogButton("Close", hint="esc", id="cancel")

    def on_resize(self, event: events.Resize) -> None:
        """More or less room for the list, and for the longest sentence from the start."""
        cells = min(_DIALOG_CELLS, event.size.width) - _FRAME_CELLS
        sentences = (words for item in self._items for words in _sentences(item))
        lines = max(len(wrap(words, max(8, cells))) for words in sentences)
        lines = max(1, min(lines, event.size.height // 8))
        self.query_one("#detail").styles.min_height = lines
        self.query_one(MenuList).fit(event.size.height, lines)

    def on_key(self, event: events.Key) -> None:
        """The key of a line chooses it."""
        for item in self._items:
            if event.key in item.keys:
                event.stop()
                event.prevent_default()
                self._choose(item)
                return

    def on_menu_list_lit(self, event: MenuList.Lit) -> None:
        """Say what the lit line means."""
        self._explain(event.item)

    def on_menu_list_chosen(self, event: MenuList.Chosen) -> None:
        """Enter or a click."""
        self._choose(event.item)

    def accept(self) -> None:
        """Ctrl-s is Enter here."""
        self._choose(self.query_one(MenuList).lit)

    def _choose(self, item: MenuItem) -> None:
        if item.why_not is None:
            self.dismiss(item.id)
        else:
            self._explain(item, is_refused=True)

    def _explain(self, item: MenuItem, *, is_refused: bool = False) -> None:
        detail = self.query_one("#detail", SpanText)
        if is_refused:
            detail.show((((_refusal(item), Role.WARN),),))
        else:
            detail.show((((item.detail, Role.MUTED),),))


def _key_of(item: MenuItem) -> str:
    return key_words(item.keys[:1], is_ascii=True)


def _refusal(item: MenuItem) -> str:
    return f"{item.label}: {item.why_not}"


def _sentences(item: MenuItem) -> tuple[str, ...]:
    """What may stand beneath the list while the item is lit."""
    return (item.detail,) if item.why_not is None else (item.detail, _refusal(item))
