"""The fleet screen's tie to the store: what changed comes in, what is looked at is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.screens.fleet_panes import FleetPanes
from dedalus_tui.ui.screens.fleet_rows import FleetRows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from textual.timer import Timer

    from dedalus_tui.config.settings import Settings
    from dedalus_tui.domain.activity import Activity
    from dedalus_tui.domain.preview import Preview
    from dedalus_tui.journal.views import Views
    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.health import HealthState
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.services import Services

LOOK_AFTER_SECONDS = 0.4
"""The cursor rests this long before the store is told to look at the machine more closely."""
LOADING_SECONDS = 0.25
"""Between two looks at what came in, while the first list is on its way."""
_SHOWN_IN_ROWS = frozenset({"machine", "activity", "previews", "bell"})
"""What changes of these kinds of a machine is seen in its row."""


class FleetLive(FleetPanes):
    """Rows that are remembered at first, and the store's from `connect` on."""

    def __init__(
        self,
        settings: Settings,
        keys: Mapping[str, tuple[str, ...]],
        saved: Views,
        *,
        remembered: Iterable[MachineRecord],
    ) -> None:
        super().__init__(settings, keys, saved)
        self.rows = FleetRows(
            rates=settings.rates,
            activities_of=self._activities_of,
            public_of=self._public_of,
            is_calling=self._is_calling,
        )
        self.rows.replace(remembered, self.now)
        self.failure = ""
        """Why there is nothing to connect to; empty while there may be."""
        self._was_down = False
        self._looking: Timer | None = None
        self._missed: set[Key] = set()
        self._gathering: Timer | None = None

    def show_line(self) -> None:
        """Show how the line to the service is; the fleet screen says how."""
        raise NotImplementedError

    def show_pending(self) -> None:
        """Show what is about to start; the fleet screen says how."""
        raise NotImplementedError

    def tick(self) -> None:
        """A second went by; the fleet screen says what that means."""
        raise NotImplementedError

    # Coming in.

    def connect(self, services: Services) -> None:
        """From now on everything is live."""
        self.services = services
        self.failure = ""
        self.saved_views = services.store.journal.views
        self.rows.replace(services.store.machines.records(), self.now)
        services.changed.subscribe(self, self.on_store_changed)
        self.order_changed()
        self.tick()
        self._look()

    def on_store_changed(self, keys: frozenset[Key]) -> None:
        """Something changed: now if it can be seen, otherwise when it can."""
        self._missed |= keys
        if self.is_current and (self._gathering is None or not self._is_loading):
            self._catch_up()

    @property
    def _is_loading(self) -> bool:
        return self.services is not None and not self.services.store.machines.is_loaded

    def _catch_up(self) -> None:
        """Take in what was missed; while the first list comes in, not with every page."""
        if self._gathering is not None:
            self._gathering.stop()
            self._gathering = None
        missed = frozenset(self._missed)
        self._missed.clear()
        self._take_in(missed)
        if self._is_loading:
            self._gathering = self.set_timer(LOADING_SECONDS, self._catch_up)

    def _take_in(self, keys: frozenset[Key]) -> None:
        services = self.services
        if services is None:
            return
        machines = services.store.machines
        changed = {key[1] for key in keys if key[0] in _SHOWN_IN_ROWS}
        is_other_order = self.rows.update(self._in_list_order(changed), machines.get, self.now)
        if is_other_order or ("machines",) in keys:
            self.order_changed()
        elif changed:
            self.lay_columns()
            self.table.rows_changed(changed)
            self.show_detail()
        if changed:
            self.refresh_views()
            self.refresh_keys()
        if ("health",) in keys:
            self.show_line()
            if services.store.health.is_down != self._was_down:
                self._was_down = services.store.health.is_down
                self.refresh_keys()
                self.show_detail()
        if ("pending",) in keys:
            self.show_pending()

    def _in_list_order(self, changed: set[str]) -> Collection[str]:
        """New machines are to stand as the service lists them."""
        if self.services is None or all(self.rows.record(key) for key in changed):
            return changed
        listed = (record.machine_id for record in self.services.store.machines.records())
        return dict.fromkeys([*(key for key in listed if key in changed), *changed])

    def on_screen_resume(self) -> None:
        """Back on top: catch up with what was missed."""
        self._catch_up()
        self._look()
        self.tick()

    # Looking.

    def on_screen_suspend(self) -> None:
        """Something else is on top; a dialog about this machine keeps it selected."""
        if self.services is not None:
            self.services.store.look(screen_is_current=False, selected=self.table.cursor_key)

    def look_soon(self) -> None:
        """Tell the store what is selected, once the cursor rests."""
        if self._looking is not None:
            self._looking.stop()
        self._looking = self.set_timer(LOOK_AFTER_SECONDS, self._look)

    def _look(self) -> None:
        if self.services is not None:
            self.services.store.look(
                screen_is_current=self.is_current, selected=self.table.cursor_key
            )

    # What the store knows.

    @property
    def knows_fleet(self) -> bool:
        """True once there are machines, remembered or live, or it is known that there are none."""
        is_loaded = self.services is not None and self.services.store.machines.is_loaded
        return is_loaded or bool(len(self.rows))

    @property
    def health(self) -> HealthState | None:
        """How the line to the service is; None before there is one."""
        return self.services.store.health.state if self.services else None

    def _activities_of(self, key: str) -> tuple[Activity, ...] | None:
        if self.services is None:
            return None
        activity = self.services.store.activity
        return activity.of(key) if activity.seen_at(key) is not None else None

    def _public_of(self, key: str) -> tuple[Preview, ...]:
        if self.services is None:
            return ()
        from dedalus_tui.ui.panes.rows import public_previews_of

        return public_previews_of(self.services, key)

    def _is_calling(self, key: str) -> bool:
        return self.services is not None and self.services.store.terminals.is_calling(key)
