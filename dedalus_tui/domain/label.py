"""What this person calls a machine on this computer; the service knows nothing of it."""

from __future__ import annotations

from typing import NamedTuple


class Label(NamedTuple):
    """A local name, note, tags and pin of one machine."""

    name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    is_pinned: bool = False
    """Pinned machines sort first and are left out of any destruction in bulk."""


NO_LABEL = Label()
"""Of a machine nobody has labelled."""
