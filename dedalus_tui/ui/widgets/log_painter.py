"""The picture of a screen row of a log: gutter, text in its colours, hits, links, selection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from dedalus_tui.domain.output import Severity, Stream
from dedalus_tui.ui.present.output_ansi import Rgb
from dedalus_tui.ui.present.output_layers import flatten
from dedalus_tui.ui.present.output_links import find_links

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedalus_tui.domain.output import OutputLine
    from dedalus_tui.ui.present.output_ansi import Colour, SgrStyle
    from dedalus_tui.ui.themes import Ink
    from dedalus_tui.ui.widgets.log_rows import LogRow

SOURCE_ROLES = ("accent", "ok", "busy", "mark", "warn", "idle")
"""Roles of the names of merged runs, in turn."""


@dataclass(frozen=True, slots=True)
class LogSigns:
    """The signs of a log, each one cell wide."""

    bookmark: str = "★"
    stderr: str = "E"
    lifecycle: str = "·"
    more: str = "…"
    thumb: str = "█"
    track: str = " "
    error: str = "▐"
    warning: str = "▒"
    hit: str = "│"
    ramp: str = " ▁▂▃▄▅▆▇█"


ASCII_SIGNS = LogSigns("*", "E", "-", "~", "#", " ", "!", ":", "|", " ._-=+*#@")


@dataclass(frozen=True, slots=True)
class RowFace:
    """All that the picture of a row depends on beside its text."""

    ground: str
    time: str
    """The time cell; blank on the further rows of a line."""
    is_bookmarked: bool
    label: str
    """Which run wrote it, padded, where several are merged."""
    is_first: bool
    """Whether this is the first screen row of its line."""
    note: str = ""
    """What follows the text, such as how many frames are folded away."""


def base_role(line: OutputLine) -> str:
    """The role of the text of a line where the program chose no colour."""
    if line.stream is Stream.LIFECYCLE:
        return "muted"
    if line.severity is Severity.ERROR:
        return "bad"
    return "warn" if line.severity is Severity.WARNING else "text"


class LogPainter:
    """Draws rows in the colours of a theme."""

    def __init__(self, ink: Ink, signs: LogSigns) -> None:
        self._ink = ink
        self._signs = signs
        self._link = Style(underline=True)

    def paint(
        self,
        line: OutputLine,
        row: LogRow,
        face: RowFace,
        *,
        left: int,
        width: int,
        hits: Sequence[tuple[int, int]] = (),
        selected: tuple[int, int] | None = None,
    ) -> list[Segment]:
        """Gutter and text, the text from cell `left` on and exactly `width` cells wide."""
        base = self._ink.style(base_role(line), face.ground)
        layers = self._layers(row, face, hits, selected)
        start, end = row.start, row.end
        is_narrow = row.styled.text.isascii()
        if is_narrow:
            start, end = min(end, start + left), min(end, start + left + width)
        text = row.styled.text
        segments = [
            Segment(text[begin:stop], _added(base, styles))
            for begin, stop, styles in flatten(start, end, layers)
        ]
        if face.note:
            segments.append(Segment(f"  {face.note}", self._ink.style("muted", face.ground)))
        gutter = self._gutter(line, face)
        if is_narrow and not face.note:
            blank = width - (end - start)
            if blank > 0:
                segments.append(Segment(" " * blank, base))
            return gutter + segments
        shift = 0 if is_narrow else left
        return [*gutter, *Strip(segments).crop_extend(shift, shift + width, base)]

    def _layers(
        self,
        row: LogRow,
        face: RowFace,
        hits: Sequence[tuple[int, int]],
        selected: tuple[int, int] | None,
    ) -> Iterable[tuple[int, int, Style]]:
        yield from ((begin, end, _sgr(style)) for begin, end, style in row.styled.runs)
        for link in find_links(row.styled.text[: row.end]):
            yield link.start, link.end, self._link
        if hits:
            role = "strong" if face.ground.startswith("cursor") else "text"
            hit = self._ink.style(role, "hit") + Style(bold=True)
            yield from ((begin, end, hit) for begin, end in hits)
        if selected is not None:
            yield (*selected, self._ink.style("strong", "marked") + Style(reverse=True))

    def _gutter(self, line: OutputLine, face: RowFace) -> list[Segment]:
        ink, signs = self._ink, self._signs
        segments = [Segment(face.time, ink.style("muted", face.ground))]
        sign, role = " ", "muted"
        if face.is_bookmarked and face.is_first:
            sign, role = signs.bookmark, "mark"
        elif face.is_first and line.stream is Stream.STDERR:
            sign, role = signs.stderr, "warn"
        elif face.is_first and line.stream is Stream.LIFECYCLE:
            sign = signs.lifecycle
        segments.append(Segment(f"{sign} ", ink.style(role, face.ground)))
        if face.label:
            source = SOURCE_ROLES[line.source % len(SOURCE_ROLES)]
            segments.append(Segment(f"{face.label} ", ink.style(source, face.ground)))
        return segments


@lru_cache(maxsize=4096)
def _added(base: Style, styles: tuple[Style, ...]) -> Style:
    for style in styles:
        base += style
    return base


@lru_cache(maxsize=4096)
def _sgr(style: SgrStyle) -> Style:
    return Style(
        color=_colour(style.foreground),
        bgcolor=_colour(style.background),
        bold=style.is_bold or None,
        dim=style.is_dim or None,
        italic=style.is_italic or None,
        underline=style.is_underlined or None,
        reverse=style.is_reversed or None,
        strike=style.is_struck or None,
    )


def _colour(colour: Colour) -> Color | None:
    if colour is None:
        return None
    if isinstance(colour, Rgb):
        return Color.from_rgb(colour.red, colour.green, colour.blue)
    return Color.from_ansi(colour)
