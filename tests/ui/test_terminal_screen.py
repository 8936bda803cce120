"""Working in terminals of a local cloud, through the app: what the terminal says to the outside."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from dedalus_tui.ui.screens.terminal import TerminalScreen
from tests.drivers.app import open_app
from tests.local import wishes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dedalus_tui.store.clock import Clock
    from dedalus_tui.store.terminal_session import TerminalSession
    from tests.drivers.app import Person
    from tests.local.harness import RunningCloud


@asynccontextmanager
async def in_terminal(
    cloud: RunningCloud, clock: Clock | None = None
) -> AsyncIterator[tuple[Person, TerminalSession]]:
    """A person in a new terminal of a new machine, at its first prompt."""
    wishes.create(cloud)
    async with open_app(cloud, clock=clock) as person:
        await person.press("t")
        await person.until_shown(r"user@dm-\w+:~\$")
        (session,) = person.store.terminals.all
        yield person, session


async def leave(person: Person) -> None:
    """Back to the fleet; the terminal stays attached."""
    await person.press("ctrl+right_square_bracket", "d")
    await person.until(lambda: person.app.screen is person.fleet, "the fleet")


async def test_a_program_in_a_hidden_terminal_hears_of_another_theme(cloud: RunningCloud) -> None:
    async with in_terminal(cloud) as (person, session):
        session.type(b"printf '\\033[?2031h'; cat -v\r")
        await person.until(lambda: session.emulator.screen.has_mode(2031), "the program's wish")
        await leave(person)
        person.app.choose_theme("light")
        await person.until(lambda: not session.emulator.palette.is_dark, "the light palette")
        session.type(b"\r")
        await person.press("t")
        await person.until_shown(r"\^\[\[\?997;2n")
        screen = person.app.screen
        assert isinstance(screen, TerminalScreen)
        assert screen.pane is not None
        ground = screen.pane.view.render_lines(screen.pane.view.size.region)[-1]._segments[0].style
        assert ground is not None
        assert ground.bgcolor is not None
        assert ground.bgcolor.triplet == session.emulator.palette.theme_background
