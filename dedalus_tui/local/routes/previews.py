"""The routes of previews, and of ports, which are previews without visibility (contract 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from dedalus_tui.local.idempotency import Answer
from dedalus_tui.local.routes import decode
from dedalus_tui.local.routes.machines import machine_id
from dedalus_tui.local.routes.mutation import mutate, world_of
from dedalus_tui.local.routes.session_fields import session_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from dedalus_tui.local.previews import Preview
    from dedalus_tui.local.world import Generation

_PORT_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "port": decode.integer(1, 65_535),
    "protocol": decode.one_of("http", "https"),
}


@dataclass(frozen=True, slots=True)
class PreviewRoutes:
    """Everything that can be asked of them, under one of their two names."""

    segment: str
    id_field: str
    fields: Mapping[str, Callable[[Any], Any]]
    """What creating one takes."""
    visibility: str | None
    """What one has that was asked for without; None where there is no such thing."""

    def under(self, machine: str) -> list[BaseRoute]:
        """The routes below the path of a machine."""
        all_of_them = f"{machine}/{self.segment}"
        one = f"{all_of_them}/{{{self.id_field}}}"
        return [
            Route(all_of_them, self.list_all, methods=["GET"]),
            Route(all_of_them, self.create, methods=["POST"]),
            Route(one, self.get, methods=["GET"]),
            Route(one, self.delete, methods=["DELETE"]),
        ]

    async def list_all(self, request: Request) -> Response:
        """GET …/previews."""
        world = world_of(request)
        limit, after = decode.page_query(request)
        found = [each for each in world.previews.of(machine_id(request)) if each.seq > (after or 0)]
        items = [self.document_of(each, world.generation) for each in found[:limit]]
        document: dict[str, Any] = {"items": items}
        if len(found) > limit:
            document["next_cursor"] = decode.cursor_at(found[limit - 1].seq)
        return JSONResponse(document)

    async def create(self, request: Request) -> Response:
        """POST …/previews."""
        world = world_of(request)

        def rule(body: bytes) -> Answer:
            wanted = machine_id(request)
            world.machines.get(wanted)
            given = decode.json_object(request, body)
            wish = decode.checked(given, self.fields, required=("port",))
            preview = world.previews.open(
                wanted,
                wish["port"],
                wish.get("protocol", "http"),
                wish.get("visibility", self.visibility),
            )
            return Answer(200, self.document_of(preview, world.generation), {})

        return await mutate(request, rule)

    async def get(self, request: Request) -> Response:
        """GET …/previews/{preview_id}."""
        world = world_of(request)
        preview = world.previews.get(machine_id(request), request.path_params[self.id_field])
        return JSONResponse(self.document_of(preview, world.generation))

    async def delete(self, request: Request) -> Response:
        """DELETE …/previews/{preview_id}."""
        world = world_of(request)

        def rule(_body: bytes) -> Answer:
            wanted = request.path_params[self.id_field]
            preview = world.previews.close(machine_id(request), wanted)
            return Answer(200, self.document_of(preview, world.generation), {})

        return await mutate(request, rule, needs_key=False)

    def document_of(self, preview: Preview, generation: Generation) -> dict[str, Any]:
        """One as the API words it; absent fields stay absent."""
        document: dict[str, Any] = {
            self.id_field: preview.session_id,
            **session_fields(preview, generation),
            "port": preview.port,
            "protocol": preview.protocol,
        }
        if preview.visibility is not None:
            document["visibility"] = preview.visibility
        if preview.url is not None:
            document["url"] = preview.url
        return document


PREVIEWS = PreviewRoutes(
    "previews",
    "preview_id",
    {**_PORT_FIELDS, "visibility": decode.one_of("public", "private", "org")},
    "private",
)
PORTS = PreviewRoutes("ports", "port_id", _PORT_FIELDS, None)
