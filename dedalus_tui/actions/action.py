"""An action: everything footer, help, palette, key bindings and runner know of what a key does."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from dedalus_tui.actions.context import Context
    from dedalus_tui.actions.question import Question
    from dedalus_tui.actions.wish import Step
    from dedalus_tui.store.record import MachineRecord


class Danger(Enum):
    """What it can cost. Read-only mode drops everything but HARMLESS."""

    HARMLESS = "harmless"
    """Changes nothing, neither at the service nor in this computer's journal."""
    REVERSIBLE = "reversible"
    IRREVERSIBLE = "irreversible"


class Scope(Enum):
    """Where its key means it; see `SCREENS` for the scopes that meet on one screen."""

    APP = "app"
    """Everywhere but inside a terminal."""
    MOVE = "move"
    """Any list: movement."""
    LIST = "list"
    """Any list of things: filter, sort, marks."""
    FLEET = "fleet"
    """The list of machines only."""
    MACHINE = "machine"
    """The selected machine, or the marked ones, in the list and on the machine's own screen."""
    DETAIL = "detail"
    """The machine's own screen only."""
    TEXT = "text"
    """Text screens: output, raw, scrollback."""
    EXECUTION = "execution"
    """A selected execution, in its list and on its output screen."""
    RUN_LIST = "run list"
    """Lists of executions only."""
    FAN_OUT = "fan-out"
    """One command on many machines only."""
    RUN_OUTPUT = "run output"
    """The output of one execution only."""
    SESSION = "session"
    """A selected terminal, in lists of terminals."""
    SESSION_LIST = "session list"
    """The list of the terminals of all machines only."""
    PREVIEW = "preview"
    """A selected preview, in the tab of ports."""
    ARTIFACT = "artifact"
    """A selected artifact, in the tab of files."""
    SSH_SESSION = "ssh session"
    """A selected ssh session, in the tab of them."""
    USAGE = "usage"
    """What was used: by all machines, and by one in its tab."""
    USAGE_OF_ALL = "usage of all"
    """What all machines used only."""
    RAW = "raw"
    """What the service says about a machine, in its tab."""
    THING = "thing"
    """A selected thing in a list over all machines."""
    LOG = "log"
    """The action log."""
    PLAYER = "player"
    """A recording being played."""
    TERMINAL = "terminal"
    """Inside a terminal, after the key that opens its bar."""
    UNATTACHED = "unattached"
    """In place of a terminal that takes no keys: one that waits, hung up, or ended."""


_MACHINE = frozenset({Scope.APP, Scope.MOVE, Scope.LIST, Scope.DETAIL, Scope.MACHINE})

SCREENS: dict[str, frozenset[Scope]] = {
    "fleet": frozenset({Scope.APP, Scope.MOVE, Scope.LIST, Scope.FLEET, Scope.MACHINE}),
    "machine": _MACHINE,
    "machine.executions": _MACHINE | {Scope.EXECUTION, Scope.RUN_LIST},
    "machine.terminals": _MACHINE | {Scope.SESSION},
    "machine.ssh": _MACHINE | {Scope.SSH_SESSION},
    "machine.previews": _MACHINE | {Scope.PREVIEW},
    "machine.artifacts": _MACHINE | {Scope.ARTIFACT},
    "machine.usage": _MACHINE | {Scope.USAGE},
    "machine.raw": _MACHINE | {Scope.RAW},
    "runs": frozenset({Scope.APP, Scope.MOVE, Scope.LIST, Scope.EXECUTION, Scope.RUN_LIST}),
    "fan_out": frozenset(
        {Scope.APP, Scope.MOVE, Scope.LIST, Scope.EXECUTION, Scope.RUN_LIST, Scope.FAN_OUT}
    ),
    "usage": frozenset({Scope.APP, Scope.MOVE, Scope.LIST, Scope.USAGE, Scope.USAGE_OF_ALL}),
    "things": frozenset({Scope.APP, Scope.MOVE, Scope.LIST, Scope.THING}),
    "text": frozenset({Scope.APP, Scope.TEXT}),
    "image": frozenset({Scope.APP}),
    "log": frozenset({Scope.APP, Scope.MOVE, Scope.LOG}),
    "output": frozenset({Scope.APP, Scope.TEXT, Scope.EXECUTION, Scope.RUN_OUTPUT}),
    "terminals": frozenset({Scope.APP, Scope.MOVE, Scope.LIST, Scope.SESSION, Scope.SESSION_LIST}),
    "terminal": frozenset({Scope.TERMINAL}),
    "terminal.unattached": frozenset({Scope.UNATTACHED}),
    "recording": frozenset({Scope.APP, Scope.PLAYER}),
}
"""Scopes whose keys are alive together: within one of these sets no key may be used twice, unless
an action says that it stands in for another (`Action.instead_of`). What follows a point is the tab
of the machine's screen, or how the terminal stands."""


class Form(Enum):
    """The dialog that collects an action's arguments, and what it yields."""

    CREATE = "create"
    """domain.machine.MachineSpec"""
    RESIZE = "resize"
    """domain.machine.MachineChange with sizes"""
    AUTOSLEEP = "autosleep"
    """domain.machine.MachineChange with autosleep"""
    LABEL = "label"
    """domain.label.Label"""


class Words(NamedTuple):
    """How to tell of it; each follows the machine's name, as in "m-3 is going to sleep"."""

    doing: str
    """While the call is under way; also the row's own words, without the "is"."""
    done: str
    many_done: str
    """After a number, as in "3 machines are going to sleep"."""
    failed: str
    """Before the reason, as in "m-3 was not put to sleep: ..."."""


class Action(NamedTuple):
    """One thing a person can do."""

    id: str
    """Noun and verb: `machine.sleep`. A screen carries out a plan-less action in `action_id`,
    with `_` for `.`."""
    label: str
    footer: str
    """One short word, or nothing to stay out of the footer."""
    help: str
    """One sentence."""
    scope: Scope
    group: str
    """Heading in the help screen."""
    footer_places: tuple[str, ...] = ()
    """The screens that show that word; empty = all."""
    footer_elsewhere: str = ""
    """The word on the others."""
    keys: tuple[str, ...] = ()
    """Textual key names, the defaults of ux.md 4.2."""
    danger: Danger = Danger.HARMLESS
    instead_of: tuple[str, ...] = ()
    """Ids of the actions whose key it takes where both are alive, as a tab takes its screen's."""
    takes_key: bool = False
    """The screen's method is handed the key that was pressed, as in `action_fleet_view("3")`."""
    takes_marks: bool = False
    """Runs for all marked machines; otherwise only ever for the selected one."""
    needs_target: bool = False
    needs_line: bool = False
    """Sends something, so it is refused while there is no line to the service."""
    permitted: Callable[[Context, MachineRecord], str | None] | None = None
    """The sentence why it cannot be done to this machine now; None = it can."""
    why_not_with: Callable[[MachineRecord, Any], str | None] | None = None
    """The sentence why this machine cannot have these arguments; None = it can."""
    ask: Callable[[Context, Sequence[MachineRecord]], Awaitable[Question | None]] | None = None
    """Looks whether the person must be asked first."""
    form: Form | None = None
    plan: Callable[[Context, MachineRecord | None, Any], Step] | None = None
    """What to do for one target with these arguments; None = the screen itself does it."""
    words: Words | None = None
    grace_seconds: float = 0.0
    """Time in which it can be stopped, always."""
    bulk_grace_seconds: float = 0.0
    """Time in which it can be stopped, when done to several at once."""

    def footer_at(self, place: str) -> str:
        """The word beside its key on a screen of `SCREENS`, or nothing."""
        is_shown = not self.footer_places or place in self.footer_places
        return self.footer if is_shown else self.footer_elsewhere

    @property
    def is_carried_by_screen(self) -> bool:
        """True when the runner has nothing to do with it."""
        return self.plan is None
