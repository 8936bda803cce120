"""Keys in the kitty keyboard protocol's forms, as far as a key press tells what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.emulator.keys import Key

DISAMBIGUATE = 1
ALTERNATE_KEYS = 4
ALL_AS_ESCAPES = 8
ASSOCIATED_TEXT = 16

_SHIFT = 1

_LETTERS = {
    "up": "A",
    "down": "B",
    "right": "C",
    "left": "D",
    "kp_begin": "E",
    "end": "F",
    "home": "H",
    "f1": "P",
    "f2": "Q",
    "f4": "S",
}
_TILDE = {
    "insert": 2,
    "delete": 3,
    "pageup": 5,
    "pagedown": 6,
    "f3": 13,
    "f5": 15,
    "f6": 17,
    "f7": 18,
    "f8": 19,
    "f9": 20,
    "f10": 21,
    "f11": 23,
    "f12": 24,
}
_NUMBERS = {
    "escape": 27,
    "enter": 13,
    "return": 13,
    "tab": 9,
    "backspace": 127,
    "menu": 57363,
    **{f"f{number}": 57376 + number - 13 for number in range(13, 36)},
    "decimal": 57409,
    "divide": 57410,
    "multiply": 57411,
    "subtract": 57412,
    "add": 57413,
    "equal": 57415,
    "separator": 57416,
}
_PLAIN = {"enter": "\r", "return": "\r", "tab": "\t", "backspace": "\x7f"}
_KEYPAD_TEXT = {
    "decimal": ".",
    "divide": "/",
    "multiply": "*",
    "subtract": "-",
    "add": "+",
    "equal": "=",
    "separator": ",",
}


def encode(key: Key, flags: int) -> str:
    """What a program gets for `key`; `flags` hold DISAMBIGUATE or ALL_AS_ESCAPES."""
    name, modifiers = key.name, key.modifiers
    reports_all = bool(flags & ALL_AS_ESCAPES)
    if name in _PLAIN and not modifiers and not reports_all:
        return _PLAIN[name]
    if name in _KEYPAD_TEXT and not modifiers and not reports_all:
        return _KEYPAD_TEXT[name]
    if name in _LETTERS:
        return f"\x1b[1;{modifiers + 1}{_LETTERS[name]}" if modifiers else f"\x1b[{_LETTERS[name]}"
    if name in _TILDE:
        suffix = f";{modifiers + 1}" if modifiers else ""
        return f"\x1b[{_TILDE[name]}{suffix}~"
    if name in _NUMBERS:
        return _numbered(str(_NUMBERS[name]), modifiers, "")
    return _character(key, flags)


def _numbered(code: str, modifiers: int, text: str) -> str:
    if text:
        return f"\x1b[{code};{modifiers + 1 if modifiers else ''};{text}u"
    return f"\x1b[{code};{modifiers + 1}u" if modifiers else f"\x1b[{code}u"


def _character(key: Key, flags: int) -> str:
    character, modifiers = key.character, key.modifiers
    if not flags & ALL_AS_ESCAPES and not modifiers & ~_SHIFT:
        return character
    if len(character) != 1:
        return character
    base = character.lower() if len(character.lower()) == 1 else character
    if base != character:
        modifiers |= _SHIFT
    code = str(ord(base))
    if flags & ALTERNATE_KEYS and base != character:
        code += f":{ord(character)}"
    is_text = not modifiers & ~_SHIFT
    text = str(ord(character)) if flags & ASSOCIATED_TEXT and is_text else ""
    return _numbered(code, modifiers, text)
