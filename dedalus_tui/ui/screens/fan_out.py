"""One command on many machines: how each fares, and which of them wrote the same."""

from __future__ import annotations

import asyncio
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

from dedalus_tui.actions.fan_out import FAILED, FanOut, Waiting
from dedalus_tui.domain.execution import Execution, ExecutionStatus
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.output import Stream
from dedalus_tui.ui.bindings import screen_bindings
from dedalus_tui.ui.present.execution import (
    cancel_words,
    command_words,
    lasted,
    output_size,
    status_span,
)
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import short_id, title_of
from dedalus_tui.ui.present.text import clip
from dedalus_tui.ui.present.units import NONE, byte_count, counted
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.list_actions import ListActions
from dedalus_tui.ui.screens.output import OutputScreen
from dedalus_tui.ui.widgets.resource_table import ResourceTable, RowFace
from dedalus_tui.ui.widgets.span_text import SpanText
from dedalus_tui.ui.widgets.table_layout import TableColumn
from dedalus_tui.ui.widgets.table_painter import ASCII_SIGNS, TableSigns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from dedalus_tui.domain.execution import ExecutionSpec
    from dedalus_tui.store.changes import Key
    from dedalus_tui.ui.present.roles import Line, Span
    from dedalus_tui.ui.services import Services

READ_AT_ONCE = 4
_BOTH = (Stream.STDOUT, Stream.STDERR)


class FanOutScreen(ListActions, ActionScreen):
    """A row a machine; R runs the command again on those where it failed, or on the marked."""

    PLACE = "fan_out"
    table: ResourceTable
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("fan_out")

    DEFAULT_CSS = """
    FanOutScreen {
        #told { height: auto; padding: 0 1; }
        ResourceTable { height: 1fr; }
    }
    """

    def __init__(self, services: Services, machine_ids: Sequence[str], spec: ExecutionSpec) -> None:
        """Starts the command at once."""
        super().__init__(services.settings, services.keys, services)
        self._services = services
        self._machine_ids = tuple(machine_ids)
        self._fan_out = FanOut(services.store, machine_ids, spec, self._draw)
        self._outputs: dict[str, str] = {}
        """Execution → what tells its output from others."""
        self._reading: set[str] = set()
        self._turns = asyncio.Semaphore(READ_AT_ONCE)
        columns = (
            TableColumn(key="machine", title="MACHINE", width=16, max_width=30),
            TableColumn(key="status", title="STATUS", width=20, max_width=48),
            TableColumn(key="ran", title="RAN", width=6, is_right_aligned=True),
            TableColumn(key="size", title="OUTPUT", width=8, is_right_aligned=True),
            TableColumn(key="same", title="SAME", width=6),
        )
        self.table = ResourceTable(
            columns=columns,
            version_of=lambda key: (self._fan_out.fate(key), self._group_of(key)),
            face_of=self._face,
            signs=ASCII_SIGNS if services.settings.ascii else TableSigns(),
        )

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The command."""
        held = Execution(execution_id="", command=self._fan_out.spec.command)
        return (f"{counted(len(self._machine_ids), 'machine')}", clip(command_words(held), 60))

    @property
    def chosen_runs(self) -> tuple[Execution, ...]:
        """The run under the cursor."""
        found = self._fan_out.fate(self.table.cursor_key or "")
        return (found,) if isinstance(found, Execution) else ()

    def compose_middle(self) -> Iterable[Widget]:
        """How many fare how, and the rows."""
        yield SpanText(id="told")
        yield self.table

    def on_mount(self) -> None:
        """Start."""
        self._services.changed.subscribe(self, self._heard)
        self.table.show(list(self._machine_ids))
        self.table.focus()
        self._start(self._machine_ids)
        self._draw()

    def _start(self, machine_ids: Sequence[str]) -> None:
        # The wish outlives the screen: leaving it must not take half of it back.
        self.app.run_worker(self._run(machine_ids), name="fan out")

    async def _run(self, machine_ids: Sequence[str]) -> None:
        await self._fan_out.run(machine_ids)
        if not self.is_current:
            *_, command = self.crumbs
            told = "".join(text for text, _ in self._counts()).strip()
            self._services.say(f"{command} on {counted(len(self._machine_ids), 'machine')}: {told}")

    # What is known

    def _group_of(self, machine_id: str) -> str:
        """A letter for machines that wrote the same; A is what most wrote."""
        found = self._fan_out.fate(machine_id)
        if not isinstance(found, Execution) or found.execution_id not in self._outputs:
            return ""
        counts = Counter(self._written().values())
        order = [digest for digest, _ in counts.most_common()]
        place = order.index(self._outputs[found.execution_id])
        return chr(ord("A") + place) if place < 26 else "other"

    def _written(self) -> dict[str, str]:
        """Machine → what tells its output from others."""
        found = {machine_id: self._fan_out.fate(machine_id) for machine_id in self._machine_ids}
        return {
            machine_id: self._outputs[run.execution_id]
            for machine_id, run in found.items()
            if isinstance(run, Execution) and run.execution_id in self._outputs
        }

    def _heard(self, keys: frozenset[Key]) -> None:
        if any(key[0] in {"executions", "execution"} for key in keys):
            self._draw()

    def tick(self) -> None:
        """Durations grow."""
        super().tick()
        self.table.tick()

    def _draw(self) -> None:
        told = next(iter(self.query("#told").results(SpanText)), None)
        if told is None or not (self.is_mounted and self.is_attached):
            return  # it is being left, or was
        for machine_id in self._machine_ids:
            run = self._fan_out.fate(machine_id)
            if isinstance(run, Execution) and run.is_over and run.execution_id not in self._reading:
                self._reading.add(run.execution_id)
                self.run_worker(self._read(run), name="read output", group=run.execution_id)
        self.table.forget_faces()
        told.show([self._summary()])

    async def _read(self, run: Execution) -> None:
        executions = self._services.store.executions
        async with self._turns:
            log = executions.open_log(run)
            try:
                await log.follow()
                digest = sha256()
                for stream in _BOTH:
                    digest.update(stream.name.encode())
                    for data, _ in log.spool.blocks(frozenset({stream})):
                        digest.update(data)
                self._outputs[run.execution_id] = digest.hexdigest()
            finally:
                executions.release_log(log)
        self._draw()

    def _counts(self) -> list[Span]:
        found = self._fan_out.fates
        runs = [one for one in found if isinstance(one, Execution)]
        known = {ExecutionStatus.SUCCEEDED, ExecutionStatus.CANCELLED, *FAILED}
        under_way = sum(map(self._fan_out.is_under_way, self._machine_ids))
        counts = (
            (sum(one.status == ExecutionStatus.SUCCEEDED for one in runs), "ok", Role.OK),
            (sum(one.status in FAILED for one in runs), "failed", Role.BAD),
            (sum(isinstance(one, CloudFault) for one in found), "not started", Role.BAD),
            (sum(one.status == ExecutionStatus.CANCELLED for one in runs), "cancelled", Role.MUTED),
            (found.count(Waiting.CALLED_OFF), "called off", Role.MUTED),
            (sum(one.is_over and one.status not in known for one in runs), "other", Role.WARN),
            (under_way, "under way", Role.BUSY),
        )
        return [(f"{count} {word}   ", role) for count, word, role in counts if count]

    def _summary(self) -> Line:
        spans = self._counts()
        groups = Counter(self._written().values()).most_common()
        if len(groups) == 1 and groups[0][1] > 1:
            spans.append((f"output: all {groups[0][1]} the same", Role.TEXT))
        elif len(groups) > 1:
            most = groups[0][1]
            rest = sum(count for _, count in groups[1:])
            spans.append((f"output: {most} same, {rest} different", Role.WARN))
        return tuple(spans)

    def _face(self, key: str) -> RowFace:
        record = self._services.store.machines.get(key)
        title = title_of(record.machine, record.label) if record else short_id(key)
        run = self._fan_out.fate(key)
        if not isinstance(run, Execution):
            told: Span = ("starting", Role.BUSY)
            if isinstance(run, CloudFault):
                told = (f"not started: {explain(run, about='the command').happened}", Role.BAD)
            elif run is Waiting.CALLED_OFF:
                told = ("called off before it started", Role.MUTED)
            return RowFace([(title, Role.STRONG), told, *[(NONE, Role.MUTED)] * 3])
        size = output_size(run)
        return RowFace(
            [
                (title, Role.STRONG),
                status_span(run, self.signs),
                (lasted(run, self.now), Role.TEXT),
                (byte_count(size) if size is not None else NONE, Role.MUTED),
                (self._group_of(key) or NONE, Role.TEXT),
            ]
        )

    # Actions

    def action_app_back(self) -> None:
        """Esc: the marks, then up."""
        if self.table.marks:
            self.table.mark(())
        else:
            self.go_up()

    async def show_output(self, execution: Execution) -> None:
        """On the screen of one run."""
        self.app.push_screen(OutputScreen(self._services, execution))

    def action_execution_compare(self) -> None:
        """The two marked runs, or the one under the cursor with what most machines wrote."""
        keys = [key for key in self._machine_ids if key in self.table.marks]
        if len(keys) != 2:
            usual = next((key for key in self._machine_ids if self._group_of(key) == "A"), None)
            keys = [usual, self.table.cursor_key] if usual and self.table.cursor_key else []
        fates = [self._fan_out.fate(key) for key in keys]
        runs = [fate for fate in fates if isinstance(fate, Execution) and fate.is_over]
        if len(runs) != 2 or runs[0] == runs[1]:
            self.flash("choose a machine that wrote something else, or mark two that are over")
            return
        from dedalus_tui.ui.screens.compare_runs import CompareRunsScreen

        self.app.push_screen(CompareRunsScreen(self._services, runs[0], runs[1]))

    def action_execution_again(self) -> None:
        """Again on the marked machines, or on all where it failed."""
        chosen = [key for key in self._machine_ids if key in self.table.marks] or [
            one for one in self._machine_ids if self._fan_out.is_failed(one)
        ]
        if not chosen:
            self.flash("it failed nowhere; mark machines to run it again on them")
            return
        self._start(chosen)
        self._draw()

    def action_execution_cancel_all(self) -> None:
        """On the marked machines, or wherever it is under way, after asking."""
        chosen = [key for key in self._machine_ids if key in self.table.marks] or self._machine_ids
        under_way = [key for key in chosen if self._fan_out.is_under_way(key)]
        if not under_way:
            self.flash("nothing is under way here")
            return
        self.app.run_worker(self._ask_and_cancel(under_way), name="cancel runs")

    async def _ask_and_cancel(self, machine_ids: Sequence[str]) -> None:
        from dedalus_tui.ui.dialogs.confirm import ConfirmDialog

        runs = counted(len(machine_ids), "run")
        dialog = ConfirmDialog(
            f"Cancel {runs}?",
            cancel_words(len(machine_ids), len(self._machine_ids)),
            accept_label=f"Cancel {runs}",
            is_dangerous=True,
        )
        if not await self.app.push_screen_wait(dialog):
            return
        if not any(map(self._fan_out.is_under_way, machine_ids)):
            self._services.say("nothing was cancelled: it had ended meanwhile")
            return
        refused = await self._fan_out.call_off(machine_ids)
        if refused:
            told = explain(refused[0], about="the run")
            many = counted(len(refused), "run")
            self._services.say(f"{many} not cancelled: {told.happened}. {told.advice}")

    def on_resource_table_row_opened(self, event: ResourceTable.RowOpened) -> None:
        """A double click."""
        event.stop()
        self.action_execution_open()
