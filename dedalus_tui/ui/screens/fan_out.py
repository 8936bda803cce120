"""One command on many machines: how each fares, and which of them wrote the same."""

from __future__ import annotations

import asyncio
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

from dedalus_tui.actions import executions as actions
from dedalus_tui.domain.execution import Execution, ExecutionStatus
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.output import Stream
from dedalus_tui.ui.bindings import screen_bindings
from dedalus_tui.ui.present.execution import command_words, lasted, output_size, status_span
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
_BAD = frozenset({ExecutionStatus.FAILED, ExecutionStatus.EXPIRED})
_BOTH = (Stream.STDOUT, Stream.STDERR)


class FanOutScreen(ListActions, ActionScreen):
    """A row a machine; R runs the command again on those where it failed, or on the marked."""

    PLACE = "runs"
    table: ResourceTable
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("runs")

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
        self._spec = spec
        self._results: dict[str, Execution | CloudFault | None] = dict.fromkeys(machine_ids)
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
            version_of=lambda key: (self._now_of(key), self._group_of(key)),
            face_of=self._face,
            signs=ASCII_SIGNS if services.settings.ascii else TableSigns(),
        )

    @property
    def crumbs(self) -> tuple[str, ...]:
        """The command."""
        held = Execution(execution_id="", command=self._spec.command)
        return (f"{counted(len(self._machine_ids), 'machine')}", clip(command_words(held), 60))

    @property
    def chosen_runs(self) -> tuple[Execution, ...]:
        """The run under the cursor."""
        found = self._now_of(self.table.cursor_key or "")
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

    def on_unmount(self) -> None:
        """Nobody looks any more; what runs goes on."""
        self._services.store.executions.look("fan-out", [])

    def _start(self, machine_ids: Sequence[str]) -> None:
        self._services.store.executions.look("fan-out", self._machine_ids)
        for machine_id in machine_ids:
            self._results[machine_id] = None
        started = actions.start_on_all(self._services.store, machine_ids, self._spec, self._told)
        # The wish outlives the screen: leaving it must not take half of it back.
        self.app.run_worker(started, name="fan out")

    def _told(self, machine_id: str, result: Execution | CloudFault) -> None:
        self._results[machine_id] = result
        self._draw()

    # What is known

    def _now_of(self, machine_id: str) -> Execution | CloudFault | None:
        result = self._results.get(machine_id)
        if isinstance(result, Execution):
            held = self._services.store.executions.get(machine_id, result.execution_id)
            return held or result
        return result

    def _group_of(self, machine_id: str) -> str:
        """A letter for machines that wrote the same; A is what most wrote."""
        found = self._now_of(machine_id)
        if not isinstance(found, Execution) or found.execution_id not in self._outputs:
            return ""
        counts = Counter(self._written().values())
        order = [digest for digest, _ in counts.most_common()]
        place = order.index(self._outputs[found.execution_id])
        return chr(ord("A") + place) if place < 26 else "other"

    def _written(self) -> dict[str, str]:
        """Machine → what tells its output from others."""
        found = {machine_id: self._now_of(machine_id) for machine_id in self._machine_ids}
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
        if not self.is_mounted:
            return
        for machine_id in self._machine_ids:
            run = self._now_of(machine_id)
            if isinstance(run, Execution) and run.is_over and run.execution_id not in self._reading:
                self._reading.add(run.execution_id)
                self.run_worker(self._read(run), name="read output", group=run.execution_id)
        self.table.forget_faces()
        self.query_one("#told", SpanText).show([self._summary()])
        if all(isinstance(one, CloudFault) or self._is_over(one) for one in self._all()):
            self._services.store.executions.look("fan-out", [])

    def _all(self) -> list[Execution | CloudFault | None]:
        return [self._now_of(machine_id) for machine_id in self._machine_ids]

    @staticmethod
    def _is_over(run: Execution | CloudFault | None) -> bool:
        return isinstance(run, Execution) and run.is_over

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

    def _summary(self) -> Line:
        found = self._all()
        runs = [one for one in found if isinstance(one, Execution)]
        counts = (
            (sum(one.status == ExecutionStatus.SUCCEEDED for one in runs), "ok", Role.OK),
            (sum(one.status in _BAD for one in runs), "failed", Role.BAD),
            (sum(isinstance(one, CloudFault) for one in found), "not started", Role.BAD),
            (sum(not one.is_over for one in runs) + found.count(None), "under way", Role.BUSY),
        )
        spans: list[Span] = [(f"{count} {word}   ", role) for count, word, role in counts if count]
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
        run = self._now_of(key)
        nothing = (NONE, Role.MUTED)
        if run is None:
            return RowFace([(title, Role.STRONG), ("starting", Role.BUSY), *[nothing] * 3])
        if isinstance(run, CloudFault):
            told = explain(run, about="the command").happened
            return RowFace(
                [(title, Role.STRONG), (f"not started: {told}", Role.BAD), *[nothing] * 3]
            )
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

    def action_execution_again(self) -> None:
        """Again on the marked machines, or on all where it failed."""
        chosen = [key for key in self._machine_ids if key in self.table.marks] or [
            machine_id for machine_id in self._machine_ids if self._is_failed(machine_id)
        ]
        if not chosen:
            self.flash("it failed nowhere; mark machines to run it again on them")
            return
        self._start(chosen)
        self._draw()

    def _is_failed(self, machine_id: str) -> bool:
        run = self._now_of(machine_id)
        return isinstance(run, CloudFault) or (isinstance(run, Execution) and run.status in _BAD)

    def on_resource_table_row_opened(self, event: ResourceTable.RowOpened) -> None:
        """A double click."""
        event.stop()
        self.action_execution_open()
