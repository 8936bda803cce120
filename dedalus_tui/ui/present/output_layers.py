"""Overlapping styled stretches of a line made into neighbours, each with the styles on it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Style = TypeVar("Style")


def flatten(
    start: int, end: int, layers: Iterable[tuple[int, int, Style]]
) -> list[tuple[int, int, tuple[Style, ...]]]:
    """Cut [start, end) at every edge of a layer; styles come in the order of the layers."""
    clipped = [
        (max(start, begin), min(end, stop), style)
        for begin, stop, style in layers
        if begin < end and stop > start and begin < stop
    ]
    if not clipped:
        return [(start, end, ())] if start < end else []
    edges = sorted({start, end, *(edge for begin, stop, _ in clipped for edge in (begin, stop))})
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for place, (begin, stop, _) in enumerate(clipped):
        opening.setdefault(begin, []).append(place)
        closing.setdefault(stop, []).append(place)
    active: set[int] = set()
    pieces: list[tuple[int, int, tuple[Style, ...]]] = []
    for begin, stop in pairwise(edges):
        active.difference_update(closing.get(begin, ()))
        active.update(opening.get(begin, ()))
        pieces.append((begin, stop, tuple(clipped[place][2] for place in sorted(active))))
    return pieces
