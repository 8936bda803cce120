"""Keys to bytes, as xterm sends them; also modifyOtherKeys and the kitty keyboard protocol.

``encode_key`` takes a key by Textual's name (``ctrl+c``, ``shift+up``, ``alt+x``, ``f5``,
``full_stop``) and the character it types, if any. Keys that type nothing a program could want (lone
modifiers, media keys) give no bytes.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.emulator import kitty_keys

if TYPE_CHECKING:
    from dedalus_tui.emulator.input_modes import InputModes

SHIFT, ALT, CTRL = 1, 2, 4
_MODIFIERS = {"shift": SHIFT, "alt": ALT, "ctrl": CTRL, "super": 8, "hyper": 16, "meta": 32}

_CURSOR = {
    "up": "A",
    "down": "B",
    "right": "C",
    "left": "D",
    "kp_begin": "E",
    "end": "F",
    "home": "H",
}
_TILDE = {"insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "menu": 29}
_FUNCTION_LETTERS = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_FUNCTION_TILDE = {
    "f5": 15,
    "f6": 17,
    "f7": 18,
    "f8": 19,
    "f9": 20,
    "f10": 21,
    "f11": 23,
    "f12": 24,
}
_KEYPAD = {
    "multiply": ("*", "j"),
    "add": ("+", "k"),
    "separator": (",", "l"),
    "subtract": ("-", "m"),
    "decimal": (".", "n"),
    "divide": ("/", "o"),
    "equal": ("=", "X"),
}
_BASIC = {"enter": "\r", "return": "\r", "tab": "\t", "backspace": "\x7f", "escape": "\x1b"}
_CONTROL = {
    **{chr(code): chr(code & 0x1F) for code in range(ord("@"), ord("_") + 1)},
    **{chr(code): chr(code & 0x1F) for code in range(ord("a"), ord("z") + 1)},
    " ": "\0",
    "2": "\0",
    "3": "\x1b",
    "4": "\x1c",
    "5": "\x1d",
    "6": "\x1e",
    "7": "\x1f",
    "/": "\x1f",
    "8": "\x7f",
    "?": "\x7f",
    "`": "\0",
    "~": "\x1e",
}
_NAMES = {
    "space": " ",
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "minus": "-",
    "plus": "+",
    "underscore": "_",
    "newline": "\n",
}


class Key(NamedTuple):
    """A key taken apart: its own name, the character on it, modifier bits."""

    name: str
    character: str
    modifiers: int


@lru_cache(maxsize=1024)
def _named_character(name: str) -> str:
    """The character of a key named after it; empty when it is no such name."""
    if len(name) == 1:
        return name
    if name in _NAMES:
        return _NAMES[name]
    for candidate in (name.replace("_", " "), name.replace("_", "-"), name.replace("_", " ", 1)):
        try:
            return unicodedata.lookup(candidate.upper())
        except KeyError:
            continue
    return ""


def parse_key(key: str, character: str | None) -> Key | None:
    """Take a Textual key name apart; ``None`` for keys that are no keys (ignored sequences)."""
    if key.startswith("<"):
        return None
    if key == "ctrl+@":
        # Terminals cannot tell the two apart, and it is the space bar that people press.
        key = "ctrl+space"
    *prefixes, name = key.split("+") if key != "+" else ["+"]
    modifiers = 0
    for prefix in prefixes:
        modifiers |= _MODIFIERS.get(prefix, 0)
    if name in _BASIC or _is_function(name):
        return Key(name, "", modifiers)
    typed = character if character and character.isprintable() else ""
    own = _named_character(name)
    if modifiers & (ALT | CTRL):
        typed = own or typed
    if not typed:
        typed = own
    if not typed:
        return None
    if modifiers & SHIFT and typed.islower() and len(typed.upper()) == 1:
        typed = typed.upper()
    return Key(name, typed, modifiers)


def _is_function(name: str) -> bool:
    return (
        name in _CURSOR
        or name in _TILDE
        or name in _KEYPAD
        or (len(name) > 1 and name[0] == "f" and name[1:].isdecimal())
    )


def encode_key(key: str, character: str | None, modes: InputModes) -> bytes:
    """The bytes a program gets for a key; empty when it gets none."""
    parsed = parse_key(key, character)
    if parsed is None:
        return b""
    if modes.kitty_flags & (kitty_keys.DISAMBIGUATE | kitty_keys.ALL_AS_ESCAPES):
        return kitty_keys.encode(parsed, modes.kitty_flags).encode()
    if parsed.name in _BASIC:
        return _basic(parsed, modes).encode()
    if _is_function(parsed.name):
        return _function(parsed, modes).encode()
    return _character(parsed, modes).encode()


def _other(code: int, modifiers: int) -> str:
    """The modifyOtherKeys form."""
    return f"\x1b[27;{modifiers + 1};{code}~"


def _character(key: Key, modes: InputModes) -> str:
    character, modifiers = key.character, key.modifiers
    control = _CONTROL.get(character.lower() if character.isalpha() else character)
    held = modifiers & (ALT | CTRL)
    if modes.modify_other_keys and len(character) == 1:
        is_plain = not held
        # Level 1 leaves alone what has always had a meaning of its own.
        is_traditional = held == ALT or (
            held & CTRL
            and control is not None
            and not modifiers & SHIFT
            and not character.isdigit()
        )
        if not is_plain and (modes.modify_other_keys == 2 or not is_traditional):
            return _other(ord(character), modifiers)
    if modifiers & CTRL and control is not None:
        character = control
    return "\x1b" + character if modifiers & ALT else character


def _basic(key: Key, modes: InputModes) -> str:
    modifiers = key.modifiers
    name = "enter" if key.name == "return" else key.name
    if name == "tab" and modifiers & ~ALT == SHIFT:
        return "\x1b\x1b[Z" if modifiers & ALT else "\x1b[Z"
    text = _BASIC[name]
    if modes.modify_other_keys and modifiers:
        is_traditional = name == "backspace" or (name == "escape" and modifiers == SHIFT)
        if modes.modify_other_keys == 2 or not (is_traditional or modifiers == ALT):
            return _other(ord(text), modifiers)
    if name == "backspace":
        # Control exchanges the two codes a backspace may have.
        text = "\x08" if modes.backarrow_sends_backspace != bool(modifiers & CTRL) else "\x7f"
    elif name == "enter" and modes.newline_mode:
        text = "\r\n"
    return "\x1b" + text if modifiers & ALT else text


def _function(key: Key, modes: InputModes) -> str:
    name, modifiers = key.name, key.modifiers
    if name in _KEYPAD:
        character, final = _KEYPAD[name]
        if modes.application_keypad and not modifiers:
            return f"\x1bO{final}"
        return "\x1b" + character if modifiers & ALT else character
    if name in _CURSOR:
        if modifiers:
            return f"\x1b[1;{modifiers + 1}{_CURSOR[name]}"
        return f"\x1b{'O' if modes.application_cursor else '['}{_CURSOR[name]}"
    if name in _TILDE:
        return _tilde(_TILDE[name], modifiers)
    number = int(name[1:])
    if 13 <= number <= 24:
        # xterm's F13 to F24 are the shifted F1 to F12.
        number, modifiers = number - 12, modifiers | SHIFT
    elif 25 <= number <= 35:
        number, modifiers = number - 24, modifiers | CTRL
    name = f"f{number}"
    if name in _FUNCTION_LETTERS:
        if modifiers:
            return f"\x1b[1;{modifiers + 1}{_FUNCTION_LETTERS[name]}"
        return f"\x1bO{_FUNCTION_LETTERS[name]}"
    return _tilde(_FUNCTION_TILDE[name], modifiers) if name in _FUNCTION_TILDE else ""


def _tilde(number: int, modifiers: int) -> str:
    return f"\x1b[{number};{modifiers + 1}~" if modifiers else f"\x1b[{number}~"
