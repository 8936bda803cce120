"""How a terminal stands between its machine and us. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedalus_tui.domain.faults import CloudFault


class Standing(StrEnum):
    """What a terminal is doing, as far as we can know it."""

    OPENING = "opening"
    """Being asked for, or connected for the first time."""
    WAKING = "waking"
    """Its machine is waking for it."""
    ATTACHED = "attached"
    STALLED = "stalled"
    """Connected, but the other side no longer answers."""
    RECONNECTING = "reconnecting"
    """The connection was lost and is being made again."""
    LOST = "lost"
    """The connection was lost while nobody looked; looking at it makes it anew."""
    DETACHED = "detached"
    """We hung up; the terminal goes on on its machine."""
    CLOSED = "closed"
    """Its shell has ended."""
    SLEPT = "slept"
    """Its machine sleeps."""
    GONE = "gone"
    """Its machine, or it, does not exist any more."""
    REFUSED = "refused"
    """The service will not have it; the fault says why."""


LIVE = frozenset({Standing.ATTACHED, Standing.STALLED})
"""What is typed reaches the machine."""

DEAD = frozenset(
    {Standing.DETACHED, Standing.CLOSED, Standing.SLEPT, Standing.GONE, Standing.REFUSED}
)
"""Nothing happens any more unless the person asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalState:
    """Where a terminal stands, since when, and what the words for it need."""

    standing: Standing
    since: float
    """Monotonic seconds."""
    fault: CloudFault | None = None
    """What last went wrong, if something did."""
    close_code: int | None = None
    exit_status: int | None = None
    """What the ssh of an ssh tab ended with; negative: the signal that ended it."""
    next_try: float | None = None
    """Monotonic seconds of the next try, while one is planned."""
    attempt: int = 0
    """How many times it has been tried since it last worked."""

    @property
    def accepts_input(self) -> bool:
        """True when what is typed reaches the machine."""
        return self.standing in LIVE

    @property
    def takes_keys(self) -> bool:
        """True when what is typed reaches the machine, or will as soon as it is attached."""
        return self.accepts_input or self.standing is Standing.OPENING

    @property
    def is_dead(self) -> bool:
        """True when nothing more happens unless the person asks for it."""
        return self.standing in DEAD
