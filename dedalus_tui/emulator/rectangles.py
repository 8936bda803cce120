"""The VT420's rectangles: copy, fill, erase, change attributes, checksum."""

from __future__ import annotations

from dedalus_tui.emulator.screen_modes import ScreenModes
from dedalus_tui.emulator.styles import (
    BLINK,
    BOLD,
    HIDDEN,
    INVERSE,
    PROTECTED,
    VISUAL_FLAGS,
    Style,
)

_SET = {1: BOLD, 5: BLINK, 7: INVERSE, 8: HIDDEN}
_CLEAR = {22: BOLD, 25: BLINK, 27: INVERSE, 28: HIDDEN}
_CHECKSUM_WEIGHTS = (
    (PROTECTED, 0x04),
    (HIDDEN, 0x08),
    (INVERSE, 0x20),
    (BLINK, 0x40),
    (BOLD, 0x80),
)

Rectangle = tuple[int, int, int, int]
"""Top, left, bottom, right: 0-based; the last two are exclusive."""


class Rectangles(ScreenModes):
    """DECCRA, DECFRA, DECERA, DECSERA, DECCARA, DECRARA, DECSACE and DECRQCRA."""

    may_report_checksums = False
    """DECRQCRA lets output read the screen back into the input, so it is off unless asked for."""
    attribute_extent = 0
    """DECSACE: 2 changes attributes in a rectangle; 0 and 1 in all cells between the corners."""
    checksum_flags = 0
    """XTCHECKSUM: 1 does not negate the sum, 2 leaves attributes out."""

    def _rectangle(self, parameters: tuple[int, ...]) -> Rectangle | None:
        """The area four 1-based parameters name, inside the screen; ``None`` when there is none."""
        top, left, bottom, right = (*parameters, 0, 0, 0, 0)[:4]
        origin_y, origin_x = (self.top, self.left) if self.origin_mode else (0, 0)
        end_y, end_x = (
            (self.bottom + 1, self.right + 1) if self.origin_mode else (self.lines, self.columns)
        )
        first_y = origin_y + max(top, 1) - 1
        first_x = origin_x + max(left, 1) - 1
        last_y = min(origin_y + bottom, end_y) if bottom else end_y
        last_x = min(origin_x + right, end_x) if right else end_x
        if first_y >= last_y or first_x >= last_x:
            return None
        return first_y, first_x, last_y, last_x

    def copy_rectangle(self, parameters: tuple[int, ...]) -> None:
        """DECCRA: copy an area to another place on the (only) page."""
        parameters = (*parameters, *([0] * 8))[:8]
        area = self._rectangle(parameters[:4])
        if area is None:
            return
        top, left, bottom, right = area
        origin_y, origin_x = (self.top, self.left) if self.origin_mode else (0, 0)
        to_y = origin_y + max(parameters[5], 1) - 1
        to_x = origin_x + max(parameters[6], 1) - 1
        end_y, end_x = (
            (self.bottom + 1, self.right + 1) if self.origin_mode else (self.lines, self.columns)
        )
        height = min(bottom - top, end_y - to_y)
        width = min(right - left, end_x - to_x)
        if height <= 0 or width <= 0:
            return
        copies = []
        for line in range(top, top + height):
            row = self.rows[line].copy(self.serial)
            row.pad(left + width)
            row.split(left)
            row.split(left + width)
            part = slice(left, left + width)
            copies.append((row.chars[part], row.styles[part], row.complex))
        for line, (chars, styles, is_complex) in enumerate(copies, to_y):
            row = self.rows[line]
            row.pad(to_x + width)
            row.split(to_x)
            row.split(to_x + width)
            row.chars[to_x : to_x + width] = chars
            row.styles[to_x : to_x + width] = styles
            row.complex = row.complex or is_complex
            row.version = self.serial

    def fill_rectangle(self, parameters: tuple[int, ...]) -> None:
        """DECFRA: fill with a character in the current style."""
        code = parameters[0] if parameters else 0
        area = self._rectangle(parameters[1:])
        if area is None or not (32 <= code <= 126 or 160 <= code <= 255):
            return
        top, left, bottom, right = area
        character = chr(code).translate(self.charsets.table)
        for line in range(top, bottom):
            row = self.rows[line]
            row.erase(left, right, self.columns, self.blank_style)
            row.pad(right)
            row.chars[left:right] = character * (right - left)
            row.styles[left:right] = [self.style] * (right - left)
            row.version = self.serial

    def erase_rectangle(self, parameters: tuple[int, ...]) -> None:
        """DECERA: blank an area."""
        self._erase_area(parameters, 0)

    def erase_rectangle_selectively(self, parameters: tuple[int, ...]) -> None:
        """DECSERA: blank what DECSCA does not protect."""
        self._erase_area(parameters, PROTECTED)

    def _erase_area(self, parameters: tuple[int, ...], spare: int) -> None:
        area = self._rectangle(parameters)
        if area is not None:
            top, left, bottom, right = area
            for line in range(top, bottom):
                self.erase_cells(self.rows[line], left, right, spare)

    def select_attribute_extent(self, how: int = 0) -> None:
        """DECSACE: 2 for rectangles, 0 and 1 for the stream of cells."""
        if how <= 2:
            self.attribute_extent = how

    def select_checksum(self, flags: int = 0) -> None:
        """XTCHECKSUM: how DECRQCRA sums up."""
        self.checksum_flags = flags

    def change_attributes(self, parameters: tuple[int, ...]) -> None:
        """DECCARA: set and clear attributes in an area."""
        self._alter(parameters[:4], parameters[4:] or (0,), reverse=False)

    def reverse_attributes(self, parameters: tuple[int, ...]) -> None:
        """DECRARA: exchange attributes in an area."""
        self._alter(parameters[:4], parameters[4:] or (0,), reverse=True)

    def _alter(self, corners: tuple[int, ...], codes: tuple[int, ...], *, reverse: bool) -> None:
        area = self._rectangle(corners)
        if area is None:
            return
        top, left, bottom, right = area
        table = self.styles
        changed: dict[int, int] = {}
        for line in range(top, bottom):
            start, end = left, right
            if self.attribute_extent != 2:
                start = left if line == top else 0
                end = right if line == bottom - 1 else self.columns
            row = self.rows[line]
            row.pad(end)
            row.version = self.serial
            for column in range(start, end):
                style = row.styles[column]
                if style not in changed:
                    changed[style] = table.intern(_altered(table[style], codes, reverse=reverse))
                row.styles[column] = changed[style]

    def report_checksum(self, parameters: tuple[int, ...]) -> None:
        """DECRQCRA: the sum of an area's characters and attributes, negated, in four hex digits."""
        if not self.may_report_checksums:
            return
        request = parameters[0] if parameters else 0
        area = self._rectangle(parameters[2:])
        total = self._checksum(area) if area is not None else 0
        total = total if self.checksum_flags & 1 else -total
        self.reply(f"\x1bP{request}!~{total & 0xFFFF:04X}\x1b\\")

    def _checksum(self, area: Rectangle) -> int:
        top, left, bottom, right = area
        total = 0
        for line in range(top, bottom):
            row = self.rows[line]
            for column in range(left, right):
                if column >= len(row.chars):
                    total += 0x20
                    continue
                total += sum(map(ord, row.chars[column]))
                if self.checksum_flags & 2:
                    continue
                style = self.styles[row.styles[column]]
                total += sum(weight for flag, weight in _CHECKSUM_WEIGHTS if style.flags & flag)
                total += 0x10 if style.underline else 0
        return total


def _altered(style: Style, codes: tuple[int, ...], *, reverse: bool) -> Style:
    """The style after the SGR-like `codes` of DECCARA or DECRARA."""
    for code in codes:
        if code == 0:
            if reverse:
                both = BOLD | BLINK | INVERSE | HIDDEN
                style = style._replace(
                    flags=style.flags ^ both, underline=0 if style.underline else 1
                )
            else:
                style = style._replace(flags=style.flags & ~VISUAL_FLAGS, underline=0)
        elif code in _SET:
            flag = _SET[code]
            style = style._replace(flags=style.flags ^ flag if reverse else style.flags | flag)
        elif code in _CLEAR and not reverse:
            style = style._replace(flags=style.flags & ~_CLEAR[code])
        elif code == 4:
            style = style._replace(underline=0 if reverse and style.underline else 1)
        elif code == 24 and not reverse:
            style = style._replace(underline=0)
    return style
