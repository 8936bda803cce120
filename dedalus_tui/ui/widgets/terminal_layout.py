"""How the terminals of one tab share the screen: a tree of splits. Pure.

A leaf is a terminal by its number. A split lays its children side by side (`ACROSS`) or one below
the other (`DOWN`), in equal shares. A column stays free between those side by side; below each
other the title line of the lower one is boundary enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALLEST_COLUMNS = 10
SMALLEST_ROWS = 3
"""A split that would leave less than this for a terminal is refused."""


class Way(Enum):
    """How a split lays out its children."""

    ACROSS = "across"
    DOWN = "down"


class Side(Enum):
    """Where to look for a neighbour."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of cells."""

    x: int
    y: int
    columns: int
    rows: int

    @property
    def right(self) -> int:
        """The column after the last."""
        return self.x + self.columns

    @property
    def bottom(self) -> int:
        """The row after the last."""
        return self.y + self.rows


@dataclass(frozen=True, slots=True)
class Split:
    """Children in one direction."""

    way: Way
    children: tuple[Node, ...]


Node = int | Split
"""A terminal's number, or a split."""


def leaves(node: Node) -> Iterator[int]:
    """The terminals of a tree, in reading order."""
    if isinstance(node, Split):
        for child in node.children:
            yield from leaves(child)
    else:
        yield node


def divided(node: Node, leaf: int, new: int, way: Way) -> Node:
    """The tree with `new` beside or below `leaf`."""
    if not isinstance(node, Split):
        return Split(way, (node, new)) if node == leaf else node
    if node.way is way and leaf in node.children:
        at = node.children.index(leaf) + 1
        return Split(way, (*node.children[:at], new, *node.children[at:]))
    return Split(node.way, tuple(divided(child, leaf, new, way) for child in node.children))


def without(node: Node, leaf: int) -> Node | None:
    """The tree without that terminal; None when it was the last."""
    if not isinstance(node, Split):
        return None if node == leaf else node
    kept = [rest for child in node.children if (rest := without(child, leaf)) is not None]
    if not kept:
        return None
    if len(kept) == 1:
        return kept[0]
    return Split(node.way, tuple(_merged(node.way, kept)))


def _merged(way: Way, children: list[Node]) -> Iterator[Node]:
    """Children of a child that runs the same way become our own."""
    for child in children:
        if isinstance(child, Split) and child.way is way:
            yield from child.children
        else:
            yield child


def boxes(node: Node, box: Box) -> dict[int, Box]:
    """Where each terminal lies."""
    if not isinstance(node, Split):
        return {node: box}
    count = len(node.children)
    length = box.columns if node.way is Way.ACROSS else box.rows
    gap = 1 if node.way is Way.ACROSS else 0
    share, left_over = divmod(max(0, length - gap * (count - 1)), count)
    placed: dict[int, Box] = {}
    at = box.x if node.way is Way.ACROSS else box.y
    for index, child in enumerate(node.children):
        size = share + (index < left_over)
        if node.way is Way.ACROSS:
            placed |= boxes(child, Box(at, box.y, size, box.rows))
        else:
            placed |= boxes(child, Box(box.x, at, box.columns, size))
        at += size + gap
    return placed


def fits(node: Node, box: Box) -> bool:
    """True when every terminal has room to be used."""
    return all(
        place.columns >= SMALLEST_COLUMNS and place.rows >= SMALLEST_ROWS
        for place in boxes(node, box).values()
    )


def neighbour(placed: dict[int, Box], leaf: int, side: Side) -> int | None:
    """The terminal next to this one on that side: the one that shares most of the edge."""
    here = placed[leaf]
    found: tuple[int, int, int] | None = None
    for number, there in placed.items():
        distance, overlap = _meeting(here, there, side)
        if number == leaf or distance < 0 or overlap <= 0:
            continue
        candidate = (distance, -overlap, number)
        if found is None or candidate < found:
            found = candidate
    return None if found is None else found[2]


def _meeting(here: Box, there: Box, side: Side) -> tuple[int, int]:
    """How far away a box is on a side (negative: not on that side), and how much it overlaps."""
    if side in {Side.LEFT, Side.RIGHT}:
        overlap = min(here.bottom, there.bottom) - max(here.y, there.y)
        distance = there.x - here.right if side is Side.RIGHT else here.x - there.right
    else:
        overlap = min(here.right, there.right) - max(here.x, there.x)
        distance = there.y - here.bottom if side is Side.DOWN else here.y - there.bottom
    return distance, overlap
