"""The wire stays open, whatever becomes of the requests on it."""

from __future__ import annotations

import asyncio
import gc

import pytest

from dedalus_tui.api.wire import Answer, Wire
from tests.api.scripted_server import Reply, ScriptedServer

TURNS = 40
"""More than a whole request takes."""
ROUNDS = 5
"""In each round several requests are cancelled in a moment that httpx does not expect."""


# A few connections httpx loses altogether; those are closed as garbage.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_requests_cancelled_at_any_moment_leave_room_for_others() -> None:
    async with ScriptedServer(lambda _: Reply(body={})) as server:
        wire = Wire(server.base_url, identity={}, user_agent="test")

        def asking() -> asyncio.Task[Answer]:
            asked = wire.ask(
                "GET", server.base_url, headers={}, body=None, seconds=20, request="GET /"
            )
            return asyncio.create_task(asked)

        for turns in [*range(TURNS)] * ROUNDS:
            request = asking()
            for _ in range(turns):
                await asyncio.sleep(0)
            request.cancel()
            await asyncio.gather(request, return_exceptions=True)
        await asking()
        connections = {*server._tasks}
        answer = await asking()
        assert server._tasks <= connections, "none was kept for the next request"
        await wire.aclose()
    assert answer.status == 200
    gc.collect()
