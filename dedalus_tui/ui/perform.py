"""Ask, run, tell: the one path from a key to the runner.

What an action needs to know first is collected by its form, what a person must agree to is asked
by its dialog, and only then the runner is called. A fault is shown in the form that was open, so
nothing typed is lost; everything else comes back as notices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedalus_tui.ui.present.glyphs import glyphs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import App

    from dedalus_tui.actions.action import Action
    from dedalus_tui.actions.outcome import Summary
    from dedalus_tui.actions.question import Question
    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.domain.machine import MachineChange
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.dialogs.create import NewMachine
    from dedalus_tui.ui.dialogs.form import FormDialog
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.services import Services

    Draft = NewMachine | MachineChange


class Performer:
    """Performs actions for the screens. Await it in a worker of the app: dialogs are waited for."""

    def __init__(
        self,
        app: App[Any],
        services: Services,
        *,
        say: Callable[[str], None],
        decided: Callable[[], None],
    ) -> None:
        """`say` tells a person, in passing, why nothing happened; `decided` hears when nothing is
        left to ask before the first call goes out."""
        self._app = app
        self._services = services
        self._say = say
        self._decided = decided
        self._told_in_form: set[str] = set()

    def is_told_in_form(self, action_id: str) -> bool:
        """True while a form shows the outcome of that action itself."""
        return action_id in self._told_in_form

    async def perform(
        self, action: Action, targets: Sequence[MachineRecord], draft: Draft | None = None
    ) -> str | None:
        """Do it to these machines, as they are seen now; the id of a machine it created. `draft`
        fills the action's form; nothing is done before the form is accepted."""
        if action.id == "machine.undo":
            await self.undo()
            return None
        possible = self._possible(action, targets)
        if possible is None:
            return None
        if action.form is not None:
            return await self._with_form(action, possible, draft)
        await self._ask_and_run(action, possible)
        return None

    async def undo(self) -> None:
        """Stop what is about to start or has machines left; otherwise take the last action back."""
        runner = self._services.runner
        stopped = runner.stop()
        if stopped is not None:
            return
        if runner.under_way:  # what it did is not known yet, and the one before is not meant
            self._say(f"{runner.under_way[-1].action.label}: the answer is still on its way")
            return
        undo = runner.next_undo
        if undo is None:
            self._say("there is nothing to take back")
            return
        question = await runner.undo_question()
        if question is not None and await self._ask(undo.action, question) is None:
            return
        self._decided()
        await runner.undo()
        if undo.caveat:
            self._say(undo.caveat)

    def _possible(
        self, action: Action, targets: Sequence[MachineRecord]
    ) -> tuple[MachineRecord, ...] | None:
        why_not = self._services.runner.why_not
        if not action.needs_target:
            reason = why_not(action)
            if reason is not None:
                self._say(f"{action.label}: {reason}")
            return None if reason is not None else tuple(targets)
        if not targets:
            self._say(f"{action.label}: select a machine first")
            return None
        reasons = [why_not(action, target) for target in targets]
        if all(reason is not None for reason in reasons):
            self._say(f"{action.label}: {reasons[0]}")
            return None
        return tuple(targets)

    async def _ask_and_run(self, action: Action, targets: Sequence[MachineRecord]) -> None:
        runner = self._services.runner
        question = await runner.question(action, targets)
        if question is None:
            self._decided()
            await runner.perform(action, targets)
            return
        while question is not None:
            answered = await self._ask(action, question)
            if answered is None:
                return
            summary = await runner.perform(action, answered=answered)
            question = await self._ask_anew(action, summary)

    async def _ask_anew(self, action: Action, summary: Summary) -> Question | None:
        """The question about machines that changed between the answer and the call."""
        from dedalus_tui.actions.outcome import Overtaken

        overtaken = [each for each in summary.outcomes if isinstance(each, Overtaken)]
        machines = [each.now for each in overtaken if each.now is not None]
        if not machines:
            return None
        question = await self._services.runner.question(action, machines)
        if question is None:
            return None
        changes = {name: None for each in overtaken for name in each.changes}
        return question._replace(changes=tuple(changes))

    async def _ask(self, action: Action, question: Question) -> Question | None:
        from dedalus_tui.actions.question import QuestionKind

        store = self._services.store
        if question.kind is QuestionKind.DESTROY:
            from dedalus_tui.ui.bindings import key_of
            from dedalus_tui.ui.dialogs.destroy import DestroyDialog

            if not question.machines:
                self._say(f"{action.label}: pinned machines are left out in bulk")
                return None
            destroy = DestroyDialog(
                question,
                store=store,
                signs=self._signs,
                undo_key=key_of("machine.undo", self._services),
            )
            return await self._app.push_screen_wait(destroy)
        from dedalus_tui.ui.dialogs.would_end import WouldEndDialog

        dialog = WouldEndDialog(question, label=action.label, now=store.clock.now())
        return question if await self._app.push_screen_wait(dialog) else None

    async def _with_form(
        self, action: Action, targets: Sequence[MachineRecord], draft: Draft | None
    ) -> str | None:
        from dedalus_tui.actions.action import Form
        from dedalus_tui.domain.machine import NO_CHANGE, MachineChange

        wanted = draft if isinstance(draft, MachineChange) else NO_CHANGE
        match action.form:
            case Form.CREATE:
                new = None if isinstance(draft, MachineChange) else draft
                return await self._create(action, targets, new)
            case Form.RESIZE if len(targets) > 1:
                await self._resize_many(action, targets, wanted)
            case Form.RESIZE:
                await self._resize(action, targets, wanted)
            case Form.AUTOSLEEP:
                await self._set_autosleep(action, targets, wanted)
            case _:
                await self._label(action, targets)
        return None

    async def _create(
        self, action: Action, targets: Sequence[MachineRecord], draft: NewMachine | None
    ) -> str | None:
        from dedalus_tui.actions.machine_create import USUAL, spec_like
        from dedalus_tui.domain.label import NO_LABEL, Label
        from dedalus_tui.ui.dialogs.create import CreateDialog, NewMachine
        from dedalus_tui.ui.present.row import title_of

        like = targets[0] if action.needs_target and targets else None
        created: list[str] = []

        async def send(new: NewMachine) -> CloudFault | None:
            summary = await self._send(action, targets if like else (), new.spec)
            made = _done_ids(summary)
            if made and made[0] and new.label != NO_LABEL:
                self._services.store.label(made[0], new.label)
            created.extend(made)
            return _fault_of(summary)

        if draft is None:
            spec = spec_like(like.machine) if like else USUAL
            draft = NewMachine(spec=spec, label=Label(tags=like.label.tags if like else ()))
        dialog = CreateDialog(
            draft.spec,
            like=title_of(like.machine, like.label) if like else "",
            name=draft.label.name,
            tags=draft.label.tags,
            rates=self._services.settings.rates,
            send=send,
        )
        await self._show_form(action, dialog)
        return created[0] if created else None

    async def _resize(
        self, action: Action, targets: Sequence[MachineRecord], wanted: MachineChange
    ) -> None:
        from dedalus_tui.ui.dialogs.resize import ResizeDialog

        target = targets[0]

        async def send(change: object) -> CloudFault | None:
            return _fault_of(await self._send(action, targets, change))

        dialog = ResizeDialog(
            target.machine,
            target.label,
            wanted=wanted,
            signs=self._signs,
            rates=self._services.settings.rates,
            send=send,
        )
        await self._show_form(action, dialog)

    async def _resize_many(
        self, action: Action, targets: Sequence[MachineRecord], wanted: MachineChange
    ) -> None:
        from dedalus_tui.ui.dialogs.resize_many import ResizeManyDialog

        store, runner = self._services.store, self._services.runner
        held = {target.machine_id: target for target in targets}

        def refusal(machine_id: str, change: MachineChange) -> str | None:
            now = store.machines.get(machine_id) or held[machine_id]
            return runner.why_not_with(action, now, change)

        machines = [(target.machine, target.label) for target in targets]
        dialog = ResizeManyDialog(
            machines, refusal=refusal, wanted=wanted, rates=self._services.settings.rates
        )
        change = await self._app.push_screen_wait(dialog)
        if change is not None:
            await self._send(action, targets, change)

    async def _set_autosleep(
        self, action: Action, targets: Sequence[MachineRecord], wanted: MachineChange
    ) -> None:
        from dedalus_tui.ui.dialogs.autosleep import AutosleepDialog

        async def send(change: object) -> CloudFault | None:
            return _fault_of(await self._send(action, targets, change))

        machines = [(target.machine, target.label) for target in targets]
        dialog = AutosleepDialog(machines, wanted=wanted.autosleep or "", send=send)
        await self._show_form(action, dialog)

    async def _label(self, action: Action, targets: Sequence[MachineRecord]) -> None:
        from dedalus_tui.ui.dialogs.label import LabelDialog

        target = targets[0]
        label = await self._app.push_screen_wait(LabelDialog(target.machine_id, target.label))
        if label is not None and label != target.label:
            await self._services.runner.perform(action, (target,), label)

    async def _show_form(self, action: Action, dialog: FormDialog[Any]) -> None:
        self._told_in_form.add(action.id)
        try:
            await self._app.push_screen_wait(dialog)
        finally:
            self._told_in_form.discard(action.id)

    async def _send(
        self, action: Action, targets: Sequence[MachineRecord], arguments: object
    ) -> Summary:
        return await self._services.runner.perform(action, targets, arguments)

    @property
    def _signs(self) -> Glyphs:
        return glyphs(is_ascii=self._services.settings.ascii)


def _done_ids(summary: Summary) -> list[str]:
    from dedalus_tui.actions.outcome import Done

    return [each.machine_id for each in summary.outcomes if isinstance(each, Done)]


def _fault_of(summary: Summary) -> CloudFault | None:
    from dedalus_tui.actions.outcome import Failed

    for outcome in summary.outcomes:
        if isinstance(outcome, Failed):
            return outcome.fault
    return None
