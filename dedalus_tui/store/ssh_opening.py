"""From a wish to log in to a session that is ready: key, session, waiting, checked values."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from dedalus_tui.api.keys import new_wish_key
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.terminal import SessionStatus
from dedalus_tui.store import ssh_login

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dedalus_tui.domain.ssh import SshSession
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.ssh_login import SshIdentity, SshTarget

_SOONEST, _LATEST = 0.25, 60.0
_USUAL_SECONDS = 0.5
MOST_LOOKS = 120
"""The vendor's own client gives up after so many looks (contract 6.1)."""


class SessionEndedError(Exception):
    """The session will never be ready; the text is the service's reason."""


class SshOpening:
    """One login being prepared. `close` leaves neither session nor directory behind."""

    def __init__(self, store: Store, machine_id: str, identity: SshIdentity) -> None:
        """Use `prepare`."""
        self.machine_id = machine_id
        self.identity = identity
        self.session: SshSession | None = None
        self.target: SshTarget | None = None
        self._store = store

    async def open(self, on_progress: Callable[[SshSession], None]) -> SshTarget:
        """Create the session and wait until it is ready.

        Raises CloudFault, SessionEndedError, ssh_login.UnsafeValueError.
        """
        client = self._store.client.ssh
        session = await client.create(self.machine_id, self.identity.public_key, key=new_wish_key())
        self._keep(session)
        on_progress(session)
        looks = 0
        while session.status != SessionStatus.READY:
            if session.is_ended or looks == MOST_LOOKS:
                raise SessionEndedError(
                    session.error_message or session.error_code or f"it is {session.status}"
                )
            hint = session.retry_after_ms
            seconds = _USUAL_SECONDS if hint is None else hint / 1000
            await self._store.clock.sleep(min(_LATEST, max(_SOONEST, seconds)))
            # The answer's machine id counts: a service may spell it otherwise (contract 7).
            session = await client.get(session.machine_id, session.session_id)
            looks += 1
            self._keep(session)
            on_progress(session)
        self.target = ssh_login.checked(session.connection)
        self.identity.accept(self.target)
        return self.target

    async def close(self, *, ends_session: bool = True) -> None:
        """Remove the private directory and, if asked, end the session at the service."""
        self.identity.discard()
        session = self.session
        if ends_session and session is not None and not session.is_ended:
            with contextlib.suppress(CloudFault):
                ended = await self._store.client.ssh.delete(
                    session.machine_id, session.session_id, key=new_wish_key()
                )
                self._keep(ended)

    def _keep(self, session: SshSession) -> None:
        self.session = session
        self._store.ssh_sessions.note(self.machine_id, session)


async def prepare(
    store: Store, machine_id: str, directory: Path, public_key: Path | None
) -> SshOpening:
    """A login with a throw-away key, or with the person's own.

    Raises ssh_login.ProgramMissingError, ssh_login.KeyNotMadeError, OSError.
    """
    if public_key is None:
        identity = await ssh_login.make_identity(directory)
    else:
        key = public_key.with_suffix("") if public_key.suffix == ".pub" else public_key
        identity = ssh_login.configured_identity(directory, key)
    return SshOpening(store, machine_id, identity)
