"""The client of one Dedalus deployment: one group of calls per noun.

    client = CloudClient(base_url=..., credentials=...)
    async for page in client.machines.pages(): ...

All groups share connections, the memory of what is offered, and the observer. Everything raises
CloudFault and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from dedalus_tui import __version__
from dedalus_tui.api.abilities import Abilities
from dedalus_tui.api.addresses import Addresses
from dedalus_tui.api.artifacts import Artifacts
from dedalus_tui.api.autoresizing import Autoresizing
from dedalus_tui.api.clock import SystemClock
from dedalus_tui.api.executions import Executions
from dedalus_tui.api.machines import Machines
from dedalus_tui.api.networks import Networks
from dedalus_tui.api.ports import Ports
from dedalus_tui.api.previews import Previews
from dedalus_tui.api.ssh import SshSessions
from dedalus_tui.api.terminals import Terminals
from dedalus_tui.api.transport import Transport
from dedalus_tui.api.usage import Usage
from dedalus_tui.api.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dedalus_tui.api.clock import Clock
    from dedalus_tui.api.exchange import Exchange
    from dedalus_tui.config.credentials import Credentials

USER_AGENT = f"dedalus-tui/{__version__}"


class CloudClient:
    """Everything that can be asked of one base URL."""

    def __init__(
        self,
        *,
        base_url: str,
        credentials: Credentials,
        org_id: str | None = None,
        send_if_match: bool = False,
        custom_headers: Mapping[str, str] | None = None,
        observe: Callable[[Exchange], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Opens no connection. `custom_headers` count as secret; `observe` hears every attempt."""
        identity = {name.lower(): value for name, value in (custom_headers or {}).items()}
        identity |= credentials.headers()
        if org_id:
            identity["x-dedalus-org-id"] = org_id
        self.base_url = base_url.rstrip("/")
        self.clock = clock or SystemClock()
        self.abilities = Abilities(self.clock.monotonic)
        self._wire = Wire(self.base_url, identity=identity, user_agent=USER_AGENT)
        transport = Transport(
            self._wire,
            abilities=self.abilities,
            clock=self.clock,
            observe=observe,
            send_if_match=send_if_match,
        )
        self.machines = Machines(transport)
        self.executions = Executions(transport)
        self.terminals = Terminals(transport)
        self.previews = Previews(transport)
        self.ports = Ports(transport)
        self.addresses = Addresses(self.previews, self.ports, self.abilities)
        self.networks = Networks(transport)
        self.ssh = SshSessions(transport)
        self.artifacts = Artifacts(transport)
        self.usage = Usage(transport)
        self.autoresizing = Autoresizing(transport)

    def __repr__(self) -> str:
        """Say where to, never as whom."""
        return f"<CloudClient for {self.base_url}>"

    async def __aenter__(self) -> Self:
        """Nothing to open."""
        return self

    async def __aexit__(self, *ending: object) -> None:
        """Close every connection."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()
