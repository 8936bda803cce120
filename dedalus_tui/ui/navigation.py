"""The part of the app that goes from screen to screen and tells people things."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedalus_tui.ui.compat import OutlivesLeaving, TellsNoLocals
from dedalus_tui.ui.painting import PaintsWhatIsSeen
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.type_ahead import TypeAhead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.notifications import SeverityLevel
    from textual.screen import Screen

    from dedalus_tui.config.settings import Settings
    from dedalus_tui.ui.panes.artifacts import ArtifactsPane
    from dedalus_tui.ui.panes.terminals import TerminalsPane
    from dedalus_tui.ui.screens.machines import MachinesScreen
    from dedalus_tui.ui.services import Services

_TOAST_CSS = str(Path(__file__).with_name("toast.tcss"))

NOTICE_SECONDS = 4.0
UNTIL_DISMISSED = 86_400.0


class NavigatingApp(PaintsWhatIsSeen, OutlivesLeaving, TellsNoLocals, TypeAhead):
    """Opens screens by name; each is imported when it is first opened."""

    settings: Settings
    fleet: MachinesScreen
    keys: Mapping[str, tuple[str, ...]]
    """The keys in effect, by action id."""
    _services: Services | None = None
    _last_left: Callable[[], Screen[Any]] | None = None
    """Makes the screen that was opened last."""

    def say(self, text: str) -> None:
        """Tell in passing, where the keys are shown."""
        if isinstance(self.screen, ActionScreen):
            self.screen.flash(text)
        else:
            self.tell(text)

    def tell(self, text: str, *, is_error: bool = False) -> None:
        """Tell in a notice; an error stays until it is dismissed."""
        self.notify(
            text,
            severity="error" if is_error else "information",
            timeout=UNTIL_DISMISSED if is_error else NOTICE_SECONDS,
            markup=False,
        )

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """As Textual's; how notices look is read with the first one, not before the first paint."""
        if not self.stylesheet.has_source(_TOAST_CSS, ""):
            self.stylesheet.read(_TOAST_CSS)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def on_machines_screen_machine_opened(self, event: MachinesScreen.MachineOpened) -> None:
        """To a machine's own screen."""
        self.open_machine(event.machine_id)

    def open_machine(self, machine_id: str, *, tab: str = "overview") -> None:
        """Show a machine on a screen of its own."""
        services = self._services
        if services is None:
            self.say("Open: not connected yet")
            return
        from dedalus_tui.ui.screens.machine import MachineScreen

        self._show(lambda: MachineScreen(services, machine_id, tab=tab))

    def to_fleet(self) -> None:
        """Leave every screen above the fleet."""
        while len(self.screen_stack) > 1:
            # Whoever waits for the answer of a dialog goes on, too.
            self.screen.dismiss()

    def action_machine_raw(self) -> None:
        """What the service says about the selected machine."""
        key = self.fleet.table.cursor_key
        if key is not None:
            self.open_machine(key, tab="raw")

    def action_app_action_log(self) -> None:
        """Every request, and its result."""
        services = self._services
        if services is None:
            self.say("Action log: not connected yet")
            return
        from dedalus_tui.ui.screens.action_log import ActionLogScreen

        self._show(lambda: ActionLogScreen(services))

    def action_app_usage(self) -> None:
        """What all machines used this month."""
        services = self._services
        if services is None:
            self.say("Usage: not connected yet")
            return
        from dedalus_tui.ui.screens.usage import UsageScreen

        self._show(lambda: UsageScreen(services))

    def action_machine_terminal(self) -> None:
        """Work in a terminal on the selected machine."""
        services, screen = self._services, self.screen
        if services is None or not isinstance(screen, ActionScreen):
            self.say("Terminal: not connected yet")
            return
        from dedalus_tui.actions.terminals import OPEN
        from dedalus_tui.ui.screens.terminal_entry import open_terminal

        targets = screen.targets(OPEN)
        if targets:
            self.run_worker(open_terminal(self, services, targets[0]), name="terminal")

    def action_app_terminals(self) -> None:
        """The terminals of all machines."""
        services = self._services
        if services is None:
            self.say("Terminals: not connected yet")
            return
        from dedalus_tui.ui.screens.terminals import TerminalsScreen

        self._show(lambda: TerminalsScreen(services))

    def action_app_memory_growth(self) -> None:
        """Say whether all machines may get more memory by themselves."""
        services = self._services
        if services is None:
            self.say("Memory growth: not connected yet")
            return
        from dedalus_tui.actions.registry import by_id
        from dedalus_tui.ui.dialogs.memory_growth import change_memory_growth

        why_not = services.runner.why_not(by_id("app.memory_growth"))
        if why_not is not None:
            self.say(f"Memory growth: {why_not}")
        else:
            self.run_worker(change_memory_growth(self, services), name="memory growth")

    def action_app_previews(self) -> None:
        """The ports of all machines that have an address."""
        self.open_things("previews")

    def action_app_artifacts(self) -> None:
        """The files that runs left on any machine."""
        self.open_things("artifacts")

    def action_app_ssh_sessions(self) -> None:
        """The ssh sessions of all machines."""
        self.open_things("ssh")

    def open_things(self, tab: str) -> None:
        """What the tab of that name shows of one machine, of all of them."""
        services = self._services
        if services is None:
            self.say("not connected yet")
            return
        from dedalus_tui.ui.screens.thing_kinds import KINDS
        from dedalus_tui.ui.screens.things import ThingsScreen

        self._show(lambda: ThingsScreen(services, KINDS[tab]))

    def on_artifacts_pane_view_asked(self, event: ArtifactsPane.ViewAsked) -> None:
        """Look at a text or an image of a machine's tab."""
        services, artifact = self._services, event.artifact
        if services is None:
            return
        from dedalus_tui.store.artifact_image import is_image
        from dedalus_tui.ui.screens.artifact_image import ArtifactImageScreen
        from dedalus_tui.ui.screens.artifact_text import ArtifactTextScreen

        if is_image(artifact):
            has_colours = not self.ansi_color
            self.push_screen(ArtifactImageScreen(services, artifact, has_colours=has_colours))
        else:
            self.push_screen(ArtifactTextScreen(services, artifact))

    def on_terminals_pane_attached(self, event: TerminalsPane.Attached) -> None:
        """Work in a terminal of a machine's tab."""
        if self._services is not None:
            from dedalus_tui.ui.screens.terminal_entry import show_entry

            show_entry(self, self._services, event.entry)

    def on_terminals_pane_close_asked(self, event: TerminalsPane.CloseAsked) -> None:
        """End a terminal of a machine's tab."""
        self.run_worker(self._close_terminal(event), name="close terminal")

    async def _close_terminal(self, event: TerminalsPane.CloseAsked) -> None:
        from dedalus_tui.ui.screens.terminal_entry import close_entry

        if self._services is not None:
            problem = await close_entry(self, self._services, event.entry)
            if problem:
                self.tell(problem, is_error=True)
            event.pane.reload()

    def action_app_last_screen(self) -> None:
        """Back to the screen shown before this one."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif self._last_left is not None:
            self._show(self._last_left)
        else:
            self.say("there was no other screen yet")

    def _show(self, make: Callable[[], Screen[Any]]) -> None:
        self._last_left = make
        self.push_screen(make())

    def action_app_help(self) -> None:
        """Every key of the screen on top."""
        screen = self.screen
        if not isinstance(screen, ActionScreen):
            return
        from dedalus_tui.ui.command_line import COMMANDS
        from dedalus_tui.ui.screens.help import HelpScreen, TypedCommand

        commands = [TypedCommand(each.names[0], each.usage, each.help) for each in COMMANDS]
        help_screen = HelpScreen(
            screen.place,
            self.keys,
            self.settings,
            carries_out=screen.carries_out,
            commands=commands,
        )
        self.push_screen(help_screen, self._run_chosen)

    async def _run_chosen(self, action_id: str | None) -> None:
        screen = self.screen
        if action_id is None or not isinstance(screen, ActionScreen):
            return
        if action_id.startswith(":"):
            await screen.open_command_line(action_id[1:])
        else:
            await screen.action_perform(action_id)

    def action_app_palette(self) -> None:
        """Find an action or a machine by its name."""
        from dedalus_tui.ui.palette import Palette

        self.push_screen(Palette())
