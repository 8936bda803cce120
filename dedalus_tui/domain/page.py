"""One page of a list (contract 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Items in the order the service gave them."""

    items: tuple[Item, ...]
    next_cursor: str | None = None
    """None on the last page."""
    skipped: int = 0
    """Rows that could not be read at all (they had no usable id)."""
