"""A stage for screens and dialogs: a small app around a store that lives on a local cloud.

It has the real bridge and the real path from key to runner, and nothing of the app's own screens.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from textual.app import App

from dedalus_tui.actions.registry import by_id
from dedalus_tui.actions.runner import Runner
from dedalus_tui.config.settings import Settings
from dedalus_tui.ui.bindings import app_bindings, default_keys
from dedalus_tui.ui.bridge import Bridge
from dedalus_tui.ui.painting import PaintsWhatIsSeen
from dedalus_tui.ui.perform import Performer
from dedalus_tui.ui.screens.action_screen import ActionScreen
from dedalus_tui.ui.services import Services
from dedalus_tui.ui.themes import THEMES
from tests.store.living import living_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from textual.pilot import Pilot
    from textual.screen import Screen

    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.record import MachineRecord
    from tests.local.harness import RunningCloud

PATIENCE_SECONDS = 20


class Stage(PaintsWhatIsSeen, App[None]):
    """Shows whatever screen is pushed; `store` may be left out for dialogs that need none."""

    BINDINGS = app_bindings()

    def __init__(
        self, store: Store | None = None, settings: Settings | None = None, *, theme: str = "dark"
    ) -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        self.said: list[str] = []
        self.copied: list[str] = []
        self.opened: list[str] = []
        self.answers: list[Any] = []
        self.bridge = Bridge(self)
        self.store = store
        self.settings = settings or Settings()
        self.runner = Runner(store) if store is not None else None
        if self.settings.ascii:
            self.add_class("-ascii")

    @property
    def services(self) -> Services:
        """What screens are handed."""
        assert self.store is not None
        assert self.runner is not None
        return Services(
            store=self.store,
            runner=self.runner,
            settings=self.settings,
            changed=self.bridge.signal,
            keys=default_keys(),
            place="stage",
            is_local=False,
            perform=self.start_action,
            open_machine=self.opened.append,
            say=self.said.append,
        )

    def on_mount(self) -> None:
        if self.store is not None:
            # A test changes the store from outside the app, and timers need the app's context.
            context, listen = copy_context(), self.store.changes.listen
            self.bridge.connect(lambda hear: listen(lambda keys: context.run(hear, keys)))

    def start_action(self, action_id: str, targets: Sequence[MachineRecord]) -> None:
        performer = Performer(self, self.services, say=self.said.append, decided=lambda: None)
        self.run_worker(performer.perform(by_id(action_id), targets), name=action_id)

    async def action_perform(self, action_id: str, key: str = "") -> None:
        """As the app does it: the screen on top knows how."""
        if isinstance(self.screen, ActionScreen):
            await self.screen.action_perform(action_id, key)

    def action_app_up_or_quit(self) -> None:
        """Up, to the empty stage."""
        self.pop_screen()

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)

    def show(self, screen: Screen[Any]) -> None:
        """Push a screen; what it is dismissed with is kept in `answers`."""
        self.push_screen(screen, self.answers.append)

    @property
    def lines(self) -> list[str]:
        """What the screen shows, line by line, without blanks at the ends."""
        strips = self.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    def lines_of(self, selector: str) -> list[str]:
        """What one widget of the screen shows, line by line."""
        region = self.screen.query_one(selector).region
        strips = self.screen._compositor.render_strips()[region.y : region.bottom]
        return [strip.crop(region.x, region.right).text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self.lines)


@asynccontextmanager
async def on_stage(
    make: Callable[[Stage], Screen[Any]],
    *,
    store: Store | None = None,
    settings: Settings | None = None,
    size: tuple[int, int] = (80, 24),
    theme: str = "dark",
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """A stage with one screen on it."""
    stage = Stage(store, settings, theme=theme)
    async with stage.run_test(size=size) as pilot:
        stage.show(make(stage))
        await pilot.pause()
        yield stage, pilot


@asynccontextmanager
async def on_live_stage(
    cloud: RunningCloud,
    make: Callable[[Stage], Screen[Any]],
    *,
    settings: Settings | None = None,
    size: tuple[int, int] = (80, 24),
    clock: Clock | None = None,
    journal: Path | None = None,
    ready: Callable[[Store], object] = lambda store: store.machines.is_loaded,
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """A stage over a store that lives on `cloud`, once `ready` holds."""
    async with living_store(cloud, clock=clock, journal=journal) as store:
        stage = Stage(store, settings)
        async with stage.run_test(size=size) as pilot:
            await until(pilot, lambda: ready(store))
            stage.show(make(stage))
            await pilot.pause()
            yield stage, pilot


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Wait until `condition()` holds, letting the app work meanwhile."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await pilot.pause()
