"""Pasted text to bytes: nothing in it can act as anything but text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.emulator.input_modes import InputModes

_BRACKETS = re.compile("(?:\x1b\\[|\x9b)20[01]~")
_LINE_ENDS = re.compile("\r\n|\n")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def encode_paste(text: str, modes: InputModes) -> bytes:
    """The bytes a program gets: lines end in CR, other controls but tabs are left out.

    In bracketed mode (?2004) the text is put between its brackets, and brackets within are taken
    out.
    """
    clean = _BRACKETS.sub("", text)
    clean = _CONTROLS.sub("", _LINE_ENDS.sub("\r", clean))
    if modes.bracketed_paste:
        clean = f"\x1b[200~{clean}\x1b[201~"
    return clean.encode("utf-8", "replace")


def needs_preview(text: str, modes: InputModes) -> bool:
    """Whether a person should see the text first: several lines, and the program would run each."""
    return not modes.bracketed_paste and bool(re.search(r"[\r\n]", text.rstrip("\r\n")))
