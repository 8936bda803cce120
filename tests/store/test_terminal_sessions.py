"""All terminals held: their numbers, one session a terminal, and a laptop that slept."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from dedalus_tui.domain.terminal_state import Standing
from dedalus_tui.store.changes import Changes
from dedalus_tui.store.clock import SystemClock
from dedalus_tui.store.terminal_sessions import TerminalSessions
from tests.store.terminal_service import scripted
from tests.store.test_terminal_session import until, until_standing

if TYPE_CHECKING:
    from datetime import datetime


class JumpingClock(SystemClock):
    """A second takes no time, and the wall clock can be moved."""

    def __init__(self) -> None:
        self.jump = timedelta()
        self.ticks = asyncio.Event()

    def now(self) -> datetime:
        return super().now() + self.jump

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 0.01))
        self.ticks.set()


async def test_numbers_are_given_anew_when_free_and_terminals_are_held_once() -> None:
    async with scripted() as (_, client):
        sessions = TerminalSessions(client, SystemClock(), Changes())
        first = sessions.open("dm-1", columns=80, rows=24)
        second = sessions.open("dm-1", columns=80, rows=24)
        first.look()
        await until_standing(first, Standing.ATTACHED)
        assert [session.number for session in sessions.all] == [1, 2]
        assert sessions.of("dm-1") == (first, second)
        assert first.terminal is not None
        assert sessions.attach("dm-1", first.terminal, columns=80, rows=24) is first
        sessions.forget(first)
        third = sessions.open("dm-1", columns=80, rows=24)
        assert third.number == 1
        assert sessions.numbered(2) is second
        assert sessions.numbered(7) is None
        await sessions.aclose()
        assert sessions.all == ()


async def test_a_terminal_nobody_looks_at_marks_its_machine_until_somebody_does() -> None:
    async with scripted() as (service, client):
        changes = Changes()
        told: list[tuple[str, ...]] = []
        changes.listen(told.extend)
        sessions = TerminalSessions(client, SystemClock(), changes)
        session = sessions.open("dm-1", columns=80, rows=24)
        await until_standing(session, Standing.ATTACHED)
        await service.until(lambda: service.sizes)
        assert not sessions.is_calling("dm-1")
        await service.write(b"\x1b]777;notify;build;done\x07\x07")
        await until(session, lambda: sessions.is_calling("dm-1"), "a call")
        assert not sessions.is_calling("dm-2")
        unlook = session.look()
        assert not sessions.is_calling("dm-1")
        await asyncio.sleep(0)
        assert told.count(("bell", "dm-1")) >= 1
        await service.write(b"\x07seen")
        await until(session, lambda: "seen" in session.emulator.row(0).text, "output")
        assert not sessions.is_calling("dm-1")
        unlook()
        await service.write(b"\x07")
        await until(session, lambda: sessions.is_calling("dm-1"), "another call")
        sessions.forget(session)
        assert not sessions.is_calling("dm-1")
        await sessions.aclose()


async def test_a_jump_of_the_wall_clock_checks_every_connection() -> None:
    async with scripted() as (service, client):
        clock = JumpingClock()
        sessions = TerminalSessions(client, clock, Changes())
        session = sessions.open("dm-1", columns=80, rows=24)
        session.look()
        await until_standing(session, Standing.ATTACHED)
        await service.until(lambda: service.sizes)
        checked = asyncio.Event()

        async def check() -> None:
            checked.set()

        session.check = check  # type: ignore[method-assign]
        clock.ticks.clear()
        await clock.ticks.wait()
        assert not checked.is_set()
        clock.jump = timedelta(minutes=10)
        async with asyncio.timeout(10):
            await checked.wait()
        await sessions.aclose()


async def test_a_connection_that_died_in_its_sleep_is_made_anew() -> None:
    async with scripted() as (service, client):
        sessions = TerminalSessions(client, SystemClock(), Changes())
        session = sessions.open("dm-1", columns=80, rows=24)
        session.look()
        await until_standing(session, Standing.ATTACHED)
        await service.until(lambda: service.connections == 1)
        session.reconnect()
        await until(session, lambda: service.connections == 2, "connected again")
        await sessions.aclose()
