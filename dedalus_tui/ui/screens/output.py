"""What one run wrote, live: title and facts above, the log in the middle, keys beneath."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical

from dedalus_tui.domain.output import Stream
from dedalus_tui.store.execution_output import microseconds
from dedalus_tui.store.executions import newest_first
from dedalus_tui.store.output_view import OutputView
from dedalus_tui.ui.bindings import key_of, screen_bindings
from dedalus_tui.ui.present.execution import command_words, facts_line, status_span
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import short_id, title_of
from dedalus_tui.ui.present.text import clip, plain
from dedalus_tui.ui.present.units import byte_count, clock_time
from dedalus_tui.ui.screens.text_screen import TextScreen
from dedalus_tui.ui.widgets.log_panel import LogPanel
from dedalus_tui.ui.widgets.span_line import Piece, SpanLines, SpanRow
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.execution_log import ExecutionLog
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services
    from dedalus_tui.ui.widgets.log_view import LogView


class OutputScreen(TextScreen):
    """One run. It follows while it is open, and what was read is kept for coming back."""

    PLACE = "output"
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("output")
    CSS_PATH = "output.tcss"

    def __init__(self, services: Services, execution: Execution) -> None:
        super().__init__(services.settings, services.keys, services)
        self._services = services
        self._log: ExecutionLog = self._open(execution)
        self._panel = self._make_panel()
        self._log_box = Vertical(id="log")
        self._changing = asyncio.Lock()
        self.title_line = SpanLines(id="run")
        self._banner = SpanText(id="told")

    def _open(self, execution: Execution) -> ExecutionLog:
        patterns = self.settings.error_patterns
        return self._services.store.executions.open_log(execution, error_patterns=patterns)

    def _make_panel(self) -> LogPanel:
        return LogPanel(
            OutputView(self._log.spool),
            start_us=microseconds(self.execution.started_at or self.execution.created_at),
            is_ascii=self.settings.ascii,
            key_of=partial(key_of, holder=self),
        )

    def compose_middle(self) -> Iterable[Widget]:
        """Title, what is wrong, the log."""
        yield self.title_line
        yield self._banner
        with self._log_box:
            yield self._panel

    def on_mount(self) -> None:
        """Follow, and listen."""
        self._services.changed.subscribe(self, self._heard)
        self._services.store.executions.look("output", [self.execution.machine_id])
        self._follow()
        self._show()

    def on_unmount(self) -> None:
        """Nobody looks at it here any more."""
        self._services.store.executions.look("output", [])
        self._services.store.executions.release_log(self._log)

    def _follow(self) -> None:
        self.run_worker(self._log.follow(), name="follow", group="follow", exclusive=True)

    @property
    def execution(self) -> Execution:
        """The run, as last seen."""
        return self._log.execution

    @property
    def panel(self) -> LogPanel:
        """The log on show."""
        return self._panel

    @property
    def suggested_file(self) -> str:
        """Named after the run."""
        return f"{self.execution.execution_id}.log"

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Machine and command."""
        record = self._services.store.machines.get(self.execution.machine_id)
        machine = (
            title_of(record.machine, record.label)
            if record is not None
            else short_id(self.execution.machine_id)
        )
        return (machine, command_words(self.execution))

    @property
    def chosen_runs(self) -> tuple[Execution, ...]:
        """The run on show."""
        return (self.execution,)

    async def started_again(self, execution: Execution) -> None:
        """Go over to the run that was started."""
        await self.show_run(execution)

    async def show_output(self, execution: Execution) -> None:
        """Here, in place of this one."""
        await self.show_run(execution)

    # Drawing

    def _heard(self, keys: frozenset[Key]) -> None:
        held = self.execution
        if ("execution", held.execution_id) in keys or ("executions", held.machine_id) in keys:
            self._show()

    def tick(self) -> None:
        """A second went by: it has been running longer."""
        super().tick()
        if not self.execution.is_over:
            self._show()

    def _show(self) -> None:
        execution = self.execution
        self.refresh_header()
        text, role = status_span(execution, self.signs)
        received = sum(self._log.received.values())
        facts = facts_line(execution, self.now, received=received)
        left = (Piece(f" {text}   ", role), *(Piece(*span) for span in facts))
        times = [
            f"{label} {clock_time(moment, now=self.now)}"
            for label, moment in (
                ("started", execution.started_at),
                ("ended", execution.completed_at),
            )
            if moment is not None
        ]
        self.title_line.show(SpanRow(left, (Piece("  ".join(times) + " ", Role.MUTED),)))
        told = tuple(self._told())
        self._banner.show(told)
        self._banner.display = bool(told)
        self._panel.is_over = self._log.is_complete or self._log.is_gone
        if self._panel.is_mounted:
            self._panel.show_state()

    def _told(self) -> Iterable[Line]:
        """What the person must know of the log, most important first."""
        log = self._log
        if log.is_gone or self._services.store.executions.is_gone(self.execution.execution_id):
            yield (("The service no longer knows this run; what was read stays.", Role.WARN),)
        elif log.fault is not None:
            words = explain(log.fault, about="the output").sentences
            yield ((f"Nothing comes just now: {words}", Role.BAD),)
        if log.is_withheld:
            key = key_of("execution.log_capture", self)
            words = "The service gives out no output of this run here"
            yield ((f"{words}; {key} says whether it publishes it elsewhere.", Role.WARN),)
        for stream, count in log.missing.items():
            name = "stdout" if stream is Stream.STDOUT else "stderr"
            amount = f"{byte_count(count)} of it" if count is not None else "a part of it"
            yield ((f"The service cut {name}: {amount} is not here.", Role.WARN),)
        for rule in log.spool.slow_rules:
            yield (
                (f"Your error rule {clip(plain(rule), 40)} takes too long: left out.", Role.WARN),
            )
        if log.lacks_order:
            yield (("stdout and stderr came whole, so their lines are not in order.", Role.MUTED),)

    # Actions

    async def action_execution_previous(self) -> None:
        """The run before this one."""
        await self._step(1)

    async def action_execution_next(self) -> None:
        """The run after this one."""
        await self._step(-1)

    async def _step(self, places: int) -> None:
        older, newer = self._neighbours()
        if places > 0 and older:
            await self.show_run(older[0])
        elif places < 0 and newer:
            await self.show_run(newer[-1])
        else:
            self.flash("there is no run before this one" if places > 0 else "this is the newest")

    @property
    def _here(self) -> Execution:
        """The run on show; its output may come before what the service tells of the run itself."""
        here = self.execution
        if here.created_at is not None:
            return here
        return self._services.store.executions.get(here.machine_id, here.execution_id) or here

    def _neighbours(self) -> tuple[tuple[Execution, ...], tuple[Execution, ...]]:
        """The machine's runs before this one and after it, newest first; it may be deleted."""
        here = self._here
        runs = self._services.store.executions.of(here.machine_id)
        others = (one for one in runs if one.execution_id != here.execution_id)
        ordered = newest_first((here, *others))
        place = ordered.index(here)
        return ordered[place + 1 :], ordered[:place]

    def action_execution_compare(self) -> None:
        """With the run of the same command before this one."""
        here = self._here
        older, _ = self._neighbours()
        same = next((one for one in older if one.command == here.command), None)
        if same is None:
            self.flash("there is no earlier run of the same command on this machine")
            return
        from dedalus_tui.ui.screens.compare_runs import CompareRunsScreen

        self.app.push_screen(CompareRunsScreen(self._services, same, here))

    async def show_run(self, execution: Execution) -> None:
        """Show another run in place of this one; nothing, when the screen was left meanwhile."""
        async with self._changing:
            if not self.is_attached:
                return
            self._services.store.executions.release_log(self._log)
            self._log = self._open(execution)
            await self._panel.remove()
            self._panel = self._make_panel()
            if self.is_attached:
                await self._log_box.mount(self._panel)
                self._follow()
                self._show()

    def on_log_view_link_opened(self, event: LogView.LinkOpened) -> None:
        """An address opens in the browser; a place in a file on the machine can only be copied."""
        event.stop()
        if event.link.url:
            self.app.open_url(event.link.url)
            self.flash(f"opening {event.link.url}", Role.OK)
        else:
            self.copy(f"{event.link.path}:{event.link.line}")
