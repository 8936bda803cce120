"""The tab of a machine's ssh sessions: log in, open one to use elsewhere, close, copy commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from dedalus_tui.actions.action import Scope
from dedalus_tui.actions.ssh import close_session
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.store import ssh_login
from dedalus_tui.ui.bindings import key_of, pane_bindings
from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
from dedalus_tui.ui.dialogs.menu import MenuDialog, MenuItem
from dedalus_tui.ui.dialogs.prompt import PromptDialog
from dedalus_tui.ui.dialogs.ssh_login import SshLoginDialog
from dedalus_tui.ui.dialogs.wake import agrees_to_wake
from dedalus_tui.ui.panes.items import ItemsPane
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import short_id, title_of
from dedalus_tui.ui.present.session import ssh_cells
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.widgets.table_layout import TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from dedalus_tui.domain.ssh import SshSession
    from dedalus_tui.store.machine_items import MachineItems
    from dedalus_tui.store.ssh_opening import SshOpening
    from dedalus_tui.ui.present.roles import Line, Span

_FILES = "dedalus-tui"
"""Below ~/.ssh: what a Host block refers to."""


class SshPane(ItemsPane["SshSession"]):
    """Sessions made here can be used elsewhere until this program ends; others can be closed."""

    PLURAL = "ssh sessions"
    EMPTY = (
        "{ssh_session.log_in} logs in, {machine.ssh_tab} does so in a tab; "
        "{ssh_session.create} opens a session to use elsewhere."
    )
    OWN_SCOPE = Scope.SSH_SESSION
    COLUMNS: ClassVar[Sequence[TableColumn]] = (
        TableColumn(key="status", title="STATUS", width=10),
        TableColumn(key="endpoint", title="ENDPOINT", width=24, max_width=64),
        TableColumn(key="expires", title="EXPIRES IN", width=10, is_right_aligned=True),
        TableColumn(key="age", title="AGE", width=4, is_right_aligned=True),
        TableColumn(key="trouble", title="TROUBLE", width=8, max_width=40),
        TableColumn(key="id", title="SESSION", width=12, max_width=50),
    )
    BINDINGS: ClassVar[list[BindingType]] = pane_bindings(Scope.SSH_SESSION)

    @property
    def book(self) -> MachineItems[SshSession]:
        """The sessions."""
        return self.services.store.ssh_sessions

    def id_of(self, item: SshSession) -> str:
        """Its id."""
        return item.session_id

    def cells(self, item: SshSession) -> Sequence[Span]:
        """One cell for each column; those made here are marked."""
        cells = ssh_cells(item, self.services.store.clock.now(), self.signs)
        if item.session_id in self.services.store.ssh_kept:
            cells[-1] = (f"{self.signs.mark} {cells[-1][0]}", Role.MARK)
        return cells

    # Actions.

    def action_ssh_session_log_in(self) -> None:
        """Log in with a fresh session."""
        record = self.record
        if record is not None:
            self.run_worker(self.screen.run_action("perform('machine.ssh')"), name="ssh")

    def action_ssh_session_create(self) -> None:
        """A session whose key stays here until this program ends."""
        if self.may_change("open a session") and self.may_be_used():
            self.app.run_worker(self._open_kept(), name="open ssh session")

    def action_ssh_session_copy_command(self) -> None:
        """Ssh, scp or rsync for the selected session."""
        self.app.run_worker(self._copy_command(), name="copy ssh command")

    def action_ssh_session_host_block(self) -> None:
        """A Host block for ~/.ssh/config: shown first, then appended."""
        self.app.run_worker(self._host_block(), name="ssh config")

    def action_ssh_session_close(self) -> None:
        """End the selected session."""
        if self.may_change("close a session"):
            self.app.run_worker(self._close(), name="close ssh session")

    async def _open_kept(self) -> SshOpening | None:
        record = self.record
        if record is None or not await agrees_to_wake(self.app, record, "an ssh session"):
            return None
        title = title_of(record.machine, record.label)
        dialog = SshLoginDialog(self.services, self.machine_id, title)
        opening = await self.app.push_screen_wait(dialog)
        if opening is not None and opening.session is not None:
            self.services.store.ssh_kept[opening.session.session_id] = opening
            self._draw()
            self.table.select(opening.session.session_id)
            self.post_message(self.Said("its key stays here until this program ends"))
        return opening

    def _kept(self) -> SshOpening | None:
        """What logs in to the selected session, if that was made here."""
        session = self.selected
        if session is None or session.is_ended:
            key = key_of("ssh_session.create", self.services)
            self.post_message(self.Said(f"select a session that is ready; {key} opens one"))
            return None
        opening = self.services.store.ssh_kept.get(session.session_id)
        if opening is None:
            key = key_of("ssh_session.create", self.services)
            self.post_message(self.Said(f"this session's key is not here; {key} opens one that is"))
        return opening

    async def _copy_command(self) -> None:
        opening = self._kept()
        if opening is None or opening.target is None:
            return
        identity, target = opening.identity, opening.target
        texts = {
            "ssh": ssh_login.command_line(identity.ssh_argv(target)),
            "scp": ssh_login.scp_command(identity, target),
            "rsync": ssh_login.rsync_command(identity, target),
        }
        items = [
            MenuItem(id=name, label=name, keys=(name[0],), detail=plain(text))
            for name, text in texts.items()
        ]
        items[1] = MenuItem(id="scp", label="scp", keys=("c",), detail=plain(texts["scp"]))
        chosen = await self.app.push_screen_wait(MenuDialog("Copy a command", items))
        if chosen is not None:
            self.post_message(self.Copied(texts[chosen], f"the {chosen} command"))

    async def _host_block(self) -> None:
        opening, record = self._kept(), self.record
        if opening is None or opening.target is None or record is None:
            return
        suggested = record.label.name or short_id(self.machine_id).replace(".", "-")
        alias = await self.app.push_screen_wait(
            PromptDialog("Host block", "Name", value=_word(suggested), check=_alias)
        )
        if alias is None:
            return
        directory = _config_directory()
        files = directory / _FILES
        key = opening.identity.key
        if opening.identity.is_ephemeral:
            key = files / alias
        block = ssh_login.host_block(alias, opening.target, key, files)
        lines: list[Line] = [((line, Role.TEXT),) for line in block.splitlines()]
        lines += [(), ((f"Goes to the end of {directory / 'config'}.", Role.MUTED),)]
        lines.append((("It works until the certificate expires.", Role.MUTED),))
        answer = self.app.push_screen_wait(
            ConfirmDialog(f"Host {alias}", lines, accept_label="Append")
        )
        if not await answer:
            return
        try:
            ssh_login.keep_files(opening.identity, files, alias)
            is_written = ssh_login.append_host_block(directory / "config", alias, block)
        except OSError as error:
            self.post_message(self.Said(f"not written: {error.strerror}"))
            return
        said = f"ssh {alias} works now" if is_written else f"there is a Host {alias} already"
        self.post_message(self.Said(said))

    async def _close(self) -> None:
        session = self.selected
        if session is None or session.is_ended:
            self.post_message(self.Said("select a session that has not ended"))
            return
        lines = [(("Logins through it may end with it.", Role.TEXT),)]
        answer = self.app.push_screen_wait(
            ConfirmDialog("Close the ssh session?", lines, accept_label="Close it")
        )
        if not await answer:
            return
        try:
            await close_session(self.services.store, session)
        except CloudFault as fault:
            told = explain(fault, about="the session")
            self.post_message(self.Said(f"not closed: {told.happened}. {told.advice}"))
            return
        self.post_message(self.Said("the session is closed"))


def _config_directory() -> Path:
    return Path("~/.ssh").expanduser()


def _word(text: str) -> str:
    """A plain word made of a name."""
    kept = "".join(each if each.isalnum() or each in "-_" else "-" for each in text)
    return kept.strip("-") or "machine"


def _alias(text: str) -> str:
    word = text.strip()
    if not word or word != _word(word) or not word.isascii():
        raise ValueError("a word of letters, digits, - and _")
    return word
