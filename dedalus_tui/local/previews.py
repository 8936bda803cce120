"""Previews, or ports as a later generation calls them: a machine's port on an address of this
computer.

Every preview is reachable from this computer only, whatever its visibility says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedalus_tui.local import ports
from dedalus_tui.local.identifiers import sub_resource_id
from dedalus_tui.local.preview_proxy import PreviewProxy
from dedalus_tui.local.sessions import Session, Sessions

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from dedalus_tui.local.clock import Clock
    from dedalus_tui.local.machines import Machines
    from dedalus_tui.local.processes import Processes
    from dedalus_tui.local.timetable import Timetable

    Spawn = Callable[[Coroutine[object, object, None], str], asyncio.Task[None]]


@dataclass(slots=True, kw_only=True)
class Preview(Session):
    """One preview."""

    port: int
    protocol: str
    visibility: str | None
    """None in the generation that calls them ports: those have none."""
    proxy: PreviewProxy | None = None
    serving: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def url(self) -> str | None:
        """Where it answers, while it does."""
        if self.status != "ready" or self.proxy is None:
            return None
        return f"{self.protocol}://127.0.0.1:{self.proxy.port}/"


class Previews(Sessions[Preview]):
    """All previews, and the proxies that serve them."""

    def __init__(
        self,
        machines: Machines,
        processes: Processes,
        clock: Clock,
        timetable: Timetable,
        spawn: Spawn,
        *,
        noun: str,
    ) -> None:
        """Follow every machine; `noun` is "preview" or "port"."""
        self.noun = noun
        super().__init__(machines, clock, timetable)
        self._processes = processes
        self._spawn = spawn

    def open(self, machine_id: str, port: int, protocol: str, visibility: str | None) -> Preview:
        """Open a preview; a sleeping machine is woken for it."""
        return self._take_up(
            machine_id,
            lambda seq, now, end: Preview(
                seq=seq,
                session_id=sub_resource_id(self.noun[:4]),
                machine_id=machine_id,
                port=port,
                protocol=protocol,
                visibility=visibility,
                created_at=now,
                expires_at=end,
            ),
        )

    def _serve(self, session: Preview) -> None:
        machine_id = session.machine_id
        session.proxy = PreviewProxy(
            session.port,
            lambda port: port in ports.listened_on(self._processes.belonging_to(machine_id)),
        )
        session.serving = self._spawn(session.proxy.serve(), f"preview {session.session_id}")

    def _let_go(self, session: Preview) -> None:
        if session.serving is not None:
            session.serving.cancel()
            session.serving = None
        if session.proxy is not None:
            session.proxy.discard()
