"""The app: first paint from what is remembered, then a connection, screens, notices, quitting.

It holds no knowledge of machines; that is the screens', the runner's and the store's.
"""

from __future__ import annotations

import os
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from textual.binding import Binding, BindingType
from textual.color import Color, ColorParseError

from dedalus_tui.store.record import remembered
from dedalus_tui.ui import compat, painting
from dedalus_tui.ui.bindings import app_bindings, key_of
from dedalus_tui.ui.bridge import Bridge
from dedalus_tui.ui.connector import ConnectError
from dedalus_tui.ui.keymap import effective_keys
from dedalus_tui.ui.navigation import NOTICE_SECONDS, NavigatingApp
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.screens.machines import MachinesScreen
from dedalus_tui.ui.themes import DARK, TERMINAL_16, THEME_NAMES, THEMES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime

    from textual.filter import LineFilter
    from textual.screen import Screen
    from textual.worker import Worker

    from dedalus_tui.actions.action import Action
    from dedalus_tui.config.settings import Settings
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.journal.journal import Journal
    from dedalus_tui.store.record import MachineRecord
    from dedalus_tui.ui.connector import Connector
    from dedalus_tui.ui.perform import Draft, Performer
    from dedalus_tui.ui.services import Connection, Services
    from dedalus_tui.ui.widgets.prompt import Prompt

SECOND_CTRL_C_SECONDS = 1.0
LEAVE_SECONDS = 2.0
"""What the store has begun may take so long to end; a program that cannot be left is worse."""


class DedalusApp(NavigatingApp):
    """The dashboard."""

    TITLE = "Dedalus"
    # Textual loads no style sheet of a default screen, so that of the fleet is named here.
    CSS_PATH = ["base.tcss", "screens/machines.tcss"]  # noqa: RUF012 - as App types it
    ENABLE_COMMAND_PALETTE = False
    """Textual's own binding of it; the action `app.palette` opens the same palette."""
    NOTIFICATION_TIMEOUT = NOTICE_SECONDS
    BINDINGS: ClassVar[list[BindingType]] = [
        *app_bindings(),
        Binding("ctrl+c", "interrupt", "Quit", show=False),
    ]

    def __init__(self, settings: Settings, *, connector: Connector, journal: Journal) -> None:
        """`journal` is of the cloud that the settings lead to; its rows are painted first."""
        compat.install()
        painting.install()
        self.settings = settings
        self.is_colourless = bool(os.environ.get("NO_COLOR"))
        self._is_made = False
        super().__init__(ansi_color=True if self.is_colourless else None)
        self._connector = connector
        self._journal = journal
        self._keymap_made = effective_keys(settings.keys)
        self.keys = self._keymap_made.keys
        self._bridge = Bridge(self)
        self._connection: Connection | None = None
        self._store_life: Worker[None] | None = None
        self._performer: Performer | None = None
        self._last_ctrl_c = 0.0
        self._ascii_filter: LineFilter | None = None
        self._commands: list[str] = []
        self._command_place = 0
        self.remember_theme: Callable[[str], None] = lambda _: None
        """Keeps the theme chosen inside the program; the composition root may set it."""
        self.after_first_paint: Callable[[], None] = lambda: None
        """What the composition root put off until something can be seen."""
        self.attach_to: tuple[str, str | None] | None = None
        """A machine, and perhaps a terminal of it, to open straight into; leaving it quits."""
        self.fleet = MachinesScreen(
            settings,
            self._keymap_made.keys,
            saved_views=journal.views,
            remembered=_records(journal),
            where=urlsplit(settings.base_url).netloc,
        )
        self._is_made = True
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._first_theme()

    # Start.

    def get_default_screen(self) -> Screen[Any]:
        """The fleet is the first screen."""
        return self.fleet

    def get_line_filters(self) -> Sequence[LineFilter]:
        """With `--ascii`, borders and the like are drawn so, too."""
        filters = super().get_line_filters()
        if not self.settings.ascii:
            return filters
        if self._ascii_filter is None:
            from dedalus_tui.ui.widgets.ascii_filter import AsciiFilter

            self._ascii_filter = AsciiFilter()
        return (*filters, self._ascii_filter)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The profile's own colour, so that two profiles cannot be taken for each other."""
        try:
            brand = Color.parse(self.settings.header_colour)
        except ColorParseError:
            return {}
        return {"ground-brand": brand.hex, "role-brand": brand.get_contrast_text(1.0).hex}

    def get_css_variables(self) -> dict[str, str]:
        """None while the app is made: no theme is chosen, and the wrong colours take time too."""
        return super().get_css_variables() if self._is_made else {}

    def refresh_css(self, animate: bool = True) -> None:
        """Without a screen, parse nothing: choosing the first theme would parse it all twice."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())
            self.stylesheet.update(self, animate=animate)

    def _first_theme(self) -> str:
        if self.is_colourless:
            return TERMINAL_16
        if self.settings.theme in THEME_NAMES:
            return self.settings.theme
        return TERMINAL_16 if self.console.color_system == "standard" else DARK

    def on_mount(self) -> None:
        """Keys and motion as the settings have them."""
        self.set_keymap(dict(self._keymap_made.overrides))
        if not self.settings.motion:
            self.animation_level = "none"
        self.set_class(self.settings.ascii, "-ascii")

    def on_ready(self) -> None:
        """The first paint is out: now connect, or ask for a key."""
        self.after_first_paint()
        for problem in self._keymap_made.problems:
            self.tell(problem, is_error=True)
        if self._connector.has_key:
            self._connect_by(self._connector.connect)
        else:
            self._welcome()

    def _welcome(self) -> None:
        from dedalus_tui.ui.screens.welcome import WelcomeScreen

        screen = WelcomeScreen(self._connector, self.settings)
        self.push_screen(screen, self._welcomed)

    def _welcomed(self, connect: Callable[[], Awaitable[Connection]] | None) -> None:
        if connect is None:
            self.exit()
        else:
            self._connect_by(connect)

    def _connect_by(self, connect: Callable[[], Awaitable[Connection]]) -> None:
        self.run_worker(self._connect(connect), name="connect", group="connect", exclusive=True)

    async def _connect(self, connect: Callable[[], Awaitable[Connection]]) -> None:
        try:
            connection = await connect()
        except ConnectError as error:
            self.fleet.connection_failed(str(error))
            return
        self._take(connection)

    def _take(self, connection: Connection) -> None:
        from dedalus_tui.ui.notices import NoticeBoard
        from dedalus_tui.ui.perform import Performer
        from dedalus_tui.ui.services import Services

        self._connection = connection
        store = connection.store
        self._bridge.connect(store.changes.listen)
        services = self._services = Services(
            store=store,
            runner=connection.runner,
            settings=self.settings,
            changed=self._bridge.signal,
            keys=self._keymap_made.keys,
            place=connection.place,
            is_local=connection.is_local,
            perform=self.perform,
            open_machine=self.open_machine,
            say=self.say,
        )
        self._performer = Performer(self, services, say=self.say, decided=self.let_keys_go_on)
        board = NoticeBoard(
            connection.runner,
            tell=lambda text, is_error: self.tell(text, is_error=is_error),
            is_told_elsewhere=self._performer.is_told_in_form,
            log_key=key_of("app.action_log", self),
        )
        self._bridge.signal.subscribe(self, board.hear)
        self.fleet.connect(services)
        self._store_life = self.run_worker(store.run(), name="store", group="store")
        for warning in connection.warnings:
            self.tell(warning)
        self.run_worker(self._open_terminals(services), name="terminals at start")

    async def _open_terminals(self, services: Services) -> None:
        """Straight into the terminal asked for, or an offer to go back into those still open."""
        from dedalus_tui.ui.screens import terminal_start

        if self.attach_to is not None:
            await terminal_start.attach_straight(self, services, *self.attach_to)
        else:
            await terminal_start.offer_to_attach(self, services)

    # Actions.

    async def action_perform(self, action_id: str, key: str = "") -> None:
        """A key that means the same everywhere: the screen on top knows how."""
        if action_id == "app.back" and self._has_errors_on_screen():
            self.clear_notifications()
            return
        screen = self.screen
        if isinstance(screen, ActionScreen):
            await compat.composed(screen)
            await screen.action_perform(action_id, key)

    def perform(
        self, action_id: str, targets: Sequence[MachineRecord], draft: Draft | None = None
    ) -> None:
        """Do an action that goes through the runner, in a worker of its own; `draft` fills its
        form."""
        from dedalus_tui.actions.registry import by_id

        wish = self._perform(by_id(action_id), tuple(targets), draft)
        self.run_worker(wish, name=action_id)

    async def _perform(
        self, action: Action, targets: tuple[MachineRecord, ...], draft: Draft | None
    ) -> None:
        if self._performer is None:
            return
        created = await self._performer.perform(action, targets, draft)
        if created:
            self.fleet.select_when_listed(created)

    def _has_errors_on_screen(self) -> bool:
        return any(notice.severity == "error" for notice in self._notifications)

    # Command line and look.

    async def on_action_screen_command_entered(self, event: ActionScreen.CommandEntered) -> None:
        """Somebody typed a command."""
        from dedalus_tui.ui.command_line import run_command

        self._commands.append(event.text)
        self._command_place = len(self._commands)
        await run_command(self, event.text)

    def action_app_header(self) -> None:
        """Show or hide the header and the tabs beneath it."""
        self.toggle_class("-no-header")
        for screen in self.screen_stack:  # Textual restyles only what is on top
            self.update_styles(screen)

    def action_app_breadcrumbs(self) -> None:
        """Show or hide, in the header, where one is."""
        self.toggle_class("-no-crumbs")
        if isinstance(self.screen, ActionScreen):
            self.screen.refresh_header()

    def action_app_refresh_all(self) -> None:
        """Ask for the whole list now, or try to connect again."""
        services, connection = self._services, self._connection
        if services is not None and services.store.health.has_ended:
            if connection is not None and connection.revive is not None:
                self.run_worker(self._revive(connection.revive), group="connect", exclusive=True)
        elif services is not None:
            services.store.refresh()
            self.say("asking for the whole list")
        elif self._connector.has_key:
            self._connect_by(self._connector.connect)

    async def _revive(self, revive: Callable[[], Awaitable[None]]) -> None:
        """Start the local cloud again, and ask it at once."""
        self.say("starting the local cloud again")
        try:
            await revive()
        except ConnectError as error:
            self.tell(str(error), is_error=True)
        if self._services is not None:
            self._services.store.refresh()

    def choose_theme(self, name: str) -> None:
        """Other colours, from now on."""
        self.theme = name
        self.remember_theme(name)

    def on_prompt_completion_asked(self, event: Prompt.CompletionAsked) -> None:
        """Tab in the command line."""
        if event.prompt.sign != ":":
            return
        from dedalus_tui.ui.command_line import complete, offers, usage_of

        completed = complete(event.text)
        if completed != event.text:
            event.prompt.put(completed, is_told=False)
        event.prompt.remark("  ".join(offers(completed)[:8]) or usage_of(completed))

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """While typing a command: the shape of what may follow."""
        if event.prompt.sign == ":":
            from dedalus_tui.ui.command_line import usage_of

            event.prompt.remark(usage_of(event.text))

    def on_prompt_history_asked(self, event: Prompt.HistoryAsked) -> None:
        """Up and down in the command line: what was typed before."""
        if event.prompt.sign == ":" and self._commands:
            place = self._command_place + event.step
            self._command_place = max(0, min(place, len(self._commands) - 1))
            event.prompt.put(self._commands[self._command_place])

    # Leaving.

    def action_app_up_or_quit(self) -> None:
        """Up; at the top, quit."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.action_app_quit()

    def action_app_quit(self) -> None:
        """Quit; with something about to start, or that would end, ask first."""
        services = self._services
        if services is not None and (services.runner.can_stop or services.store.terminals.logins):
            self.run_worker(self._ask_to_quit(), name="quit")
        else:
            self.exit()

    async def _ask_to_quit(self) -> None:
        from dedalus_tui.ui.dialogs.confirm import ConfirmDialog
        from dedalus_tui.ui.present.pending import pending_words

        services = self._services
        waiting = services.runner.pending if services else ()
        bulks = [bulk for bulk in services.runner.under_way if bulk.left] if services else []
        lines = [((f"{pending_words(each)} has not started yet.", "text"),) for each in waiting]
        for bulk in bulks:
            rest = f"{bulk.left} of {bulk.total} machines"
            lines.append(((f"{bulk.action.label} is still to be asked for {rest}.", "text"),))
        if lines:
            lines.append((("It will not be done if you leave now.", "warn"),))
        if services is not None and services.store.terminals.logins:
            lines.append((("ssh runs in a tab. It ends if you leave now.", "warn"),))
        if await self.push_screen_wait(ConfirmDialog("Quit", lines, accept_label="Quit")):
            self.exit()

    def action_interrupt(self) -> None:
        """Ctrl-c: twice within a second quits."""
        now = monotonic()
        if now - self._last_ctrl_c < SECOND_CTRL_C_SECONDS:
            self.action_app_quit()
        else:
            self._last_ctrl_c = now
            self.say("ctrl-c again quits")

    async def on_unmount(self) -> None:
        """Leave nothing running behind."""
        self._bridge.disconnect()
        connection, self._connection = self._connection, None
        if connection is not None:
            # Also those that would ask once more on a line that is closed.
            self.workers.cancel_all()
            if self._store_life is not None:
                await compat.ended(self._store_life, at_most=LEAVE_SECONDS)
            await connection.runner.aclose()
            await connection.aclose()


def _records(journal: Journal) -> Iterable[MachineRecord]:
    rows: tuple[tuple[Machine, datetime], ...] = journal.rows.load()
    for machine, seen_at in rows:
        yield remembered(machine, seen_at, journal.labels.of(machine.machine_id))
