"""Working in terminals of a local cloud, through the app: what the terminal says to the outside."""

from __future__ import annotations

import hashlib
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from dedalus_tui.config.settings import Settings
from dedalus_tui.domain.terminal_state import Standing
from dedalus_tui.store.terminal_outbox import CAPACITY_BYTES
from dedalus_tui.ui.screens import terminals
from dedalus_tui.ui.screens.terminal import TerminalScreen
from tests.drivers import passing
from tests.drivers.app import open_app
from tests.drivers.shifted_clock import ShiftedClock
from tests.local import wishes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

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


async def test_an_idle_terminal_says_that_it_keeps_the_machine_awake(cloud: RunningCloud) -> None:
    clock = ShiftedClock()
    async with in_terminal(cloud, clock) as (person, session):
        assert "awake" not in person.text
        clock.skipped += 61
        await person.until_shown(r"idle 1m, keeps it awake")
        assert "detach" not in person.text
        clock.skipped += 15 * 60
        await person.until_shown(r"Nothing happened here for 16m.*; it keeps dm-\S+ awake")
        await person.until_shown(r"\^\] D detach, what runs goes on +any key stay")
        assert session.state.standing is Standing.ATTACHED
        await person.type("x")
        await person.until_gone("Nothing happened")
        clock.skipped += 15 * 60
        await person.until_shown("Nothing happened")
        await person.press("ctrl+right_square_bracket", "D")
        await person.until(lambda: session.state.standing is Standing.DETACHED, "detached")
        await person.until_shown("What runs there goes on")
        await person.until_gone("awake")


async def test_programs_write_the_clipboard_within_limits_and_never_read_it(
    cloud: RunningCloud,
) -> None:
    async with in_terminal(cloud) as (person, session):
        copied: list[str] = []
        person.app.copy_to_clipboard = copied.append  # type: ignore[method-assign, assignment]
        session.type(b"printf '\\033]52;c;aGVsbG8=\\a'\r")
        await person.until_shown("wrote 5 characters to the clipboard")
        assert copied == ["hello"]
        session.type(b"printf '\\033]52;c;%s\\a' $(head -c 60000 /dev/zero | base64 -w0)\r")
        await person.until_shown("wanted to write 60000 characters to the clipboard: too many")
        session.type(b"clear; printf '\\033]52;c;?\\a\\033[5n'; read -rsn4 x; declare -p x\r")
        await person.until_shown(r"declare -- x=.*\[0n")
        assert "]52" not in person.text.split("declare --")[1]
        assert copied == ["hello"]


async def test_a_link_shows_where_it_leads_before_it_is_opened(cloud: RunningCloud) -> None:
    async with in_terminal(cloud) as (person, session):
        opened: list[str] = []
        person.app.open_url = lambda url, **_: opened.append(url)  # type: ignore[method-assign]
        uris = ("https://example.com/build/7", "file:///etc/passwd")
        links = "".join(f"\\033]8;;{uri}\\aLINK\\033]8;;\\a " for uri in uris)
        session.type(f"clear; printf '{links}\\n'\r".encode())
        await person.until_shown(r"(?m)^LINK LINK$")
        screen = person.app.screen
        assert isinstance(screen, TerminalScreen)
        assert screen.pane is not None
        view = screen.pane.view
        await person.pilot.hover(view, offset=(1, 0))
        await person.until_shown("ctrl-click opens  https://example.com/build/7")
        assert not opened
        await person.pilot.click(view, offset=(1, 0))
        assert not opened
        await person.pilot.click(view, offset=(1, 0), control=True)
        await person.until(lambda: opened == [uris[0]], "the link opened")
        await person.pilot.click(view, offset=(7, 0), control=True)
        await person.until_shown("not opened, because it is no web address: file:///etc/passwd")
        assert opened == [uris[0]]


async def test_closing_asks_while_something_runs_and_not_after_it_ended(
    cloud: RunningCloud,
) -> None:
    async with in_terminal(cloud) as (person, session):
        await person.press("ctrl+right_square_bracket", "x")
        await person.until_shown("Close terminal 1 on dm-")
        await person.press("escape")
        await person.press("ctrl+right_square_bracket", "D")
        await person.until_shown("What runs there goes on")
        await person.press("x")
        await person.until_shown("what runs there still runs")
        await person.press("escape")
        await person.press("r")
        await person.until(lambda: session.state.accepts_input, "attached again")
        session.type(b"exit\r")
        await person.until_shown("The shell has ended")
        await person.press("x")
        await person.until(lambda: person.app.screen is person.fleet, "the fleet")
        assert not person.store.terminals.all


async def test_keys_of_a_terminal_that_is_not_attached_can_be_bound_anew_and_are_in_help(
    cloud: RunningCloud,
) -> None:
    keys = {"unattached.reconnect": ("f5",), "unattached.back": ("q",)}
    wishes.create(cloud)
    async with open_app(cloud, settings=Settings(motion=False, keys=keys)) as person:
        await person.press("t")
        await person.until_shown(r"user@dm-\w+:~\$")
        (session,) = person.store.terminals.all
        await person.press("ctrl+right_square_bracket", "D")
        await person.until_shown("f5 attach again   x close   q back")
        await person.press("ctrl+right_square_bracket", "question_mark")
        await person.type("connect")
        await person.until_shown(r"f5 +Connect again")
        await person.press("escape")
        await person.until(lambda: isinstance(person.app.screen, TerminalScreen), "the terminal")
        await person.press("r", "escape")
        assert session.state.standing is Standing.DETACHED
        await person.press("f5")
        await person.until(lambda: session.state.accepts_input, "attached again")
        await person.press("q", "f5")
        await person.until_shown(r"\$ q")
        await person.press("ctrl+right_square_bracket", "D")
        await person.until_shown("f5 attach again")
        await person.press("q")
        await person.until(lambda: person.app.screen is person.fleet, "the fleet")


async def test_a_large_paste_arrives_whole_and_one_too_large_is_refused_with_words(
    cloud: RunningCloud,
) -> None:
    async with in_terminal(cloud) as (person, session):
        screen = person.app.screen
        assert isinstance(screen, TerminalScreen)
        assert screen.pane is not None
        session.type(b"stty -icanon -echo; head -c 1200000 | sha256sum\r")
        await person.until_shown("sha256sum")
        pasted = "".join(f"{number:09}\n" for number in range(120_000))
        screen.pane.view.paste(pasted)
        await person.until_shown(hashlib.sha256(pasted.encode()).hexdigest()[:40])
        screen.pane.view.paste("x" * (CAPACITY_BYTES + 1))
        await person.until_shown("not sent: the program has not read yet")


async def test_what_was_said_in_passing_does_not_hide_that_one_scrolls(
    cloud: RunningCloud,
) -> None:
    async with in_terminal(cloud) as (person, _):
        await person.press("ctrl+right_square_bracket", "Z")
        await person.until_shown("Z does nothing after")
        await person.press("ctrl+right_square_bracket", "c")
        screen = person.app.screen
        assert isinstance(screen, TerminalScreen)
        assert screen._flash is None
        await person.until_shown("scroll and copy")


async def test_what_was_said_in_passing_goes(
    cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_terminal(cloud) as (person, _):
        await person.press("ctrl+right_square_bracket", "Z")
        await person.until_shown("Z does nothing after")
        passing.stays(monkeypatch, 0.05)
        await person.press("ctrl+right_square_bracket", "Z")
        await person.until_gone("does nothing after")


async def test_a_terminal_that_has_the_number_of_one_ended_elsewhere_is_shown_itself(
    cloud: RunningCloud,
) -> None:
    """As when it was ended in the list of all terminals."""
    async with in_terminal(cloud) as (person, first):
        await leave(person)
        await first.end()
        person.store.terminals.forget(first)
        await person.press("t")
        await person.until(lambda: person.store.terminals.all, "a new terminal")
        (second,) = person.store.terminals.all
        assert second.number == first.number
        await person.until(lambda: second.state.accepts_input, "its shell")
        screen = person.app.screen
        assert isinstance(screen, TerminalScreen)
        await person.until(lambda: screen.pane is not None and screen.pane.session is second)
        await person.type("echo $((6*7))")
        await person.press("enter")
        await person.until_shown(r"(?m)^42$")


async def test_the_list_of_terminals_knows_what_was_closed_meanwhile(
    cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminals, "_RELOAD_SECONDS", 100_000)
    async with in_terminal(cloud) as (person, _):
        await leave(person)
        await person.press("T")
        await person.until_shown("1 terminal ")
        await person.until_shown("attached")
        await person.press("enter")
        await person.until(lambda: isinstance(person.app.screen, TerminalScreen), "the terminal")
        await person.press("ctrl+right_square_bracket", "x")
        await person.until_shown("Its shell ends")
        await person.press("y")
        await person.until_shown("No terminal is open on any machine")
