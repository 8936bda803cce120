"""A person in front of the whole app: sees lines of text, presses keys, waits for conditions.

    async with open_app(cloud) as person:
        await person.until_shown("9 machines")
        await person.do("machine.sleep")
        await person.until(lambda: ...)

The app is the real one over the real client, store and runner; only its connector is built here,
as `wiring` builds it. Drivers speak in action ids, so that re-binding a key breaks no test.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from dedalus_tui.actions.registry import by_id
from dedalus_tui.actions.runner import Runner
from dedalus_tui.api.client import CloudClient
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.config.settings import Settings
from dedalus_tui.domain.faults import CloudFault
from dedalus_tui.journal.journal import Journal
from dedalus_tui.store.cloud import Store
from dedalus_tui.store.exchanges import ExchangeLog
from dedalus_tui.ui.app import DedalusApp
from dedalus_tui.ui.connector import ConnectError, Connector
from dedalus_tui.ui.services import Connection
from tests.drivers.idle import in_a_word

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from textual.pilot import Pilot

    from dedalus_tui.store.clock import Clock
    from dedalus_tui.ui.screens.machines import MachinesScreen
    from tests.local.harness import CloudControl

PATIENCE_SECONDS = 20


class Person:
    """Somebody at the app."""

    def __init__(self, app: DedalusApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def fleet(self) -> MachinesScreen:
        """The fleet screen."""
        return self.app.fleet

    @property
    def store(self) -> Store:
        """The store behind the app."""
        services = self.app.fleet.services
        assert services is not None, "not connected yet"
        return services.store

    @property
    def lines(self) -> list[str]:
        """What the screen on top shows, line by line, without blanks at the ends."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """What the screen on top shows."""
        return "\n".join(self.lines)

    def line_with(self, words: str) -> str:
        """The first line that holds these words; fails with the screen when there is none."""
        for line in self.lines:
            if words in line:
                return line
        raise AssertionError(f"no line with {words!r} on\n{self.text}")

    async def press(self, *keys: str) -> None:
        """Press keys by Textual's names, each when the one before it is done."""
        for key in keys:
            await self.pilot.press(key)
            async with asyncio.timeout(PATIENCE_SECONDS):
                # Pilot's own pauses take forty times as long as a key.
                while self.app.has_key_on_its_way and not self.app._exit:  # noqa: ASYNC110
                    await asyncio.sleep(0)

    async def type(self, text: str) -> None:
        """Type text into what has the focus."""
        *letters, last = ("space" if character == " " else character for character in text)
        with in_a_word():
            await self.press(*letters)
        await self.press(last)

    async def do(self, action_id: str) -> None:
        """Press the key that is bound to an action now."""
        keys = self.app.fleet.keys.get(action_id, by_id(action_id).keys)
        await self.press(keys[0])

    async def command(self, text: str) -> None:
        """Type into the command line and press Enter."""
        await self.do("app.command_line")
        self.app.screen.query_one("#prompt").put(text)  # type: ignore[attr-defined]
        await self.press("enter")

    async def until(self, condition: Callable[[], object], what: str = "it") -> None:
        """Wait until `condition()` holds, letting the app work meanwhile."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not condition():
                    await self.pilot.pause()
        except TimeoutError:
            raise AssertionError(f"never saw {what}; the screen:\n{self.text}") from None

    async def until_shown(self, pattern: str) -> None:
        """Wait until a regular expression is found on the screen."""
        await self.until(lambda: re.search(pattern, self.text), pattern)

    async def until_gone(self, pattern: str) -> None:
        """Wait until a regular expression is no longer found on the screen."""
        await self.until(lambda: not re.search(pattern, self.text), f"no {pattern}")

    async def select(self, words: str) -> None:
        """Put the cursor on the row whose machine has this name or id."""
        fleet = self.app.fleet
        for record in fleet.rows.records:
            if words in {record.label.name, record.machine_id}:
                fleet.table.select(record.machine_id)
        await self.pilot.pause()


def connector_to(
    cloud: CloudControl | None,
    journal: Journal,
    *,
    clock: Clock | None = None,
    is_read_only: bool = False,
    has_key: bool = True,
    looked_at_seconds: float = 0.1,
    failure: str = "",
    connecting: Callable[[], Awaitable[None]] | None = None,
) -> Connector:
    """The ways to a local cloud, built as the composition root builds them."""

    async def connect() -> Connection:
        if connecting is not None:
            await connecting()
        if cloud is None or failure:
            raise ConnectError(failure or "there is no cloud")
        return await _connect(cloud, cloud.api_key, journal, clock, is_read_only, looked_at_seconds)

    async def with_key(key: str) -> Connection:
        assert cloud is not None
        return await _connect(cloud, key, journal, clock, is_read_only, looked_at_seconds)

    async def try_key(key: str) -> CloudFault | None:
        assert cloud is not None
        client = CloudClient(base_url=cloud.base_url, credentials=Credentials(api_key=key))
        async with client:
            try:
                await anext(client.machines.pages(limit=1), None)
            except CloudFault as fault:
                return fault
        return None

    return Connector(
        has_key=has_key,
        connect=connect,
        connect_with_key=with_key,
        connect_local=connect,
        try_key=try_key,
    )


async def _connect(
    cloud: CloudControl,
    key: str,
    journal: Journal,
    clock: Clock | None,
    is_read_only: bool,
    looked_at_seconds: float,
) -> Connection:
    exchanges = ExchangeLog()
    client = CloudClient(
        base_url=cloud.base_url, credentials=Credentials(api_key=key), observe=exchanges.add
    )
    store = Store(
        client, journal, clock=clock, exchanges=exchanges, looked_at_seconds=looked_at_seconds
    )

    async def close() -> None:
        await store.aclose()
        await client.aclose()

    return Connection(
        store=store,
        runner=Runner(store, is_read_only=is_read_only),
        place="test",
        is_local=False,
        aclose=close,
    )


@asynccontextmanager
async def open_app(
    cloud: CloudControl | None,
    *,
    settings: Settings | None = None,
    journal: Journal | None = None,
    size: tuple[int, int] = (120, 40),
    wait: bool = True,
    painted: Callable[[DedalusApp], None] | None = None,
    **ways: Any,
) -> AsyncIterator[Person]:
    """The app over a local cloud, once its first whole list is shown (unless `wait` is False).

    `painted` is called after the first paint, as by the composition root.
    """
    settings = settings or Settings(motion=False)
    own = journal or Journal(None, cloud="test")
    connector = connector_to(cloud, own, is_read_only=settings.read_only, **ways)
    app = DedalusApp(settings, connector=connector, journal=own)
    if painted is not None:
        app.after_first_paint = partial(painted, app)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            person = Person(app, pilot)
            if wait:
                await person.until(lambda: _shows_whole_list(app), "the first whole list")
                await pilot.pause()
            yield person
    finally:
        if journal is None:
            own.close()


def _shows_whole_list(app: DedalusApp) -> bool:
    services = app.fleet.services
    if services is None or not services.store.machines.is_loaded:
        return False
    return len(app.fleet.rows) == len(services.store.machines.records())
