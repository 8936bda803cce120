"""What `u` can take back: the inverses of actions done, newest first."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedalus_tui.actions.registry import by_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.actions.action import Action
    from dedalus_tui.actions.wish import Inverse

KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """The inverse of one action on all its targets."""

    action: Action
    arguments: dict[str, object]
    """For each machine id."""
    caveat: str = ""
    """What will not be taken back; empty = nothing stays."""


class UndoStack:
    """Actions that can be taken back."""

    def __init__(self) -> None:
        """Empty."""
        self._kept: deque[Undo] = deque(maxlen=KEPT)

    def push(self, inverses: Sequence[Inverse]) -> None:
        """Remember how to take back one action; all inverses are of one kind."""
        self._kept.append(
            Undo(
                action=by_id(inverses[0].action_id),
                arguments={each.machine_id: each.arguments for each in inverses},
                caveat=next((each.caveat for each in inverses if each.caveat), ""),
            )
        )

    def newest(self) -> Undo | None:
        """What would be taken back next."""
        return self._kept[-1] if self._kept else None

    def take(self) -> Undo | None:
        """The newest, which is then forgotten."""
        return self._kept.pop() if self._kept else None
