"""What an action does for one target: a call to the service, or a change on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.store.intents import Intent
    from dedalus_tui.store.record import MachineRecord


class Wish(NamedTuple):
    """One call for one machine."""

    call: Callable[[str, str | None], Awaitable[Machine]]
    """Takes the idempotency key and the revision the person saw; raises CloudFault."""
    intent: Intent | None = None
    """Laid over the row while the call is under way; None when there is no row yet."""
    may_repeat: bool = False
    """After a revision mismatch it is sent once more whatever changed; others only if nothing
    changed that matters to the decision."""
    is_fenced: bool = False
    """The machine is read just before the call, and the person asked anew if it changed."""
    ends_machine: bool = False
    """Not finding the machine means that it is done."""
    inverse: Inverse | None = None


class LocalChange(NamedTuple):
    """Something that only concerns this computer's journal."""

    apply: Callable[[], None]
    inverse: Inverse | None = None


class Inverse(NamedTuple):
    """How `u` takes it back: another action, with these arguments."""

    action_id: str
    machine_id: str
    arguments: object = None
    caveat: str = ""
    """What cannot be taken back, as in "a disk cannot shrink"."""


Step = Wish | LocalChange


def seen_revision(record: MachineRecord | None) -> str | None:
    """The revision the person saw."""
    return record.confirmed.revision if record else None
