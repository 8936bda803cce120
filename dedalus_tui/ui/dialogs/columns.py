"""Which columns the fleet shows: each can be taken or left; the first always stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from dedalus_tui.ui.dialogs.dialog import Dialog, DialogButton
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip, pad
from dedalus_tui.ui.widgets.line_list import LineList
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from dedalus_tui.ui.present.columns import Column
    from dedalus_tui.ui.present.glyphs import Glyphs

_TITLE_CELLS = 12
_BESIDE_CELLS = 5
"""Of a line: its margins, the tick, and the scroll bar."""
_FRAME_LINES = 12
"""Lines of the screen that the list cannot have."""


class ColumnsDialog(Dialog[tuple[str, ...]]):
    """Yields the keys of the columns wanted; none = the usual ones."""

    AUTO_FOCUS = "#columns"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", show=False, priority=True),
        Binding("up,k", "move(-1)", show=False, priority=True),
        Binding("space", "take_or_leave", show=False, priority=True),
        Binding("enter", "accept", show=False),
        Binding("r", "usual", show=False),
        Binding("q", "cancel", show=False),
    ]

    def __init__(self, columns: Sequence[Column], wanted: Iterable[str], *, signs: Glyphs) -> None:
        """`columns` are all there can be, in their order."""
        super().__init__("Columns")
        self._columns = tuple(columns)
        self._wanted = set(wanted)
        self._signs = signs
        self._lines = LineList(has_cursor=True, ground="panel", id="columns")
        self._sentence = SpanText(id="sentence", classes="note")

    def compose_body(self) -> Iterable[Widget]:
        """The columns, what the lit one is, and the keys."""
        yield self._lines
        yield self._sentence
        yield SpanText(
            (
                (
                    ("space ", Role.KEY),
                    ("takes or leaves   ", Role.MUTED),
                    ("r ", Role.KEY),
                    ("the usual ones", Role.MUTED),
                ),
            ),
            classes="note",
        )

    def compose_buttons(self) -> Iterable[DialogButton]:
        """Show them, or leave it."""
        yield DialogButton("Show", hint="enter", id="accept")
        yield DialogButton("Cancel", hint="esc", id="cancel")

    def on_mount(self) -> None:
        """As many lines as there are columns and room."""
        room = max(3, self.app.size.height - _FRAME_LINES)
        self._lines.styles.height = min(len(self._columns), room)
        self._draw()
        self.on_line_list_lit()

    def on_resize(self) -> None:
        """Sentences are cut at the width there is."""
        self.call_after_refresh(self._draw)

    def on_line_list_lit(self) -> None:
        """Say the whole sentence of the lit column, which its line may cut."""
        column = self._columns[self._lines.cursor or 0]
        self._sentence.show((((column.help, Role.TEXT),),))

    def accept(self) -> None:
        """Those taken, in their own order; all of them is the usual."""
        keys = tuple(column.key for column in self._columns if column.key in self._wanted)
        self.dismiss(() if len(keys) == len(self._columns) else keys)

    def action_move(self, lines: int) -> None:
        """Light another column."""
        self._lines.move(lines)

    def action_take_or_leave(self) -> None:
        """Take or leave the lit column."""
        column = self._columns[self._lines.cursor or 0]
        if column is not self._columns[0]:
            self._wanted ^= {column.key}
            self._draw()

    def action_usual(self) -> None:
        """Take all: then those that fit are shown."""
        self._wanted = {column.key for column in self._columns}
        self._draw()

    def _draw(self) -> None:
        room = max(0, self._lines.size.width - _TITLE_CELLS - _BESIDE_CELLS)
        self._lines.show(
            [
                (
                    (f"{self._signs.tick if column.key in self._wanted else ' '} ", Role.OK),
                    (pad(column.title, _TITLE_CELLS), Role.TEXT),
                    (clip(column.help, room), Role.MUTED),
                )
                for column in self._columns
            ]
        )
