"""What would end if machines slept or were destroyed: looked up just before a person decides."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.machine import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.actions.context import Context
    from dedalus_tui.actions.question import Ending, Question
    from dedalus_tui.store.record import MachineRecord

LOOK_SECONDS = 3.0
"""A person waits for the answer: what is not seen by then is called unseen."""
AT_ONCE = 6
DESTROY_GRACE_SECONDS = 5.0
"""After the answer; until then nothing was sent and `u` stops it."""


async def ask_before_sleep(context: Context, targets: Sequence[MachineRecord]) -> Question | None:
    """A question only if something runs on one of them, or nobody can tell."""
    from dedalus_tui.actions.question import Question, QuestionKind

    ends, unseen = await look_for_endings(context, targets)
    if not ends and not unseen:
        return None
    return Question(kind=QuestionKind.WOULD_END, machines=tuple(targets), ends=ends, unseen=unseen)


async def ask_before_destroy(context: Context, targets: Sequence[MachineRecord]) -> Question:
    """Always a question. Of several machines the pinned ones are left out."""
    from dedalus_tui.actions.question import Question, QuestionKind

    chosen = tuple(targets)
    left_out: tuple[MachineRecord, ...] = ()
    if len(chosen) > 1:
        left_out = tuple(record for record in chosen if record.label.is_pinned)
        chosen = tuple(record for record in chosen if not record.label.is_pinned)
    ends, unseen = await look_for_endings(context, chosen)
    return Question(
        kind=QuestionKind.DESTROY,
        machines=chosen,
        ends=ends,
        unseen=unseen,
        left_out=left_out,
        word=word_to_type(chosen),
        grace_seconds=DESTROY_GRACE_SECONDS,
    )


def word_to_type(targets: Sequence[MachineRecord]) -> str:
    """The machine's local name where it has one; else what is done, and to how many."""
    if len(targets) == 1:
        return targets[0].label.name or "destroy"
    return f"destroy {len(targets)}"


async def look_for_endings(
    context: Context, targets: Sequence[MachineRecord]
) -> tuple[tuple[Ending, ...], tuple[str, ...]]:
    """What runs on the machines now, and the ids of those that could not be looked at."""
    from dedalus_tui.actions.question import Ending

    slots = asyncio.Semaphore(AT_ONCE)
    ends: list[Ending] = []
    unseen = {
        record.machine_id
        for record in targets
        if record.machine.phase in {Phase.RUNNING, Phase.STOPPING}
    }

    async def look(machine_id: str) -> None:
        async with slots:
            try:
                seen = await context.store.activity.look(machine_id)
            except CloudFault:
                return
        unseen.discard(machine_id)
        ends.extend(
            Ending(machine_id=machine_id, activity=activity)
            for activity in seen
            if not activity.is_over
        )

    looks = [asyncio.create_task(look(machine_id)) for machine_id in unseen]
    if looks:
        _, late = await asyncio.wait(looks, timeout=LOOK_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*looks, return_exceptions=True)
    return tuple(ends), tuple(sorted(unseen))
