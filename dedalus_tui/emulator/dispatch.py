"""Which control function each sequence is: from its shape to a bound call on the screen.

A sequence is compiled once into a call without arguments; arity, private markers and defaults are
settled here, so that the functions themselves never meet a surprise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from dedalus_tui.emulator.attributes import Rendition

if TYPE_CHECKING:
    from dedalus_tui.emulator.screen import TermScreen

Action = Callable[[], object] | Rendition
"""What a sequence does: a call, or for SGR the change of style."""

MAX_PARAMETERS = 32
MAX_VALUE = 65535

_CSI = re.compile(r"([<=>?]?)([0-9;:]*)([ -/]*)([@-~])")

# How parameters are handed over: as one count (absent or 0 is 1), as one number (absent is 0), as
# line and column, or as the tuple of all of them.
COUNT, NUMBER, PAIR, ALL, NONE = range(5)

CSI: dict[str, tuple[str, int]] = {
    "@": ("insert_characters", COUNT),
    " @": ("scroll_left", COUNT),
    "A": ("cursor_up", COUNT),
    " A": ("scroll_right", COUNT),
    "B": ("cursor_down", COUNT),
    "C": ("cursor_forward", COUNT),
    "D": ("cursor_back", COUNT),
    "E": ("cursor_down1", COUNT),
    "F": ("cursor_up1", COUNT),
    "G": ("cursor_to_column", COUNT),
    "H": ("cursor_position", PAIR),
    "I": ("tab_forward", COUNT),
    "J": ("erase_in_display", NUMBER),
    "K": ("erase_in_line", NUMBER),
    "L": ("insert_lines", COUNT),
    "M": ("delete_lines", COUNT),
    "P": ("delete_characters", COUNT),
    "S": ("scroll_up", COUNT),
    "^": ("scroll_down", COUNT),
    "W": ("tab_control", NUMBER),
    "?W": ("reset_tab_stops", NUMBER),
    "X": ("erase_characters", COUNT),
    "Z": ("tab_back", COUNT),
    "`": ("cursor_to_column", COUNT),
    "a": ("position_forward", COUNT),
    "b": ("repeat", COUNT),
    "c": ("report_device_attributes", NUMBER),
    ">c": ("report_secondary_attributes", NUMBER),
    "=c": ("report_tertiary_attributes", NUMBER),
    "d": ("cursor_to_line", COUNT),
    "e": ("position_down", COUNT),
    "f": ("cursor_position", PAIR),
    "g": ("clear_tab_stop", NUMBER),
    "j": ("cursor_back", COUNT),
    "k": ("cursor_up", COUNT),
    "n": ("report_device_status", NUMBER),
    ">m": ("set_key_modifiers", ALL),
    ">n": ("disable_key_modifiers", NUMBER),
    "?m": ("report_key_modifiers", NUMBER),
    ">q": ("report_version", NUMBER),
    " q": ("set_cursor_style", NUMBER),
    '"q': ("select_protection", NUMBER),
    '"p': ("set_conformance_level", ALL),
    "r": ("set_margins", PAIR),
    "?r": ("bring_back_modes", ALL),
    "s": ("save_cursor_or_margins", ALL),
    "?s": ("keep_modes", ALL),
    "t": ("window_operation", ALL),
    ">t": ("set_title_modes", ALL),
    ">T": ("reset_title_modes", ALL),
    "*|": ("set_lines", NUMBER),
    "$|": ("set_columns", NUMBER),
    "$w": ("report_presentation", NUMBER),
    "#y": ("select_checksum", NUMBER),
    ">u": ("push_kitty_flags", NUMBER),
    "<u": ("pop_kitty_flags", COUNT),
    "=u": ("set_kitty_flags", ALL),
    "u": ("restore_cursor", NONE),
    "x": ("report_terminal_parameters", NUMBER),
    "'}": ("insert_columns", COUNT),
    "'~": ("delete_columns", COUNT),
    "#{": ("push_rendition", NONE),
    "#p": ("push_rendition", NONE),
    "#}": ("pop_rendition", NONE),
    "#q": ("pop_rendition", NONE),
    "*x": ("select_attribute_extent", NUMBER),
}
"""Control functions by private marker, intermediates and final character."""

VT420_CSI: dict[str, str] = {
    "$v": "copy_rectangle",
    "$x": "fill_rectangle",
    "$z": "erase_rectangle",
    "${": "erase_rectangle_selectively",
    "$r": "change_attributes",
    "$t": "reverse_attributes",
    "*y": "report_checksum",
}

ESCAPE: dict[str, tuple[str, tuple[object, ...]]] = {
    "D": ("index", ()),
    "E": ("next_line", ()),
    "H": ("set_tab_stop", ()),
    "M": ("reverse_index", ()),
    "N": ("single_shift", (2,)),
    "O": ("single_shift", (3,)),
    "V": ("start_guarded", ()),
    "W": ("end_guarded", ()),
    "Z": ("report_device_attributes", ()),
    "c": ("reset", ()),
    "n": ("invoke_charset", (2,)),
    "o": ("invoke_charset", (3,)),
    "|": ("invoke_right_charset", (3,)),
    "}": ("invoke_right_charset", (2,)),
    "~": ("invoke_right_charset", (1,)),
    "6": ("back_index", ()),
    "7": ("save_cursor", ()),
    "8": ("restore_cursor", ()),
    "9": ("forward_index", ()),
    "=": ("keypad_application", ()),
    ">": ("keypad_numeric", ()),
    "#8": ("alignment_display", ()),
    " F": ("select_seven_bit", ()),
    " G": ("select_eight_bit", ()),
}

CONTROLS: dict[str, str] = {
    "\x07": "bell",
    "\x08": "backspace",
    "\t": "tab",
    "\n": "linefeed",
    "\x0b": "linefeed",
    "\x0c": "linefeed",
    "\r": "carriage_return",
    "\x0e": "shift_out",
    "\x0f": "shift_in",
    "\x84": "index",
    "\x85": "next_line",
    "\x88": "set_tab_stop",
    "\x8d": "reverse_index",
    "\x96": "start_guarded",
    "\x97": "end_guarded",
    "\x9a": "report_device_attributes",
}


def nothing() -> None:
    """What a sequence without meaning does."""


def parse_parameters(text: str) -> tuple[int, ...]:
    """Numbers between semicolons; absent ones are 0, large ones and long lists are cut."""
    if not text:
        return ()
    fields = text.split(";")[:MAX_PARAMETERS]
    return tuple([parse_number(field) for field in fields])


def parse_number(digits: str) -> int:
    """A parameter's value, however many digits it has; absent is 0, large ones are cut."""
    return min(int(digits.lstrip("0")[:6] or 0), MAX_VALUE)


def compile_csi(screen: TermScreen, body: str) -> Action:
    """The call for a control sequence, given all that follows CSI."""
    match = _CSI.fullmatch(body)
    if match is None:
        return nothing
    marker, text, intermediates, final = match.groups()
    name = marker + intermediates + final
    if name == "m":
        return screen.rendition(text)
    if ":" in text:
        return nothing
    parameters = parse_parameters(text)
    entry = CSI.get(name)
    if entry is not None:
        return _bind(getattr(screen, entry[0]), entry[1], parameters)
    return _compile_special(screen, name, parameters)


def _bind(method: Callable[..., object], form: int, parameters: tuple[int, ...]) -> Action:
    if form == COUNT:
        return partial(method, (parameters[0] or 1) if parameters else 1)
    if form == NUMBER:
        return partial(method, parameters[0] if parameters else 0)
    if form == PAIR:
        return partial(method, *(*parameters, 0, 0)[:2])
    if form == NONE:
        return method
    return partial(method, parameters)


def _compile_special(screen: TermScreen, name: str, parameters: tuple[int, ...]) -> Action:
    """Sequences whose parameters decide what they are, or that need a VT420."""
    match name:
        case "h":
            return partial(screen.change_modes, parameters, True)
        case "l":
            return partial(screen.change_modes, parameters, False)
        case "?h":
            return partial(screen.change_modes, parameters, True, private=True)
        case "?l":
            return partial(screen.change_modes, parameters, False, private=True)
        case "$p" | "?$p":
            number = parameters[0] if parameters else 0
            return partial(screen.report_mode, number, name[0] == "?")
        case "?J":
            return partial(screen.erase_in_display, (*parameters, 0)[0], private=True)
        case "?K":
            return partial(screen.erase_in_line, (*parameters, 0)[0], private=True)
        case "?n":
            return partial(screen.report_private_status, *(*parameters, 0, 0)[:2])
        case "?u":
            return screen.report_kitty_flags
        case "T":
            # Five parameters would start highlight tracking, which nobody wants.
            return (
                partial(screen.scroll_down, (*parameters, 1)[0] or 1)
                if len(parameters) < 2
                else nothing
            )
        case "!p":
            return screen.soft_reset
        case _:
            return _compile_vt420(screen, name, parameters)


def _compile_vt420(screen: TermScreen, name: str, parameters: tuple[int, ...]) -> Action:
    method = VT420_CSI.get(name)
    if method is None:
        return partial(screen.debug, name, *parameters)
    bound: Callable[..., object] = getattr(screen, method)

    def act() -> None:
        if screen.conformance_level >= 4:
            bound(parameters)

    return act


def compile_escape(screen: TermScreen, body: str) -> Action:
    """The call for an escape sequence, given all that follows ESC."""
    entry = ESCAPE.get(body)
    if entry is not None:
        return partial(getattr(screen, entry[0]), *entry[1])
    if len(body) > 1 and body[0] in "()*+-./":
        return partial(screen.define_charset, body[1:], body[0])
    return partial(screen.debug, body)


def compile_control(screen: TermScreen, control: str) -> Action:
    """The call for a C0 or C1 control character."""
    name = CONTROLS.get(control)
    if name is not None:
        bound: Action = getattr(screen, name)
        return bound
    if control in "\x8e\x8f":
        return partial(screen.single_shift, 2 if control == "\x8e" else 3)
    return nothing
