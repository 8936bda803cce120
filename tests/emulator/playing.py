"""Playing bytes to a small terminal, and looking at what became of it."""

from __future__ import annotations

from dedalus_tui.emulator.emulator import Emulator

ESC = "\x1b"
CSI = "\x1b["


def play(
    *pieces: str | bytes, columns: int = 10, rows: int = 5, **settings: bool | int
) -> Emulator:
    """A terminal that has been fed `pieces`."""
    emulator = Emulator(columns, rows, **settings)  # type: ignore[arg-type]
    for piece in pieces:
        emulator.feed(piece.encode() if isinstance(piece, str) else piece)
    return emulator


def lines(emulator: Emulator) -> list[str]:
    """The screen's lines without blanks at their ends, without empty lines at the bottom."""
    texts = [text.rstrip() for text in emulator.screen.display]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def history(emulator: Emulator) -> list[str]:
    """The lines above the screen."""
    return [row.text for line, row in emulator.lines() if line < emulator.screen_line]


def place(emulator: Emulator) -> tuple[int, int]:
    """The cursor's line and column, 1-based as in CUP."""
    return emulator.cursor.y + 1, emulator.cursor.x + 1


def answer(*pieces: str | bytes, **settings: bool | int) -> bytes:
    """What a terminal answers to `pieces`."""
    return play(*pieces, **settings).take_replies()
