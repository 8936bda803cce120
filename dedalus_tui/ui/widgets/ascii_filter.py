"""With `--ascii`: what Textual and our own pure code draw with other signs, drawn with ASCII.

Screens choose their signs from `present.glyphs`; this is for what nobody chooses: borders, ends of
scroll bars, ellipses of cut texts. Text of machines (terminals, output) is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_STAND_INS = {
    "-": "─━═╌╍┄┅┈┉╴╶╸╺▔",
    "|": "│┃║╎╏┆┇┊┋▌▐▎▊",
    "+": "┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├┝┞┟┠┡┢┣┤┥┦┧┨┩┪┫┬┭┮┯┰┱┲┳┴┵┶┷┸┹┺┻┼╋╒╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡╢╣╤╥╦╧╨╩╪╫╬╭╮╯╰",
    "#": "█",
    " ": "▀▁▂▃▄▅▆▇▉▋▍▏▕░▒▓",
    "~": "…",
    "*": "•●",
    ">": "→▸▶",
    "<": "←◂◀↵⏎",
    "^": "↑▲",
    "v": "↓▼✓",
    "x": "\N{MULTIPLICATION SIGN}✗",
    "o": "○",
    "> ": "🔎",
}
_TABLE = str.maketrans({sign: ours for ours, signs in _STAND_INS.items() for sign in signs})


class AsciiFilter(LineFilter):
    """Puts ASCII in the place of lines, blocks and arrows; each as wide as what it stands for."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, with other signs."""
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(segment.text.translate(_TABLE), segment.style)
            for segment in segments
        ]
