"""Ssh in a tab, as a person meets it: opened, left, ended, logged in again, closed."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.ui.screens import ssh_tab
from dedalus_tui.ui.screens.terminal import TerminalScreen
from tests.drivers.app import open_app
from tests.local import harness, wishes
from tests.store.test_local_pty import is_there
from tests.store.test_ssh_terminal import pid_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.drivers.app import Person

needs_ssh = pytest.mark.skipif(
    shutil.which("ssh") is None or shutil.which("ssh-keygen") is None,
    reason="no OpenSSH client on this computer",
)


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[harness.RunningCloud]:
    running = harness.start(tmp_path)
    wishes.create(running)
    yield running
    running.stop_now()


async def bar(person: Person, key: str) -> None:
    await person.press("ctrl+right_square_bracket")
    await person.until_shown(r"sends \^\]")
    await person.press(key)


@needs_ssh
async def test_ssh_lives_in_a_tab_and_ends_with_it(cloud: harness.RunningCloud) -> None:
    async with open_app(cloud) as person:
        await person.until_shown("● running")
        await person.do("machine.ssh_tab")
        await person.until_shown(r"(?m)^ 1 ssh .* attached 120x39")
        (session,) = person.store.terminals.logins
        await person.until_shown(r":~\$")
        await bar(person, "D")
        await person.until_shown("ssh ends when its tab is closed")
        await bar(person, "d")
        await person.until_shown("1 machine")
        # It runs on, and the key leads back to it.
        await person.do("app.quit")
        await person.until_shown("It ends if you leave now")
        await person.press("escape")
        await person.command("ssh-tab")
        await person.until_shown(r":~\$")
        assert person.store.terminals.all == (session,)
        await person.type("exit")
        await person.press("space", "5", "enter")
        await person.until_shown(r"ssh ended: exit 5")
        await person.until_shown(r"n log in again +x close +esc back")
        await person.press("n")
        await person.until_shown(r"(?m)^ 1 ssh .* 2 ssh .* attached")
        await person.until_shown(r":~\$")
        await bar(person, "v")
        await person.until(lambda: len(person.store.terminals.logins) == 2, "a second login")
        await person.until_shown(r"3 ssh .* attached 59x38")
        await bar(person, "x")
        await person.until_shown(r"Close ssh 3 on ")
        await person.press("y")
        await person.until(lambda: len(person.store.terminals.logins) == 1, "its end")
        await person.until(lambda: isinstance(person.app.screen, TerminalScreen), "the others")


@needs_ssh
async def test_quitting_waits_for_an_ssh_that_leaves_slowly(cloud: harness.RunningCloud) -> None:
    async with open_app(cloud) as person:
        await person.until_shown("● running")
        await person.do("machine.ssh_tab")
        await person.until_shown(r":~\$")
        (session,) = person.store.terminals.logins
        pid = pid_of(session)
        os.kill(pid, signal.SIGSTOP)
    assert not is_there(pid)


async def test_without_pseudo_terminals_the_key_says_why_not(
    cloud: harness.RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_tab, "why_no_ssh_tab", lambda: "there is no terminal to be had")
    async with open_app(cloud) as person:
        await person.until_shown("● running")
        await person.do("machine.ssh_tab")
        await person.until_shown("SSH in a tab: there is no terminal to be had")


async def test_without_ssh_it_says_how_to_install_it(
    cloud: harness.RunningCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with open_app(cloud) as person:
        await person.until_shown("● running")
        monkeypatch.setenv("PATH", str(tmp_path))
        await person.do("machine.ssh_tab")
        await person.until_shown(r"Install the OpenSSH client")
