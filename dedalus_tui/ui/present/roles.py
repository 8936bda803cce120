"""What a piece of text means for its colour. Themes give each role its colour; nothing else does.

A role is its own name as text, so a cell is an ordinary pair of strings.
"""

from __future__ import annotations

from enum import StrEnum

Span = tuple[str, str]
"""Text and the role it is drawn in."""

Line = tuple[Span, ...]
"""One line of spans."""


class Role(StrEnum):
    """The roles a theme must colour."""

    TEXT = "text"
    """Ordinary words."""
    STRONG = "strong"
    """What the eye should find first: a name, a heading."""
    MUTED = "muted"
    """Labels, units, what is absent."""
    FAINT = "faint"
    """Rules and frames, never words."""
    ACCENT = "accent"
    """Where one is: an open tab, a title."""
    MARK = "mark"
    """Marked rows and pins."""
    OK = "ok"
    """Settled and awake."""
    BUSY = "busy"
    """On its way."""
    IDLE = "idle"
    """Settled and asleep."""
    WARN = "warn"
    """Soon somebody's trouble."""
    BAD = "bad"
    """Somebody's trouble now."""
    KEY = "key"
    """A key to press."""


def text_of(line: Line) -> str:
    """The words of a line without their roles."""
    return "".join(text for text, _ in line)
