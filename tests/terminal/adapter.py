"""The emulator behind the adapter that the shared harness and throughput script ask for.

cd ../shared/terminal && PYTHONPATH=<checkout> python -m harness --adapter
tests.terminal.adapter:Ours
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dedalus_tui.emulator import styles
from dedalus_tui.emulator.mouse import MouseAction, encode_focus, encode_mouse
from dedalus_tui.emulator.paste import encode_paste
from dedalus_tui.emulator.screen import TermScreen
from dedalus_tui.emulator.stream import TermStream

if TYPE_CHECKING:
    from dedalus_tui.emulator.styles import Style

FLAGS = (
    (styles.BOLD, "bold"),
    (styles.DIM, "dim"),
    (styles.ITALIC, "italic"),
    (styles.BLINK, "blink"),
    (styles.INVERSE, "inverse"),
    (styles.HIDDEN, "invisible"),
    (styles.STRIKE, "strike"),
    (styles.OVERLINE, "overline"),
)


class Ours:
    """One terminal under test."""

    name = "ours"

    def __init__(self, cols: int = 80, rows: int = 24, scrollback: int = 0) -> None:
        self.out = bytearray()
        self.held = 0
        self.screen = TermScreen(cols, rows, scrollback)
        self.screen.reply_sink = self.out.extend
        self.screen.may_report_checksums = True
        self.stream = TermStream(self.screen)

    def feed(self, data: bytes) -> None:
        """Bytes from the program."""
        self.stream.feed(data)

    def resize(self, cols: int, rows: int) -> None:
        """Another size."""
        self.screen.resize(rows, cols)

    def replies(self) -> bytes:
        """Bytes for the program, drained."""
        data = bytes(self.out)
        self.out.clear()
        return data

    def reset(self) -> None:
        """Power-on reset."""
        self.feed(b"\x1bc")
        self.replies()

    def cursor(self) -> tuple[int, int]:
        """Row and column."""
        return self.screen.y, self.screen.x

    def cell(self, row: int, col: int) -> Any:
        """One cell in the harness' own form."""
        return self.snapshot().cells[row][col]

    def history(self) -> list[str]:
        """Text of the scrollback."""
        return [row.text.rstrip() for row in self.screen.scrollback.packed()]

    def paste(self, text: str) -> bytes:
        """What pasting sends."""
        return encode_paste(text, self.screen.input_modes())

    def mouse(self, kind: str, button: int, row: int, col: int, mods: str = "") -> bytes:
        """What the mouse sends; `kind` is press, release or move."""
        if kind == "press":
            self.held = button if button < 4 else self.held
        elif kind == "release":
            self.held = 0
        else:
            button = self.held
        return encode_mouse(
            MouseAction.MOTION if kind == "move" else MouseAction(kind),
            button,
            col,
            row,
            self.screen.input_modes(),
            shift="S" in mods,
            alt="A" in mods,
            ctrl="C" in mods,
        )

    def focus(self, gained: bool) -> bytes:
        """What gaining or losing the focus sends."""
        return encode_focus(gained, self.screen.input_modes())

    def close(self) -> None:
        """Nothing to free."""

    def snapshot(self) -> Any:
        """The screen in the harness' own form."""
        snapshot = import_module("harness.model").Snapshot

        screen = self.screen
        cells = [self._cells(line) for line in range(screen.lines)]
        return snapshot(
            screen.columns,
            screen.lines,
            cells,
            (screen.y, screen.x),
            screen.is_cursor_visible,
            [row.wrapped for row in screen.rows],
            screen.title,
            {"icon": screen.icon_name},
        )

    def _cells(self, line: int) -> list[Any]:
        screen = self.screen
        row = screen.rows[line].copy(0)
        row.pad(screen.columns)
        cells = []
        for column, text in enumerate(row.chars):
            following = row.chars[column + 1] if column + 1 < len(row.chars) else " "
            width = 0 if not text else 1 if following else 2
            cells.append(self._cell(text, width, screen.styles[row.styles[column]]))
        return cells

    def _cell(self, text: str, width: int, style: Style) -> Any:
        model = import_module("harness.model")
        norm_colour = model.norm_colour

        attributes = {name for flag, name in FLAGS if style.flags & flag}
        if self.screen.has_mode(5):
            attributes ^= {"inverse"}
        if style.underline:
            attributes.add("underline")
        link = self.screen.links.get(style.link, (None,))[0]
        return model.Cell(
            text,
            width,
            norm_colour(style.foreground),
            norm_colour(style.background),
            frozenset(attributes),
            style.underline,
            norm_colour(style.underline_color),
            link,
        )
