"""What any screen does with runs: those of the selected machines, and the selected run itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.registry import by_id
from dedalus_tui.ui.present.roles import Role

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from typing import Any

    from textual.app import App

    from dedalus_tui.actions.action import Action
    from dedalus_tui.config.settings import Settings
    from dedalus_tui.domain.execution import Execution, ExecutionSpec
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.present.run_draft import RunDraft
    from dedalus_tui.ui.services import Services


class RunActions:
    """Mixed into ActionScreen. A screen of runs overrides `chosen_runs`."""

    services: Services | None
    settings: Settings

    if TYPE_CHECKING:
        app: App[Any]

        def targets(self, action: Action) -> tuple[MachineRecord, ...]:
            """The machines an action is for."""

        def flash(self, text: str, role: str = Role.WARN) -> None:
            """Say something in passing."""

    @property
    def chosen_runs(self) -> tuple[Execution, ...]:
        """The runs that `execution.…` actions are for."""
        return ()

    def _possible(self, action_id: str) -> tuple[MachineRecord, ...]:
        """The machines an action can be done to; says why when there is none."""
        action = by_id(action_id)
        if self.services is None:
            self.flash(f"{action.label}: not connected yet")
            return ()
        records = self.targets(action)
        if not records:
            self.flash(f"{action.label}: select a machine first")
            return ()
        why_not = self.services.runner.why_not
        reasons = [why_not(action, record) for record in records]
        if None not in reasons:
            self.flash(f"{action.label}: {reasons[0]}")
        pairs = zip(records, reasons, strict=True)
        return tuple(record for record, reason in pairs if reason is None)

    def _work(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self.app.run_worker(work, name=name)

    def action_machine_run(self) -> None:
        """Ask for a command and run it."""
        records = self._possible("machine.run")
        if records:
            self._work(self._ask_and_run(records), "run")

    async def _ask_and_run(
        self, records: Sequence[MachineRecord], like: RunDraft | None = None
    ) -> None:
        from dedalus_tui.domain.execution import Execution
        from dedalus_tui.ui.screens.run_start import ask_and_run

        assert self.services is not None
        outcome = await ask_and_run(self.app, self.services, records, like=like)
        if isinstance(outcome, Execution):
            await self.show_output(outcome)
        elif outcome is not None:
            self.show_fan_out([record.machine_id for record in records], outcome.spec)

    def action_machine_output(self) -> None:
        """What the newest run wrote."""
        records = self._possible("machine.output")
        if records:
            self._work(self._show_newest(records[0]), "newest run")

    async def _show_newest(self, record: MachineRecord) -> None:
        from dedalus_tui.ui.screens.run_start import newest_run

        assert self.services is not None
        found = await newest_run(self.services, record)
        if found is not None:
            await self.show_output(found)

    def action_machine_merged_output(self) -> None:
        """The newest runs of several machines in one text."""
        records = self._possible("machine.merged_output")
        if records:
            self._work(self.show_merged_output(records), "merged output")

    # Where it shows: `run_shows.RunShows`, or the screen itself

    async def show_output(self, execution: Execution) -> None:
        """Show what a run writes."""
        self.flash("its output cannot be shown from here")

    def show_fan_out(self, machine_ids: Sequence[str], spec: ExecutionSpec) -> None:
        """Run it on all of them, and show how each fares."""
        self.flash("this cannot be run on several machines from here")

    async def show_merged_output(self, records: Sequence[MachineRecord]) -> None:
        """Show the newest runs of these machines as one text."""
        self.flash("outputs cannot be merged from here")

    # The selected run

    def action_execution_open(self) -> None:
        """What it wrote."""
        self.do_with_run("open")

    def action_execution_again(self) -> None:
        """The same once more."""
        for execution in self.chosen_runs:
            self.do_with_run("again", execution)

    def action_execution_again_changed(self) -> None:
        """The form, filled with it."""
        self.do_with_run("again_changed")

    def action_execution_delete(self) -> None:
        """Cancel or delete, after asking."""
        self.do_with_run("delete")

    def action_execution_log_capture(self) -> None:
        """How far its log got to where the service publishes logs."""
        self.do_with_run("log_capture")

    def action_execution_copy_as(self) -> None:
        """The command, the id, or a command that runs it."""
        self.do_with_run("copy_as")

    def do_with_run(self, what: str, execution: Execution | None = None) -> None:
        """Do something with a run, the selected one unless another is named."""
        if execution is None:
            execution = next(iter(self.chosen_runs), None)
        if execution is None or self.services is None:
            self.flash("there is no run selected")
            return
        from dedalus_tui.ui.screens import run_start

        app, services = self.app, self.services
        match what:
            case "open":
                self._work(self.show_output(execution), "show output")
            case "again":
                self._work(self._again(execution), "run again")
            case "again_changed":
                record = services.store.machines.get(execution.machine_id)
                records = (record,) if record is not None else ()
                draft = run_start.draft_of_run(services, execution)
                self._work(self._ask_and_run(records, draft), "run again")
            case "delete":
                self._work(run_start.ask_and_delete(app, services, execution), "delete run")
            case "log_capture":
                from dedalus_tui.ui.screens.log_capture import show_log_capture

                self._work(show_log_capture(app, services, execution), "log capture")
            case _:
                self._work(self._copy_run(execution), "copy run")

    async def _again(self, execution: Execution) -> None:
        from dedalus_tui.ui.screens.run_start import run_again

        assert self.services is not None
        started = await run_again(self.app, self.services, execution)
        if started is not None:
            await self.started_again(started)

    async def started_again(self, execution: Execution) -> None:
        """A run was started once more; screens of output go over to it."""
        self.flash("started again", Role.OK)

    async def _copy_run(self, execution: Execution) -> None:
        from dedalus_tui.actions.copy_run import choices
        from dedalus_tui.ui.dialogs.copy_as import CopyAsDialog

        offered = choices(execution, self.settings.base_url)
        place = await self.app.push_screen_wait(CopyAsDialog("Copy the run as", offered))
        if place is not None:
            self.app.copy_to_clipboard(offered[int(place)].text)
            self.flash(f"sent to the terminal's clipboard: {offered[int(place)].title}", Role.OK)
