"""What an action may know when it says whether it is possible, what to ask, what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.store.cloud import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The store, and what is under way."""

    store: Store
    is_read_only: bool = False
    under_way: dict[str, str] = field(default_factory=dict)
    """Machine id → words of the wish that is under way for it. Kept by the runner."""
