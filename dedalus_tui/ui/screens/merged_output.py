"""The newest runs of several machines as one text, in the order of time."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.store.execution_output import microseconds
from dedalus_tui.store.merged_log import MergedLog
from dedalus_tui.store.output_severity import severity_rules
from dedalus_tui.store.output_view import OutputView
from dedalus_tui.ui.bindings import key_of, screen_bindings
from dedalus_tui.ui.present.execution import command_words, status_span
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import short_id, title_of
from dedalus_tui.ui.present.text import clip
from dedalus_tui.ui.present.units import counted
from dedalus_tui.ui.screens.text_screen import TextScreen
from dedalus_tui.ui.widgets.log_painter import SOURCE_ROLES
from dedalus_tui.ui.widgets.log_panel import LogPanel
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services

LABEL_CELLS = 14
MOST_TITLES = 6


class MergedOutputScreen(TextScreen):
    """Each line is prefixed with its machine, in the machine's colour."""

    PLACE = "text"
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("text")
    CSS_PATH = "output.tcss"

    def __init__(self, services: Services, executions: Sequence[Execution]) -> None:
        super().__init__(services.settings, services.keys, services)
        self._services = services
        patterns = self.settings.error_patterns
        store = services.store
        self._logs = [store.executions.open_log(one, error_patterns=patterns) for one in executions]
        self._merged = MergedLog(self._logs, store.clock, rules=severity_rules(patterns))
        starts = [microseconds(one.started_at or one.created_at) for one in executions]
        self._panel = LogPanel(
            OutputView(self._merged.spool),
            labels={place: self._label(one) for place, one in enumerate(executions)},
            start_us=min(starts, default=0),
            is_ascii=self.settings.ascii,
            key_of=partial(key_of, holder=self),
        )
        self._titles = SpanText(id="told")

    def _label(self, execution: Execution) -> str:
        record = self._services.store.machines.get(execution.machine_id)
        title = title_of(record.machine, record.label) if record else short_id(execution.machine_id)
        return clip(title, LABEL_CELLS, ellipsis=self.signs.ellipsis)

    @property
    def panel(self) -> LogPanel:
        """The log on show."""
        return self._panel

    @property
    def suggested_file(self) -> str:
        """A name for all of them."""
        return "merged.log"

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return (f"output of {counted(len(self._logs), 'machine')}",)

    def compose_middle(self) -> Iterable[Widget]:
        """Which runs, and the log."""
        yield self._titles
        yield Vertical(self._panel, id="log")

    def on_mount(self) -> None:
        """Follow all of them."""
        self._titles.display = True
        self._services.changed.subscribe(self, self._heard)
        for log in self._logs:
            self.run_worker(log.follow(), name="follow", group=f"follow {id(log)}")
        self.run_worker(self._merge(), name="merge", group="merge")
        self._show()

    async def _merge(self) -> None:
        await self._merged.run()
        self._panel.is_over = True
        self._show()

    def on_unmount(self) -> None:
        """Nobody looks at them here any more."""
        for log in self._logs:
            self._services.store.executions.release_log(log)
        self._merged.close()

    def _heard(self, keys: frozenset[Key]) -> None:
        if any(("execution", log.execution.execution_id) in keys for log in self._logs):
            self._show()

    def _show(self) -> None:
        lines: list[Line] = []
        for place, log in enumerate(self._logs[:MOST_TITLES]):
            name = self._label(log.execution).ljust(LABEL_CELLS)
            words = clip(command_words(log.execution), 50)
            told = log.fault.message if log.fault is not None else ""
            lines.append(
                (
                    (f"{name} ", SOURCE_ROLES[place % len(SOURCE_ROLES)]),
                    status_span(log.execution, self.signs),
                    (f"  {words}", Role.MUTED),
                    (f"  {clip(told, 40)}" if told else "", Role.BAD),
                )
            )
        left = len(self._logs) - MOST_TITLES
        if left > 0:
            lines.append(((f"and {counted(left, 'more run')}", Role.MUTED),))
        self._titles.show(lines)
        if self._panel.is_mounted:
            self._panel.show_state()


async def newest_runs(
    services: Services, records: Sequence[MachineRecord]
) -> tuple[Execution, ...]:
    """The newest run of each machine that has one; listing wakes nothing."""

    async def newest(record: MachineRecord) -> Execution | None:
        try:
            return next(iter(await services.store.executions.list(record.machine_id)), None)
        except CloudFault:
            return services.store.executions.newest(record.machine_id)

    found = await asyncio.gather(*map(newest, records))
    return tuple(one for one in found if one is not None)
