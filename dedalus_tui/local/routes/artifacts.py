"""The artifact routes (contract section 10), and the one their `download_url` leads to.

`GET …/artifacts/{artifact_id}/content` is this server's own; like every route it needs the key.
It answers Range requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import FileResponse, JSONResponse

from dedalus_tui.local.clock import rfc3339
from dedalus_tui.local.idempotency import Answer
from dedalus_tui.local.routes import decode
from dedalus_tui.local.routes.machines import machine_id, spoken_id
from dedalus_tui.local.routes.mutation import mutate, world_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from dedalus_tui.local.artifacts import Artifact


async def list_artifacts(request: Request) -> Response:
    """GET /v1/machines/{machine_id}/artifacts."""
    world = world_of(request)
    limit, after = decode.page_query(request)
    found = world.artifacts.of(machine_id(request), after=after or 0, limit=limit + 1)
    document: dict[str, Any] = {"items": [_document_of(each, request) for each in found[:limit]]}
    if len(found) > limit:
        document["next_cursor"] = decode.cursor_at(found[limit - 1].seq)
    return JSONResponse(document)


async def get_artifact(request: Request) -> Response:
    """GET /v1/machines/{machine_id}/artifacts/{artifact_id}."""
    return JSONResponse(_document_of(_asked_for(request), request))


async def get_content(request: Request) -> Response:
    """GET /v1/machines/{machine_id}/artifacts/{artifact_id}/content."""
    artifact = _asked_for(request)
    return FileResponse(
        world_of(request).artifacts.file(artifact),
        media_type=artifact.mime_type or "application/octet-stream",
    )


async def delete_artifact(request: Request) -> Response:
    """DELETE /v1/machines/{machine_id}/artifacts/{artifact_id}."""
    world = world_of(request)

    def rule(_body: bytes) -> Answer:
        artifact = world.artifacts.delete(machine_id(request), request.path_params["artifact_id"])
        return Answer(200, _document_of(artifact, request), {})

    return await mutate(request, rule, needs_key=False)


def _asked_for(request: Request) -> Artifact:
    wanted = request.path_params["artifact_id"]
    return world_of(request).artifacts.get(machine_id(request), wanted)


def _document_of(artifact: Artifact, request: Request) -> dict[str, Any]:
    spoken = spoken_id(artifact.machine_id, world_of(request).generation)
    document: dict[str, Any] = {
        "artifact_id": artifact.artifact_id,
        "machine_id": spoken,
        "execution_id": artifact.execution_id,
        "name": artifact.name,
        "size_bytes": artifact.size_bytes,
        "sha256": artifact.sha256,
        "download_url": f"/v1/machines/{spoken}/artifacts/{artifact.artifact_id}/content",
        "created_at": rfc3339(artifact.created_at),
        "expires_at": rfc3339(artifact.expires_at),
    }
    if artifact.mime_type is not None:
        document["mime_type"] = artifact.mime_type
    return document
