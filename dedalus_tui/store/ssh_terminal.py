"""A login by ssh as the source of a terminal in a tab: the system's ssh, run once.

It does not pretend to survive: when ssh ends, the tab keeps its last screen and the session, its
key and its directory are gone. Another login needs another session.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.terminal_state import Standing
from dedalus_tui.store.terminal_arrival import NotToBeHad
from dedalus_tui.store.terminal_source import Connected

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.api.terminal_socket import SocketEnding
    from dedalus_tui.domain.terminal import Terminal
    from dedalus_tui.store.local_pty import LocalPty
    from dedalus_tui.store.ssh_opening import SshOpening
    from dedalus_tui.store.terminal_source import ProcessEnding

FAREWELL_SECONDS = 2.0
"""How long ending the session at the service may hold up who closes the tab."""

_NOT_OURS = ("COLUMNS", "LINES", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "VTE_VERSION")
"""What the environment says of the terminal this program runs in, and not of its tabs."""


def why_no_ssh_tab() -> str | None:
    """Why ssh cannot run inside this program on this computer, in one sentence; None: it can."""
    if os.name != "posix":
        return "this system has no pseudo-terminals; SSH without a tab needs none"
    return None


class SshTerminal:
    """One login that is ready (see `ssh_opening`), and the process it becomes."""

    is_ssh = True
    terminal: Terminal | None = None
    """Never one: the service knows of a session only."""

    def __init__(self, opening: SshOpening) -> None:
        """The opening is this terminal's from now on: it ends it and removes its directory."""
        self._opening = opening
        self._farewell: asyncio.Task[None] | None = None
        self._program: LocalPty | None = None

    async def connect(
        self,
        columns: int,
        rows: int,
        *,
        may_wake: bool,
        waiting: Callable[[], None],
        anew: Callable[[], None],
    ) -> Connected:
        """Start ssh. Raises NotToBeHad."""
        from dedalus_tui.store.local_pty import start_on_pty

        target = self._opening.target
        if target is None or self._farewell is not None:
            raise NotToBeHad(Standing.CLOSED)
        environment = {name: text for name, text in os.environ.items() if name not in _NOT_OURS}
        try:
            self._program = await start_on_pty(
                self._opening.identity.ssh_argv(target),
                columns=columns,
                rows=rows,
                environment={
                    **environment,
                    "TERM": "xterm-256color",
                    "COLORTERM": "truecolor",
                },
            )
        except OSError as error:
            fault = CloudFault(f"ssh does not start: {error.strerror or error}")
            raise NotToBeHad(Standing.REFUSED, fault) from None
        return Connected(self._program, is_new=True)

    def let_go(self) -> None:
        """There is no other one."""

    async def standing_after(self, ending: SocketEnding | ProcessEnding) -> Standing:
        """It is over, whyever; nobody needs the session any more."""
        self._part()
        return Standing.CLOSED

    async def end(self) -> None:
        """End the session at the service; nobody waits for its answer."""
        self._part()

    async def aclose(self) -> None:
        """Wait until ssh has left, and remove the directory.

        A session that is just being ended may be for a moment.
        """
        try:
            if self._program is not None:
                await self._program.close()
        finally:
            self._opening.identity.discard()
        if self._farewell is not None:
            await asyncio.wait({self._farewell}, timeout=FAREWELL_SECONDS)
            self._farewell.cancel()

    def _part(self) -> None:
        if self._farewell is None:
            self._farewell = asyncio.create_task(self._opening.close(), name="end ssh session")
