"""The first tab of a machine: everything at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.panes.detail import MachineDetail
from dedalus_tui.ui.panes.moves import LINE_MOVES, scroll
from dedalus_tui.ui.panes.pane import MachinePane
from dedalus_tui.ui.panes.rows import past_of, row_of, seen_at
from dedalus_tui.ui.present.timeline import NOTHING_KNOWN

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.record import MachineRecord


class OverviewPane(MachinePane):
    """Lifecycle status, sizes, sleep, cost, label, recent history, what runs."""

    MEANS = LINE_MOVES

    _past = NOTHING_KNOWN
    _last_record: MachineRecord | None = None

    def compose(self) -> ComposeResult:
        """The detail, over the whole tab."""
        yield MachineDetail(self.signs, rates=self.services.settings.rates)

    def opened(self) -> None:
        """History may have grown meanwhile."""
        self._recount()
        growth = self.services.store.memory_growth
        self.run_worker(growth.look(self.machine_id), group="growth", exclusive=True)
        self._look_at_network(force=False)

    def refreshed(self) -> None:
        """Ask where it is, whenever that was asked last."""
        self._look_at_network(force=True)

    def _look_at_network(self, *, force: bool) -> None:
        look = self.services.store.networks.look(self.machine_id, force=force)
        self.run_worker(look, group="network", exclusive=True)

    def heard(self, keys: frozenset[Key]) -> None:
        """Draw anew when it is about this machine."""
        if any(key[1:2] == (self.machine_id,) for key in keys):
            self._recount()

    def _recount(self) -> None:
        self._past = past_of(self.services, self.machine_id)
        self._draw()

    def ticked(self) -> None:
        """Durations grow, and watching goes on."""
        self._past = past_of(self.services, self.machine_id, steps=self._past.steps)
        self._draw()

    def perform(self, action_id: str) -> bool:
        """Scroll."""
        return scroll(self.query_one(MachineDetail), action_id)

    def _draw(self) -> None:
        record = self.record
        self._last_record = record or self._last_record
        shown = self._last_record
        self.query_one(MachineDetail).show(
            row_of(self.services, shown) if shown else None,
            self.services.store.clock.now(),
            past=self._past,
            seen_at=seen_at(self.services, shown) if shown else None,
            is_gone=record is None,
        )
