"""Rows of an emulator as Textual strips: cell styles in the theme's colours, overlays on top.

The emulator keeps colours as the program named them; only here does an index get a colour. Colours
0 to 15, text, background and cursor come from the theme; on a sixteen-colour theme they are handed
on as they are, and the host's terminal decides. Rich knows single and double underlines only, so
curly, dotted and dashed ones are single, in the colour of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from dedalus_tui.ui.themes import contrast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dedalus_tui.emulator.palette import Palette
    from dedalus_tui.emulator.styles import Style as CellStyle
    from dedalus_tui.emulator.styles import StyleTable

Rgb = tuple[int, int, int]

_UNKNOWN = (128, 128, 128)
"""Where a theme that is not ours names no colour."""

_TINT = 0.35
"""How far the ground behind a character under a bar cursor moves towards the cursor's colour."""

_LEAST_CONTRAST = 3.0
"""Of two colours that programs name by number, so that the theme chose how they look."""

_FAINTNESS = 0.4
"""How far faint text moves towards its background."""


@dataclass(frozen=True, slots=True)
class TerminalColours:
    """What a theme gives a terminal."""

    is_ansi: bool
    """True: hand colour numbers on to the host's terminal."""
    text: Rgb
    base: Rgb
    cursor: Rgb
    indexed: tuple[Rgb, ...]
    """The sixteen colours that programs name by number."""
    selected: Rgb
    hit: Rgb
    current_hit: Rgb

    @classmethod
    def of_theme(cls, variables: Mapping[str, str]) -> TerminalColours:
        """Read from a theme's variables (`role-…`, `ground-…`, `terminal-…`)."""

        def rgb(name: str) -> Rgb:
            return Color.parse(variables[name]).rgb if name in variables else _UNKNOWN

        return cls(
            is_ansi=variables.get("ground-base") == "ansi_default",
            text=rgb("role-text"),
            base=rgb("ground-base"),
            cursor=rgb("role-strong"),
            indexed=tuple(rgb(f"terminal-{index}") for index in range(16)),
            selected=rgb("ground-cursor"),
            hit=rgb("ground-hit"),
            current_hit=rgb("role-warn"),
        )


class CellPainter:
    """Makes Rich styles of style numbers, each once."""

    def __init__(
        self,
        styles: StyleTable,
        palette: Palette,
        colours: TerminalColours,
        *,
        is_reversed: bool = False,
        has_motion: bool = False,
    ) -> None:
        """`is_reversed`: the program shows the whole screen inverse (DECSCNM); `has_motion`: text
        that should blink may do so."""
        self._styles = styles
        self._palette = palette
        self._colours = colours
        self._is_reversed = is_reversed
        self._has_motion = has_motion
        self._made: dict[int, Style] = {}
        self._generation = styles.generation

    def style(self, number: int) -> Style:
        """How cells of that style number look."""
        if self._generation != self._styles.generation:
            self._generation = self._styles.generation
            self._made.clear()
        made = self._made.get(number)
        if made is None:
            cell = self._styles[number]
            made = self._host_style(cell) if self._colours.is_ansi else self._theme_style(cell)
            self._made[number] = made
        return made

    def segments(self, runs: Iterable[tuple[str, int]]) -> list[Segment]:
        """One segment a run of equal style."""
        style = self.style
        return [Segment(text, style(number)) for text, number in runs]

    def _theme_style(self, cell: CellStyle) -> Style:
        front = self._rgb(cell.fg, 10)
        back = self._rgb(cell.bg, 11)
        if cell.fg < 16 and cell.bg < 16 and cell.fg != cell.bg:
            front = self._legible(front, back)
        if cell.is_inverse is not self._is_reversed:
            front, back = back, front
        if cell.is_dim:
            front = _between(front, back, _FAINTNESS)
        if cell.is_hidden:
            front = back
        return Style(
            color=RichColor.from_rgb(*front),
            bgcolor=RichColor.from_rgb(*back),
            bold=cell.is_bold,
            blink=cell.is_blinking and self._has_motion,
            italic=cell.is_italic,
            strike=cell.is_struck,
            overline=cell.is_overlined,
            # A host that knows no double underline (SGR 21) shows the single one.
            underline=bool(cell.underline),
            underline2=cell.underline == 2,
        )

    def _legible(self, front: Rgb, back: Rgb) -> Rgb:
        """A colour as the theme has it, moved to what can be read on another one of the theme.

        Programs that say "white" mean white on black: in a light theme it would be lost.
        """
        ground = Color(*back)
        if contrast(Color(*front), ground) >= _LEAST_CONTRAST:
            return front
        ends = (self._colours.text, self._colours.base)
        end = max(ends, key=lambda colour: contrast(Color(*colour), ground))
        steps = [_between(front, end, share / 4) for share in range(1, 5)]
        legible = (step for step in steps if contrast(Color(*step), ground) >= _LEAST_CONTRAST)
        return next(legible, end)

    def _rgb(self, colour: int, special: int) -> Rgb:
        """A stored colour as the screen has it; `special` is the OSC number of its default."""
        if colour < 0:
            changed = self._palette.changed_special.get(special)
            if changed is not None:
                return changed
            return self._colours.text if special == 10 else self._colours.base
        if colour < 16 and colour not in self._palette.changed:
            return self._colours.indexed[colour]
        if colour < 256:
            return self._palette.indexed(colour)
        return (colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF)

    def _host_style(self, cell: CellStyle) -> Style:
        return Style(
            color=self._host_colour(cell.fg),
            bgcolor=self._host_colour(cell.bg),
            bold=cell.is_bold,
            dim=cell.is_dim,
            blink=cell.is_blinking and self._has_motion,
            italic=cell.is_italic,
            strike=cell.is_struck,
            overline=cell.is_overlined,
            reverse=cell.is_inverse is not self._is_reversed,
            conceal=cell.is_hidden,
            # A host that knows no double underline (SGR 21) shows the single one.
            underline=bool(cell.underline),
            underline2=cell.underline == 2,
        )

    def _host_colour(self, colour: int) -> RichColor:
        if colour < 0:
            return RichColor.default()
        if colour < 256:
            changed = self._palette.changed.get(colour)
            return RichColor.from_rgb(*changed) if changed else RichColor.from_ansi(colour)
        return RichColor.from_rgb(colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF)


def _between(first: Rgb, second: Rgb, share: float) -> Rgb:
    """The colour so far on the way from the first to the second."""
    red, green, blue = (
        round(one + (other - one) * share) for one, other in zip(first, second, strict=True)
    )
    return (red, green, blue)


def palette_of(colours: TerminalColours) -> Palette:
    """What programs that ask for colours are told."""
    from dedalus_tui.emulator.palette import Palette

    return Palette(
        theme=dict(enumerate(colours.indexed)),
        theme_foreground=colours.text,
        theme_background=colours.base,
        theme_cursor=colours.cursor,
        is_known=not colours.is_ansi,
    )


@dataclass(frozen=True, slots=True)
class Overlay:
    """Cells from `start` up to `end` that look different from what the program wrote."""

    start: int
    end: int
    style: Style
    text: str = ""
    """What stands there instead of the program's text; empty: that text stays."""


class OverlayStyles:
    """The styles of selection, search hits and cursor in a theme."""

    def __init__(self, colours: TerminalColours, cursor: Rgb | None = None) -> None:
        """`cursor` is its colour if the program changed it (OSC 12)."""
        if colours.is_ansi:
            self.selected = Style(reverse=True)
            self.hit = Style(underline=True, bold=True)
            self.current_hit = Style(reverse=True, bold=True)
            self.block = Style(reverse=True)
            self.bar = Style(bold=True)
            self.bar_behind = Style(reverse=True, dim=True)
        else:
            cursor = cursor or colours.cursor
            base = RichColor.from_rgb(*colours.base)
            self.selected = Style(bgcolor=RichColor.from_rgb(*colours.selected))
            self.hit = Style(bgcolor=RichColor.from_rgb(*colours.hit))
            self.current_hit = Style(
                color=base, bgcolor=RichColor.from_rgb(*colours.current_hit), bold=True
            )
            self.block = Style(color=base, bgcolor=RichColor.from_rgb(*cursor))
            self.bar = Style(color=RichColor.from_rgb(*cursor))
            tint = _between(colours.base, cursor, _TINT)
            self.bar_behind = Style(bgcolor=RichColor.from_rgb(*tint))
        self.underline = Style(underline=True, bold=True)
        self.hollow = Style(underline=True)


def overlaid(strip: Strip, overlays: Sequence[Overlay]) -> Strip:
    """The strip with overlays laid on, in order; an overlay must not cut a wide character."""
    width = strip.cell_length
    for overlay in overlays:
        start, end = max(0, overlay.start), min(width, overlay.end)
        if start >= end:
            continue
        cuts = [cut for cut in (start, end, width) if cut > 0]
        parts = list(strip.divide(cuts))
        middle = 1 if start > 0 else 0
        segments: list[Segment] = []
        for index, part in enumerate(parts):
            if index == middle:
                segments += [
                    Segment(overlay.text or text, style + overlay.style if style else overlay.style)
                    for text, style, _ in part
                ]
            else:
                segments += part
        strip = Strip(segments, width)
    return strip
