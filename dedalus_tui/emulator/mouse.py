"""Mouse and focus to bytes: every tracking mode and encoding of xterm."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.emulator.input_modes import InputModes

WHEEL_UP, WHEEL_DOWN, WHEEL_LEFT, WHEEL_RIGHT = 4, 5, 6, 7
LINES_PER_NOTCH = 3
"""How many arrow keys a turn of the wheel is worth in the alternate screen (?1007)."""

_LARGEST_BYTE = 255
_LARGEST_UTF8 = 2047
_ARROWS = {WHEEL_UP: "A", WHEEL_DOWN: "B"}


class MouseAction(Enum):
    """What the mouse did."""

    PRESS = "press"
    RELEASE = "release"
    MOTION = "motion"


def encode_mouse(
    action: MouseAction,
    button: int,
    column: int,
    row: int,
    modes: InputModes,
    *,
    shift: bool = False,
    alt: bool = False,
    ctrl: bool = False,
    pixel: tuple[int, int] | None = None,
) -> bytes:
    """The bytes a program gets; empty when it did not ask for this.

    `button` is 0 none (motion only), 1 left, 2 middle, 3 right, 4-7 wheel up, down, left, right,
    8-11 extra. `column` and `row` are 0-based cells; `pixel` is the place in pixels for ?1016, when
    known.
    """
    if not modes.mouse_tracking:
        return _alternate_scroll(action, button, modes)
    if not _is_wanted(action, button, modes.mouse_tracking):
        return b""
    code = _button_code(button)
    if action is MouseAction.MOTION:
        code += 32
    if modes.mouse_tracking != 9:
        code += 4 * shift + 8 * alt + 16 * ctrl
    is_release = action is MouseAction.RELEASE
    column, row = max(column, 0), max(row, 0)
    if modes.mouse_encoding in (1006, 1016):
        if modes.mouse_encoding == 1016 and pixel is not None:
            column, row = pixel
        return f"\x1b[<{code};{column + 1};{row + 1}{'m' if is_release else 'M'}".encode()
    if is_release:
        code = code & ~0b11000011 | 3
    if modes.mouse_encoding == 1015:
        return f"\x1b[{code + 32};{column + 1};{row + 1}M".encode()
    if modes.mouse_encoding == 1005:
        values = [min(value, _LARGEST_UTF8) for value in (code + 32, column + 33, row + 33)]
        return ("\x1b[M" + "".join(map(chr, values))).encode()
    return b"\x1b[M" + bytes(
        min(value, _LARGEST_BYTE) for value in (code + 32, column + 33, row + 33)
    )


def _is_wanted(action: MouseAction, button: int, tracking: int) -> bool:
    is_wheel = WHEEL_UP <= button <= WHEEL_RIGHT
    if action is MouseAction.PRESS:
        return button > 0 and (tracking != 9 or button <= 3)
    if action is MouseAction.RELEASE:
        return tracking != 9 and button > 0 and not is_wheel
    return tracking == 1003 or (tracking == 1002 and button > 0)


def _button_code(button: int) -> int:
    if button == 0:
        return 3
    if button <= 3:
        return button - 1
    return 64 + button - 4 if button <= 7 else 128 + button - 8


def _alternate_scroll(action: MouseAction, button: int, modes: InputModes) -> bytes:
    """The wheel as arrow keys, for full-screen programs that know no mouse."""
    if not (modes.alternate_scroll and modes.is_alternate_screen):
        return b""
    if action is not MouseAction.PRESS or button not in _ARROWS:
        return b""
    introducer = "O" if modes.application_cursor else "["
    return f"\x1b{introducer}{_ARROWS[button]}".encode() * LINES_PER_NOTCH


def encode_focus(gained: bool, modes: InputModes) -> bytes:
    """The bytes for gaining or losing the focus; empty unless asked for (?1004)."""
    if not modes.focus_events:
        return b""
    return b"\x1b[I" if gained else b"\x1b[O"
