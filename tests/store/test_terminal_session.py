"""A terminal's life against a scripted service: opening, waking, cuts, endings, and consent."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.domain.terminal_state import Standing
from dedalus_tui.emulator.emulator import Emulator
from dedalus_tui.store.clock import SystemClock
from dedalus_tui.store.machine_terminal import MachineTerminal
from dedalus_tui.store.right_of_way import RightOfWay
from dedalus_tui.store.terminal_session import EARLY_BYTES, TerminalSession
from tests.store.terminal_service import CuttingProxy, ScriptedService, client_of, scripted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.domain.terminal import Terminal


def machine_session(
    client: CloudClient, machine_id: str = "dm-1", terminal: Terminal | None = None
) -> TerminalSession:
    clock = SystemClock()
    source = MachineTerminal(client, clock, machine_id, terminal=terminal)
    return TerminalSession(source, clock, machine_id, Emulator(80, 24), RightOfWay())


@contextlib.asynccontextmanager
async def session_of(
    client: CloudClient, *, is_looked_at: bool = True
) -> AsyncIterator[TerminalSession]:
    session = machine_session(client)
    if is_looked_at:
        session.look()
    session.start()
    try:
        yield session
    finally:
        await session.aclose()


async def until(session: TerminalSession, holds: Callable[[], bool], what: str) -> None:
    """Wait until `holds()`; looked at whenever the session says that something changed."""
    changed = asyncio.Event()
    unlisten = session.listen(changed.set)
    try:
        async with asyncio.timeout(20):
            while not holds():
                changed.clear()
                await changed.wait()
    except TimeoutError:
        raise AssertionError(f"never {what}: {session.state}\n{text_of(session)}") from None
    finally:
        unlisten()


async def until_standing(session: TerminalSession, standing: Standing) -> None:
    await until(session, lambda: session.state.standing is standing, standing)


def text_of(session: TerminalSession) -> str:
    return "\n".join(row.text.rstrip() for _, row in session.emulator.lines()).rstrip()


def marks_of(session: TerminalSession) -> tuple[bool, str, bool]:
    return (session.bell_rang, session.notice, session.has_unseen_output)


@contextlib.asynccontextmanager
async def attached() -> AsyncIterator[tuple[ScriptedService, TerminalSession, CuttingProxy]]:
    """A session attached through a proxy that can cut its connection."""
    async with scripted() as (service, _):
        port = int(service.base_url.rpartition(":")[2])
        async with CuttingProxy(port) as proxy:
            client = client_of(proxy.base_url)
            async with session_of(client) as session:
                await until_standing(session, Standing.ATTACHED)
                await service.until(lambda: service.sizes)
                yield service, session, proxy
            await client.aclose()


async def test_a_terminal_opens_and_carries_both_ways() -> None:
    async with scripted() as (service, client), session_of(client) as session:
        await until_standing(session, Standing.ATTACHED)
        assert service.created == [{"width": 80, "height": 24}]
        assert session.type(b"ls\r")
        await service.until(lambda: bytes(service.typed) == b"ls\r")
        await service.write(b"\x1b[31mREADME\x1b[m\r\n")
        await until(session, lambda: "README" in text_of(session), "output")
        assert service.sizes == [(80, 24)]


async def test_it_waits_while_the_machine_wakes() -> None:
    async with scripted() as (service, client):
        service.statuses = ["wake_in_progress"] * 3 + ["some_new_word"]
        service.refusals = [
            (409, {"error_code": "INVALID_STATE", "message": "waking", "retryable": True,
                   "retry_after_ms": 10, "details": {"current_status": "wake_in_progress"}}),
        ]  # fmt: skip
        seen: list[Standing] = []
        async with session_of(client) as session:
            session.listen(lambda: seen.append(session.state.standing))
            await until_standing(session, Standing.ATTACHED)
        assert Standing.WAKING in seen
        assert service.looks >= 4
        assert len(service.created) == 1


async def test_what_is_typed_while_it_opens_arrives_whole() -> None:
    async with scripted() as (service, client), session_of(client) as session:
        assert session.state.standing is Standing.OPENING
        assert session.type(b"echo ")
        assert session.type(b"early\r")
        await until_standing(session, Standing.ATTACHED)
        await service.until(lambda: bytes(service.typed) == b"echo early\r")
        assert session.refused_inputs == 0


async def test_what_is_typed_while_it_opens_is_bounded_and_given_up_aloud() -> None:
    async with scripted() as (service, client):
        service.refusals = [(401, {"error_code": "AUTH_INVALID", "message": "no"})]
        async with session_of(client) as session:
            assert session.type(b"x" * EARLY_BYTES)
            assert not session.type(b"x")
            await until_standing(session, Standing.REFUSED)
            assert session.refused_inputs == 2


@pytest.mark.parametrize(
    ("status", "body", "standing"),
    [
        (401, {"error_code": "AUTH_INVALID", "message": "no", "retryable": False},
         Standing.REFUSED),
        (403, {"error_code": "AUTH_SCOPE_FORBIDDEN", "message": "no", "retryable": False},
         Standing.REFUSED),
        (409, {"error_code": "INVALID_STATE", "message": "closed", "retryable": False,
               "details": {"current_status": "closed"}}, Standing.CLOSED),
    ],
)  # fmt: skip
async def test_a_refusal_for_good_ends_it_with_the_reason(
    status: int, body: dict[str, object], standing: Standing
) -> None:
    async with scripted() as (service, client):
        service.refusals = [(status, body)]
        async with session_of(client) as session:
            await until_standing(session, standing)
            assert session.state.fault is not None
            assert session.state.fault.code == body["error_code"]
            assert not session.type(b"x")
            assert session.refused_inputs == 1


async def test_a_refusal_that_passes_is_tried_again() -> None:
    async with scripted() as (service, client):
        service.refusals = [
            (429, {"error_code": "RATE_LIMITED", "message": "slow", "retryable": True,
                   "retry_after_ms": 20}),
            (503, {"error_code": "DEPENDENCY_UNAVAILABLE", "message": "down", "retryable": True,
                   "retry_after_ms": 20}),
        ]  # fmt: skip
        async with session_of(client) as session:
            await until_standing(session, Standing.ATTACHED)


@pytest.mark.parametrize(
    ("phase", "standing"),
    [
        ("running", Standing.CLOSED),
        ("sleeping", Standing.SLEPT),
        ("stopping", Standing.SLEPT),
        ("destroyed", Standing.GONE),
    ],
)
async def test_the_end_says_why(phase: str, standing: Standing) -> None:
    async with attached() as (service, session, _):
        service.phase = phase
        await service.write(b"bye\r\n")
        await service.say(type="closed")
        await service.hang_up(1000)
        await until_standing(session, standing)
        assert text_of(session) == "bye"


async def test_a_cut_connection_comes_back_without_anything_twice_or_lost() -> None:
    async with attached() as (service, session, proxy):
        await service.write(b"one\r\ntwo\r\n")
        await until(session, lambda: "two" in text_of(session), "output")
        proxy.cut()
        await until_standing(session, Standing.RECONNECTING)
        assert not session.type(b"lost")
        await service.write(b"three\r\n")
        await until_standing(session, Standing.ATTACHED)
        await until(session, lambda: "three" in text_of(session), "the rest")
        assert text_of(session) == "one\ntwo\nthree"
        assert session.gaps == 0
        assert session.type(b"x")
        await service.until(lambda: bytes(service.typed) == b"x")
        assert service.sizes[-1] == (80, 24)


async def test_what_was_missed_is_shown_as_missing() -> None:
    async with attached() as (service, session, proxy):
        await service.write(b"".join(b"line %d\r\n" % n for n in range(100)))
        await until(session, lambda: "line 99" in text_of(session), "output")
        service.replay_bytes = 50
        proxy.cut()
        await until_standing(session, Standing.RECONNECTING)
        await service.write(b"".join(b"line %d\r\n" % n for n in range(100, 300)))
        await until(session, lambda: "line 299" in text_of(session), "the rest")
        lines = text_of(session).splitlines()
        assert session.gaps == 1
        assert sum("output may be missing" in line for line in lines) == 1
        assert lines.index("line 99") < next(
            at for at, line in enumerate(lines) if "missing" in line
        )


async def test_a_program_that_owns_the_screen_is_asked_to_draw_anew_after_a_gap() -> None:
    async with attached() as (service, session, proxy):
        await service.write(b"\x1b[?1049h\x1b[2Jfull screen")
        await until(session, lambda: "full screen" in text_of(session), "output")
        service.replay_bytes = None
        proxy.cut()
        await service.until(lambda: (80, 23) in service.sizes)
        await service.until(lambda: service.sizes[-1] == (80, 24))
        assert "missing" not in text_of(session)


async def test_queries_in_a_replay_are_not_answered_again() -> None:
    async with scripted() as (service, client):
        await service.write(b"\x1b[c\x1b[6n")
        first = machine_session(client)
        first.look()
        first.start()
        await until_standing(first, Standing.ATTACHED)
        terminal = first.terminal
        await first.aclose()
        service.typed.clear()
        again = machine_session(client, terminal=terminal)
        again.look()
        again.start()
        await until_standing(again, Standing.ATTACHED)
        assert again.type(b"typed")
        await service.until(lambda: bytes(service.typed).endswith(b"typed"))
        assert bytes(service.typed) == b"typed"
        await again.aclose()


async def test_a_program_that_asks_is_answered() -> None:
    async with attached() as (service, _, _):
        await service.write(b"\x1b[6n")
        await service.until(lambda: bytes(service.typed) == b"\x1b[1;1R")


async def test_nothing_reconnects_while_nobody_looks() -> None:
    async with (
        scripted() as (service, client),
        session_of(client, is_looked_at=False) as session,
    ):
        await until_standing(session, Standing.ATTACHED)
        await service.hang_up(1011)
        await until_standing(session, Standing.LOST)
        looks = service.looks
        unlook = session.look()
        await until_standing(session, Standing.ATTACHED)
        assert service.looks > looks
        unlook()
        assert service.connections == 2


async def test_a_sleeping_machine_is_not_woken_by_coming_back() -> None:
    async with attached() as (service, session, proxy):
        service.phase = "sleeping"
        proxy.cut()
        await until_standing(session, Standing.SLEPT)
        assert service.connections == 1
        session.reconnect()
        await until_standing(session, Standing.OPENING)
        await until_standing(session, Standing.SLEPT)
        assert service.connections == 1
        service.statuses = ["closed"]
        session.reconnect(may_wake=True)
        await until_standing(session, Standing.ATTACHED)
        assert len(service.created) == 2


async def test_a_new_shell_keeps_the_old_text_and_none_of_the_old_modes() -> None:
    async with attached() as (service, session, _):
        await service.write(b"old text\r\n\x1b[?1049h\x1b[?1000h\x1b[?2004h\x1b[?25l\x1b[31mfull")
        await until(session, lambda: "full" in text_of(session), "output")
        await service.say(type="closed")
        await service.hang_up(1000)
        await until_standing(session, Standing.CLOSED)
        session.reconnect()
        await until_standing(session, Standing.ATTACHED)
        assert len(service.created) == 2
        modes = session.emulator.modes
        assert (modes.mouse_tracking, modes.bracketed_paste) == (0, False)
        assert session.emulator.cursor.is_visible
        assert not session.emulator.is_alternate_screen
        assert text_of(session) == "old text"


async def test_sizes_settle_before_they_are_sent() -> None:
    async with attached() as (service, session, _):
        for columns in range(81, 121):
            session.resize(columns, 40)
        await service.until(lambda: service.sizes[-1] == (120, 40))
        assert service.sizes == [(80, 24), (120, 40)]
        assert (session.emulator.columns, session.emulator.rows) == (120, 40)


async def test_detaching_leaves_the_terminal_and_ending_does_not() -> None:
    async with attached() as (service, session, _):
        await session.detach()
        await until_standing(session, Standing.DETACHED)
        assert service.closed == []
        session.reconnect()
        await until_standing(session, Standing.ATTACHED)
        assert len(service.created) == 1
        await session.end()
        assert service.closed == ["t-1"]
        await until_standing(session, Standing.CLOSED)


async def test_after_the_computer_slept_a_dead_connection_is_made_anew_at_once() -> None:
    async with attached() as (service, session, _):
        await session.check()
        assert service.connections == 1


async def test_a_bell_and_a_notification_wait_for_somebody_to_look() -> None:
    async with (
        scripted() as (service, client),
        session_of(client, is_looked_at=False) as session,
    ):
        await until_standing(session, Standing.ATTACHED)
        await service.until(lambda: service.sizes)
        await service.write(b"\x07\x1b]9;tests passed\x07done")
        await until(session, lambda: bool(session.notice), "notice")
        assert marks_of(session) == (True, "tests passed", True)
        session.look()
        assert marks_of(session) == (False, "", False)
