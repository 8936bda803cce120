"""The terminal routes (contract section 9), but for the stream itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dedalus_tui.local.clock import rfc3339
from dedalus_tui.local.idempotency import Answer
from dedalus_tui.local.routes import decode
from dedalus_tui.local.routes.executions import environment
from dedalus_tui.local.routes.machines import machine_id
from dedalus_tui.local.routes.mutation import mutate, world_of
from dedalus_tui.local.terminal import TerminalWish
from dedalus_tui.local.terminals import RETRY_AFTER_MS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from dedalus_tui.local.terminal import Terminal

LARGEST_SIDE = 2000
"""Columns or rows."""

_SIZE = decode.integer(1, LARGEST_SIDE)
_FIELDS = {
    "width": _SIZE,
    "height": _SIZE,
    "cwd": decode.text,
    "env": environment,
    "shell": decode.text,
}


async def list_terminals(request: Request) -> Response:
    """GET …/terminals: newest first."""
    world = world_of(request)
    limit, before = decode.page_query(request)
    found = world.terminals.page(machine_id(request), before=before, limit=limit + 1)
    document: dict[str, Any] = {"items": [_document_of(each, request) for _, each in found[:limit]]}
    if len(found) > limit:
        document["next_cursor"] = decode.cursor_at(found[limit - 1][0])
    return JSONResponse(document)


async def create_terminal(request: Request) -> Response:
    """POST …/terminals."""
    world = world_of(request)

    def rule(body: bytes) -> Answer:
        wanted = machine_id(request)
        world.machines.get(wanted)
        given = decode.json_object(request, body)
        fields = decode.checked(given, _FIELDS, required=("width", "height"))
        terminal = world.terminals.create(wanted, TerminalWish(**fields))
        return Answer(200, _document_of(terminal, request))

    return await mutate(request, rule)


async def get_terminal(request: Request) -> Response:
    """GET …/terminals/{terminal_id}."""
    terminal = world_of(request).terminals.get(machine_id(request), terminal_id(request))
    return JSONResponse(_document_of(terminal, request))


async def delete_terminal(request: Request) -> Response:
    """DELETE …/terminals/{terminal_id}: closes an open one, else drops the record."""
    world = world_of(request)

    def rule(_body: bytes) -> Answer:
        terminal = world.terminals.delete(machine_id(request), terminal_id(request))
        return Answer(200, _document_of(terminal, request))

    return await mutate(request, rule, needs_key=False)


def terminal_id(request: Request) -> str:
    """The id in the path."""
    given: str = request.path_params["terminal_id"]
    return given


def _document_of(terminal: Terminal, request: Request) -> dict[str, Any]:
    document: dict[str, Any] = {
        "terminal_id": terminal.terminal_id,
        "machine_id": terminal.machine_id,
        "status": terminal.status,
        "created_at": rfc3339(terminal.created_at),
        "width": terminal.width,
        "height": terminal.height,
        "protocol": "websocket",
        "stream_url": (
            f"ws://{request.url.netloc}/v1/machines/{terminal.machine_id}"
            f"/terminals/{terminal.terminal_id}/stream"
        ),
    }
    if terminal.status == "wake_in_progress":
        document["retry_after_ms"] = RETRY_AFTER_MS
    if terminal.ready_at is not None:
        document["ready_at"] = rfc3339(terminal.ready_at)
    for name in ("error_code", "error_message"):
        value = getattr(terminal, name)
        if value is not None:
            document[name] = value
    return document
