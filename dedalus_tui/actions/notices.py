"""What there is to tell a person about actions, in order, each once."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from dedalus_tui.actions.outcome import Notice, Summary

if TYPE_CHECKING:
    from dedalus_tui.store.cloud import Store

KEPT = 200


class Notices:
    """A ring of notices; each new one touches the key ("notice",)."""

    def __init__(self, store: Store) -> None:
        """Empty."""
        self._store = store
        self._kept: deque[Notice] = deque(maxlen=KEPT)
        self._last_number = 0

    def add(self, summary: Summary, *, is_late: bool = False) -> Notice:
        """Tell of one action's outcome."""
        self._last_number += 1
        labels = self._store.journal.labels
        notice = Notice(
            number=self._last_number,
            at=self._store.clock.now(),
            summary=summary,
            is_late=is_late,
            names={
                outcome.machine_id: labels.of(outcome.machine_id).name
                for outcome in summary.outcomes
            },
        )
        self._kept.append(notice)
        self._store.changes.touch(("notice",))
        return notice

    def after(self, number: int) -> tuple[Notice, ...]:
        """The notices that came after that one; 0 = all that are kept."""
        return tuple(notice for notice in self._kept if notice.number > number)
