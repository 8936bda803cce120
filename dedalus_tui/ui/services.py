"""What screens are handed once there is a connection.

Before the first paint there is only settings and journal. `Connector.connect` then imports the
client and the store and gives back a `Connection`; from it the app makes the `Services` that every
later screen gets in its constructor. Nothing here is imported at run time but the standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from textual.signal import Signal

    from dedalus_tui.actions.runner import Runner
    from dedalus_tui.config.settings import Settings
    from dedalus_tui.store.changes import Key
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.record import MachineRecord


class Connection(NamedTuple):
    """What stands behind the screens once it is imported and built."""

    store: Store
    runner: Runner
    place: str
    """Where this is, for the header: the profile, organisation or host; "local" for the local
    cloud."""
    is_local: bool
    """True for the cloud on this computer, whose machines are no virtual machines."""
    aclose: Callable[[], Awaitable[None]]
    """Closes client and journal, and ends the local cloud if this program started it."""
    revive: Callable[[], Awaitable[None]] | None = None
    """Starts the local cloud again after it ended (`store.health.has_ended`). Raises
    ConnectError."""
    warnings: tuple[str, ...] = ()
    """Odd things about settings, key or journal, one sentence each; shown once."""


class Services(NamedTuple):
    """What every screen is handed."""

    store: Store
    runner: Runner
    settings: Settings
    changed: Signal[frozenset[Key]]
    """What changed in the store, at most thirty times a second."""
    keys: Mapping[str, tuple[str, ...]]
    """The keys in effect, by action id."""
    place: str
    """Where this is, for the header."""
    is_local: bool
    """True on the cloud of this computer."""
    perform: Callable[[str, Sequence[MachineRecord]], None]
    """Do an action (its id) to these machines: asks what must be asked, then runs it. Returns at
    once; dialogs and calls go on in a worker of the app."""
    open_machine: Callable[..., None]
    """Show a machine, by its id, on a screen of its own; `tab=` names one of its tabs."""
    say: Callable[[str], None]
    """Tell in passing, in the line of keys, why a key did nothing."""
