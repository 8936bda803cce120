"""The composition root: settings and journal, then the app, then everything behind it.

Before the first paint only Textual and our own screens are imported. Client, store and runner
come in a thread right after it, and the local cloud as a child process if it was asked for.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dedalus_tui.config.credentials import (
    Credentials,
    CredentialsError,
    find_credentials,
    is_key_at_hand,
    keep_key,
    usable_key,
)
from dedalus_tui.config.load import Flags, SettingsError, load_settings
from dedalus_tui.config.paths import find_paths
from dedalus_tui.config.state import State, read_state, write_state
from dedalus_tui.journal.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.api.exchange import Exchange
    from dedalus_tui.config.options import Options
    from dedalus_tui.config.paths import Paths
    from dedalus_tui.config.settings import Settings
    from dedalus_tui.domain.faults import CloudFault
    from dedalus_tui.local.launch import LocalCloud
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.health import Health
    from dedalus_tui.ui.app import DedalusApp
    from dedalus_tui.ui.connector import Connector
    from dedalus_tui.ui.services import Connection

SWITCH_SECONDS = 0.0005
"""A key comes in through one thread and is drawn by another; Python's own 5 ms are for each of
their turns, which a loop that is busy with a flood gives up only when asked."""

_LOCAL_CLOUD = "local"
"""What the journal calls the cloud on this computer, whose address changes with every start."""


class ExitCode(IntEnum):
    """What the shell is told."""

    OK = 0
    ERROR = 1
    USAGE = 2
    AUTH = 10
    CONNECTION = 15


class CannotStart(Exception):
    """Why the program ends before its first paint, in one line."""

    def __init__(self, message: str, exit_code: ExitCode) -> None:
        """`message` is for a person."""
        super().__init__(message)
        self.exit_code = exit_code


def run(options: Options) -> ExitCode:
    """Run the dashboard until the person leaves. Raises CannotStart."""
    if not (
        sys.__stdin__ and sys.__stdin__.isatty() and sys.__stderr__ and sys.__stderr__.isatty()
    ):
        raise CannotStart("this is a program for a terminal, and there is none", ExitCode.USAGE)
    gc.disable()  # until the first paint
    paths = _paths_of(options)
    settings = _settings_of(options, paths)
    wiring = Wiring(settings, paths, options)
    from dedalus_tui.ui.app import DedalusApp

    app = DedalusApp(settings, connector=wiring.connector(), journal=wiring.journal)
    app.after_first_paint = partial(painted, app)
    if options.command == "attach":
        app.attach_to = (options.machine, options.terminal)
    app.remember_theme = lambda name: write_state(paths.state_file, State(theme=name))
    app.run(mouse=settings.mouse)
    wiring.journal.close()
    return wiring.verdict() if app.return_code == 0 else ExitCode.ERROR


def _paths_of(options: Options) -> Paths:
    directory = Path(options.state_dir).expanduser().absolute() if options.state_dir else None
    return find_paths(os.environ, state_directory=directory)


def _settings_of(options: Options, paths: Paths) -> Settings:
    flags = Flags(
        profile=options.profile,
        base_url=options.base_url,
        org_id=options.org,
        read_only=options.read_only,
        theme=options.theme,
        ascii=options.ascii,
        motion=options.motion,
        mouse=options.mouse,
    )
    file = Path(options.config).expanduser() if options.config else paths.config_file
    if options.config and not file.exists():
        raise CannotStart(f"--config: {file} does not exist", ExitCode.USAGE)
    try:
        settings = load_settings(flags, os.environ, file)
    except SettingsError as error:
        raise CannotStart(str(error), ExitCode.USAGE) from None
    return settings._replace(theme=settings.theme or read_state(paths.state_file).theme)


def painted(app: DedalusApp) -> None:
    """What waits for the first paint: from now on garbage is collected, between keys."""
    from dedalus_tui.ui.collector import Collector

    _collect_again()
    sys.setswitchinterval(SWITCH_SECONDS)
    Collector(lambda: app.idle_seconds, is_at_home=lambda: len(app.screen_stack) == 1).start()


def _collect_again() -> None:
    """After imports: what they made stays, and collecting meanwhile costs 7 % and frees nothing."""
    gc.freeze()
    gc.enable()


def _import_the_rest() -> None:
    gc.disable()
    try:
        import dedalus_tui.actions.runner
        import dedalus_tui.api.client
        import dedalus_tui.store.cloud  # noqa: F401
    finally:
        _collect_again()


class LocalLife:
    """The local cloud of this program: tells when it ends by itself, and starts it again."""

    def __init__(self, cloud: LocalCloud, health: Health) -> None:
        """Watches from now on; needs a running loop."""
        self._cloud = cloud
        self._health = health
        self._watch = asyncio.create_task(self._until_ended(), name="local cloud")

    async def _until_ended(self) -> None:
        from dedalus_tui.domain.faults import LocalCloudEnded

        self._health.end(LocalCloudEnded(await self._cloud.ended()))

    async def revive(self) -> None:
        """Start it again once it ended. Raises ConnectError."""
        from dedalus_tui.local.launch import LaunchError
        from dedalus_tui.ui.connector import ConnectError

        if not self._health.has_ended:
            return
        try:
            await self._cloud.start_again()
        except (LaunchError, OSError) as error:
            raise ConnectError(str(error)) from None
        self._health.begin_again()
        self._watch = asyncio.create_task(self._until_ended(), name="local cloud")

    async def stop(self) -> None:
        """End it with the program."""
        self._watch.cancel()
        await self._cloud.stop()


class Wiring:
    """Builds what stands behind the screens, in the ways the welcome screen offers."""

    def __init__(self, settings: Settings, paths: Paths, options: Options) -> None:
        """Opens the journal; nothing else yet."""
        self._settings = settings
        self._paths = paths
        self._options = options
        self.journal = self._open_journal(is_local=options.is_local)
        """Of the cloud the flags and settings lead to; read before the first paint."""
        self._store: Store | None = None

    def connector(self) -> Connector:
        """The ways to a connection, for the app."""
        from dedalus_tui.ui.connector import Connector

        is_local = self._options.is_local
        return Connector(
            has_key=is_local
            or is_key_at_hand(self._settings, os.environ, file=self._paths.credentials_file),
            connect=self._connect_local if is_local else self._connect,
            connect_with_key=self._connect_with_key,
            connect_local=self._connect_local,
            try_key=self._try_key,
        )

    def verdict(self) -> ExitCode:
        """How it went as a whole: only a service never reached at all is a failure."""
        if self._store is None or self._store.health.state.last_good is not None:
            return ExitCode.OK
        line = self._store.health.state.line
        codes = {"locked_out": ExitCode.AUTH, "offline": ExitCode.CONNECTION}
        return codes.get(line, ExitCode.OK)

    async def _connect(self) -> Connection:
        from dedalus_tui.ui.connector import ConnectError

        file = self._paths.credentials_file
        try:
            found = await asyncio.to_thread(find_credentials, self._settings, os.environ, file=file)
        except CredentialsError as error:
            raise ConnectError(str(error)) from None
        if found is None:
            raise ConnectError("there is no API key")
        return await self._build(found)

    async def _connect_with_key(self, key: str) -> Connection:
        from dedalus_tui.ui.connector import ConnectError

        url, file = self._settings.base_url, self._paths.credentials_file
        try:
            good = usable_key(key, "the pasted key")
            kept_in = await asyncio.to_thread(keep_key, good, url, file=file)
        except CredentialsError as error:
            raise ConnectError(str(error)) from None
        except OSError as error:
            raise ConnectError(f"the key cannot be kept: {error.strerror}") from None
        return await self._build(Credentials(api_key=good, source=kept_in))

    async def _try_key(self, key: str) -> CloudFault | None:
        from dedalus_tui.domain.faults import CloudFault, NotAuthenticated

        try:
            credentials = Credentials(api_key=usable_key(key, "the pasted key"))
        except CredentialsError as error:
            return NotAuthenticated(str(error), code="key_not_usable")
        await asyncio.to_thread(_import_the_rest)
        async with self._client(credentials) as client:
            try:
                await anext(client.machines.pages(limit=1), None)
            except CloudFault as fault:
                return fault
        return None

    async def _connect_local(self) -> Connection:
        from dedalus_tui.local.launch import LaunchError, start
        from dedalus_tui.ui.connector import ConnectError

        try:
            cloud = await start(
                state=self._paths.local_cloud_directory,
                pace=self._options.local_pace,
                seed=self._options.local_seed,
            )
        except (LaunchError, OSError) as error:
            raise ConnectError(str(error)) from None
        try:
            return await self._build(
                Credentials(api_key=cloud.api_key, source="the local cloud"), local=cloud
            )
        except BaseException:
            await cloud.stop()
            raise

    async def _build(
        self,
        credentials: Credentials,
        *,
        local: LocalCloud | None = None,
    ) -> Connection:
        await asyncio.to_thread(_import_the_rest)
        from dedalus_tui.actions.runner import Runner
        from dedalus_tui.store.cloud import Store
        from dedalus_tui.store.exchanges import ExchangeLog
        from dedalus_tui.ui.services import Connection

        is_local = local is not None
        journal = self._journal_of(is_local=is_local)
        exchanges = ExchangeLog()
        local_url = local.base_url if local is not None else None
        client = self._client(credentials, local_url=local_url, observe=exchanges.add)
        store = Store(
            client,
            journal,
            exchanges=exchanges,
            looked_at_seconds=self._settings.refresh_seconds,
            ssh_directory=self._paths.ssh_directory,
        )
        store.terminals.scrollback_lines = self._settings.terminal.scrollback_lines
        self._store = store
        life = LocalLife(local, store.health) if local is not None else None

        async def close() -> None:
            await store.aclose()
            await client.aclose()
            journal.close()
            if life is not None:
                await life.stop()

        warnings = (*self._settings.warnings, credentials.warning, journal.problem)
        return Connection(
            store=store,
            runner=Runner(store, is_read_only=self._settings.read_only),
            place=_LOCAL_CLOUD if is_local else self._place(),
            is_local=is_local,
            aclose=close,
            revive=life.revive if life is not None else None,
            warnings=tuple(warning for warning in warnings if warning),
        )

    def _client(
        self,
        credentials: Credentials,
        *,
        local_url: str | None = None,
        observe: Callable[[Exchange], None] | None = None,
    ) -> CloudClient:
        from dedalus_tui.api.client import CloudClient

        if local_url is not None:
            return CloudClient(base_url=local_url, credentials=credentials, observe=observe)
        return CloudClient(
            base_url=self._settings.base_url,
            credentials=credentials,
            org_id=self._settings.org_id,
            send_if_match=self._settings.if_match,
            custom_headers=self._settings.custom_headers,
            observe=observe,
        )

    def _journal_of(self, *, is_local: bool) -> Journal:
        if is_local == self._options.is_local:
            return self.journal
        return self._open_journal(is_local=is_local)

    def _open_journal(self, *, is_local: bool) -> Journal:
        settings = self._settings
        place = f"{settings.base_url} {settings.org_id or ''}".strip()
        return Journal(self._paths.journal_file, cloud=_LOCAL_CLOUD if is_local else place)

    def _place(self) -> str:
        settings = self._settings
        return settings.profile or settings.org_id or urlsplit(settings.base_url).netloc
