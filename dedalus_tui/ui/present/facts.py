"""Labelled facts laid out in lines of a given width: `State     ● running`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import ELLIPSIS, cell_width, head, pad

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedalus_tui.ui.present.roles import Line, Span

LABEL_CELLS = 10


class Fact(NamedTuple):
    """A label and what it says; an empty label goes on from the fact before."""

    label: str
    spans: tuple[Span, ...]


def fact(label: str, text: str, role: str = Role.TEXT) -> Fact:
    """A fact of a single span."""
    return Fact(label, ((text, role),))


def fact_lines(facts: Iterable[Fact], width: int) -> tuple[Line, ...]:
    """One or more lines for each fact, continued beneath its own words, not beneath its label."""
    lines: list[Line] = []
    room = max(8, width - LABEL_CELLS)
    for each in facts:
        for place, words in enumerate(wrapped(each.spans, room)):
            label = each.label if place == 0 else ""
            lines.append(((pad(label, LABEL_CELLS), Role.MUTED), *words))
    return tuple(lines)


def cut(line: Line, width: int) -> Line:
    """A line of at most `width` cells, with a sign at the end where something is missing."""
    if sum(cell_width(text) for text, _ in line) <= width:
        return line
    kept: list[Span] = []
    room = width - cell_width(ELLIPSIS)
    for text, role in line:
        if cell_width(text) > room:
            kept.append((head(text, room) + ELLIPSIS, role))
            break
        kept.append((text, role))
        room -= cell_width(text)
    return tuple(kept)


def wrapped(spans: Sequence[Span], width: int) -> list[Line]:
    """Spans over lines of at most `width` cells, broken at blanks, and within a word only if it
    alone is too long."""
    lines: list[Line] = []
    line: list[Span] = []
    used = 0
    for text, role in spans:
        for word in _words(text):
            rest = word
            if used and used + cell_width(rest.rstrip()) > width:
                lines.append(tuple(line))
                line, used = [], 0
                rest = rest.lstrip()
            while cell_width(rest.rstrip()) > width:
                piece = head(rest, width) or rest[:1]
                lines.append(((piece, role),))
                rest = rest[len(piece) :]
            if rest:
                line.append((rest, role))
                used += cell_width(rest)
    lines.append(tuple(line))
    return lines


def _words(text: str) -> list[str]:
    """Words, each with the blanks that follow it."""
    words: list[str] = []
    for part in text.split(" "):
        words.append(part + " ")
    if words:
        words[-1] = words[-1][:-1]
    return [word for word in words if word]
