"""Select Graphic Rendition: from the parameters of ``CSI ... m`` to a style, and back."""

from __future__ import annotations

from dedalus_tui.emulator.styles import (
    BLINK,
    BOLD,
    DEFAULT_COLOUR,
    DIM,
    GUARDED,
    HIDDEN,
    INVERSE,
    ITALIC,
    OVERLINE,
    PROTECTED,
    RGB_COLOUR,
    STRIKE,
    Style,
)

_FG, _BG, _FLAGS, _UNDERLINE, _UNDERLINE_COLOUR = range(5)

_Change = tuple[int, int, int]
"""A field of a style, what to keep of its bits, and what to set."""


def _simple_changes() -> dict[str, _Change]:
    """The effect of every parameter that needs no others."""
    changes = {
        "4": (_UNDERLINE, 0, 1),
        "21": (_UNDERLINE, 0, 2),
        "24": (_UNDERLINE, 0, 0),
        "39": (_FG, 0, DEFAULT_COLOUR),
        "49": (_BG, 0, DEFAULT_COLOUR),
        "59": (_UNDERLINE_COLOUR, 0, DEFAULT_COLOUR),
    }
    flags = ((1, BOLD), (2, DIM), (3, ITALIC), (5, BLINK), (6, BLINK), (7, INVERSE), (8, HIDDEN))
    for code, flag in (*flags, (9, STRIKE), (53, OVERLINE)):
        changes[str(code)] = (_FLAGS, -1, flag)
    cleared = ((22, BOLD | DIM), (23, ITALIC), (25, BLINK), (27, INVERSE), (28, HIDDEN))
    for code, flag in (*cleared, (29, STRIKE), (55, OVERLINE)):
        changes[str(code)] = (_FLAGS, ~flag, 0)
    for colour in range(8):
        changes[str(30 + colour)] = (_FG, 0, colour)
        changes[str(40 + colour)] = (_BG, 0, colour)
        changes[str(90 + colour)] = (_FG, 0, 8 + colour)
        changes[str(100 + colour)] = (_BG, 0, 8 + colour)
    return changes


_CHANGES = _simple_changes()
_COLOUR_FIELDS = {"38": _FG, "48": _BG, "58": _UNDERLINE_COLOUR}
_LASTING = PROTECTED | GUARDED
_MAX_PARAMETERS = 32


def _number(text: str) -> int:
    """A parameter as a number; empty is 0, absurd ones are cut."""
    return min(int(text.lstrip("0")[:6] or 0), 65535)


def _packed(red: int, green: int, blue: int) -> int:
    return RGB_COLOUR | min(red, 255) << 16 | min(green, 255) << 8 | min(blue, 255)


def _colour_of_subparameters(parts: list[str]) -> int | None:
    """The colour of ``38:5:n``, ``38:2:r:g:b`` or ``38:2:space:r:g:b``; ``None`` when malformed."""
    kind = _number(parts[1])
    if kind == 5 and len(parts) > 2:
        index = _number(parts[2])
        return index if index < 256 else None
    if kind == 2 and len(parts) > 4:
        red, green, blue = parts[3:6] if len(parts) > 5 else parts[2:5]
        return _packed(_number(red), _number(green), _number(blue))
    return None


def _colour_of_parameters(fields: list[str], index: int) -> tuple[int | None, int]:
    """The colour after a plain ``38;`` at `index`, and how many parameters it took."""
    rest = fields[index + 1 : index + 5]
    kind = _number(rest[0]) if rest and ":" not in rest[0] else 0
    if any(":" in field for field in rest[: 2 if kind == 5 else 4]):
        return None, 1
    if kind == 5:
        number = _number(rest[1]) if len(rest) > 1 else 0
        return (number if number < 256 else None), 2
    if kind == 2:
        red, green, blue = (_number(rest[i]) if len(rest) > i else 0 for i in (1, 2, 3))
        return (_packed(red, green, blue) if len(rest) > 3 else None), 4
    return None, 1 if rest else 0


def _apply_subparameters(state: list[int], field: str) -> None:
    """Apply a parameter with colons: a colour or the shape of the underline."""
    parts = field.split(":")
    code = parts[0].lstrip("0")
    if code in _COLOUR_FIELDS:
        colour = _colour_of_subparameters(parts)
        if colour is not None:
            state[_COLOUR_FIELDS[code]] = colour
    elif code == "4":
        shape = _number(parts[1])
        state[_UNDERLINE] = shape if shape <= 5 else 1


def apply_sgr(style: Style, parameters: str) -> Style:
    """The style that the text between ``CSI`` and ``m`` makes of `style`; nonsense is skipped."""
    *fields_of_style, link = style
    state = list(fields_of_style)
    fields = parameters.split(";")[:_MAX_PARAMETERS]
    index = 0
    while index < len(fields):
        field = fields[index]
        index += 1
        change = _CHANGES.get(field) or _CHANGES.get(field.lstrip("0"))
        if change is not None:
            slot, kept, value = change
            state[slot] = state[slot] & kept | value
        elif ":" in field:
            _apply_subparameters(state, field)
        elif field.lstrip("0") in _COLOUR_FIELDS:
            colour, taken = _colour_of_parameters(fields, index - 1)
            index += taken
            if colour is not None:
                state[_COLOUR_FIELDS[field.lstrip("0")]] = colour
        elif not field.strip("0"):
            state = [DEFAULT_COLOUR, DEFAULT_COLOUR, state[_FLAGS] & _LASTING, 0, DEFAULT_COLOUR]
    return Style(state[0], state[1], state[2], state[3], state[4], link)


def _colour_parameters(value: int, base: int) -> str:
    if value < 8:
        return str(base + value)
    if value < 16:
        return str(base + 52 + value)
    extended = base + 8
    if value < RGB_COLOUR:
        return f"{extended}:5:{value}"
    return f"{extended}:2::{value >> 16 & 0xFF}:{value >> 8 & 0xFF}:{value & 0xFF}"


def describe_sgr(style: Style) -> str:
    """The parameters that select `style` from any other, as xterm reports them (DECRQSS)."""
    fields = ["0"]
    codes = ((BOLD, 1), (DIM, 2), (ITALIC, 3), (BLINK, 5), (INVERSE, 7), (HIDDEN, 8), (STRIKE, 9))
    fields.extend(str(code) for flag, code in codes if style.flags & flag)
    if style.underline:
        fields.insert(
            1 + sum(bool(style.flags & flag) for flag in (BOLD, DIM, ITALIC)),
            "4"
            if style.underline == 1
            else "21"
            if style.underline == 2
            else f"4:{style.underline}",
        )
    if style.flags & OVERLINE:
        fields.append("53")
    if style.fg >= 0:
        fields.append(_colour_parameters(style.fg, 30))
    if style.bg >= 0:
        fields.append(_colour_parameters(style.bg, 40))
    if 0 <= style.underline_colour < RGB_COLOUR:
        fields.append(f"58:5:{style.underline_colour}")
    elif style.underline_colour >= 0:
        fields.append(_colour_parameters(style.underline_colour, 50))
    return ";".join(fields)
