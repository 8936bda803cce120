"""Terminals on the local cloud: real shells, real cuts, sleeping machines."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import sys
from typing import TYPE_CHECKING

from dedalus_tui.api.keys import new_wish_key
from dedalus_tui.domain.machine import MachineSpec, Phase
from dedalus_tui.domain.terminal_state import Standing
from tests.local.harness import RunningCloud, serve
from tests.store.terminal_service import CuttingProxy, client_of
from tests.store.test_terminal_session import machine_session, text_of, until, until_standing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from dedalus_tui.api.client import CloudClient
    from dedalus_tui.store.terminal_session import TerminalSession

CUTS = 20
LINES = 300


async def awake_machine(client: CloudClient) -> str:
    spec = MachineSpec(vcpu=1, memory_mib=1024, storage_gib=10, autosleep="never")
    machine = await client.machines.create(spec, key=new_wish_key())
    async with asyncio.timeout(20):
        while machine.phase != Phase.RUNNING:
            machine = await client.machines.get(machine.machine_id)
    return machine.machine_id


@contextlib.asynccontextmanager
async def shell(
    tmp_path: Path,
) -> AsyncIterator[tuple[RunningCloud, TerminalSession, CuttingProxy]]:
    """A shell on a machine of a local cloud, reached through a proxy that can cut."""
    cloud = await serve(tmp_path)
    async with CuttingProxy(int(cloud.base_url.rpartition(":")[2])) as proxy:
        client = client_of(proxy.base_url, cloud.api_key)
        machine_id = await awake_machine(client)
        session = machine_session(client, machine_id)
        session.look()
        session.start()
        await until(session, lambda: text_of(session).endswith("$"), "a prompt")
        yield cloud, session, proxy
        await session.aclose()
        await client.aclose()
    await cloud.stop()


async def test_a_real_shell_answers_and_knows_its_size(tmp_path: Path) -> None:
    async with shell(tmp_path) as (_, session, _):
        session.type(b"stty size; echo $TERM\r")
        await until(session, lambda: "24 80\nxterm-256color" in text_of(session), "its size")
        session.resize(100, 30)
        await until(session, lambda: session.emulator.columns == 100, "resized")
        session.type(b"stty size\r")
        await until(session, lambda: "30 100" in text_of(session), "its new size")


async def test_twenty_cuts_while_a_program_prints_lose_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(4)
    program = tmp_path / "count.py"
    enough = tmp_path / "enough"
    program.write_text(
        "import pathlib, time\nn = 0\n"
        f"while n < {LINES} or not pathlib.Path({str(enough)!r}).exists():\n"
        "    print('n', n, flush=True)\n    n += 1\n    time.sleep(0.004)\n"
    )
    async with shell(tmp_path) as (_, session, proxy):
        session.type(f"clear; {sys.executable} {program}; echo END\r".encode())
        for cut in range(CUTS):
            await until_standing(session, Standing.ATTACHED)
            proxy.cut_after = chance.randrange(200, 2000)
            await until(
                session,
                lambda cut=cut: (
                    proxy.cuts > cut  # type: ignore[misc]
                    and session.state.standing is Standing.RECONNECTING
                ),
                "cut",
            )
            assert not session.type(b"never sent")
            session.reconnect()
        enough.touch()
        await until(session, lambda: "\nEND" in text_of(session), "the end")
        numbers = [int(n) for n in re.findall(r"^n (\d+)$", text_of(session), re.MULTILINE)]
        if session.gaps:
            assert text_of(session).count("output may be missing") == session.gaps
            assert numbers == sorted(set(numbers))
        else:
            assert numbers == list(range(len(numbers)))
            assert len(numbers) >= LINES
        assert "never sent" not in text_of(session)


async def test_a_terminal_of_a_machine_that_falls_asleep_says_so_and_wakes_on_request(
    tmp_path: Path,
) -> None:
    async with shell(tmp_path) as (cloud, session, _):
        session.type(b"echo before\r")
        await until(session, lambda: "\nbefore" in text_of(session), "output")
        path = f"/v1/machines/{session.machine_id}/sleep"
        await asyncio.to_thread(
            cloud.ask, "POST", path, None, headers={"Idempotency-Key": "a" * 32}
        )
        await until_standing(session, Standing.SLEPT)
        assert "\nbefore" in text_of(session)
        session.reconnect(may_wake=True)
        await until_standing(session, Standing.ATTACHED)
        session.type(b"echo after\r")
        await until(session, lambda: "\nafter" in text_of(session), "output")
        assert "\nbefore" in text_of(session)


async def test_attaching_again_shows_what_went_by_and_answers_nothing(tmp_path: Path) -> None:
    async with shell(tmp_path) as (cloud, first, _):
        first.type(b"printf 'seen \\033[6n'; echo\r")
        await until(first, lambda: "\nseen" in text_of(first), "output")
        client = client_of(cloud.base_url, cloud.api_key)
        second = machine_session(client, first.machine_id, first.terminal)
        second.look()
        second.start()
        await until(second, lambda: "\nseen" in text_of(second), "the replay")
        # What the first answered stands at the prompt; had the second answered too, it would be
        # there twice.
        first.type(b"#\r")
        await until(second, lambda: "#\n" in text_of(second), "the answer")
        assert ":~$ 6R#\n" in text_of(second)
        first.type(b"\x15echo both\r")
        await until(second, lambda: "\nboth" in text_of(second), "live output")
        await second.aclose()
        await client.aclose()


async def test_exit_closes_it_and_ending_removes_it(tmp_path: Path) -> None:
    async with shell(tmp_path) as (_, session, _):
        session.type(b"exit\r")
        await until_standing(session, Standing.CLOSED)
        session.reconnect()
        await until_standing(session, Standing.ATTACHED)
        await session.end()
        await until_standing(session, Standing.CLOSED)
