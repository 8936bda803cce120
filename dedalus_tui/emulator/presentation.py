"""The presentation state, told and taken back: the cursor's settings and the tab stops."""

from __future__ import annotations

import re

from dedalus_tui.emulator.charsets import CHARSETS
from dedalus_tui.emulator.reports import Reports
from dedalus_tui.emulator.styles import BLINK, BOLD, INVERSE, PROTECTED

CURSOR, TAB_STOPS = 1, 2
_FLAGGED = 0x40
"""Bits are told as a character: this and the bits."""
_RENDITION = ((1, BOLD), (4, BLINK), (8, INVERSE))
_UNDERLINED = 2
_ORIGIN, _SHIFT_2, _SHIFT_3, _PENDING_WRAP = 1, 2, 4, 8
_LARGE = "/"
"""Before the final character of a set of 96, as `charsets.py` names it; told as a bit instead."""
_DESIGNATION = re.compile("[ -/]?[0-~]")
_REPORT = re.compile(
    r"(\d{1,5});(\d{1,5});\d*;([@-O]);([@A]);([@-O]);([0-3]);([0-3]);([@-O]);([ -~]{4,8})"
)


class Presentation(Reports):
    """DECRQPSR with its answers DECCIR and DECTABSR, and DECRSPS."""

    def report_presentation(self, what: int = 0) -> None:
        """DECRQPSR: 1 the cursor, 2 the tab stops."""
        if what == CURSOR:
            self.reply(f"\x1bP1$u{self._cursor_settings()}\x1b\\")
        elif what == TAB_STOPS:
            stops = "/".join(str(stop + 1) for stop in sorted(self.tabstops))
            self.reply(f"\x1bP2$u{stops}\x1b\\")

    def _cursor_settings(self) -> str:
        style, charsets = self.styles[self.style], self.charsets
        rendition = sum(bit for bit, flag in _RENDITION if style.flags & flag)
        rendition |= _UNDERLINED if style.underline else 0
        flags = _ORIGIN if self.origin_mode else 0
        flags |= _PENDING_WRAP if self.pending_wrap else 0
        if charsets.single_shift is not None:
            flags |= _SHIFT_2 if charsets.single_shift == 2 else _SHIFT_3
        large = sum(
            1 << place for place, code in enumerate(charsets.designated) if code.startswith(_LARGE)
        )
        fields = (
            str(self.y + 1),
            str(self.x + 1),
            "1",
            chr(_FLAGGED | rendition),
            chr(_FLAGGED | bool(style.flags & PROTECTED)),
            chr(_FLAGGED | flags),
            str(charsets.left),
            str(charsets.right),
            chr(_FLAGGED | large),
            "".join(code.removeprefix(_LARGE) for code in charsets.designated),
        )
        return ";".join(fields)

    def restore_presentation(self, what: int, told: str) -> None:
        """DECRSPS: take back what DECRQPSR told; what is malformed changes nothing."""
        if what == CURSOR:
            self._restore_cursor_settings(told)
        elif what == TAB_STOPS:
            stops = [int(stop) for stop in told.split("/") if stop.isdecimal() and len(stop) < 6]
            self.tabstops = {stop - 1 for stop in stops if 0 < stop <= self.columns}

    def _restore_cursor_settings(self, told: str) -> None:
        match = _REPORT.fullmatch(told)
        if match is None:
            return
        line, column, rendition, guard, flags, left, right, large, designations = match.groups()
        codes = _DESIGNATION.findall(designations)
        codes = [
            _LARGE + code if ord(large) >> place & 1 else code for place, code in enumerate(codes)
        ]
        if len(codes) != len(self.charsets.designated) or any(
            code not in CHARSETS for code in codes
        ):
            return
        self._restore_style(ord(rendition), is_protected=guard == "A")
        charsets = self.charsets
        charsets.designated, charsets.left, charsets.right = codes, int(left), int(right)
        bits = ord(flags)
        shifts = {_SHIFT_2: 2, _SHIFT_3: 3}
        charsets.single_shift = shifts.get(bits & (_SHIFT_2 | _SHIFT_3))
        self.change_modes((6,), bool(bits & _ORIGIN), private=True)
        self.move_to(int(column) - 1, int(line) - 1)
        self.pending_wrap = bool(bits & _PENDING_WRAP) and self.x == self.line_limit
        self.refresh_shortcuts()

    def _restore_style(self, bits: int, *, is_protected: bool) -> None:
        style = self.styles[self.style]
        flags = style.flags & ~(BOLD | BLINK | INVERSE | PROTECTED)
        flags |= sum(flag for bit, flag in _RENDITION if bits & bit)
        flags |= PROTECTED if is_protected else 0
        underline = style.underline or 1 if bits & _UNDERLINED else 0
        self.style = self.styles.intern(style._replace(flags=flags, underline=underline))
