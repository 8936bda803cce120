"""Wishes that got no answer: waits for the sightings that decide them, then tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.outcome import Done, Failed, Outcome, Summary, Unknown
from dedalus_tui.domain.machine import DesiredState

if TYPE_CHECKING:
    from dedalus_tui.actions.action import Action
    from dedalus_tui.actions.notices import Notices
    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.intents import Intent


class Unsettled:
    """What is left open, by machine."""

    def __init__(self, store: Store, notices: Notices) -> None:
        """Nothing is open."""
        self._store = store
        self._notices = notices
        self._open: list[tuple[Intent, Action, Unknown]] = []
        self.close = store.changes.listen(self._look)

    def add(self, intent: Intent, action: Action, outcome: Unknown) -> None:
        """Tell when the store decides this intent."""
        self._open.append((intent, action, outcome))

    def _look(self, keys: frozenset[Key]) -> None:
        for entry in tuple(self._open):
            intent, action, unknown = entry
            if ("machine", intent.machine_id) not in keys:
                continue
            decided = self._decide(intent, unknown)
            if decided is not None:
                self._open.remove(entry)
                self._notices.add(Summary(action=action, outcomes=(decided,)), is_late=True)

    def _decide(self, intent: Intent, unknown: Unknown) -> Outcome | None:
        record = self._store.machines.get(intent.machine_id)
        if record is None:
            is_done = intent.desired_state == DesiredState.DESTROYED
        elif intent in record.intents:
            return None
        else:
            is_done = intent.is_met_by(record.confirmed)
        if is_done:
            return Done(machine_id=intent.machine_id)
        return Failed(machine_id=intent.machine_id, fault=unknown.fault, machine=record)
