"""What the composition root hands the app before the first paint: the ways to a connection.

`Connector.connect` imports the client and the store and gives back a `Connection`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.ui.services import Connection


class ConnectError(Exception):
    """Nothing could be connected to; the text is one sentence for people."""


class Connector(NamedTuple):
    """The ways from the first paint to a connection. Each raises ConnectError."""

    has_key: bool
    """False = show the welcome screen first."""
    connect: Callable[[], Awaitable[Connection]]
    """With the key and the address that the settings lead to."""
    connect_with_key: Callable[[str], Awaitable[Connection]]
    """With a key that was just pasted and found good; it is kept where keys are kept."""
    connect_local: Callable[[], Awaitable[Connection]]
    """To the local cloud, which is started as a child process."""
    try_key: Callable[[str], Awaitable[CloudFault | None]]
    """Lists once with this key; None when the service accepts it."""
