"""A QR code in half blocks: two modules a cell, black on white whatever the theme."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

QUIET = 2
"""Light modules around the code; scanners cope with fewer than the standard's four."""

_HALVES = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""Signs for (upper is dark, lower is dark), drawn light on dark."""


class QrCode(Widget):
    """As large as the text needs."""

    DEFAULT_CSS = """
    QrCode {
        width: auto;
        height: auto;
        color: white;
        background: black;
    }
    """

    def __init__(self, text: str) -> None:
        """Any text that fits into a code."""
        super().__init__()
        self._lines = qr_lines(text)

    def render(self) -> Content:
        """The lines."""
        return Content("\n".join(self._lines))


def qr_lines(text: str) -> tuple[str, ...]:
    """The code as lines of half blocks, light modules drawn, dark ones left out."""
    import segno  # only when somebody wants a code

    rows = [
        [bool(module) for module in row]
        for row in segno.make(text, error="l", micro=False).matrix_iter(border=QUIET)
    ]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return tuple(
        "".join(_HALVES[upper, lower] for upper, lower in zip(rows[at], rows[at + 1], strict=True))
        for at in range(0, len(rows), 2)
    )
