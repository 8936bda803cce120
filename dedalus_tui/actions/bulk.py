"""Actions on several machines whose calls are going out, so that a person can stop the rest."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedalus_tui.actions.action import Action
    from dedalus_tui.store.cloud import Store


@dataclass(slots=True, kw_only=True, eq=False)
class Bulk:
    """One action on its way through its machines."""

    action: Action
    total: int
    """Machines it is for."""
    asked: int = 0
    """Machines for which the call was made."""
    is_stopped: bool = False

    @property
    def left(self) -> int:
        """Machines for which the call will still be made."""
        return 0 if self.is_stopped else self.total - self.asked


class Bulks:
    """All of them; a change touches the key ("pending",)."""

    def __init__(self, store: Store) -> None:
        """None yet."""
        self._store = store
        self._under_way: list[Bulk] = []

    def under_way(self) -> tuple[Bulk, ...]:
        """Oldest first."""
        return tuple(self._under_way)

    def stop_newest(self) -> Bulk | None:
        """Make no further call for the one that began last; None when all calls are made."""
        for bulk in reversed(self._under_way):
            if bulk.left:
                bulk.is_stopped = True
                self._touch()
                return bulk
        return None

    @contextmanager
    def begun(self, action: Action, total: int) -> Iterator[Bulk]:
        """One is under way for as long as this lasts."""
        bulk = Bulk(action=action, total=total)
        self._under_way.append(bulk)
        self._touch()
        try:
            yield bulk
        finally:
            self._under_way.remove(bulk)
            self._touch()

    def ask(self, bulk: Bulk) -> bool:
        """The turn of the next machine has come; False when its call is not to be made."""
        if bulk.is_stopped:
            return False
        bulk.asked += 1
        self._touch()
        return True

    def _touch(self) -> None:
        self._store.changes.touch(("pending",))
