"""What to tell a person of an action's outcome: a sentence or two, and how loud. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.question import changes_words
from dedalus_tui.ui.present.row import short_id
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedalus_tui.actions.action import Words
    from dedalus_tui.actions.outcome import Notice, Outcome


class NoticeWords(NamedTuple):
    """A notice for the screen; errors stay until dismissed, the rest passes."""

    text: str
    is_error: bool = False


def notice_words(notice: Notice, *, log_key: str) -> NoticeWords | None:
    """The words of a notice; None when there is nothing a person does not see anyway. `log_key`
    opens the action log."""
    summary = notice.summary
    words, outcomes = summary.action.words, summary.outcomes
    if words is None or not outcomes:
        return None
    if len(outcomes) == 1:
        return _of_one(outcomes[0], words, notice.names, is_late=notice.is_late)
    return _of_many(outcomes, words, notice.names, log_key)


def _of_one(
    outcome: Outcome, words: Words, names: Mapping[str, str], *, is_late: bool
) -> NoticeWords | None:
    whom = _title(outcome.machine_id, names)
    match type(outcome).__name__:
        case "Done":
            already = getattr(outcome, "was_already", False)
            return NoticeWords(f"{whom} was so already" if already else f"{whom} {words.done}")
        case "Refused":
            return NoticeWords(f"{whom} {words.failed}: {plain(getattr(outcome, 'reason', ''))}")
        case "Stopped":
            return NoticeWords(f"stopped: {whom} {words.failed}")
        case "Overtaken":
            changes = getattr(outcome, "changes", ())
            if changes == ("gone",):
                return NoticeWords(f"{whom} is gone already")
            return NoticeWords(f"{whom} {words.failed}: it changed ({changes_words(changes)})")
        case "Unknown":
            return NoticeWords(f"{whom}: no answer yet; the next refresh shows what came of it")
        case _:
            fault = getattr(outcome, "fault", None)
            late = "after all, " if is_late else ""
            return NoticeWords(f"{late}{whom} {words.failed}: {_fault(fault)}", is_error=True)


def _of_many(
    outcomes: tuple[Outcome, ...], words: Words, names: Mapping[str, str], log_key: str
) -> NoticeWords:
    kinds: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        kinds.setdefault(type(outcome).__name__, []).append(outcome)
    parts: list[str] = []
    if done := kinds.pop("Done", None):
        parts.append(
            f"{counted(len(done), 'machine')} {words.many_done if len(done) > 1 else words.done}"
        )
    if stopped := kinds.pop("Stopped", None):
        parts.append(f"{counted(len(stopped), 'machine')} stopped in time")
    for refused in kinds.pop("Refused", ()):
        reason = plain(getattr(refused, "reason", ""))
        parts.append(f"{_title(refused.machine_id, names)}: {reason}")
    is_error = "Failed" in kinds
    for rest in kinds.values():
        for outcome in rest:
            told = _of_one(outcome, words, names, is_late=False)
            if told is not None:
                parts.append(told.text)
    shown, hidden = parts[:_MOST_PARTS], len(parts) - _MOST_PARTS
    if hidden > 0:
        shown.append(f"and {hidden} more: see {log_key}")
    return NoticeWords("\n".join(shown), is_error=is_error)


_MOST_PARTS = 6


def _title(machine_id: str, names: Mapping[str, str]) -> str:
    name = names.get(machine_id, "")
    if name:
        return plain(name)
    return short_id(machine_id) if machine_id else "the new machine"


def _fault(fault: object) -> str:
    if not isinstance(fault, CloudFault):
        return "no reason given"
    told = explain(fault)
    return f"{told.happened}. {told.advice}"
