"""The preview routes (contract section 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dedalus_tui.local.idempotency import Answer
from dedalus_tui.local.routes import decode
from dedalus_tui.local.routes.machines import machine_id
from dedalus_tui.local.routes.mutation import mutate, world_of
from dedalus_tui.local.routes.session_fields import session_fields

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from dedalus_tui.local.previews import Preview
    from dedalus_tui.local.world import Generation

_FIELDS = {
    "port": decode.integer(1, 65_535),
    "protocol": decode.one_of("http", "https"),
    "visibility": decode.one_of("public", "private", "org"),
}


async def list_previews(request: Request) -> Response:
    """GET /v1/machines/{machine_id}/previews."""
    world = world_of(request)
    limit, after = decode.page_query(request)
    found = [each for each in world.previews.of(machine_id(request)) if each.seq > (after or 0)]
    items = [document_of(each, world.generation) for each in found[:limit]]
    document: dict[str, Any] = {"items": items}
    if len(found) > limit:
        document["next_cursor"] = decode.cursor_at(found[limit - 1].seq)
    return JSONResponse(document)


async def create_preview(request: Request) -> Response:
    """POST /v1/machines/{machine_id}/previews."""
    world = world_of(request)

    def rule(body: bytes) -> Answer:
        wanted = machine_id(request)
        world.machines.get(wanted)
        wish = decode.checked(decode.json_object(request, body), _FIELDS, required=("port",))
        preview = world.previews.open(
            wanted, wish["port"], wish.get("protocol", "http"), wish.get("visibility", "private")
        )
        return Answer(200, document_of(preview, world.generation), {})

    return await mutate(request, rule)


async def get_preview(request: Request) -> Response:
    """GET /v1/machines/{machine_id}/previews/{preview_id}."""
    world = world_of(request)
    preview = world.previews.get(machine_id(request), request.path_params["preview_id"])
    return JSONResponse(document_of(preview, world.generation))


async def delete_preview(request: Request) -> Response:
    """DELETE /v1/machines/{machine_id}/previews/{preview_id}."""
    world = world_of(request)

    def rule(_body: bytes) -> Answer:
        preview = world.previews.close(machine_id(request), request.path_params["preview_id"])
        return Answer(200, document_of(preview, world.generation), {})

    return await mutate(request, rule, needs_key=False)


def document_of(preview: Preview, generation: Generation) -> dict[str, Any]:
    """A preview as the API words it; absent fields stay absent."""
    document: dict[str, Any] = {
        "preview_id": preview.session_id,
        **session_fields(preview, generation),
        "port": preview.port,
        "protocol": preview.protocol,
        "visibility": preview.visibility,
    }
    if preview.url is not None:
        document["url"] = preview.url
    return document
