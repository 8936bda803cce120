"""List and detail of the fleet screen: where they stand, who has the room, who has the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.bindings import key_of
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.screens.fleet_detail import SHARES, FleetDetail
from dedalus_tui.ui.screens.fleet_question import FleetQuestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.widget import Widget

    from dedalus_tui.config.settings import Settings
    from dedalus_tui.journal.views import Views


class FleetPanes(FleetQuestion):
    """The detail beside or beneath the table."""

    def __init__(
        self, settings: Settings, keys: Mapping[str, tuple[str, ...]], saved: Views
    ) -> None:
        super().__init__(settings, keys, saved)
        self.detail = FleetDetail(settings, self.signs, hide_key=key_of("fleet.detail_pane", self))

    def on_resize(self) -> None:
        """Another size puts the detail elsewhere."""
        self._place_detail()

    def on_resource_table_resized(self) -> None:
        """Other columns fit; the screen is resized before the table has its place in it."""
        self.lay_columns()

    @property
    def room_for_table(self) -> int:
        """What the detail leaves, so that the first paint has the right columns."""
        width, height = self.app.size
        return width - self.detail.cells_beside(width, height)

    def _place_detail(self) -> None:
        self._set_place()
        self.call_after_refresh(self.show_detail)

    def _set_place(self) -> None:
        where = self.detail.place(self.app.size.width, self.app.size.height)
        classes = {f"-share-{share}": SHARES[self.detail.share] == share for share in SHARES}
        classes |= {"-detail-right": where == "right", "-detail-bottom": where == "bottom"}
        self.update_classes(classes, update=self.is_mounted)

    def show_detail(self) -> None:
        """Show the selected machine as it is now."""
        if self.detail.display:
            key = self.table.cursor_key
            record = self.rows.record(key) if key is not None else None
            self.detail.show(
                self.rows.row(record.machine_id) if record else None,
                self.now,
                self.services,
                seen_at=record.seen_at if record else None,
            )

    def scrolled_instead(self) -> Widget | None:
        """The detail, while it has the focus."""
        return self.detail.whole if self.detail.whole.has_focus else None

    def action_fleet_detail_pane(self) -> None:
        """Show or hide the detail."""
        self.detail.is_wanted = not self.detail.is_wanted
        if self.detail.is_wanted and SHARES[self.detail.share] == "list":
            self.detail.share = 1
        self._place_detail()

    def action_fleet_detail_place(self) -> None:
        """Right, bottom, or where it fits."""
        self.flash(f"detail: {self.detail.cycle_place()}", Role.TEXT)
        self._place_detail()

    def action_list_pane_bigger(self) -> None:
        """More room for what has the focus."""
        self._give_room(1 if self.detail.whole.has_focus else -1)

    def action_list_pane_smaller(self) -> None:
        """Less room for what has the focus."""
        self._give_room(-1 if self.detail.whole.has_focus else 1)

    def _give_room(self, step: int) -> None:
        self._place_share(max(0, min(len(SHARES) - 1, self.detail.share + step)))
        if SHARES[self.detail.share] == "detail":
            self.call_after_refresh(self.detail.whole.focus)
        elif SHARES[self.detail.share] == "list":
            self.table.focus()

    def _place_share(self, share: int) -> None:
        self.detail.share = share
        self._place_detail()

    @property
    def detail_stands_alone(self) -> bool:
        """True while the detail is shown in place of the list."""
        return SHARES[self.detail.share] == "detail" and self.detail.display

    def bring_list_back(self) -> None:
        """The list beside the detail again, with the keys."""
        self._place_share(SHARES.index("normal"))
        self.table.focus()

    def action_list_next_pane(self) -> None:
        """To the other pane."""
        if self.detail.whole.display and not self.detail.whole.has_focus:
            self.detail.whole.focus()
        else:
            self.table.focus()

    action_list_previous_pane = action_list_next_pane
