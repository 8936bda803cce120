"""Ssh in a tab: the real OpenSSH client on a PTY of this computer, and nothing left of it after."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from dedalus_tui.domain.terminal_state import Standing
from dedalus_tui.store import local_pty
from dedalus_tui.store.local_pty import LocalPty, start_on_pty
from dedalus_tui.store.ssh_opening import prepare
from dedalus_tui.store.ssh_terminal import why_no_ssh_tab
from tests.store import living
from tests.store.test_local_pty import is_there
from tests.store.test_terminal_session import text_of, until, until_standing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.ssh_opening import SshOpening
    from dedalus_tui.store.terminal_session import TerminalSession
    from tests.local.harness import RunningCloud

pytestmark = pytest.mark.skipif(
    shutil.which("ssh") is None or shutil.which("ssh-keygen") is None,
    reason="no OpenSSH client on this computer",
)


@asynccontextmanager
async def logged_in(
    cloud: RunningCloud, directory: Path
) -> AsyncIterator[tuple[Store, SshOpening, TerminalSession]]:
    """A store with one ssh tab, at its prompt."""
    machine_id = await living.create(cloud)
    async with living.living_store(cloud) as store:
        await living.shown(store, machine_id, "running")
        opening = await prepare(store, machine_id, directory, None)
        await opening.open(lambda _: None)
        session = store.terminals.open_ssh(machine_id, opening, columns=80, rows=24)
        session.look()
        await until(session, lambda: text_of(session).endswith("$"), "a prompt")
        yield store, opening, session


def pid_of(session: TerminalSession) -> int:
    assert session._attachment is not None
    return int(session._attachment.stream.pid)  # type: ignore[attr-defined]


async def test_it_is_a_terminal_like_any_other(cloud: RunningCloud, tmp_path: Path) -> None:
    async with logged_in(cloud, tmp_path / "ssh") as (store, opening, session):
        assert opening.identity.directory.stat().st_mode & 0o777 == 0o700
        session.type(b"stty size; echo $TERM\r")
        await until(session, lambda: "\n24 80\nxterm-256color" in text_of(session), "its size")
        session.resize(100, 30)
        await until(session, lambda: session.emulator.columns == 100, "resized")
        # Between here and the shell are two programs that hear of a new size when they get to it.
        session.type(b'until [ "$(stty size)" = "30 100" ]; do sleep 0.02; done; echo resized\r')
        await until(session, lambda: "\nresized" in text_of(session), "its new size")
        assert session.is_ssh
        assert store.terminals.logins == (session,)


async def test_the_exit_status_is_kept_and_nothing_else(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    async with logged_in(cloud, tmp_path / "ssh") as (store, opening, session):
        session.type(b"echo last words; exit 5\r")
        await until_standing(session, Standing.CLOSED)
        assert session.state.exit_status == 5
        assert "\nlast words" in text_of(session)
        assert not opening.identity.directory.exists()
        assert store.terminals.logins == ()
        await living.until(store, lambda: opening.session and opening.session.is_ended)
        session.reconnect()
        await until_standing(session, Standing.CLOSED)
        assert not session.type(b"late")


async def test_a_closed_tab_ends_ssh_and_the_session(cloud: RunningCloud, tmp_path: Path) -> None:
    async with logged_in(cloud, tmp_path / "ssh") as (store, opening, session):
        pid = pid_of(session)
        await session.end()
        store.terminals.forget(session)
        assert not is_there(pid)
        await living.until(store, lambda: opening.session and opening.session.is_ended)
        assert not opening.identity.directory.exists()


async def test_nothing_is_left_when_this_program_ends(cloud: RunningCloud, tmp_path: Path) -> None:
    async with logged_in(cloud, tmp_path / "ssh") as (_, opening, session):
        pid = pid_of(session)
        assert opening.identity.directory.exists()
    assert not is_there(pid)
    assert list((tmp_path / "ssh").iterdir()) == []


async def test_nothing_is_left_when_the_closing_itself_was_cut_short(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    async with logged_in(cloud, tmp_path / "ssh") as (_, _, session):
        pid = pid_of(session)
        os.kill(pid, signal.SIGSTOP)
        ending = asyncio.create_task(session.end())
        async with asyncio.timeout(20):
            while session._attachment is not None:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0)
        ending.cancel()
        await asyncio.wait({ending})
        assert ending.cancelled()
    assert not is_there(pid)


async def test_nothing_is_left_when_it_is_closed_before_it_has_started(
    cloud: RunningCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[LocalPty] = []

    async def start(*args: Any, **kwargs: Any) -> LocalPty:
        started.append(await start_on_pty(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(local_pty, "start_on_pty", start)
    async with logged_in(cloud, tmp_path / "ssh") as (store, _, session):
        opening = await prepare(store, session.machine_id, tmp_path / "ssh", None)
        await opening.open(lambda _: None)
        second = store.terminals.open_ssh(session.machine_id, opening, columns=80, rows=24)
        async with asyncio.timeout(20):
            while len(started) < 2:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0)
        store.terminals.forget(second)
    assert [each.pid for each in started if is_there(each.pid)] == []


async def test_a_lost_connection_is_told_by_its_exit_status(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    async with logged_in(cloud, tmp_path / "ssh") as (_, _, session):
        await living.ask(cloud, "POST", f"/v1/machines/{session.machine_id}/sleep")
        await until_standing(session, Standing.CLOSED)
        assert session.state.exit_status == 255


def test_where_there_are_no_pseudo_terminals_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_no_ssh_tab() is None
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(os, "name", "nt")
        reason = why_no_ssh_tab()
    assert reason is not None
    assert "pseudo-terminals" in reason
