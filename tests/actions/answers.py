"""A person who has read the question and typed the word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.question import Question, QuestionKind
from dedalus_tui.actions.registry import by_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.actions.outcome import Summary
    from dedalus_tui.actions.runner import Runner
    from dedalus_tui.store.record import MachineRecord


async def destroyed(runner: Runner, records: Sequence[MachineRecord]) -> Summary:
    """Destroy these machines as they were seen, the question answered."""
    answered = Question(kind=QuestionKind.DESTROY, machines=tuple(records))
    return await runner.perform(by_id("machine.destroy"), answered=answered)
