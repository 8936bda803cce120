"""What all machines used this month: the period in words, bars by day or hour, a row a machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from dedalus_tui.actions.action import Scope
from dedalus_tui.domain.usage_report import Amounts, Measure
from dedalus_tui.ui.bindings import own_key_pieces, screen_bindings, sort_pieces
from dedalus_tui.ui.dialogs.prompt import PromptDialog
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.units import age, money, seconds_since
from dedalus_tui.ui.present.usage import (
    COLUMN_TITLES,
    TITLES,
    UNITS,
    amount,
    chart_lines,
    cost_of,
    json_lines,
    share_bar,
    summary_lines,
)
from dedalus_tui.ui.present.usage_export import as_csv, as_json
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.list_actions import ListActions
from dedalus_tui.ui.widgets.resource_table import ResourceTable, RowFace
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.span_text import SpanText
from dedalus_tui.ui.widgets.table_layout import TableColumn
from dedalus_tui.ui.widgets.table_painter import ASCII_SIGNS, TableSigns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.usage import UsageState
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services

_SHARE_CELLS = 6
_SORT_KEYS_FROM = 100
"""Cells of the screen from which there is room to name the keys that sort."""
_TALL = 30
"""Lines from which on there is room for everything."""


class UsageScreen(ListActions, ActionScreen):
    """Reading it never touches a machine."""

    PLACE = "usage"
    OWN_SCOPES = frozenset({Scope.USAGE, Scope.USAGE_OF_ALL})
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("usage")
    CSS_PATH = "usage.tcss"

    def __init__(self, services: Services) -> None:
        """Shows what was read last, and reads anew."""
        super().__init__(services.settings, services.keys, services)
        self._services = services
        self._book = services.store.usage
        self._measure = Measure.AWAKE
        self._is_daily = True
        self._charted: str | None = None
        self._shows_health = False
        self._sorted_by: str = Measure.AWAKE
        self._is_falling = True
        self.table = ResourceTable(
            columns=self._columns(),
            version_of=lambda _key: self._book.state.loaded_at,
            face_of=self._face,
            signs=ASCII_SIGNS if services.settings.ascii else TableSigns(),
            id="table",
        )
        self.own_keys = SpanLines(id="own-keys")

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return ("usage",)

    def compose_middle(self) -> Iterable[Widget]:
        """Words, bars, rows, and the keys of this screen."""
        yield SpanText(id="banner")
        yield SpanText(id="summary")
        yield SpanText(id="chart")
        yield self.table
        yield self.own_keys

    def on_mount(self) -> None:
        """Read, and listen."""
        self._services.changed.subscribe(self, self._heard)
        self._draw()
        self.table.focus()
        self._read(force=False)

    def on_screen_resume(self) -> None:
        """Time went by."""
        self._read(force=False)

    def on_resize(self) -> None:
        """Bars are cut to the width."""
        super().on_resize()
        self.call_after_refresh(self._draw)

    def _read(self, *, force: bool) -> None:
        self.run_worker(self._book.load(force=force), name="read usage", group="usage")

    def _heard(self, keys: frozenset[Key]) -> None:
        if self.is_current and ("usage",) in keys:
            self._draw()

    # Actions.

    def action_usage_refresh(self) -> None:
        """Ask the service again."""
        self._read(force=True)

    def action_usage_next_measure(self) -> None:
        """Plot the next quantity."""
        measures = list(Measure)
        self._measure = measures[(measures.index(self._measure) + 1) % len(measures)]
        self._sort(self._measure, is_falling=True)

    def action_usage_buckets(self) -> None:
        """Bars by hour instead of by day, or back."""
        self._is_daily = not self._is_daily
        self._draw()

    def action_usage_one_machine(self) -> None:
        """Plot the machine under the cursor, or all again."""
        key = self.table.cursor_key
        self._charted = None if self._charted == key else key
        self._draw()

    def action_usage_health(self) -> None:
        """The metering pipeline's own report in place of the bars, where the key may see it."""
        if self._book.state.health is None:
            self.flash("the service does not show its metering health to this key")
            return
        self._shows_health = not self._shows_health
        self._draw()

    def action_list_sort_next(self) -> None:
        """Sort by the column to the right."""
        self._sort_step(1)

    def action_list_sort_previous(self) -> None:
        """Sort by the column to the left."""
        self._sort_step(-1)

    def action_list_sort_reverse(self) -> None:
        """Sort the other way round."""
        self._sort(self._sorted_by, is_falling=not self._is_falling)

    def on_resource_table_header_pressed(self, event: ResourceTable.HeaderPressed) -> None:
        """Sort by that column, or the other way round."""
        event.stop()
        is_same = event.column == self._sorted_by
        self._sort(event.column, is_falling=not self._is_falling if is_same else True)

    def action_app_back(self) -> None:
        """All machines again, then up."""
        if self._charted is not None:
            self._charted = None
            self._draw()
        else:
            self.dismiss(None)

    async def action_usage_save(self) -> None:
        """Save what is shown, as CSV or, to a name that ends in .json, as JSON."""
        month = self._book.state.month
        if month is None:
            self.flash("there is nothing to save yet")
            return
        self.app.push_screen(
            PromptDialog(
                "Save usage",
                "File",
                value=f"usage-{month.start:%Y-%m}.csv",
                hint="A row a machine. A name that ends in .json saves the days of each, too.",
                accept_label="Save",
                check=_new_file,
            ),
            self._save,
        )

    def _save(self, name: str | None) -> None:
        month = self._book.state.month
        if name is None or month is None:
            return
        path = Path(name).expanduser()
        make = as_json if path.suffix == ".json" else as_csv
        names = {machine_id: self._title_of(machine_id) for machine_id in month.by_machine}
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(make(month, names))
        except OSError as error:
            self.flash(f"not saved: {error.strerror}", Role.BAD)
            return
        self.flash(f"saved {path}", Role.OK)

    # Drawing.

    def tick(self) -> None:
        """Ages grow."""
        super().tick()
        self._draw_banner()

    def _columns(self) -> list[TableColumn]:
        columns = [TableColumn(key="name", title="MACHINE", width=12, max_width=36)]
        for measure in Measure:
            title = COLUMN_TITLES[measure].upper()
            columns.append(
                TableColumn(key=measure, title=title, width=len(title), is_right_aligned=True)
            )
        if self.settings.rates is not None:
            title = f"~{self.settings.rates.currency}"
            columns.append(TableColumn(key="cost", title=title, width=8, is_right_aligned=True))
        columns.append(TableColumn(key="share", title="SHARE", width=_SHARE_CELLS + 5))
        return columns

    def _face(self, key: str) -> RowFace:
        month = self._book.state.month
        amounts = month.by_machine.get(key, Amounts()) if month else Amounts()
        cells: list[tuple[str, str]] = [(self._title_of(key), Role.STRONG)]
        for measure in Measure:
            value = amounts.of(measure)
            role = Role.TEXT if measure == self._measure else Role.MUTED
            cells.append((amount(value), role))
        rates = self.settings.rates
        if rates is not None:
            cells.append((money(cost_of(amounts, rates), ""), Role.TEXT))
        whole = month.total.of(self._measure) if month else 0.0
        share = amounts.of(self._measure) / whole if whole else 0.0
        bar = share_bar(share, _SHARE_CELLS, self.signs)
        cells.append((f"{share * 100:3.0f}% {bar}", Role.OK))
        return RowFace(cells, is_stale=self._book.state.fault is not None)

    def _title_of(self, machine_id: str) -> str:
        record = self._services.store.machines.get(machine_id)
        if record is None:
            return f"{machine_id} (gone)"
        return title_of(record.machine, record.label)

    def _sort_step(self, step: int) -> None:
        keys = [column.key for column in self.table.columns if column.key != "share"]
        place = keys.index(self._sorted_by) if self._sorted_by in keys else 0
        self._sort(keys[(place + step) % len(keys)], is_falling=True)

    def _sort(self, column: str, *, is_falling: bool) -> None:
        self._sorted_by, self._is_falling = column, is_falling
        if column in set(Measure):
            self._measure = Measure(column)
        self._draw()

    def _order(self, state: UsageState) -> list[str]:
        if state.month is None:
            return []
        amounts, rates = state.month.by_machine, self.settings.rates
        by = self._sorted_by

        def rank(machine_id: str) -> tuple[float, str]:
            if by == "cost" and rates is not None:
                return (cost_of(amounts[machine_id], rates), machine_id)
            if by == "name":
                return (0.0, self._title_of(machine_id).lower())
            return (amounts[machine_id].of(self._measure), machine_id)

        # Names read from A to Z first, quantities from the largest.
        return sorted(amounts, key=rank, reverse=self._is_falling != (by == "name"))

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        state = self._book.state
        width = self.size.width - 2
        is_brief = self.size.height < _TALL
        lines = summary_lines(
            state, self.now, width=width, rates=self.settings.rates, is_brief=is_brief
        )
        self.query_one("#summary", SpanText).show(lines)
        self.query_one("#chart", SpanText).show(self._chart(state, width))
        self.table.forget_faces()
        self.table.show(self._order(state))
        self.table.show_sort(self._sorted_by, is_falling=self._is_falling)
        self.table.show_as_stale(state.fault is not None)
        self._draw_own_keys()
        self._draw_banner()

    def _draw_own_keys(self) -> None:
        """The sort keys stand here too: the footer has no word for them."""
        words = {"usage.buckets": "by hour" if self._is_daily else "by day"}
        pieces = own_key_pieces(
            Scope.USAGE, Scope.USAGE_OF_ALL, keys=self.keys, settings=self.settings, words=words
        )
        sort = sort_pieces(self.keys, self.settings) if self.size.width >= _SORT_KEYS_FROM else ()
        self.own_keys.show(SpanRow((Piece(" "), *pieces, *sort)))

    def _chart(self, state: UsageState, width: int) -> list[Line]:
        if state.month is None or self.size.height < 20:
            return []
        height = 3 if self.size.height < _TALL else 8
        if self._shows_health:
            texts = json_lines(state.health)[: height + 2]
            return [((text, Role.TEXT),) for text in texts]
        bars = state.month.bars(days=self._is_daily, machine_id=self._charted)
        whose = "all machines" if self._charted is None else self._title_of(self._charted)
        title: Line = (
            (f"{TITLES[self._measure]}, {UNITS[self._measure]} ", Role.STRONG),
            (f"by {'day (UTC)' if self._is_daily else 'hour'}, {whose}", Role.MUTED),
        )
        chart = chart_lines(bars, self._measure, self.signs, width=width, height=height)
        return [title, *chart] if height == 3 else [(), title, *chart, ()]

    def _draw_banner(self) -> None:
        state = self._book.state
        banner = self.query_one("#banner", SpanText)
        if state.fault is not None:
            words = explain(state.fault, about="usage")
            as_of = age(seconds_since(state.loaded_at, self.now))
            text = words.sentences
            if state.loaded_at is not None:
                text = f"as of {as_of} ago: {text}"
            banner.show([((text, Role.BAD),)])
        elif state.month is None:
            banner.show([(("reading the usage of this month...", Role.MUTED),)])
        elif not state.month.by_machine:
            banner.show([(("nothing was used yet this month", Role.MUTED),)])
        else:
            banner.show([])


def _new_file(text: str) -> str:
    path = Path(text.strip()).expanduser()
    if not text.strip() or path.is_dir():
        raise ValueError("the name of a file")
    if path.exists():
        raise ValueError("this file exists; it is not written over")
    if not path.parent.is_dir():
        raise ValueError("there is no such directory")
    return str(path)
