"""How the next character looks: SGR, hyperlinks, character sets."""

from __future__ import annotations

from weakref import ref

from dedalus_tui.emulator.charsets import CHARSETS
from dedalus_tui.emulator.plain_lines import PlainLines
from dedalus_tui.emulator.sgr import apply_sgr
from dedalus_tui.emulator.styles import Style

_RENDITIONS_LIMIT = 16_384
_STYLE_LIMIT = 32_768
_USED_LIMIT = 131_072
_SGR_STACK_LIMIT = 10
_LINK_LIMIT = 16_384
_SLOTS = {"(": 0, ")": 1, "*": 2, "+": 3, "-": 1, ".": 2, "/": 3}


class Rendition(dict[int, int]):
    """What one SGR sequence makes of each style it met: style number to style number."""

    __slots__ = ("__weakref__", "_attributes", "_parameters")

    def __init__(self, attributes: Attributes, parameters: str) -> None:
        super().__init__()
        self._attributes = attributes
        self._parameters = parameters

    def __missing__(self, style: int) -> int:
        result = self._attributes.render(style, self._parameters)
        self[style] = result
        return result


class Attributes(PlainLines):
    """SGR and its stack, OSC 8 links, designation and invocation of character sets."""

    def __init__(self, columns: int, lines: int, scrollback_lines: int = 0) -> None:
        super().__init__(columns, lines, scrollback_lines)
        self._renditions: list[ref[Rendition]] = []
        self.links: dict[int, tuple[str, str]] = {}
        """Hyperlinks by number: (URI, id given by the program or empty)."""
        self._link_numbers: dict[tuple[str, str], int] = {}
        self._next_link = 1
        self._style_stack: list[int] = []
        self._collected_at = 0

    def select_graphic_rendition(self, *attrs: int) -> None:
        """SGR in pyte's form: numeric parameters only."""
        self.style = self.render(self.style, ";".join(map(str, attrs)))

    def rendition(self, parameters: str) -> Rendition:
        """The effect of the text between ``CSI`` and ``m`` on styles, by their numbers."""
        rendition = Rendition(self, parameters)
        self._renditions.append(ref(rendition))
        if len(self._renditions) > _RENDITIONS_LIMIT:
            self._renditions = [known for known in self._renditions if known() is not None]
        return rendition

    def has_room_for_styles(self, count: int) -> bool:
        """Whether so many SGR sequences can be rendered without their numbers being given anew."""
        return len(self.styles) + 2 * count <= _STYLE_LIMIT + self._collected_at

    def render(self, style: int, parameters: str) -> int:
        """The number of the style that an SGR sequence makes of `style`."""
        table = self.styles
        if len(table) > _STYLE_LIMIT + self._collected_at:
            self.collect_styles()
        return table.intern(apply_sgr(table[style], parameters))

    def collect_styles(self) -> None:
        """Forget the styles and links that no cell has any more.

        Where even those in use are too many, the older half of the history is given up for them.
        """
        used = self._used_styles()
        while len(used) > _USED_LIMIT and len(self.scrollback):
            self.scrollback.drop(len(self.scrollback) // 2 + 1)
            used = self._used_styles()
        self.styles.collect(used)
        for known in self._renditions:
            rendition = known()
            if rendition is not None:
                rendition.clear()
        self._collected_at = len(self.styles)
        live = {self.styles[number].link for number in used}
        self.links = {number: link for number, link in self.links.items() if number in live}
        self._link_numbers = {link: number for number, link in self.links.items()}

    def _used_styles(self) -> set[int]:
        used = {self.style, *self._style_stack}
        for grid in (self.main, self.alternate):
            if grid.saved is not None:
                used.add(grid.saved.style)
            for row in grid.rows:
                used.add(row.fill)
                used.update(row.styles)
        for kept in self.scrollback.packed():
            used.add(kept.fill)
            if isinstance(kept.runs, int):
                used.add(kept.runs)
            else:
                used.update(kept.runs[1::2])
        return used

    def push_rendition(self) -> None:
        """XTPUSHSGR: keep the style; at most ten are kept."""
        if len(self._style_stack) < _SGR_STACK_LIMIT:
            self._style_stack.append(self.style)

    def pop_rendition(self) -> None:
        """XTPOPSGR: back to the style kept last."""
        if self._style_stack:
            self.style = self._style_stack.pop()

    def open_link(self, uri: str, identity: str = "") -> None:
        """OSC 8: what is written next belongs to a link; an empty URI ends it."""
        number = 0
        if uri:
            key = (uri, identity)
            known = self._link_numbers.get(key)
            if known is None:
                if len(self.links) >= _LINK_LIMIT:
                    self.collect_styles()
                if len(self.links) >= _LINK_LIMIT:
                    return
                known = self._next_link
                self._next_link += 1
                self._link_numbers[key] = known
                self.links[known] = key
            number = known
        self.style = self.styles.intern(self.styles[self.style]._replace(link=number))

    def plain_style(self) -> None:
        """Back to the default style."""
        self.style = self.styles.intern(Style())

    # character sets

    def define_charset(self, code: str, mode: str) -> None:
        """SCS: designate a set to G0-G3; `mode` is the intermediate of the sequence."""
        slot = _SLOTS.get(mode)
        if mode in "-./":
            code = "/" + code
        if slot is not None and code in CHARSETS:
            self.charsets.designated[slot] = code
            self.refresh_shortcuts()

    def shift_in(self) -> None:
        """SI: G0 into GL."""
        self.invoke_charset(0)

    def shift_out(self) -> None:
        """SO: G1 into GL."""
        self.invoke_charset(1)

    def invoke_charset(self, slot: int) -> None:
        """LS0-LS3: a set into GL."""
        self.charsets.left = slot
        self.refresh_shortcuts()

    def invoke_right_charset(self, slot: int) -> None:
        """LS1R-LS3R: a set into GR, which Unicode text never uses; reported only."""
        self.charsets.right = slot

    def single_shift(self, slot: int) -> None:
        """SS2, SS3: a set for one character."""
        self.charsets.single_shift = slot
        self.refresh_shortcuts()
