"""Working in terminals of a local cloud, through the app: what the terminal says to the outside."""

from __future__ import annotations

import re
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


async def test_a_bell_marks_tab_and_machine_until_the_terminal_is_looked_at(
    cloud: RunningCloud,
) -> None:
    async with in_terminal(cloud) as (person, first):
        await person.press("ctrl+right_square_bracket", "n")
        await person.until(lambda: len(person.store.terminals.all) == 2, "a second terminal")
        second = person.store.terminals.all[1]
        await person.until(lambda: second.state.accepts_input, "its shell")
        assert not re.search(r"^ 1 .* ! │", person.text)
        first.type(b"printf '\\a'\r")
        await person.until_shown(r"^ 1 .* ! │ 2 ")
        await leave(person)
        row = r"^▌?\s+! dm-"
        await person.until_shown(f"(?m){row}")
        second.type(b"printf '\\033]9;tests passed\\a'\r")
        await person.until_shown("tests passed")
        # The one that is shown again rests; the other one still calls.
        await person.press("t")
        await person.until(lambda: not second.is_calling, "a look at the second")
        await leave(person)
        await person.until_shown(f"(?m){row}")
        await person.press("t")
        await person.until(lambda: isinstance(person.app.screen, TerminalScreen), "terminals")
        await person.press("ctrl+right_square_bracket", "1")
        await person.until(lambda: not first.is_calling, "a look at the first")
        await leave(person)
        await person.until_gone(f"(?m){row}")
