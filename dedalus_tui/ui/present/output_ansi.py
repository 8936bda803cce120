"""A line of program output as text and colour runs: SGR is understood, all else is swallowed.

Whatever a program writes, the result holds no control character, so nothing of it can steer the
terminal of the person who reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dedalus_tui.ui.present.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

TAB_STOP = 8
MOST_RUNS = 2000
"""Colour changes drawn in one line; the rest of a line with more of them is plain."""

_ESCAPE = re.compile(
    r"\x1b\[(?P<parameters>[0-9;:]*)m"
    r"|\x1b\[[0-9;:<=>?]*[ -/]*[@-~]?"
    r"|\x1b[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)?"
    r"|\x1b[ -/]*[0-~]?"
)
_EXTENDED = 38, 48
_PALETTE, _DIRECT = 5, 2


@dataclass(frozen=True, slots=True)
class Rgb:
    """A colour the program chose itself, 0 to 255 each."""

    red: int
    green: int
    blue: int


Colour = int | Rgb | None
"""A number of the 256-colour palette, a colour of the program's own, or the default."""


@dataclass(frozen=True, slots=True)
class SgrStyle:
    """What select-graphic-rendition sequences have set (ECMA-48 8.3.117)."""

    foreground: Colour = None
    background: Colour = None
    is_bold: bool = False
    is_dim: bool = False
    is_italic: bool = False
    is_underlined: bool = False
    is_reversed: bool = False
    is_struck: bool = False


PLAIN = SgrStyle()
_SWITCHES = {
    1: {"is_bold": True},
    2: {"is_dim": True},
    3: {"is_italic": True},
    4: {"is_underlined": True},
    7: {"is_reversed": True},
    9: {"is_struck": True},
    21: {"is_underlined": True},
    22: {"is_bold": False, "is_dim": False},
    23: {"is_italic": False},
    24: {"is_underlined": False},
    27: {"is_reversed": False},
    29: {"is_struck": False},
}


@dataclass(frozen=True, slots=True)
class StyledText:
    """Text fit for one line of the screen, and where it is coloured."""

    text: str
    runs: tuple[tuple[int, int, SgrStyle], ...] = ()
    """Begin, end and style of the stretches that are not plain, rising, without overlap."""


def styled_text(line: str) -> StyledText:
    """One line of output without its terminator, read."""
    if "\x1b" not in line:
        return StyledText(plain(line.expandtabs(TAB_STOP)))
    pieces: list[str] = []
    runs: list[tuple[int, int, SgrStyle]] = []
    length, style = 0, PLAIN
    for piece, parameters in _pieces(line):
        if piece:
            shown = _expand_tabs(piece, length)
            pieces.append(shown)
            if style != PLAIN and len(runs) < MOST_RUNS:
                runs.append((length, length + len(shown), style))
            length += len(shown)
        if parameters is not None:
            style = apply_sgr(style, parameters)
    return StyledText(plain("".join(pieces)), tuple(runs))


def _pieces(line: str) -> Iterator[tuple[str, str | None]]:
    """Text before each escape sequence, and the parameters if the sequence is SGR."""
    end = 0
    for match in _ESCAPE.finditer(line):
        yield line[end : match.start()], match.group("parameters")
        end = match.end()
    yield line[end:], None


def _expand_tabs(piece: str, column: int) -> str:
    if "\t" not in piece:
        return piece
    return (" " * (column % TAB_STOP) + piece).expandtabs(TAB_STOP)[column % TAB_STOP :]


def apply_sgr(style: SgrStyle, parameters: str) -> SgrStyle:
    """The style after one SGR sequence with these parameters; unknown ones change nothing."""
    codes = [_number(code) for code in parameters.replace(":", ";").split(";")]
    at = 0
    while at < len(codes):
        code = codes[at]
        at += 1
        if code == 0:
            style = PLAIN
        elif code in _SWITCHES:
            style = replace(style, **_SWITCHES[code])
        elif code in _EXTENDED:
            colour, at = _extended_colour(codes, at)
            is_foreground = code == _EXTENDED[0]
            style = (
                replace(style, foreground=colour)
                if is_foreground
                else replace(style, background=colour)
            )
        else:
            style = _basic_colour(style, code)
    return style


def _basic_colour(style: SgrStyle, code: int) -> SgrStyle:
    tens, unit = divmod(code, 10)
    match tens:
        case 3 | 9 if unit <= 7:
            return replace(style, foreground=unit + (8 if tens == 9 else 0))
        case 4 | 10 if unit <= 7:
            return replace(style, background=unit + (8 if tens == 10 else 0))
        case 3 if unit == 9:
            return replace(style, foreground=None)
        case 4 if unit == 9:
            return replace(style, background=None)
    return style


def _extended_colour(codes: list[int], at: int) -> tuple[Colour, int]:
    """The colour that `38;` or `48;` introduces, and where the next code is."""
    kind = codes[at] if at < len(codes) else -1
    if kind == _PALETTE and at + 1 < len(codes):
        return min(codes[at + 1], 255), at + 2
    if kind == _DIRECT and at + 3 < len(codes):
        red, green, blue = (min(code, 255) for code in codes[at + 1 : at + 4])
        return Rgb(red, green, blue), at + 4
    return None, len(codes)


def _number(code: str) -> int:
    return int(code) if code and len(code) < 5 else 0
