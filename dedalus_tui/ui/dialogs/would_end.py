"""Before sleep: what runs on the machines would end with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.present.question import ending_lines
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import short_id, title_of
from dedalus_tui.ui.present.units import counted

if TYPE_CHECKING:
    from datetime import datetime

    from dedalus_tui.actions.question import Question
    from dedalus_tui.ui.present.roles import Line

_MOST_NAMED = 6


class WouldEndDialog(ConfirmDialog):
    """Lists what would end and asks whether to go on."""

    def __init__(self, question: Question, *, label: str, now: datetime) -> None:
        """`label` is the action's verb, such as Sleep."""
        titles = {
            record.machine_id: title_of(record.machine, record.label)
            for record in question.machines
        }
        count = len(question.machines)
        whom = next(iter(titles.values())) if count == 1 else counted(count, "machine")
        super().__init__(
            f"{label} {whom}", _lines(question, titles, now), accept_label=f"{label} anyway"
        )


def _lines(question: Question, titles: dict[str, str], now: datetime) -> tuple[Line, ...]:
    lines: list[Line] = []
    if question.ends:
        is_single = len(titles) == 1
        endings = [
            ("" if is_single else titles.get(ending.machine_id, ""), ending.activity)
            for ending in question.ends
        ]
        lines += [(("This would end:", Role.TEXT),), (), *ending_lines(endings, now)]
    if question.unseen:
        if lines:
            lines.append(())
        lines.append(((_unseen_words(question, titles), Role.WARN),))
    lines += [(), (("Files are kept. Memory and processes are not.", Role.MUTED),)]
    return tuple(lines)


def _unseen_words(question: Question, titles: dict[str, str]) -> str:
    unseen = question.unseen
    names = ", ".join(titles.get(key, short_id(key)) for key in unseen[:_MOST_NAMED])
    if len(unseen) <= _MOST_NAMED:
        return f"What runs on {names} could not be seen."
    of_all = f"{len(unseen)} of {len(question.machines)} machines"
    return f"What runs on {of_all} could not be seen: {names} and {len(unseen) - _MOST_NAMED} more."
