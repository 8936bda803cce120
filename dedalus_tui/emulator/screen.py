"""The screen of a terminal: ``TermScreen`` stands on all floors and adds the resets."""

from __future__ import annotations

from dedalus_tui.emulator.charsets import CharsetState
from dedalus_tui.emulator.events import BellRang, PaletteChanged, TitleChanged
from dedalus_tui.emulator.resizing import resize_screen
from dedalus_tui.emulator.screen_modes import DEFAULT_MODES
from dedalus_tui.emulator.screen_state import SavedCursor
from dedalus_tui.emulator.strings import Strings


class TermScreen(Strings):
    """An xterm's screen behind pyte's face: feed it through ``TermStream``."""

    def bell(self, *args: object) -> None:
        """BEL."""
        self.emit(BellRang())

    def switch_column_mode(self, is_wide: bool) -> None:
        """DECCOLM: 132 or 80 columns."""
        super().switch_column_mode(is_wide)
        if self.has_mode(40):
            self.request_size(132 if is_wide else 80, self.lines)

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """Take another size: the main screen is reflowed, the alternate one cropped."""
        before = (self.columns, self.lines)
        resize_screen(self, columns or self.columns, lines or self.lines)
        if self.has_mode(2048) and before != (self.columns, self.lines):
            self.report_size()

    def soft_reset(self) -> None:
        """DECSTR: settings to their defaults; what is on the screen stays."""
        for mode in (4, 20, 2, 12):
            self._set_ansi(mode, False)
        for number in (1, 6, 66, 69, 45, 1045):
            self.mode.discard(number << 5)
        self.mode.update((7 << 5, 25 << 5))
        self.origin_mode = False
        self.autowrap = True
        self.is_cursor_visible = True
        self.pending_wrap = False
        self.is_guarding = False
        self.attribute_extent = 0
        self.charsets = CharsetState()
        self.plain_style()
        self.full_margins()
        self.reset_keyboard()
        if self.is_alternate:
            self.alternate.saved = SavedCursor()
        else:
            self.main.saved = SavedCursor()

    def reset(self) -> None:
        """RIS: everything as it was at the start, history included."""
        self.show_main()
        if self.has_mode(3):
            self.request_size(80, self.lines)
        self.soft_reset()
        self.checksum_flags = 0
        self.mode = set(DEFAULT_MODES)
        self.conformance_level = 4
        self.has_eight_bit_controls = False
        self.main.saved = None
        self.alternate.saved = None
        self.alternate.rows = []
        self.scrollback.clear()
        self.rows[:] = self.blank_rows(self.lines)
        self.move_to(0, 0)
        self.default_tabstops()
        self.last_text = ""
        self.cursor_shape = 0
        self.reset_titles()
        if self.title:
            self.title = ""
            self.emit(TitleChanged(""))
        self.icon_name = ""
        self.palette.reset()
        self.emit(PaletteChanged())
        self.generation += 1
        self.layout_generation += 1

    def set_conformance_level(self, parameters: tuple[int, ...]) -> None:
        """DECSCL: 61-65, then 1 for 7-bit controls; resets the terminal softly."""
        level, bits = (*parameters, 0, 0)[:2]
        if not 61 <= level <= 65:
            return
        self.soft_reset()
        self.conformance_level = min(level - 60, 4)
        self.has_eight_bit_controls = level > 61 and bits != 1

    def select_seven_bit(self) -> None:
        """S7C1T: answer with 7-bit controls."""
        self.has_eight_bit_controls = False

    def select_eight_bit(self) -> None:
        """S8C1T: answer with 8-bit controls."""
        self.has_eight_bit_controls = True

    def debug(self, *args: object, **kwargs: object) -> None:
        """A control function nobody knows; ignored."""
