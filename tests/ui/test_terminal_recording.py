"""The screen that plays a recording."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.app import App

from dedalus_tui.config.settings import Settings
from dedalus_tui.store.terminal_playback import Playback
from dedalus_tui.ui.bindings import app_bindings, default_keys
from dedalus_tui.ui.screens.recording import RecordingScreen
from dedalus_tui.ui.themes import DARK, THEMES
from tests.store.test_terminal_playback import recorded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot


class Host(App[None]):
    """Shows one recording."""

    BINDINGS = app_bindings()

    def action_app_up_or_quit(self) -> None:
        self.pop_screen()

    async def action_perform(self, action_id: str) -> None:
        await self.screen.run_action(f"perform('{action_id}')")

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await pilot.pause(0.02)


def shown(screen: RecordingScreen) -> str:
    strips = screen.canvas.render_lines(screen.canvas.size.region)
    return "\n".join(strip.text.rstrip() for strip in strips).strip()


async def test_it_plays_pauses_skips_and_is_left(tmp_path: Path) -> None:
    playback = Playback(recorded(tmp_path / "a.cast"))
    app = Host()
    async with app.run_test(size=(100, 10)) as pilot:
        screen = RecordingScreen(Settings(), default_keys(), playback, name="a.cast")
        await app.push_screen(screen)
        await pilot.press("plus", "plus", "plus", "plus")
        await until(pilot, lambda: "one" in shown(screen))
        await pilot.press("space")
        assert "paused" in screen.header.text
        await pilot.press("right")
        await until(pilot, lambda: "three" in shown(screen))
        assert "over" in screen.header.text or "paused" in screen.header.text
        await pilot.press("0")
        await until(pilot, lambda: "one" not in shown(screen))
        await pilot.press("q")
        assert app.screen is not screen
