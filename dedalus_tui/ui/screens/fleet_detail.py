"""The detail of the selected machine beside or beneath the list, and how much room it takes.

The first paint keeps its room; what stands in it is imported and mounted right after that.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from textual.containers import Vertical

from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.config.settings import Settings
    from dedalus_tui.ui.panes.detail import MachineDetail, MachineStrip
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.row import MachineRow
    from dedalus_tui.ui.services import Services

    _Told = tuple[MachineRow | None, datetime, Services | None, datetime | None]

Place = Literal["right", "bottom", "none"]
Wanted = Literal["auto", "right", "bottom"]

WIDE = 120
"""From this width on the detail stands at the right."""
RIGHT_CELLS, VAST_RIGHT_CELLS, VAST = 48, 66, 170
"""How wide it is at the right, and from which width of the screen on it is wider; as in the style
sheet."""
LEAST_WIDTH, LEAST_HEIGHT = 60, 16
"""Beneath this there is room for the list alone."""
TITLE_CELLS = 40

SHARES = ("list", "normal", "half", "detail")
"""Who has the room: the list alone, the detail a little, both equally, the detail alone."""


def place_for(wanted: Wanted, width: int, height: int) -> Place:
    """Where the detail stands on a screen of that size."""
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return "none"
    if wanted == "auto":
        return "right" if width >= WIDE else "bottom"
    return wanted


class FleetDetail(Vertical):
    """A title, and beneath it the whole status or, at the bottom, the same in a few lines."""

    def __init__(self, settings: Settings, signs: Glyphs, *, hide_key: str) -> None:
        super().__init__(id="detail")
        self._signs = signs
        self._hide_key = hide_key
        self.title = SpanLines(ground="panel", id="detail-title")
        self._rates = settings.rates
        self.wanted: Wanted = "auto"
        self.is_wanted = True
        self.share = 1
        """Index into SHARES."""
        self._told: _Told | None = None
        self.is_filled = False
        """False until just after the first paint."""

    @cached_property
    def whole(self) -> MachineDetail:
        """Everything about the machine."""
        from dedalus_tui.ui.panes.detail import MachineDetail

        return MachineDetail(self._signs, rates=self._rates, id="detail-whole")

    @cached_property
    def strip(self) -> MachineStrip:
        """The same in a few lines."""
        from dedalus_tui.ui.panes.detail import MachineStrip

        return MachineStrip(self._signs, id="detail-strip")

    def on_mount(self) -> None:
        """The first paint does not wait for what stands in here."""
        self.call_after_refresh(self._fill)

    async def _fill(self) -> None:
        """All three; the style sheet shows what fits."""
        if not self.is_attached:
            return  # the app was left before it was filled
        await self.mount(self.title, self.whole, self.strip)
        self.is_filled = True
        if self._told is not None:
            row, now, services, seen_at = self._told
            self.show(row, now, services, seen_at=seen_at)

    def place(self, width: int, height: int) -> Place:
        """Where it stands now, if anywhere."""
        is_hidden = not self.is_wanted or SHARES[self.share] == "list"
        return "none" if is_hidden else place_for(self.wanted, width, height)

    def cells_beside(self, width: int, height: int) -> int:
        """Cells that it takes from the width of the table."""
        if self.place(width, height) != "right":
            return 0
        if SHARES[self.share] == "half":
            return width // 2
        return VAST_RIGHT_CELLS if width >= VAST else RIGHT_CELLS

    def cycle_place(self) -> Wanted:
        """Go to the next place: auto, right, bottom."""
        places: tuple[Wanted, ...] = ("auto", "right", "bottom")
        self.wanted = places[(places.index(self.wanted) + 1) % len(places)]
        self.is_wanted = True
        return self.wanted

    def show(
        self,
        row: MachineRow | None,
        now: datetime,
        services: Services | None,
        *,
        seen_at: datetime | None,
    ) -> None:
        """Show a machine at a moment; `seen_at` is when the service last spoke of it."""
        self._told = (row, now, services, seen_at)
        if not self.is_filled:
            return
        from dedalus_tui.ui.panes.rows import is_line_stale, past_of
        from dedalus_tui.ui.present.timeline import NOTHING_KNOWN

        if row is not None and services is not None and is_line_stale(services):
            row = row._replace(is_stale=True)
            seen_at = services.store.health.state.last_good or seen_at
        title = clip(row.title, TITLE_CELLS) if row else "nothing selected"
        role = Role.STRONG if row else Role.MUTED
        self.title.show(
            SpanRow((Piece(f" {title} ", role),), (Piece(f" {self._hide_key} hides ", Role.MUTED),))
        )
        if self.strip.display:
            self.strip.show_machine(row, now)
        if self.whole.display:
            past = past_of(services, row.machine_id) if row and services else NOTHING_KNOWN
            self.whole.show(row, now, past=past, seen_at=seen_at)
