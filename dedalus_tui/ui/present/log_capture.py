"""How far a run's log got to the host that publishes logs, in labelled lines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.ui.present.facts import Fact, fact, fact_lines
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import byte_count, counted

if TYPE_CHECKING:
    from dedalus_tui.domain.execution_logs import ExecutionLogs, LogCapture, LogPublication
    from dedalus_tui.ui.present.roles import Line

_NOTE = (
    "This is the copy of the log that the service publishes elsewhere. What the run wrote is shown"
    " here from its output, whatever became of the copy."
)
_GOOD, _BAD = frozenset({"active", "finishing", "closed"}), frozenset({"failed", "incomplete"})


def log_capture_lines(logs: ExecutionLogs, width: int) -> tuple[Line, ...]:
    """What the service says; what it leaves out is not guessed at."""
    facts = [
        fact("Captured", "the service does not say", Role.MUTED)
        if logs.capture is None
        else _captured(logs.capture)
    ]
    if logs.publication is not None:
        facts.append(_published(logs.publication))
    if logs.code:
        facts.append(fact("Code", plain(logs.code)))
    if logs.stream_id:
        facts.append(fact("Stream", plain(logs.stream_id), Role.MUTED))
    facts += [Fact("", ()), fact("", _NOTE, Role.MUTED)]
    return fact_lines(facts, width)


def _captured(capture: LogCapture) -> Fact:
    amounts = ((capture.lost_bytes, "lost"), (capture.unconfirmed_bytes, "unconfirmed"))
    told = [f"{byte_count(count)} {word}" for count, word in amounts if count]
    return _stated("Captured", capture.state, capture.code, told)


def _published(publication: LogPublication) -> Fact:
    told = []
    if publication.queued_messages:
        told.append(f"{counted(publication.queued_messages, 'message')} waiting")
    if publication.complete is not None:
        told.append("complete" if publication.complete else "not complete")
    return _stated("Published", publication.state, publication.code, told)


def _stated(label: str, state: str, code: str | None, told: list[str]) -> Fact:
    role = Role.OK if state in _GOOD else Role.BAD if state in _BAD else Role.TEXT
    about = [plain(code)] if code else []
    rest = ", ".join([*about, *told])
    return Fact(label, ((plain(state), role), (f"   {rest}" if rest else "", Role.TEXT)))
