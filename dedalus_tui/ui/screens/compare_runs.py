"""What two runs wrote differently."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical

from dedalus_tui.domain.output import OutputRecord, Stream
from dedalus_tui.store.output_spool import OutputSpool
from dedalus_tui.store.output_view import OutputView
from dedalus_tui.ui.bindings import key_of, screen_bindings
from dedalus_tui.ui.present.execution import command_words, status_span
from dedalus_tui.ui.present.output_diff import MOST_LINES, diff_lines
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip
from dedalus_tui.ui.present.units import clock_time
from dedalus_tui.ui.screens.text_screen import TextScreen
from dedalus_tui.ui.widgets.log_panel import LogPanel
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.store.execution_log import ExecutionLog
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services

_PROGRAM = frozenset({Stream.STDOUT, Stream.STDERR})


class CompareRunsScreen(TextScreen):
    """A unified diff of two outputs, the older run first."""

    PLACE = "text"
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("text")
    CSS_PATH = "output.tcss"

    def __init__(self, services: Services, before: Execution, after: Execution) -> None:
        super().__init__(services.settings, services.keys, services)
        executions = services.store.executions
        self._services = services
        self._logs = (executions.open_log(before), executions.open_log(after))
        self._spool = OutputSpool()
        self._panel = LogPanel(
            OutputView(self._spool),
            is_ascii=self.settings.ascii,
            key_of=partial(key_of, holder=self),
            nothing="",
            waiting="",
        )
        self._titles = SpanText(id="told")

    @property
    def panel(self) -> LogPanel:
        """The diff on show."""
        return self._panel

    @property
    def suggested_file(self) -> str:
        """A patch."""
        return "runs.diff"

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return ("runs compared",)

    def compose_middle(self) -> Iterable[Widget]:
        """Which runs, and the diff."""
        yield self._titles
        yield Vertical(self._panel, id="log")

    def on_mount(self) -> None:
        """Read both, then compare."""
        self._titles.display = True
        self._show("reading both outputs...")
        self.run_worker(self._compare(), name="compare", group="compare")

    def on_unmount(self) -> None:
        """Nobody looks at them here any more."""
        for log in self._logs:
            self._services.store.executions.release_log(log)
        self._spool.close()

    async def _compare(self) -> None:
        await asyncio.gather(*(log.follow() for log in self._logs))
        before, after = (_lines(log) for log in self._logs)
        names = [self._run_name(log.execution) for log in self._logs]

        def compare() -> str:
            found = diff_lines(before, after, before_name=names[0], after_name=names[1])
            return "".join(f"{line}\n" for line in found)

        text = await asyncio.to_thread(compare)
        if text:
            data = text.encode("utf-8", "replace")
            self._spool.append(OutputRecord(1, 0, Stream.STDOUT, data))
            self._panel.log_view.first()
        self._panel.is_over = True
        self._show("" if text else "both wrote the same")

    def _run_name(self, execution: Execution) -> str:
        return f"{execution.execution_id} {clock_time(execution.created_at, now=self.now)}"

    def _show(self, told: str) -> None:
        lines: list[Line] = []
        for sign, log in zip("-+", self._logs, strict=True):
            run = log.execution
            words = f"  {clock_time(run.created_at, now=self.now)}  {clip(command_words(run), 60)}"
            role = Role.BAD if sign == "-" else Role.OK
            lines.append(((f"{sign} ", role), status_span(run, self.signs), (words, Role.MUTED)))
        if told:
            lines.append(((told, Role.STRONG),))
        self._titles.show(lines)


def _lines(log: ExecutionLog) -> list[str]:
    found: list[str] = []
    for line, _ in log.spool.pieces(_PROGRAM):
        found.append(line.text)
        if len(found) > MOST_LINES:
            break
    return found
