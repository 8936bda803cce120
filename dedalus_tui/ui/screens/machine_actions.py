"""What any screen of machines does itself with the selected ones: menu, copying, looking again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.actions.action import SCREENS, Scope
from dedalus_tui.actions.registry import by_id, for_scope
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.row import title_of
from dedalus_tui.ui.present.units import counted
from dedalus_tui.ui.screens.run_actions import RunActions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar

    from textual.app import App

    from dedalus_tui.actions.action import Action
    from dedalus_tui.config.settings import Settings
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.services import Services


class MachineActions(RunActions):
    """Mixed into ActionScreen."""

    PLACE: ClassVar[str]
    services: Services | None
    settings: Settings
    keys: Mapping[str, tuple[str, ...]]

    if TYPE_CHECKING:
        app: App[Any]

        def targets(self, action: Action) -> tuple[MachineRecord, ...]:
            """The machines an action is for."""

        def flash(self, text: str, role: str = Role.WARN) -> None:
            """Say something in passing."""

        async def open_tab(self, key: str) -> None:
            """Show a tab; only the machine's own screen has them."""

        async def action_perform(self, action_id: str, key: str = "") -> None:
            """Carry out an action."""

        def _method_for(self, action_id: str) -> Callable[..., object] | None:
            """What carries the action out here."""

    def carries_out(self, action: Action) -> bool:
        """True when its key does something on this screen as it stands, and with this service:
        help tells of no other."""
        from dedalus_tui.actions.newer_service import ABILITIES, why_not_offered

        ability = ABILITIES.get(action.id)
        if ability and self.services and why_not_offered(self.services.store, ability):
            return False
        by_runner = not action.is_carried_by_screen or action.id == "machine.undo"
        return by_runner or self._method_for(action.id) is not None

    def action_machine_menu(self) -> None:
        """Every action for what is selected, with the reasons why not."""
        if self.services is None:
            self.flash("All actions: not connected yet")
            return
        self.app.run_worker(self._menu(self.services), name="action menu")

    async def _menu(self, services: Services) -> None:
        from dedalus_tui.ui.dialogs.action_menu import ActionMenu

        records = self.targets(by_id("machine.menu"))
        actions = for_scope(
            *(SCREENS[self.PLACE] & {Scope.MACHINE, Scope.FLEET}),
            is_read_only=self.settings.read_only,
        )

        def why_not(action: Action) -> str | None:
            if not action.needs_target:
                return services.runner.why_not(action)
            reasons = [services.runner.why_not(action, target) for target in self.targets(action)]
            if not reasons:
                return "select a machine first"
            return None if None in reasons else reasons[0]

        offered = [action for action in actions if action.label and not action.takes_key]
        title = _title(records)
        chosen = await self.app.push_screen_wait(
            ActionMenu(title, offered, why_not=why_not, keys=self.keys)
        )
        if chosen is not None:
            await self.action_perform(chosen)

    def action_machine_copy_id(self) -> None:
        """The ids, one a line."""
        ids = [record.machine_id for record in self.targets(by_id("machine.copy_id"))]
        if not ids:
            self.flash("Copy id: select a machine first")
            return
        what = ids[0] if len(ids) == 1 else counted(len(ids), "id")
        self._copy("\n".join(ids), what)

    def action_machine_copy_as(self) -> None:
        """A command for the machine."""
        records = self.targets(by_id("machine.copy_as"))
        if not records or self.services is None:
            self.flash("Copy as: select a machine first")
            return
        base_url = self.services.store.base_url
        self.app.run_worker(self._copy_as(records[0], base_url), name="copy as")

    async def _copy_as(self, record: MachineRecord, base_url: str) -> None:
        from dedalus_tui.actions.copy_as import choices
        from dedalus_tui.ui.dialogs.copy_as import CopyAsDialog

        assert self.services is not None
        network = self.services.store.networks.of(record.machine_id)
        offered = choices(record.machine, base_url, network)
        title = f"Copy {title_of(record.machine, record.label)} as"
        place = await self.app.push_screen_wait(CopyAsDialog(title, offered))
        if place is not None:
            self._copy(offered[int(place)].text, offered[int(place)].title)

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        # Whether the terminal takes it is not known: it never answers.
        self.flash(f"sent to the terminal's clipboard: {what}", Role.OK)

    def action_machine_ssh(self) -> None:
        """Log in with the system's ssh; this program waits meanwhile."""
        record = self._usable("machine.ssh")
        if record is not None and self.services is not None:
            from dedalus_tui.ui.screens.ssh_login import log_in

            self.app.run_worker(log_in(self.app, self.services, record), name="ssh")

    def action_machine_ssh_tab(self) -> None:
        """Log in by ssh in a tab beside the terminals."""
        record = self._usable("machine.ssh_tab")
        if record is not None and self.services is not None:
            from dedalus_tui.ui.screens.ssh_tab import open_ssh_tab

            self.app.run_worker(open_ssh_tab(self.app, self.services, record), name="ssh tab")

    def action_machine_previews(self) -> None:
        """The tab of the machine's previews."""
        self._open_tab("machine.previews", "previews")

    def action_machine_open_url(self) -> None:
        """A ready preview in the browser; without one, the tab where one is made."""
        record = self._usable("machine.open_url")
        if record is not None and self.services is not None:
            self.app.run_worker(self._open_url(self.services, record), name="open preview")

    async def _open_url(self, services: Services, record: MachineRecord) -> None:
        from dedalus_tui.ui.panes.previews import is_web_address

        book = services.store.previews
        await book.load(record.machine_id)
        urls = [
            preview.url
            for preview in book.of(record.machine_id)
            if preview.status == "ready" and preview.url and is_web_address(preview.url)
        ]
        if len(urls) == 1:
            self.app.open_url(urls[0])
            self.flash(f"opening {urls[0]}", Role.OK)
        else:
            self._open_tab("machine.open_url", "previews")

    def _usable(self, action_id: str) -> MachineRecord | None:
        """The selected machine, or the reason why not, said."""
        action = by_id(action_id)
        if self.services is None:
            self.flash(f"{action.label}: not connected yet")
            return None
        records = self.targets(action)
        why_not = self.services.runner.why_not(action, records[0] if records else None)
        if why_not is not None:
            self.flash(f"{action.label}: {why_not}")
            return None
        return records[0]

    def _open_tab(self, action_id: str, tab: str) -> None:
        records = self.targets(by_id(action_id))
        if not records or self.services is None:
            self.flash("select a machine first")
            return
        if self.PLACE == "machine":
            self.app.run_worker(self.open_tab(tab), name="open tab")
        else:
            self.services.open_machine(records[0].machine_id, tab=tab)

    def action_machine_refresh(self) -> None:
        """Ask the service about these machines now."""
        if self.services is None:
            return
        records = self.targets(by_id("machine.refresh"))
        for record in records:
            self.services.store.refresh(record.machine_id)
        self.flash(f"asking about {_title(records)}", Role.TEXT)


def _title(records: tuple[MachineRecord, ...]) -> str:
    if not records:
        return "no machine"
    if len(records) == 1:
        return title_of(records[0].machine, records[0].label)
    return counted(len(records), "machine")
