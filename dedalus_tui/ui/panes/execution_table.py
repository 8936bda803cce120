"""A table of runs: of one machine in its tab, of the fleet on the screen of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.execution import ExecutionStatus
from dedalus_tui.ui.present.execution import (
    command_words,
    lasted,
    output_size,
    short_ending,
    status_span,
)
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import short_id, title_of
from dedalus_tui.ui.present.units import NONE, age, byte_count, seconds_since
from dedalus_tui.ui.widgets.resource_table import RowFace
from dedalus_tui.ui.widgets.sorted_table import SortedTable
from dedalus_tui.ui.widgets.table_layout import TableColumn
from dedalus_tui.ui.widgets.table_painter import ASCII_SIGNS, TableSigns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dedalus_tui.domain.execution import Execution
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.services import Services

_STATUS = TableColumn(key="status", title="STATUS", width=14, max_width=44)
_COMMAND = TableColumn(key="command", title="COMMAND", width=20, max_width=60, grows_first=True)
_MACHINE = TableColumn(key="machine", title="MACHINE", width=16, max_width=24)
_EXIT = TableColumn(key="exit", title="EXIT", width=6, max_width=24)
_RAN = TableColumn(key="ran", title="RAN", width=6, is_right_aligned=True)
_OUTPUT = TableColumn(key="output", title="OUTPUT", width=8, is_right_aligned=True)
_AGE = TableColumn(key="age", title="AGE", width=4, is_right_aligned=True)

_STATUS_RANK = {
    ExecutionStatus.FAILED: 0,
    ExecutionStatus.EXPIRED: 0,
    ExecutionStatus.RUNNING: 1,
    ExecutionStatus.QUEUED: 2,
    ExecutionStatus.WAKE_IN_PROGRESS: 2,
    ExecutionStatus.SUCCEEDED: 4,
    ExecutionStatus.CANCELLED: 5,
}


class ExecutionTable(SortedTable):
    """Rows are executions by id. `show_runs` is told them in the order of the newest."""

    def __init__(self, services: Services, signs: Glyphs, *, has_machine: bool = False) -> None:
        columns: Sequence[TableColumn] = (_STATUS, _COMMAND, _EXIT, _RAN, _OUTPUT, _AGE)
        if has_machine:
            columns = (_STATUS, _MACHINE, *columns[1:])
        super().__init__(
            columns=columns,
            version_of=lambda key: self._runs.get(key),
            face_of=self._face,
            signs=ASCII_SIGNS if services.settings.ascii else TableSigns(),
            id="runs",
        )
        self._services = services
        self._glyphs = signs
        self._has_machine = has_machine
        self._runs: dict[str, Execution] = {}
        self._only_problems = False

    @property
    def selected(self) -> Execution | None:
        """The run under the cursor."""
        return self._runs.get(self.cursor_key) if self.cursor_key else None

    @property
    def marked(self) -> tuple[Execution, ...]:
        """The marked runs, or the one under the cursor."""
        found = tuple(self._runs[key] for key in self.order if key in self.marks)
        if found:
            return found
        return (self.selected,) if self.selected else ()

    @property
    def row_total(self) -> int:
        """How many runs are known."""
        return len(self._runs)

    def show_runs(self, runs: Iterable[Execution]) -> None:
        """Show these, filtered and sorted as is wished."""
        self._runs = {run.execution_id: run for run in runs}
        self.redraw()

    def redraw(self) -> None:
        """Filter and sort what is known."""
        chosen = [run for run in self._runs.values() if self._is_wanted(run)]
        key = self._sort_key()
        if key is not None:
            chosen.sort(key=key)
        if self.is_falling:
            chosen.reverse()
        self.show_chosen(run.execution_id for run in chosen)

    def toggle_problems(self) -> bool:
        """Only what failed or is under way, or everything; whether it is now the former."""
        self._only_problems = not self._only_problems
        self.redraw()
        return self._only_problems

    def _is_wanted(self, run: Execution) -> bool:
        if self._only_problems and run.status in {
            ExecutionStatus.SUCCEEDED,
            ExecutionStatus.CANCELLED,
        }:
            return False
        return not self.words or self.is_match(" ".join(text for text, _ in self._cells(run)))

    def _sort_key(self) -> Callable[[Execution], tuple[float | str, ...]] | None:
        now = self._services.store.clock.now()

        def seconds(run: Execution) -> float:
            return seconds_since(run.started_at, run.completed_at or now) or 0.0

        keys: dict[str, Callable[[Execution], tuple[float | str, ...]]] = {
            "status": lambda run: (_STATUS_RANK.get(ExecutionStatus(run.status), 3)
                                   if run.status in set(ExecutionStatus) else 3,),
            "command": lambda run: (command_words(run).lower(),),
            "machine": lambda run: (self._machine(run).lower(),),
            "exit": lambda run: (-(run.exit_code if run.exit_code is not None else -1),),
            "ran": lambda run: (-seconds(run),),
            "output": lambda run: (-(output_size(run) or 0),),
        }  # fmt: skip
        return keys.get(self.sorted_by)

    def _machine(self, run: Execution) -> str:
        record = self._services.store.machines.get(run.machine_id)
        return title_of(record.machine, record.label) if record else short_id(run.machine_id)

    def _face(self, key: str) -> RowFace:
        run = self._runs.get(key)
        if run is None:
            return RowFace([("", Role.MUTED)] * len(self.columns))
        is_stale = self._services.store.executions.state(run.machine_id).fault is not None
        return RowFace(self._cells(run), is_stale=is_stale)

    def _cells(self, run: Execution) -> list[tuple[str, str]]:
        now = self._services.store.clock.now()
        ending = short_ending(run)
        is_bad = run.status in {ExecutionStatus.FAILED, ExecutionStatus.EXPIRED}
        cells: list[tuple[str, str]] = [status_span(run, self._glyphs)]
        if self._has_machine:
            cells.append((self._machine(run), Role.TEXT))
        size = output_size(run)
        cells += [
            (command_words(run), Role.STRONG),
            (ending, Role.BAD if is_bad else Role.MUTED if ending == NONE else Role.TEXT),
            (lasted(run, now), Role.TEXT),
            (byte_count(size) if size is not None else NONE, Role.MUTED),
            (age(seconds_since(run.created_at, now)), Role.MUTED),
        ]
        return cells
