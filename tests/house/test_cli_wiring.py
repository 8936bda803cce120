"""The composition root against real clouds: every way to a connection, and how it all ends."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.api.client import CloudClient
from dedalus_tui.cli import build_parser
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.config.load import Flags, load_settings
from dedalus_tui.config.options import Options
from dedalus_tui.config.paths import Paths
from dedalus_tui.domain.faults import NotAuthenticated, Unreachable
from dedalus_tui.local.launch import start
from dedalus_tui.store.changes import Changes
from dedalus_tui.store.clock import SystemClock
from dedalus_tui.store.health import Health
from dedalus_tui.ui.connector import ConnectError
from dedalus_tui.wiring import ExitCode, LocalLife, Wiring
from tests.local.harness import RunningCloud, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from dedalus_tui.ui.services import Connection


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "config", tmp_path / "state")


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[RunningCloud]:
    async with await serve(tmp_path) as running:
        yield running


def wiring_for(paths: Paths, *words: str) -> Wiring:
    options = build_parser(words).parse_args(list(words), Options())
    flags = Flags(base_url=options.base_url, org_id=options.org, read_only=options.read_only)
    return Wiring(load_settings(flags, {}, paths.config_file), paths, options)


@asynccontextmanager
async def living(connection: Connection) -> AsyncIterator[Connection]:
    """The connection with its store running, as the app has it."""
    running = asyncio.create_task(connection.store.run())
    try:
        yield connection
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await connection.aclose()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - the store is watched from outside on purpose
            await asyncio.sleep(0.01)


async def test_the_local_cloud_is_started_lived_with_and_ended(paths: Paths) -> None:
    wiring = wiring_for(paths, "--local", "--local-pace", "instant")
    connector = wiring.connector()
    assert connector.has_key
    connection = await connector.connect()
    assert connection.is_local
    assert connection.place == "local"
    assert connection.warnings == ()
    async with living(connection):
        await until(lambda: connection.store.machines.is_loaded)
        ids = {record.machine.machine_id for record in connection.store.machines.records()}
        assert ids
    assert wiring.verdict() is ExitCode.OK

    again = wiring_for(paths, "--local", "--local-pace", "instant")
    remembered = {machine.machine_id for machine, _ in again.journal.rows.load()}
    assert remembered == ids, "the next start paints them before anything is connected"
    connection = await again.connector().connect()
    async with living(connection):
        await until(lambda: connection.store.machines.is_loaded)
        kept = {record.machine.machine_id for record in connection.store.machines.records()}
    assert kept == ids, "local machines live on between runs"


async def test_a_pasted_key_is_tried_and_kept(paths: Paths, cloud: RunningCloud) -> None:
    wiring = wiring_for(paths, "--base-url", cloud.base_url)
    connector = wiring.connector()
    assert not connector.has_key
    assert isinstance(await connector.try_key("wrong"), NotAuthenticated)
    assert isinstance(await connector.try_key("two words"), NotAuthenticated)
    assert await connector.try_key(f" {cloud.api_key}\n") is None
    async with living(await connector.connect_with_key(f" {cloud.api_key}\n")) as connection:
        await until(lambda: connection.store.machines.is_loaded)
        assert not connection.is_local

    again = wiring_for(paths, "--base-url", cloud.base_url).connector()
    assert again.has_key
    async with living(await again.connect()) as connection:
        await until(lambda: connection.store.machines.is_loaded)


async def test_a_key_that_cannot_be_tried_is_a_fault(paths: Paths) -> None:
    connector = wiring_for(paths, "--base-url", "http://127.0.0.1:1").connector()
    assert isinstance(await connector.try_key("key"), Unreachable)


async def test_no_key_is_no_connection(paths: Paths) -> None:
    connector = wiring_for(paths).connector()
    assert not connector.has_key
    with pytest.raises(ConnectError, match="no API key"):
        await connector.connect()
    with pytest.raises(ConnectError, match="pasted"):
        await connector.connect_with_key("")


async def test_a_local_cloud_that_was_killed_is_told_and_started_again(tmp_path: Path) -> None:
    """At the same address, with the same key and machines."""
    cloud = await start(state=tmp_path / "local", pace="instant")
    health = Health(SystemClock(), Changes())
    life = LocalLife(cloud, health)
    credentials = Credentials(api_key=cloud.api_key)
    async with CloudClient(base_url=cloud.base_url, credentials=credentials) as client:

        async def ids() -> set[str]:
            pages = client.machines.pages(limit=100)
            return {machine.machine_id async for page in pages for machine in page.items}

        before, pid = await ids(), cloud.process.pid
        await life.revive()
        assert cloud.process.pid == pid, "it runs, so nothing is started"
        cloud.process.kill()
        await until(lambda: health.has_ended)
        assert str(health.state.fault) == "killed by signal 9"
        await life.revive()
        assert not health.has_ended
        assert await ids() == before != set()
    await life.stop()
    assert cloud.process.returncode == 0
    assert not health.has_ended, "that it ended with the program is nothing to tell"


async def test_a_local_cloud_that_cannot_start_says_why(paths: Paths) -> None:
    paths.state_directory.mkdir()
    paths.local_cloud_directory.write_text("a file where the directory should be")
    with pytest.raises(ConnectError, match="local cloud"):
        await wiring_for(paths, "--local").connector().connect()


async def test_a_service_never_reached_is_the_exit_code(
    paths: Paths, cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEDALUS_API_KEY", "wrong")
    wiring = wiring_for(paths, "--base-url", cloud.base_url)
    assert wiring.verdict() is ExitCode.OK
    async with living(await wiring.connector().connect()) as connection:
        await until(lambda: connection.store.health.state.line == "locked_out")
    assert wiring.verdict() is ExitCode.AUTH

    wiring = wiring_for(paths, "--base-url", "http://127.0.0.1:1")
    async with living(await wiring.connector().connect()) as connection:
        await until(lambda: connection.store.health.state.line == "offline")
    assert wiring.verdict() is ExitCode.CONNECTION


async def test_read_only_and_warnings_reach_the_screens(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEDALUS_API_KEY", "key")
    wiring = wiring_for(paths, "--base-url", "http://far.example", "--read-only")
    connection = await wiring.connector().connect()
    assert connection.runner.context.is_read_only
    assert connection.place == "far.example"
    assert any("unencrypted" in warning for warning in connection.warnings)
    await connection.aclose()
