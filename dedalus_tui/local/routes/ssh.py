"""The ssh routes (contract section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dedalus_tui.local.idempotency import Answer
from dedalus_tui.local.routes import decode
from dedalus_tui.local.routes.machines import machine_id
from dedalus_tui.local.routes.mutation import mutate, world_of
from dedalus_tui.local.routes.session_fields import session_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from dedalus_tui.local.ssh_sessions import SshSession
    from dedalus_tui.local.world import World

_FIELDS: dict[str, Callable[[Any], Any]] = {"public_key": decode.text}


async def list_sessions(request: Request) -> Response:
    """GET /v1/machines/{machine_id}/ssh."""
    world = world_of(request)
    limit, after = decode.page_query(request)
    found = [each for each in world.ssh.of(machine_id(request)) if each.seq > (after or 0)]
    document: dict[str, Any] = {"items": [_document_of(each, world) for each in found[:limit]]}
    if len(found) > limit:
        document["next_cursor"] = decode.cursor_at(found[limit - 1].seq)
    return JSONResponse(document)


async def create_session(request: Request) -> Response:
    """POST /v1/machines/{machine_id}/ssh."""
    world = world_of(request)
    await world.ssh.open_gate()

    def rule(body: bytes) -> Answer:
        wanted = machine_id(request)
        world.machines.get(wanted)
        wish = decode.checked(decode.json_object(request, body), _FIELDS, required=("public_key",))
        session = world.ssh.open(wanted, wish["public_key"])
        return Answer(200, _document_of(session, world), {})

    return await mutate(request, rule)


async def get_session(request: Request) -> Response:
    """GET /v1/machines/{machine_id}/ssh/{session_id}."""
    world = world_of(request)
    session = world.ssh.get(machine_id(request), request.path_params["session_id"])
    return JSONResponse(_document_of(session, world))


async def delete_session(request: Request) -> Response:
    """DELETE /v1/machines/{machine_id}/ssh/{session_id}."""
    world = world_of(request)

    def rule(_body: bytes) -> Answer:
        session = world.ssh.close(machine_id(request), request.path_params["session_id"])
        return Answer(200, _document_of(session, world), {})

    return await mutate(request, rule, needs_key=False)


def _document_of(session: SshSession, world: World) -> dict[str, Any]:
    """A session as the API words it; the connection is there once it is ready."""
    document: dict[str, Any] = {
        "session_id": session.session_id,
        **session_fields(session, world.generation),
    }
    if session.status == "ready" and world.ssh.gate is not None:
        gate = world.ssh.gate
        document["connection"] = {
            "endpoint": "127.0.0.1",
            "port": gate.port,
            "ssh_username": session.machine_id,
            "user_certificate": session.certificate,
            "host_trust": {
                "kind": "cert_authority",
                "host_pattern": gate.host_pattern,
                "public_key": gate.host_ca,
            },
        }
    return document
