"""While an ssh session becomes ready: which step it is at, for how long, and a way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.terminal import SessionStatus
from dedalus_tui.store.ssh_login import KeyNotMadeError, ProgramMissingError, UnsafeValueError
from dedalus_tui.store.ssh_opening import SessionEndedError, SshOpening, prepare
from dedalus_tui.ui.dialogs.dialog import Dialog, DialogButton
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import duration
from dedalus_tui.ui.widgets.span_text import SpanText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from dedalus_tui.domain.ssh import SshSession
    from dedalus_tui.ui.present.roles import Line
    from dedalus_tui.ui.services import Services

_INSTALL = {
    "ssh": "Install the OpenSSH client: apt install openssh-client, dnf install openssh-clients,"
    " or brew install openssh.",
    "ssh-keygen": "ssh-keygen comes with the OpenSSH client, which seems to be incomplete.",
}


class SshLoginDialog(Dialog[SshOpening]):
    """Yields an opening whose target is known; when left, nothing stays behind."""

    AUTO_FOCUS = "#cancel"

    def __init__(self, services: Services, machine_id: str, title: str) -> None:
        """`title` is the machine's, fit for the screen."""
        super().__init__(f"SSH to {title}")
        self._services = services
        self._machine_id = machine_id
        self._step = "making a key for this login"
        self._trouble: tuple[Line, ...] = ()
        self._began = services.store.clock.monotonic()
        self._opening: SshOpening | None = None

    def compose_body(self) -> Iterable[Widget]:
        """The step, and what went wrong."""
        yield SpanText(id="said")

    def compose_buttons(self) -> Iterable[DialogButton]:
        """Only the way out: the rest happens by itself."""
        yield DialogButton("Cancel", hint="esc", id="cancel")

    def on_mount(self) -> None:
        """Begin at once."""
        self._draw()
        self.set_interval(0.5, self._draw)
        self.run_worker(self._open(), name="open ssh session", group="ssh")

    def accept(self) -> None:
        """There is nothing to agree to."""

    def action_cancel(self) -> None:
        """Leave, and end what was begun."""
        self.workers.cancel_group(self, "ssh")
        if self._opening is not None:
            # The app outlives this dialog; ending the session takes a request.
            self.app.run_worker(self._opening.close(), name="end ssh session")
        self.dismiss(None)

    async def _open(self) -> None:
        store = self._services.store
        try:
            self._opening = await prepare(
                store,
                self._machine_id,
                store.ssh_directory,
                self._services.settings.ssh_public_key,
            )
            self._say("asking for a session")
            await self._opening.open(self._progress)
        except ProgramMissingError as error:
            self._fail(f"{error.program} is not installed", _INSTALL.get(error.program, ""))
        except (KeyNotMadeError, OSError) as error:
            self._fail("no key could be made for this login", plain(str(error)))
        except UnsafeValueError as error:
            words = "Nothing was run. Tell whoever runs the service."
            self._fail(f"the service's answer is not safe to use: {plain(str(error))}", words)
        except SessionEndedError as error:
            self._fail(f"the session never became ready: {plain(str(error))}", "Try again.")
        except CloudFault as fault:
            told = explain(fault, about="the machine")
            self._fail(told.happened, told.advice)
        else:
            self.dismiss(self._opening)

    def _progress(self, session: SshSession) -> None:
        if session.status == SessionStatus.WAKE_IN_PROGRESS:
            self._say("waiting for the machine to wake")
        elif session.status != SessionStatus.READY:
            self._say(f"waiting for the session ({plain(session.status)})")

    def _say(self, step: str) -> None:
        self._step = step
        self._draw()

    def _fail(self, happened: str, advice: str) -> None:
        self._trouble = (
            ((f"{happened[:1].upper()}{happened[1:]}.", Role.BAD),),
            (),
            ((advice, Role.TEXT),),
        )
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        lines = self._trouble
        if not lines:
            elapsed = self._services.store.clock.monotonic() - self._began
            lines = (((f"{self._step}... ", Role.BUSY), (duration(elapsed), Role.MUTED)),)
        self.query_one("#said", SpanText).show(lines)
