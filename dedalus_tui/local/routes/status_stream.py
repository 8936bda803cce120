"""GET …/status/stream: a machine's revisions as server-sent events (contract 4.5)."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from dedalus_tui.local.lifecycle import is_settled
from dedalus_tui.local.routes.machines import document_of, machine_id
from dedalus_tui.local.routes.mutation import world_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from dedalus_tui.local.machine import Machine
    from dedalus_tui.local.world import World

_BOOKMARK_SECONDS = 10.0
"""A quiet stream sends a bookmark this often, so that both ends see it is alive."""


async def watch_machine(request: Request) -> Response:
    """Send each revision; the stream ends once the machine is where it is wanted, or has failed."""
    world = world_of(request)
    machine = world.machines.get(machine_id(request))
    events = _events(world, machine, request.headers.get("last-event-id"))
    headers = {"Cache-Control": "no-store"}
    return StreamingResponse(events, headers=headers, media_type="text/event-stream")


async def _events(world: World, machine: Machine, last_event_id: str | None) -> AsyncIterator[str]:
    revisions: asyncio.Queue[Machine] = asyncio.Queue()
    stop = world.machines.watch(machine.machine_id, revisions.put_nowait)
    try:
        # Whoever has this revision already is told nothing anew.
        if last_event_id == str(machine.revision):
            yield _bookmark(machine)
        else:
            yield _status(world, machine)
        while not _is_over(machine):
            following = await _next(world, revisions)
            if following is None:
                yield _bookmark(machine)
                if world.closing.is_set():
                    return
                continue
            machine = following
            yield _status(world, machine)
    finally:
        stop()


async def _next(world: World, revisions: asyncio.Queue[Machine]) -> Machine | None:
    """The next revision, or None after a quiet while or when the server is about to end."""
    got = asyncio.create_task(revisions.get())
    closing = asyncio.create_task(world.closing.wait())
    try:
        await asyncio.wait(
            {got, closing}, timeout=_BOOKMARK_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        return got.result() if got.done() else None
    finally:
        got.cancel()
        closing.cancel()


def _is_over(machine: Machine) -> bool:
    return machine.phase == "failed" or is_settled(machine.phase, machine.desired_state)


def _status(world: World, machine: Machine) -> str:
    data = json.dumps(document_of(machine, world.generation, "one"))
    return f"event: status\nid: {machine.revision}\ndata: {data}\n\n"


def _bookmark(machine: Machine) -> str:
    return f"event: bookmark\nid: {machine.revision}\ndata: {{}}\n\n"
