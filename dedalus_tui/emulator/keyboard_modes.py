"""Keyboard protocols a program may switch on: modifyOtherKeys and kitty's progressive flags."""

from __future__ import annotations

from dedalus_tui.emulator.events import ModesChanged
from dedalus_tui.emulator.input_modes import InputModes
from dedalus_tui.emulator.rectangles import Rectangles
from dedalus_tui.emulator.screen_modes import MOUSE_ENCODINGS, MOUSE_TRACKING

KITTY_FLAGS = 0b11111
KITTY_STACK_LIMIT = 16


class KeyboardModes(Rectangles):
    """XTMODKEYS, DECKPAM, DECKPNM, and the kitty keyboard stack of each screen."""

    def __init__(self, columns: int, lines: int, scrollback_lines: int = 0) -> None:
        super().__init__(columns, lines, scrollback_lines)
        self.modify_other_keys = 0
        self._kitty_stacks: dict[bool, list[int]] = {False: [0], True: [0]}

    @property
    def kitty_flags(self) -> int:
        """The kitty keyboard flags in effect on the screen in use."""
        return self._kitty_stacks[self.is_alternate][-1]

    def reset_keyboard(self) -> None:
        """Back to plain keys."""
        self.modify_other_keys = 0
        self._kitty_stacks = {False: [0], True: [0]}
        self.emit(ModesChanged())

    def set_key_modifiers(self, parameters: tuple[int, ...]) -> None:
        """XTMODKEYS: only resource 4 (modifyOtherKeys) is one we have."""
        resource, value = (*parameters, 0, 0)[:2]
        if resource == 4 or not parameters:
            self.modify_other_keys = min(value, 2)
            self.emit(ModesChanged())

    def disable_key_modifiers(self, resource: int = 0) -> None:
        """CSI > n: switch a modifier resource off."""
        if resource == 4:
            self.modify_other_keys = 0
            self.emit(ModesChanged())

    def report_key_modifiers(self, resource: int = 0) -> None:
        """XTQMODKEYS."""
        if resource == 4:
            self.reply(f"\x1b[>4;{self.modify_other_keys}m")

    def push_kitty_flags(self, flags: int = 0) -> None:
        """CSI > flags u: new flags until they are popped."""
        stack = self._kitty_stacks[self.is_alternate]
        if len(stack) >= KITTY_STACK_LIMIT:
            del stack[0]
        stack.append(flags & KITTY_FLAGS)
        self.emit(ModesChanged())

    def pop_kitty_flags(self, count: int = 1) -> None:
        """CSI < count u."""
        stack = self._kitty_stacks[self.is_alternate]
        del stack[max(0, len(stack) - max(count, 1)) :]
        if not stack:
            stack.append(0)
        self.emit(ModesChanged())

    def set_kitty_flags(self, parameters: tuple[int, ...]) -> None:
        """CSI = flags ; mode u: 1 replaces, 2 adds, 3 removes."""
        flags, how = (*parameters, 0, 0)[:2]
        stack = self._kitty_stacks[self.is_alternate]
        flags &= KITTY_FLAGS
        if how in (0, 1):
            stack[-1] = flags
        elif how == 2:
            stack[-1] |= flags
        elif how == 3:
            stack[-1] &= ~flags
        self.emit(ModesChanged())

    def report_kitty_flags(self) -> None:
        """CSI ? u."""
        self.reply(f"\x1b[?{self.kitty_flags}u")

    def keypad_application(self) -> None:
        """DECKPAM."""
        self.set_mode(66, private=True)

    def keypad_numeric(self) -> None:
        """DECKPNM."""
        self.reset_mode(66, private=True)

    def _member(self, group: tuple[int, ...]) -> int:
        return next((number for number in group if self.has_mode(number)), 0)

    def input_modes(self) -> InputModes:
        """What the key, mouse and paste encoders need to know now."""
        return InputModes(
            application_cursor=self.has_mode(1),
            application_keypad=self.has_mode(66),
            newline_mode=self.newline_mode,
            backarrow_sends_backspace=self.has_mode(67),
            bracketed_paste=self.has_mode(2004),
            focus_events=self.has_mode(1004),
            mouse_tracking=self._member(MOUSE_TRACKING),
            mouse_encoding=self._member(MOUSE_ENCODINGS),
            alternate_scroll=self.has_mode(1007),
            is_alternate_screen=self.is_alternate,
            modify_other_keys=self.modify_other_keys,
            kitty_flags=self.kitty_flags,
        )
