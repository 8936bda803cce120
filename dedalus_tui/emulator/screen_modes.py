"""Modes: SM, RM, DECSET, DECRST, DECRQM, saving and restoring them, and the two screens."""

from __future__ import annotations

from typing import Any

from dedalus_tui.emulator.attributes import Attributes
from dedalus_tui.emulator.events import ModesChanged
from dedalus_tui.emulator.grid import Row

MOUSE_TRACKING = (9, 1000, 1001, 1002, 1003)
MOUSE_ENCODINGS = (1005, 1006, 1015, 1016)

ANSI_MODES = frozenset((2, 4, 12, 20))
"""KAM, IRM, SRM, LNM."""
ANSI_ALWAYS_RESET = frozenset((1, 5, 7, 10, 11, 13, 14, 15, 16, 17, 18, 19))

PRIVATE_MODES = frozenset(
    (
        *(1, 3, 4, 5, 6, 7, 8, 9, 12, 18, 19, 25, 40, 41, 42, 44, 45, 46, 47, 66, 67, 69, 80, 95),
        *(1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016),
        *(1010, 1011, 1034, 1035, 1036, 1037, 1039, 1040, 1041, 1042, 1043, 1044, 1045),
        *(1046, 1047, 1048, 1049, 2004, 2026, 2031, 2048),
    )
)
PRIVATE_ALWAYS_SET = frozenset((2, 2027))
PRIVATE_ALWAYS_RESET = frozenset(
    (60, 61, 64, 68, 73, 81, 96, 97, 98, 99, 100, 101, 102, 103, 104, 106, 1001)
)
INPUT_MODES = frozenset(
    (1, 25, 66, 67, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 9, 2004, 2026)
)
DEFAULT_MODES = frozenset(number << 5 for number in (7, 8, 25, 1007, 1036, 1039, 1046))
_LEVELS = {69: 4, 95: 5}
"""The VT level (4 for a VT420) a mode needs."""


class ScreenModes(Attributes):
    """Modes live in ``self.mode`` as pyte keeps them: private ones shifted left by five bits."""

    def __init__(self, columns: int, lines: int, scrollback_lines: int = 0) -> None:
        super().__init__(columns, lines, scrollback_lines)
        self.mode = set(DEFAULT_MODES)
        self._kept_modes: dict[int, bool] = {}

    def has_mode(self, number: int) -> bool:
        """Whether a private (DEC) mode is set."""
        return number << 5 in self.mode

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        """SM in pyte's form; with ``private=True`` DECSET. Private modes may come shifted."""
        self._change_pytes(modes, True, bool(kwargs.get("private")))

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        """RM in pyte's form; with ``private=True`` DECRST. Private modes may come shifted."""
        self._change_pytes(modes, False, bool(kwargs.get("private")))

    def _change_pytes(self, modes: tuple[int, ...], value: bool, private: bool) -> None:
        for mode in modes:
            if not private and mode not in ANSI_MODES and mode % 32 == 0:
                self._set_private(mode >> 5, value)
            else:
                self.change_modes((mode,), value, private=private)

    def change_modes(self, modes: tuple[int, ...], value: bool, *, private: bool = False) -> None:
        """SM and RM; with `private` DECSET and DECRST."""
        for mode in modes:
            if private:
                self._set_private(mode, value)
            else:
                self._set_ansi(mode, value)

    def _set_ansi(self, mode: int, value: bool) -> None:
        if mode not in ANSI_MODES:
            return
        self._remember(mode, value)
        if mode == 4:
            self.insert_mode = value
            self.refresh_shortcuts()
        elif mode == 20:
            self.newline_mode = value
            self.emit(ModesChanged())

    def _remember(self, key: int, value: bool) -> None:
        if value:
            self.mode.add(key)
        else:
            self.mode.discard(key)

    def _set_private(self, mode: int, value: bool) -> None:
        if mode not in PRIVATE_MODES or self.conformance_level < _LEVELS.get(mode, 1):
            return
        if mode in MOUSE_TRACKING or mode in MOUSE_ENCODINGS:
            group = MOUSE_TRACKING if mode in MOUSE_TRACKING else MOUSE_ENCODINGS
            # The last one asked for wins; resetting any turns the group off.
            self.mode.difference_update(number << 5 for number in group)
        if mode == 3:
            self.switch_column_mode(value)
            return
        if mode not in (47, 1047, 1048, 1049):
            self._remember(mode << 5, value)
        self.apply_private(mode, value)
        if mode in INPUT_MODES:
            self.emit(ModesChanged())

    def apply_private(self, mode: int, value: bool) -> None:
        """What a private mode does at once, besides being remembered."""
        match mode:
            case 5:
                self.touch_all()
            case 6:
                self.origin_mode = value
                self.cursor_position()
            case 7:
                self.autowrap = value
            case 25:
                self.is_cursor_visible = value
            case 69:
                self.left, self.right = 0, self.columns - 1
                self.refresh_shortcuts()
            case 47 | 1047 | 1049:
                self._switch_screen(mode, value)
            case 1048:
                if value:
                    self.save_cursor()
                else:
                    self.restore_cursor()
            case _:
                pass

    def switch_column_mode(self, is_wide: bool) -> None:
        """DECCOLM, when ?40 allows it: margins go, the screen is cleared, the cursor homed."""
        if not self.has_mode(40):
            return
        self._remember(3 << 5, is_wide)
        self._remember(69 << 5, False)
        self.full_margins()
        if not self.has_mode(95):
            for line in range(self.lines):
                self.rows[line] = Row(self.blank_style, self.serial)
        self.cursor_position()

    # the two screens

    def _switch_screen(self, mode: int, to_alternate: bool) -> None:
        if not self.has_mode(1046):
            return
        if to_alternate:
            if mode == 1049:
                self.save_cursor()
            self.show_alternate(clear=mode == 1049)
        else:
            if mode == 1047 and self.is_alternate:
                self.alternate.rows = self.blank_rows(self.lines)
            self.show_main()
            if mode == 1049:
                self.restore_cursor()

    def show_alternate(self, *, clear: bool) -> None:
        """Show the alternate screen; the cursor stays where it is."""
        if clear or not self.alternate.rows:
            self.alternate.rows = self.blank_rows(self.lines)
            if self.is_alternate:
                self.rows = self.alternate.rows
        if not self.is_alternate:
            self.is_alternate = True
            self.rows = self.alternate.rows
            self.generation += 1
            self.emit(ModesChanged())

    def show_main(self) -> None:
        """Show the main screen."""
        if self.is_alternate:
            self.is_alternate = False
            self.rows = self.main.rows
            self.generation += 1
            self.emit(ModesChanged())

    # asking, saving, restoring

    def mode_state(self, mode: int, private: bool) -> int:
        """DECRQM's answer: 0 unknown, 1 set, 2 reset, 3 always set, 4 always reset."""
        if not private:
            if mode in ANSI_MODES:
                return 1 if mode in self.mode else 2
            return 4 if mode in ANSI_ALWAYS_RESET else 0
        if mode in (47, 1047, 1049):
            return 1 if self.is_alternate else 2
        if mode == 1048:
            return 1 if self.grid_saved is not None else 2
        if mode in PRIVATE_MODES:
            if self.conformance_level < _LEVELS.get(mode, 1):
                return 0
            return 1 if self.has_mode(mode) else 2
        if mode in PRIVATE_ALWAYS_SET:
            return 3
        return 4 if mode in PRIVATE_ALWAYS_RESET else 0

    def report_mode(self, mode: int, private: bool) -> None:
        """DECRQM."""
        if self.conformance_level >= 3:
            marker = "?" if private else ""
            self.reply(f"\x1b[{marker}{mode};{self.mode_state(mode, private)}$y")

    def keep_modes(self, modes: tuple[int, ...]) -> None:
        """XTSAVE: remember private modes."""
        for mode in modes:
            if mode in PRIVATE_MODES:
                self._kept_modes[mode] = self.mode_state(mode, True) == 1

    def bring_back_modes(self, modes: tuple[int, ...]) -> None:
        """XTRESTORE: set private modes to what was remembered."""
        for mode in modes:
            if mode in self._kept_modes:
                self._set_private(mode, self._kept_modes[mode])
