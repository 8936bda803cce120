"""Logging in by ssh. Carried out by screens: it takes the terminal over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.action import Action, Danger, Scope
from dedalus_tui.actions.permission import why_not_usable

if TYPE_CHECKING:
    from dedalus_tui.domain.ssh import SshSession
    from dedalus_tui.store.cloud import Store


ACTIONS: tuple[Action, ...] = (
    Action(
        id="machine.ssh",
        label="SSH",
        footer="ssh",
        help="Log in with the system's ssh and a certificate; this program waits meanwhile.",
        keys=("S",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        needs_target=True,
        needs_line=True,
        permitted=why_not_usable,
    ),
    Action(
        id="machine.ssh_tab",
        label="SSH in a tab",
        footer="",
        help="Log in by ssh in a tab beside the terminals; it ends when the tab is closed.",
        keys=("ctrl+t",),
        danger=Danger.REVERSIBLE,
        scope=Scope.MACHINE,
        group="Machine",
        needs_target=True,
        needs_line=True,
        permitted=why_not_usable,
    ),
    Action(
        id="app.ssh_sessions",
        label="SSH sessions of all machines",
        footer="",
        help="Show the ssh sessions of all machines; wakes none.",
        scope=Scope.APP,
        group="Application",
    ),
)


async def close_session(store: Store, session: SshSession) -> None:
    """End a session, and forget the key if it was made here. Raises CloudFault."""
    from dedalus_tui.api.keys import new_wish_key

    ended = await store.client.ssh.delete(
        session.machine_id, session.session_id, key=new_wish_key()
    )
    store.ssh_sessions.note(session.machine_id, ended)
    kept = store.ssh_kept.pop(session.session_id, None)
    if kept is not None:
        kept.identity.discard()
