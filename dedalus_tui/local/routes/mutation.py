"""The common way of every mutation: Idempotency-Key, one transaction, the encoded answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import Response

from dedalus_tui.local.faults import pause
from dedalus_tui.local.idempotency import Answer, request_hash
from dedalus_tui.local.refusals import DomainError
from dedalus_tui.local.routes import decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from dedalus_tui.local.world import World


def world_of(request: Request) -> World:
    """The world this request is about."""
    world: World = request.app.state.world
    return world


async def mutate(
    request: Request, rule: Callable[[bytes], Answer], *, needs_key: bool = True
) -> Response:
    """Carry out `rule(body)` once per Idempotency-Key.

    The earlier service generations demand the key where `needs_key`; the latest one makes one up
    and echoes it.
    """
    world = world_of(request)
    body = await decode.raw_body(request)
    is_latest = world.generation == "2026-09"
    key = decode.idempotency_key(request, is_required=needs_key and not is_latest)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    fingerprint = request_hash(request.method, path, body)
    delay: float = request.scope["state"].get("delay_seconds", 0.0)
    if key is None:
        await _slowness(world, delay)
        with world.database.transaction():
            return _response(rule(body))
    # Reserved before looking: a request in flight must not be taken for a new one.
    with world.idempotency.under_way(key):
        answer = world.idempotency.recall(key, fingerprint)
        if answer is None:
            await _slowness(world, delay)
            with world.database.transaction():
                answer = rule(body)
                world.idempotency.remember(key, fingerprint, answer)
    if is_latest:
        answer.headers["Idempotency-Key"] = key
    return _response(answer)


async def _slowness(world: World, seconds: float) -> None:
    """The wait an injected fault asks for; 503 if the server ends meanwhile."""
    if seconds:
        await pause(seconds, world.closing)
    if world.closing.is_set():
        raise DomainError(503, "DEPENDENCY_UNAVAILABLE", "server is shutting down", retryable=True)


def _response(answer: Answer) -> Response:
    return Response(json.dumps(answer.document), answer.status, answer.headers, "application/json")
