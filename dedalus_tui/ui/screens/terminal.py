"""Working in terminals: the bar behind the one reserved key, and what programs ask for.

Keys of the bar are the actions `terminal.…` of the registry, those of a terminal that takes no keys
`unattached.…`; each is carried out by the method named after it.
"""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar

from dedalus_tui.actions.action import Danger, Scope
from dedalus_tui.actions.registry import by_id, for_scope
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.domain.terminal_state import Standing
from dedalus_tui.ui.bindings import screen_bindings, shown_key
from dedalus_tui.ui.compat import send_key
from dedalus_tui.ui.dialogs.close_terminal import agrees_to_close
from dedalus_tui.ui.dialogs.wake import agrees_to_wake
from dedalus_tui.ui.present.fault import explain
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.screens.terminal_exchange import TerminalExchange
from dedalus_tui.ui.widgets.terminal_layout import Side, Way

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.events import Key

    from dedalus_tui.store.terminal_session import TerminalSession
    from dedalus_tui.ui.services import Services

_HATCH_BYTES = b"\x1d"


class TerminalScreen(TerminalExchange):
    """Everything a person can do in and with terminals."""

    PLACE: ClassVar[str] = "terminal"
    BINDINGS: ClassVar[list[BindingType]] = screen_bindings("terminal.unattached")

    def __init__(self, services: Services) -> None:
        """No terminals yet."""
        super().__init__(services)
        self.is_alone = False
        """The program was started for this: leaving it quits."""
        self._is_acting = False
        self._bindings.bind(self.hatch, "open_bar", show=False, priority=True)

    # The bar.

    def action_open_bar(self) -> None:
        """Show what the next key can do."""
        entries = [
            (shown_key(action, self.services.keys) if not action.takes_key else "1-9",
             action.footer, action.id)
            for action in for_scope(
                Scope.TERMINAL, is_read_only=self.services.settings.read_only
            )
            if action.footer
        ]  # fmt: skip
        entries.append((self.hatch_words, f"sends {self.hatch_words}", ""))
        self.end_flash()
        self.status.remove_class("-said")
        self.bar.open(entries, self.size.width)

    def pressed_in_bar(self, event: Key) -> None:
        """Do what the key means; then the keys are the terminal's again."""
        if self._is_acting:
            self.typed_early.append(event)
        elif not self.bar.is_open:
            if self.focused is not None and self.focused is not self.bar:
                send_key(event, self.focused)
        elif event.key in self.services.keys.get("terminal.find", ("slash",)):
            # At once: the next keys are what to search for.
            self.bar.close()
            self.action_terminal_find()
        else:
            self._is_acting = True
            # In a worker, because some actions ask and wait for the answer.
            self.run_worker(self._act_and_return(event.key), name="bar")

    def on_key(self, event: Key) -> None:
        """A key that set out before the first terminal was there is for that terminal."""
        view = self.pane.view if self.pane is not None else None
        if self.focused is None:
            self.typed_early.append(event)
        elif view is not None and self.focused is view and view.is_live:
            send_key(event, view)  # which keeps every key that was sent to it
        else:
            return
        event.stop()
        event.prevent_default()

    async def _act_and_return(self, key: str) -> None:
        """The bar keeps the keys until the action is done, so that none slips into the shell."""
        try:
            await self._act_on(key)
        finally:
            self._is_acting = False
            self.bar.close()
            self.focus_terminal()
            self.refresh_status()

    async def _act_on(self, key: str) -> None:
        if key == self.hatch:
            if self.session is not None:
                self.send(self.session, _HATCH_BYTES)
            return
        if key == "escape":
            return
        for action in for_scope(Scope.TERMINAL):
            if key in self.services.keys.get(action.id, action.keys):
                await self.perform(action.id, key)
                return
        self.flash(f"{key} does nothing after {self.hatch_words}")

    async def perform(self, action_id: str, key: str) -> None:
        """Carry out an action of the bar; in read-only mode only what changes nothing."""
        if not action_id:
            return
        action = by_id(action_id)
        if self.services.settings.read_only and action.danger is not Danger.HARMLESS:
            self.flash(f"{action.label}: this is read-only")
            return
        method = getattr(self, f"action_{action_id.replace('.', '_')}")
        result = method(key) if action.takes_key else method()
        if isawaitable(result):
            await result

    def action_perform(self, action_id: str) -> None:
        """A key of a terminal that is not attached; in a worker, because some ask."""
        self.run_worker(self.perform(action_id, ""), name=action_id)

    # Getting about.

    def action_terminal_back(self) -> None:
        """Leave; everything stays connected."""
        if self.is_alone:
            self.app.exit()
        else:
            self.dismiss()

    async def action_terminal_tab(self, key: str) -> None:
        """The tab of that number."""
        if self.bench.go_to(int(key) - 1):
            await self.lay_out()
        else:
            self.flash(f"there are {len(self.bench.tabs)} tabs")

    async def action_terminal_last(self) -> None:
        """The tab used before."""
        self.bench.go_back()
        await self.lay_out()

    async def action_terminal_left(self) -> None:
        """The terminal at the left."""
        await self._move(Side.LEFT)

    async def action_terminal_right(self) -> None:
        """The terminal at the right."""
        await self._move(Side.RIGHT)

    async def action_terminal_up(self) -> None:
        """The terminal above."""
        await self._move(Side.UP)

    async def action_terminal_down(self) -> None:
        """The terminal below."""
        await self._move(Side.DOWN)

    async def _move(self, side: Side) -> None:
        if self.bench.move(side, self.room):
            await self.lay_out()

    async def action_terminal_zoom(self) -> None:
        """This terminal alone, or all of the tab again."""
        self.bench.zoom()
        await self.lay_out()

    def on_descendant_focus(self) -> None:
        """A click gave the keys to another terminal."""
        for number, pane in self.panes.items():
            if pane.view.has_focus and number != self.bench.focused:
                self.bench.focus(number)
                self.refresh_header()

    # Opening and ending.

    async def action_terminal_new(self) -> None:
        """Another terminal on the same machine, in a tab of its own."""
        session, room = self.session, self.room
        if session is not None:
            new = await self._another(session, room.columns, room.rows)
            if new is not None:
                self.show_session(new)

    async def _another(
        self, like: TerminalSession, columns: int, rows: int
    ) -> TerminalSession | None:
        """One more of its kind on the same machine; None when the person would rather not."""
        terminals, machine_id = self.services.store.terminals, like.machine_id
        if not like.is_ssh:
            agrees = await self._agrees_to_wake(machine_id)
            return terminals.open(machine_id, columns=columns, rows=rows) if agrees else None
        from dedalus_tui.ui.screens.ssh_login import prepared

        record = self.services.store.machines.get(machine_id)
        if record is None:
            self.flash("the machine does not exist any more")
            return None
        opening = await prepared(self.app, self.services, record)
        if opening is None:
            return None
        return terminals.open_ssh(machine_id, opening, columns=columns, rows=rows)

    async def action_terminal_split_right(self) -> None:
        """Another terminal beside this one."""
        await self._split(Way.ACROSS)

    async def action_terminal_split_down(self) -> None:
        """Another terminal below this one."""
        await self._split(Way.DOWN)

    async def _split(self, way: Way) -> None:
        session = self.session
        if session is None:
            return
        if not self.bench.has_room(way, self.room):
            self.flash("there is no room to split this terminal")
            return
        columns, rows = session.emulator.columns, session.emulator.rows
        size = (columns // 2, rows - 1) if way is Way.ACROSS else (columns, rows // 2)
        new = await self._another(session, max(1, size[0]), max(1, size[1]))
        if new is not None:
            self.bench.split(new.number, way, self.room)
            await self.lay_out()

    async def _agrees_to_wake(self, machine_id: str) -> bool:
        """True when the machine is awake, or the person wants it to be woken."""
        record = self.services.store.machines.get(machine_id)
        return record is None or await agrees_to_wake(self.app, record, "a terminal")

    async def action_terminal_reconnect(self) -> None:
        """Connect anew; wakes the machine only with consent."""
        session = self.session
        if session is None:
            return
        if session.is_ssh:
            new = "terminal.new" if session.state.takes_keys else "unattached.new"
            self.flash(f"ssh cannot be connected to again; {self.keys_of(new)} logs in anew")
            return
        may_wake = session.state.standing is Standing.SLEPT
        if may_wake and not await self._agrees_to_wake(session.machine_id):
            return
        session.reconnect(may_wake=may_wake)

    async def action_terminal_detach(self) -> None:
        """Hang up, so that the machine may sleep."""
        session = self.session
        if session is None:
            return
        if session.is_ssh:
            back = self.keys_of("terminal.back")
            self.flash(f"ssh ends when its tab is closed; {back} leaves it running here")
        else:
            await session.detach()

    async def action_terminal_close(self) -> None:
        """End the terminal; asks while something may run in it."""
        session = self.session
        if session is None:
            return
        title = f"{session.number} on {self.machine_words(session.machine_id)}"
        if not await agrees_to_close(self.app, session, title):
            return
        try:
            await session.end()
        except CloudFault as fault:
            self.flash(f"not closed: {explain(fault, about='the terminal').sentences}", Role.BAD)
            return
        self.services.store.terminals.forget(session)
        await self.lay_out()
        if self.bench.tab is None:
            self.action_terminal_back()

    async def action_terminal_rename(self) -> None:
        """Another title, in this program only."""
        from dedalus_tui.ui.dialogs.prompt import PromptDialog

        session = self.session
        if session is not None:
            name = await self.app.push_screen_wait(
                PromptDialog("Terminal", "title", value=session.given_title)
            )
            if name is not None:
                session.given_title = name
                self.refresh_header()

    action_unattached_reconnect = action_terminal_reconnect
    action_unattached_new = action_terminal_new
    action_unattached_close = action_terminal_close
    action_unattached_back = action_terminal_back

    def action_terminal_help(self) -> None:
        """Every key of the bar, and of terminals that are not attached, with what it does."""
        from dedalus_tui.ui.screens.help import HelpScreen

        def run_chosen(action_id: str | None) -> None:
            if action_id:
                self.run_worker(self.perform(action_id, "1"), name=action_id)

        screen = HelpScreen(
            self.PLACE, self.services.keys, self.services.settings, also=("terminal.unattached",)
        )
        self.app.push_screen(screen, run_chosen)
