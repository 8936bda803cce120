"""What this person calls a machine on this computer; the service knows nothing of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A local name, note, tags and pin of one machine."""

    name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    is_pinned: bool = False
    """Pinned machines sort first and are left out of any destruction in bulk."""


NO_LABEL = Label()
"""Of a machine nobody has labelled."""
