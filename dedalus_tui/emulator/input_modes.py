"""The modes that decide what keys, mouse and paste send: a snapshot the encoders take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InputModes:
    """Modes at one moment; see ``keys.py``, ``mouse.py`` and ``paste.py``."""

    application_cursor: bool = False
    application_keypad: bool = False
    newline_mode: bool = False
    backarrow_sends_backspace: bool = False
    bracketed_paste: bool = False
    focus_events: bool = False
    mouse_tracking: int = 0
    """0 none, 9 presses only, 1000 buttons, 1002 with drags, 1003 with all motion."""
    mouse_encoding: int = 0
    """0 X10 bytes, 1005 UTF-8, 1006 SGR, 1015 urxvt, 1016 SGR in pixels."""
    alternate_scroll: bool = True
    is_alternate_screen: bool = False
    modify_other_keys: int = 0
    kitty_flags: int = 0
