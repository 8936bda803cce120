"""Answers to questions: who are you, where is the cursor, how big, which settings."""

from __future__ import annotations

from typing import NamedTuple

from dedalus_tui.emulator.events import ResizeRequested
from dedalus_tui.emulator.keyboard_modes import KeyboardModes
from dedalus_tui.emulator.sgr import describe_sgr
from dedalus_tui.emulator.styles import PROTECTED

NAME = "dedalus-tui"
XTERM_PATCH = 380
"""The xterm whose behaviour ours follows; programs read it from the secondary attributes."""
PRIMARY_ATTRIBUTES = "1;6;9;21;22;28;52"
"""132 columns, selective erase, NRCS, sideways scrolling, colour, rectangles, clipboard."""
TITLE_STACK_LIMIT = 10
SET_HEX, QUERY_HEX = 0, 1
MAX_REQUESTED = 1000
"""Columns or lines that output may ask for at most."""


class PixelSize(NamedTuple):
    """A size in pixels."""

    width: int
    height: int


class Reports(KeyboardModes):
    """DA1-3, DSR, DECRQSS, DECREQTPARM, XTVERSION, window operations, title stack."""

    cell_size = PixelSize(10, 20)
    """What pixel questions are answered with; the host terminal does not tell us more."""
    may_report_title = False
    """Titles are text that output chose; echoing them into the input is off unless asked for."""
    may_resize = False
    """Whether output may change the size itself (DECCOLM, XTWINOPS) instead of asking for it."""
    cursor_shape = 0
    """0 block, 1 underline, 2 bar."""

    def __init__(self, columns: int, lines: int, scrollback_lines: int = 0) -> None:
        super().__init__(columns, lines, scrollback_lines)
        self._titles: list[tuple[str | None, str | None]] = []
        self.title_modes: set[int] = set()

    def report_device_attributes(self, mode: int = 0, **kwargs: bool) -> None:
        """DA1."""
        if mode == 0 and not kwargs.get("private"):
            level = 60 + self.conformance_level
            self.reply(f"\x1b[?{level};{PRIMARY_ATTRIBUTES}c")

    def report_secondary_attributes(self, mode: int = 0) -> None:
        """DA2: a VT420 with the firmware version of the xterm we follow."""
        if mode == 0:
            self.reply(f"\x1b[>41;{XTERM_PATCH};0c")

    def report_tertiary_attributes(self, mode: int = 0) -> None:
        """DA3: the unit's number."""
        if mode == 0:
            self.reply("\x1bP!|00000000\x1b\\")

    def report_version(self, mode: int = 0) -> None:
        """XTVERSION."""
        if mode == 0:
            self.reply(f"\x1bP>|{NAME}({XTERM_PATCH})\x1b\\")

    def report_terminal_parameters(self, mode: int = 0) -> None:
        """DECREQTPARM."""
        if mode in (0, 1):
            self.reply(f"\x1b[{mode + 2};1;1;128;128;1;0x")

    def report_device_status(self, mode: int = 0) -> None:
        """DSR: 5 health, 6 cursor position."""
        if mode == 5:
            self.reply("\x1b[0n")
        elif mode == 6:
            line, column = self._reported_cursor()
            self.reply(f"\x1b[{line};{column}R")

    def _reported_cursor(self) -> tuple[int, int]:
        if self.origin_mode:
            return self.y - self.top + 1, self.x - self.left + 1
        return self.y + 1, self.x + 1

    def report_private_status(self, mode: int = 0, request: int = 0) -> None:
        """DSR in its DEC form: cursor, printer, keys, locator, macros, memory, colours."""
        match mode:
            case 6:
                line, column = self._reported_cursor()
                page = ";1" if self.conformance_level >= 4 else ""
                self.reply(f"\x1b[?{line};{column}{page}R")
            case 15:
                self.reply("\x1b[?13n")
            case 25:
                self.reply("\x1b[?20n")
            case 26:
                self.reply("\x1b[?27;1;0;0n")
            case 53 | 55:
                self.reply("\x1b[?50n")
            case 56:
                self.reply("\x1b[?57;0n")
            case 62:
                self.reply("\x1b[0*{")
            case 63:
                self.reply(f"\x1bP{request}!~0000\x1b\\")
            case 75:
                self.reply("\x1b[?70n")
            case 85:
                self.reply("\x1b[?83n")
            case 996 if self.palette.knows_special(11):
                self.reply(f"\x1b[?997;{1 if self.palette.is_dark else 2}n")
            case _:
                pass

    def report_setting(self, setting: str) -> None:
        """DECRQSS: the control function that would bring about the present setting."""
        value = self._setting(setting)
        if value is None:
            self.reply("\x1bP0$r\x1b\\")
        else:
            self.reply(f"\x1bP1$r{value}{setting}\x1b\\")

    def _setting(self, setting: str) -> str | None:
        match setting:
            case "m":
                return describe_sgr(self.styles[self.style])
            case "r":
                return f"{self.top + 1};{self.bottom + 1}"
            case "s":
                return f"{self.left + 1};{self.right + 1}"
            case "t":
                return str(self.lines)
            case " q":
                return str(2 * self.cursor_shape + (1 if self.has_mode(12) else 2))
            case '"q':
                return "1" if self.styles[self.style].flags & PROTECTED else "0"
            case '"p':
                bits = 0 if self.has_eight_bit_controls else 1
                return f"{60 + self.conformance_level};{bits}"
            case "*x":
                return str(self.attribute_extent)
            case "$}" | "$~":
                return "0"
            case "$|":
                return str(self.columns)
            case "*|":
                return str(self.lines)
            case _:
                return None

    # the window

    def set_cursor_style(self, style: int = 0) -> None:
        """DECSCUSR: odd numbers blink (?12); 0 is our default, a steady block."""
        if style <= 6:
            self.cursor_shape = max(style - 1, 0) // 2
            if style % 2:
                self.mode.add(12 << 5)
            else:
                self.mode.discard(12 << 5)

    def window_operation(self, parameters: tuple[int, ...]) -> None:
        """XTWINOPS: reports, the title stack, and a request for another size."""
        operation, first, second = (*parameters, 0, 0, 0)[:3]
        width, height = self.cell_size
        match operation:
            case 8:
                # An absent size keeps what is; zero asks for the whole display, which we do not
                # know.
                columns, lines = second or self.columns, first or self.lines
                self.request_size(min(columns, MAX_REQUESTED), min(lines, MAX_REQUESTED))
            case 11:
                self.reply("\x1b[1t")
            case 13:
                self.reply("\x1b[3;0;0t")
            case 14:
                self.reply(f"\x1b[4;{self.lines * height};{self.columns * width}t")
            case 15:
                self.reply(f"\x1b[5;{self.lines * height};{self.columns * width}t")
            case 16:
                self.reply(f"\x1b[6;{height};{width}t")
            case 18:
                self.reply(f"\x1b[8;{self.lines};{self.columns}t")
            case 19:
                self.reply(f"\x1b[9;{self.lines};{self.columns}t")
            case 20:
                self._report_title("L", self.icon_name)
            case 21:
                self._report_title("l", self.title)
            case 22:
                title = self.title if first in (0, 2) else None
                self._titles.append((title, self.icon_name if first in (0, 1) else None))
                del self._titles[:-TITLE_STACK_LIMIT]
            case 23:
                self._pop_title(first)
            case _ if operation >= 24:
                self.set_lines(operation)
            case _:
                pass

    def set_lines(self, lines: int) -> None:
        """DECSLPP, DECSNLS: ask for another number of lines."""
        if 0 < lines <= MAX_REQUESTED:
            self.request_size(self.columns, lines)

    def set_columns(self, columns: int) -> None:
        """DECSCPP: ask for 80 or 132 columns."""
        if columns in (0, 80, 132):
            self.request_size(columns or 80, self.lines)

    def apply_private(self, mode: int, value: bool) -> None:
        """As below, and the size told once when it is asked for in band."""
        super().apply_private(mode, value)
        if mode == 2048 and value:
            self.report_size()

    def report_size(self) -> None:
        """The size in cells and pixels, for programs that asked for it in band (?2048)."""
        width, height = self.cell_size
        lines, columns = self.lines, self.columns
        self.reply(f"\x1b[48;{lines};{columns};{lines * height};{columns * width}t")

    def _report_title(self, letter: str, title: str) -> None:
        if not self.may_report_title:
            title = ""
        if QUERY_HEX in self.title_modes:
            title = title.encode().hex().upper()
        self.reply(f"\x1b]{letter}{title}\x1b\\")

    def set_title_modes(self, modes: tuple[int, ...]) -> None:
        """XTSMTITLE: titles given or asked for in hexadecimal."""
        self.title_modes |= {mode for mode in modes or (0,) if mode in (SET_HEX, QUERY_HEX)}

    def reset_title_modes(self, modes: tuple[int, ...]) -> None:
        """XTRMTITLE."""
        self.title_modes -= set(modes or (0, 1))

    def _pop_title(self, which: int) -> None:
        """Bring back what was pushed last: 0 both, 1 the icon name, 2 the title."""
        titles = [title for title, _ in self._titles if title is not None]
        names = [name for _, name in self._titles if name is not None]
        if self._titles:
            self._titles.pop()
        if which in (0, 1) and names:
            self.set_icon_name(names[-1])
        if which in (0, 2) and titles:
            self.set_title(titles[-1])

    def request_size(self, columns: int, lines: int) -> None:
        """Ask the owner for another size, or take it when output may do that."""
        if self.may_resize:
            self.resize(lines, columns)
        else:
            self.emit(ResizeRequested(columns, lines))

    def reset_titles(self) -> None:
        """Forget titles kept on the stack, and in what form they come."""
        self._titles.clear()
        self.title_modes.clear()
