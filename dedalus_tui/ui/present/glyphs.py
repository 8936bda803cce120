"""The signs of the screen, in Unicode and in ASCII (ux.md 4.6). State is never a sign alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.domain.machine import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping


class Glyphs(NamedTuple):
    """One set of signs, each one cell wide."""

    phases: Mapping[str, str]
    unknown: str
    """For a phase this program has never heard of."""
    never: str
    arrow: str
    """From what is to what is wanted."""
    long_arrow: str
    ellipsis: str
    dot: str
    """Between things on one line."""
    pin: str
    public: str
    """Before a machine that anybody can reach a port of."""
    bell: str
    """For a terminal that rang and was not looked at since, and before its machine."""
    mark: str
    cursor: str
    bar_full: str
    """Awake, in a bar of time; lower signs are less awake."""
    bar_half: str
    bar_empty: str
    bar_gap: str
    """Time during which nobody was looking."""
    spinner: str
    """Frames, one character each; the first stands still when motion is off."""
    tick: str
    cross: str
    ramp: str
    """Rising levels, lowest first."""
    warning: str
    vertical: str
    horizontal: str

    def phase(self, phase: str) -> str:
        """The sign of a phase."""
        return self.phases.get(phase, self.unknown)


UNICODE = Glyphs(
    phases={
        Phase.ACCEPTED: "◌",
        Phase.PLACEMENT_PENDING: "◍",
        Phase.STARTING: "◐",
        Phase.RUNNING: "●",
        Phase.STOPPING: "◑",
        Phase.SLEEPING: "○",
        Phase.DESTROYING: "⊘",
        Phase.DESTROYED: "\N{MULTIPLICATION SIGN}",
        Phase.FAILED: "✗",
    },
    unknown="?",
    never="∞",
    arrow="→",
    long_arrow="→",
    ellipsis="…",
    dot="·",
    pin="⚑",
    public="⊕",
    bell="!",
    mark="●",
    cursor="▌",
    bar_full="█",
    bar_half="▄",
    bar_empty="▁",
    bar_gap="·",
    spinner="◐◓◑◒",
    tick="✓",
    cross="✗",
    ramp="▁▂▃▄▅▆▇█",
    warning="!",
    vertical="│",
    horizontal="─",
)

ASCII = Glyphs(
    phases={
        Phase.ACCEPTED: ".",
        Phase.PLACEMENT_PENDING: ",",
        Phase.STARTING: "+",
        Phase.RUNNING: "*",
        Phase.STOPPING: "-",
        Phase.SLEEPING: "z",
        Phase.DESTROYING: "x",
        Phase.DESTROYED: "X",
        Phase.FAILED: "!",
    },
    unknown="?",
    never="never",
    arrow=">",
    long_arrow="->",
    ellipsis="~",
    dot="-",
    pin="^",
    public="@",
    bell="!",
    mark="#",
    cursor=">",
    bar_full="#",
    bar_half="=",
    bar_empty="_",
    bar_gap=".",
    spinner="|/-\\",
    tick="v",
    cross="x",
    ramp="._-=+*#@",
    warning="!",
    vertical="|",
    horizontal="-",
)


def glyphs(*, is_ascii: bool) -> Glyphs:
    """The set that a setting asks for."""
    return ASCII if is_ascii else UNICODE
