"""Colours by meaning: the only place in the product where a colour is written down.

A theme gives every role (what a word means) and every ground (what it lies on) a colour. Style
sheets use them as `$role-ok` or `$ground-cursor`; line widgets take Rich styles from `Ink`.
All text roles keep a contrast of 4.5 on every ground of their theme; a test measures it. The
sixteen-colour theme uses the terminal's own colours and marks the cursor by reversing it, so it
also serves NO_COLOR.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT_ROLES = (
    "text",
    "strong",
    "muted",
    "accent",
    "key",
    "mark",
    "ok",
    "busy",
    "idle",
    "warn",
    "bad",
)
"""Roles that carry words. `faint` is for rules and frames, never for words."""

GROUNDS = ("base", "bar", "panel", "cursor", "cursor-blurred", "marked", "hit")

_BOLD_ROLES = frozenset({"strong", "key", "mark"})

DARK = "dark"
LIGHT = "light"
COLOUR_BLIND = "colour-blind"
TERMINAL_16 = "terminal-16"

_DARK_ROLES = {
    "text": "#d3dae6",
    "strong": "#f2f5fa",
    "muted": "#9ca7bb",
    "faint": "#3a4456",
    "accent": "#7cb7ff",
    "key": "#9cc8ff",
    "mark": "#d7a8ff",
    "ok": "#82d296",
    "busy": "#63d0dd",
    "idle": "#a0aec9",
    "warn": "#ecbd6d",
    "bad": "#ff8c94",
}
_DARK_GROUNDS = {
    "base": "#10141b",
    "bar": "#171d27",
    "panel": "#1b222e",
    "cursor": "#243756",
    "cursor-blurred": "#1e2836",
    "marked": "#28213a",
    "hit": "#41370f",
}

_LIGHT_ROLES = {
    "text": "#242b36",
    "strong": "#0b0f16",
    "muted": "#505a6b",
    "faint": "#c3c9d3",
    "accent": "#0a55ad",
    "key": "#0a4a99",
    "mark": "#7424a8",
    "ok": "#14602d",
    "busy": "#075c6d",
    "idle": "#4a566e",
    "warn": "#7a4a00",
    "bad": "#a81c16",
}
_LIGHT_GROUNDS = {
    "base": "#fcfcfa",
    "bar": "#eef0f3",
    "panel": "#e6e9ee",
    "cursor": "#cfe1fb",
    "cursor-blurred": "#e2e8f1",
    "marked": "#efe3f8",
    "hit": "#fbeaa0",
}

_COLOUR_BLIND_ROLES = _DARK_ROLES | {
    "ok": "#7fb4ff",
    "busy": "#c7d2e6",
    "idle": "#9ca7bb",
    "warn": "#f5d565",
    "bad": "#ffa15c",
    "accent": "#a9c9ff",
}

_TERMINAL_ROLES = {
    "text": "ansi_default",
    "strong": "ansi_default",
    "muted": "ansi_default",
    "faint": "ansi_bright_black",
    "accent": "ansi_blue",
    "key": "ansi_cyan",
    "mark": "ansi_magenta",
    "ok": "ansi_green",
    "busy": "ansi_cyan",
    "idle": "ansi_blue",
    "warn": "ansi_yellow",
    "bad": "ansi_red",
}
_TERMINAL_GROUNDS = dict.fromkeys(GROUNDS, "ansi_default")

_DARK_TERMINAL = (
    "#2b3444", "#f0808a", "#82d296", "#ecbd6d", "#6fa8f5", "#c793ea", "#63d0dd", "#c3cbd8",
    "#66738a", "#ff9aa3", "#a4e6b4", "#f7d591", "#9cc8ff", "#dcb6ff", "#8ce5ee", "#f2f5fa",
)  # fmt: skip
_LIGHT_TERMINAL = (
    "#242b36", "#b3261e", "#1a6b34", "#875800", "#0a55ad", "#7424a8", "#0b6b7d", "#c3c9d3",
    "#5d6879", "#c8362e", "#1f7a3c", "#8f6000", "#2467bd", "#8a3abf", "#10798b", "#f4f5f7",
)  # fmt: skip
_HOST_TERMINAL = tuple(
    f"ansi_{bright}{hue}"
    for bright in ("", "bright_")
    for hue in ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
)
"""The sixteen colours that programs in a terminal name by number; `$terminal-0` to `-15`."""


def _terminal_colours(name: str, *, is_dark: bool) -> tuple[str, ...]:
    if name == TERMINAL_16:
        return _HOST_TERMINAL
    return _DARK_TERMINAL if is_dark else _LIGHT_TERMINAL


def _theme(
    name: str, roles: Mapping[str, str], grounds: Mapping[str, str], *, is_dark: bool
) -> Theme:
    is_ansi = name == TERMINAL_16
    variables = {f"role-{role}": colour for role, colour in roles.items()}
    variables |= {f"ground-{ground}": colour for ground, colour in grounds.items()}
    variables |= {
        f"terminal-{index}": colour
        for index, colour in enumerate(_terminal_colours(name, is_dark=is_dark))
    }
    variables |= {
        "border": roles["accent"],
        "border-blurred": roles["faint"],
        "scrollbar": roles["faint"],
        "scrollbar-hover": roles["muted"],
        "scrollbar-active": roles["accent"],
        "scrollbar-background": grounds["base"],
        "scrollbar-background-hover": grounds["base"],
        "scrollbar-background-active": grounds["base"],
        "scrollbar-corner-color": grounds["base"],
        "block-cursor-background": grounds["cursor"],
        "block-cursor-foreground": roles["strong"],
        "block-cursor-text-style": "bold reverse" if is_ansi else "bold",
        "block-cursor-blurred-background": grounds["cursor-blurred"],
        "block-cursor-blurred-foreground": roles["text"],
        "block-cursor-blurred-text-style": "underline" if is_ansi else "none",
        "input-cursor-text-style": "reverse",
        "link-color": roles["accent"],
    }
    if is_ansi:
        # Textual defines these two for every other theme, and its own style sheets need them.
        variables |= {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"}
    return Theme(
        name=name,
        primary=roles["accent"],
        secondary=roles["idle"],
        accent=roles["accent"],
        success=roles["ok"],
        warning=roles["warn"],
        error=roles["bad"],
        foreground=roles["text"],
        background=grounds["base"],
        surface=grounds["bar"],
        panel=grounds["panel"],
        dark=is_dark,
        variables=variables,
        ansi=is_ansi,
    )


THEMES: tuple[Theme, ...] = (
    _theme(DARK, _DARK_ROLES, _DARK_GROUNDS, is_dark=True),
    _theme(LIGHT, _LIGHT_ROLES, _LIGHT_GROUNDS, is_dark=False),
    _theme(COLOUR_BLIND, _COLOUR_BLIND_ROLES, _DARK_GROUNDS, is_dark=True),
    _theme(TERMINAL_16, _TERMINAL_ROLES, _TERMINAL_GROUNDS, is_dark=True),
)
"""Every theme, the default first."""

THEME_NAMES = tuple(theme.name for theme in THEMES)


class Ink:
    """Rich styles for roles on grounds, made once a theme."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """`variables` are those of the theme: `role-…` and `ground-…` to CSS colours."""
        self._variables = variables
        self._styles: dict[tuple[str, str, bool], Style] = {}
        self.is_ansi = variables.get("ground-base", "") == "ansi_default"

    def style(self, role: str, ground: str = "base", *, is_stale: bool = False) -> Style:
        """The style of a role on a ground; stale words are muted, unknown roles plain text."""
        key = (role, ground, is_stale)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._make(role, ground, is_stale)
        return style

    def _make(self, role: str, ground: str, is_stale: bool) -> Style:
        shown = "muted" if is_stale and role != "faint" else role
        if self.is_ansi and ground == "cursor":
            # Reversed, each colour would be a block of its own: the row is one plain bar instead.
            shown = "strong" if role in _BOLD_ROLES else "text"
        colour = self._variables.get(f"role-{shown}") or self._variables.get("role-text", "white")
        background = self._variables.get(f"ground-{ground}") or "black"
        style = Style.from_color(Color.parse(colour).rich_color, Color.parse(background).rich_color)
        if shown in _BOLD_ROLES:
            style += Style(bold=True)
        if self.is_ansi:
            style += _ansi_attributes(shown, ground)
        return style


@lru_cache(maxsize=64)
def _ansi_attributes(role: str, ground: str) -> Style:
    """What tells roles and grounds apart where the terminal's own colours must serve."""
    return Style(
        dim=True if role == "muted" else None,
        reverse=True if ground == "cursor" else None,
        underline=True if ground in {"cursor-blurred", "hit"} else None,
        bold=True if ground == "hit" else None,
    )


def contrast(first: Color, second: Color) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    channels = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    ]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
