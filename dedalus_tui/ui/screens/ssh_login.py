"""The one key to a shell by ssh: a session, then the system's ssh in place of this program."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from dedalus_tui.store.ssh_login import command_line
from dedalus_tui.ui.compat import suspended
from dedalus_tui.ui.dialogs.ssh_login import SshLoginDialog
from dedalus_tui.ui.dialogs.wake import agrees_to_wake
from dedalus_tui.ui.present.row import title_of

if TYPE_CHECKING:
    from textual.app import App

    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.store.ssh_opening import SshOpening
    from dedalus_tui.ui.services import Services


async def log_in(app: App[Any], services: Services, record: MachineRecord) -> None:
    """Ask, prepare, hand the terminal to ssh, come back. Await it in a worker of the app."""
    opening = await prepared(app, services, record)
    if opening is None or opening.target is None:
        return
    title = title_of(record.machine, record.label)
    try:
        code = await _run_ssh(app, opening, title)
    except SuspendNotSupported:
        services.say("ssh needs a terminal of its own, and there is none here")
        return
    finally:
        await opening.close()
    services.store.refresh(record.machine_id)
    if code == 0:
        services.say(f"ssh to {title} ended")
    elif code == _CONNECTION_FAILED:
        services.say(f"ssh to {title} could not connect, or lost the connection (exit 255)")
    else:
        services.say(f"ssh to {title} ended with exit {code}")


async def prepared(app: App[Any], services: Services, record: MachineRecord) -> SshOpening | None:
    """A session that is ready, with everything ssh needs; None when the person left."""
    if not await agrees_to_wake(app, record, "an ssh login"):
        return None
    title = title_of(record.machine, record.label)
    return await app.push_screen_wait(SshLoginDialog(services, record.machine_id, title))


_CONNECTION_FAILED = 255


async def _run_ssh(app: App[Any], opening: SshOpening, title: str) -> int:
    """Sockets stay alive meanwhile; nothing paints."""
    assert opening.target is not None
    argv = opening.identity.ssh_argv(opening.target)
    with suspended(app):
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", 'printf "\\033[2J\\033[H%s\\n" "$0"; exec "$@"',
            f"ssh to {title}: exit or ctrl-d comes back",
            *argv,
        )  # fmt: skip
        try:
            return await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise


def shown_command(opening: SshOpening) -> str:
    """The whole command, as one would type it."""
    assert opening.target is not None
    return command_line(opening.identity.ssh_argv(opening.target))
