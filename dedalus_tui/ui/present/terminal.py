"""Terminals in words: how one stands, what can be done about it, what its tab says. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dedalus_tui.domain.terminal import SessionStatus
from dedalus_tui.domain.terminal_state import Standing
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import clip, clip_middle, plain
from dedalus_tui.ui.present.units import duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.domain.terminal import Terminal
    from dedalus_tui.domain.terminal_state import TerminalState
    from dedalus_tui.ui.present.roles import Line, Span

TITLE_CELLS = 24
ID_CELLS = 16

_UNICODE_SIGNS = {
    Standing.OPENING: "◌",
    Standing.WAKING: "◐",
    Standing.ATTACHED: "●",
    Standing.STALLED: "◍",
    Standing.RECONNECTING: "◌",
    Standing.LOST: "◌",
    Standing.DETACHED: "○",
    Standing.CLOSED: "\N{MULTIPLICATION SIGN}",
    Standing.SLEPT: "○",
    Standing.GONE: "\N{MULTIPLICATION SIGN}",
    Standing.REFUSED: "✗",
}
_ASCII_SIGNS = {
    Standing.OPENING: ".",
    Standing.WAKING: "+",
    Standing.ATTACHED: "*",
    Standing.STALLED: "~",
    Standing.RECONNECTING: "~",
    Standing.LOST: "~",
    Standing.DETACHED: "o",
    Standing.CLOSED: "x",
    Standing.SLEPT: "z",
    Standing.GONE: "X",
    Standing.REFUSED: "!",
}
_ROLES = {
    Standing.OPENING: Role.BUSY,
    Standing.WAKING: Role.BUSY,
    Standing.ATTACHED: Role.OK,
    Standing.STALLED: Role.WARN,
    Standing.RECONNECTING: Role.WARN,
    Standing.LOST: Role.WARN,
    Standing.DETACHED: Role.IDLE,
    Standing.CLOSED: Role.MUTED,
    Standing.SLEPT: Role.IDLE,
    Standing.GONE: Role.BAD,
    Standing.REFUSED: Role.BAD,
}


def sign(standing: Standing, *, is_ascii: bool = False) -> Span:
    """The sign of a standing and its role."""
    signs = _ASCII_SIGNS if is_ascii else _UNICODE_SIGNS
    return (signs[standing], _ROLES[standing])


def standing_words(state: TerminalState, now: float) -> str:
    """How it stands, in a few words; `now` is monotonic seconds."""
    elapsed = duration(max(0.0, now - state.since))
    match state.standing:
        case Standing.OPENING:
            return "opening" if now - state.since < 1 else f"opening, {elapsed}"
        case Standing.WAKING:
            return f"the machine is waking, {elapsed}"
        case Standing.STALLED:
            return f"no answer for {elapsed}"
        case Standing.RECONNECTING if state.next_try is not None and state.next_try > now:
            left = max(1, round(state.next_try - now))
            return f"connection lost, trying again in {left} s"
        case Standing.RECONNECTING:
            return "connection lost, connecting again"
        case Standing.LOST:
            return "connection lost"
        case Standing.CLOSED:
            return "ended" if state.exit_status is None else exit_words(state.exit_status)
        case Standing.SLEPT:
            return "the machine sleeps"
        case Standing.GONE:
            return "gone"
        case Standing.REFUSED:
            return "refused"
    return str(state.standing)


def exit_words(status: int) -> str:
    """How ssh ended: its exit status, or the signal that ended it."""
    return f"exit {status}" if status >= 0 else f"signal {-status}"


@dataclass(frozen=True, slots=True)
class Notice:
    """What lies over the last lines of a terminal that is not attached."""

    heading: str
    explanation: str
    """One sentence, or empty."""
    keys: tuple[tuple[str, str], ...]
    """Keys that do something now, and their words."""
    role: str

    def lines(self) -> tuple[Line, ...]:
        """Heading, explanation and keys as lines."""
        keys: list[Span] = []
        for key, words in self.keys:
            keys += [(key, Role.KEY), (f" {words}   ", Role.TEXT)]
        lines: list[Line] = [((self.heading, self.role),)]
        if self.explanation:
            lines.append(((self.explanation, Role.TEXT),))
        return (*lines, tuple(keys))


_RECONNECT = "unattached.reconnect"
_NEW = ("unattached.new", "new shell")
_CLOSE = ("unattached.close", "close")
_BACK = ("unattached.back", "back")


def notice(
    state: TerminalState, now: float, *, machine: str, keys_of: Callable[[str], str]
) -> Notice | None:
    """What to lay over a terminal; None while it is attached. `machine` is already plain.

    `keys_of` gives the words for the keys of an action of terminals."""
    said = _notice(state, now, machine)
    if said is None:
        return None
    return replace(said, keys=tuple((keys_of(action_id), words) for action_id, words in said.keys))


def _notice(state: TerminalState, now: float, machine: str) -> Notice | None:
    """The same with the ids of actions in place of their keys."""
    role = str(_ROLES[state.standing])
    fault = explain(state.fault, about="the terminal") if state.fault is not None else None
    said = fault.sentences if fault is not None else ""
    elapsed = duration(max(0.0, now - state.since))
    match state.standing:
        case Standing.OPENING:
            said = said or "Keys go to it as soon as it is open."
            # It takes keys already, so only the bar can help.
            keys: tuple[tuple[str, str], ...] = (
                ("terminal.close", "close"),
                ("terminal.back", "back"),
            )
            return Notice(f"Opening a terminal on {machine}", said, keys, role)
        case Standing.WAKING:
            return Notice(
                f"{machine} is waking, {elapsed}",
                "The terminal opens when it is awake.",
                (_CLOSE, _BACK),
                role,
            )
        case Standing.RECONNECTING | Standing.LOST:
            words = standing_words(state, now)
            keys = ((_RECONNECT, "try now"), _CLOSE, _BACK)
            return Notice(f"{words[:1].upper()}{words[1:]}", said, keys, role)
        case Standing.DETACHED:
            return Notice(
                "Detached",
                "What runs there goes on.",
                ((_RECONNECT, "attach again"), _CLOSE, _BACK),
                role,
            )
        case Standing.CLOSED if state.exit_status is not None:
            return _ssh_notice(state.exit_status, machine, role)
        case Standing.CLOSED:
            heading = "The shell has ended"
            return Notice(heading, said, (_NEW, _CLOSE, _BACK), role)
        case Standing.SLEPT:
            keys = ((_RECONNECT, "wake it"), (_NEW[0], "new"), _CLOSE, _BACK)
            return Notice(f"{machine} fell asleep", "", keys, role)
        case Standing.GONE:
            return Notice(
                "This terminal does not exist any more", said, (_NEW, _CLOSE, _BACK), role
            )
        case Standing.REFUSED:
            keys = ((_RECONNECT, "try again"), _CLOSE, _BACK)
            return Notice("The terminal was refused", said, keys, role)
    return None


_CONNECTION_FAILED = 255


def _ssh_notice(status: int, machine: str, role: str) -> Notice:
    """Over the last screen of an ssh tab."""
    is_failure = status == _CONNECTION_FAILED
    said = f"It could not connect to {machine}, or lost the connection." if is_failure else ""
    keys = ((_NEW[0], "log in again"), _CLOSE, _BACK)
    return Notice(f"ssh ended: {exit_words(status)}", said, keys, Role.WARN if is_failure else role)


def tab_title(number: int, title: str, *, has_bell: bool, is_recorded: bool) -> str:
    """What a tab says; `title` is text from outside."""
    words = clip(plain(title).strip(), TITLE_CELLS) or "terminal"
    marks = ("!" if has_bell else "") + (" rec" if is_recorded else "")
    return f"{number} {words}{' ' + marks.strip() if marks else ''}"


def short_terminal_id(terminal: Terminal) -> str:
    """Its id in a column."""
    return clip_middle(plain(terminal.terminal_id), ID_CELLS, tail=4, ellipsis="..")


def status_cell(status: str, *, is_ascii: bool = False) -> Span:
    """What the service says of a terminal that is not held here."""
    if status == SessionStatus.READY:
        return (f"{'o' if is_ascii else '○'} open there", Role.IDLE)
    if status == SessionStatus.WAKE_IN_PROGRESS:
        return (f"{'+' if is_ascii else '◐'} waking", Role.BUSY)
    return (f"? {plain(status)}", Role.MUTED)


def terminal_words(terminal: Terminal) -> str:
    """One terminal of the service in a line: its id, size, and since when."""
    parts = [short_terminal_id(terminal)]
    if terminal.width and terminal.height:
        parts.append(f"{terminal.width}x{terminal.height}")
    if terminal.created_at is not None:
        parts.append(f"since {terminal.created_at.astimezone():%Y-%m-%d %H:%M}")
    return "  ".join(parts)


def directory_of(uri: str) -> str:
    """The path of an OSC 7 URI, shortened to its last two parts; empty when it is none."""
    if not uri.startswith("file://"):
        return ""
    path = uri.removeprefix("file://").partition("/")[2]
    parts = [part for part in plain(_percent_decoded(path)).split("/") if part]
    return "/".join(parts[-2:]) if parts else "/"


def _percent_decoded(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text, errors="replace")
