"""Where the output of runs shows, for screens that are no output themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.bindings import keyed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from textual.app import App

    from dedalus_tui.domain.execution import Execution, ExecutionSpec
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.services import Services


class RunShows:
    """Mixed in before ActionScreen, by screens of machines and of runs."""

    services: Services | None

    if TYPE_CHECKING:
        app: App[Any]

        @property
        def chosen_runs(self) -> tuple[Execution, ...]:
            """The runs that `execution.…` actions are for."""

    async def show_output(self, execution: Execution) -> None:
        """On the screen of one run."""
        from dedalus_tui.ui.screens.output import OutputScreen

        if self.services is not None:
            self.app.push_screen(OutputScreen(self.services, execution))

    def show_fan_out(self, machine_ids: Sequence[str], spec: ExecutionSpec) -> None:
        """On the screen of one command on many machines, which starts it."""
        from dedalus_tui.ui.screens.fan_out import FanOutScreen

        if self.services is not None:
            self.app.push_screen(FanOutScreen(self.services, machine_ids, spec))

    async def show_merged_output(self, records: Sequence[MachineRecord]) -> None:
        """On the screen of merged runs; listing wakes nothing."""
        from dedalus_tui.ui.screens.merged_output import MergedOutputScreen, newest_runs

        if self.services is None:
            return
        runs = await newest_runs(self.services, records)
        if runs:
            self.app.push_screen(MergedOutputScreen(self.services, runs))
        else:
            words = "nothing was run on these machines yet: {machine.run} runs a command"
            self.services.say(keyed(words, self.services))

    def action_execution_compare(self) -> None:
        """The two marked runs, the older one first."""
        chosen = self.chosen_runs
        if self.services is None:
            return
        if len(chosen) != 2:
            words = "mark two runs with {list.mark}, then compare them"
            self.services.say(keyed(words, self.services))
            return
        from dedalus_tui.store.executions import newest_first
        from dedalus_tui.ui.screens.compare_runs import CompareRunsScreen

        after, before = newest_first(chosen)
        self.app.push_screen(CompareRunsScreen(self.services, before, after))
