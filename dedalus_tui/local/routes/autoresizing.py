"""RAM autoresizing switches (contract section 12): kept and told, though nothing here resizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from dedalus_tui.local.idempotency import Answer
from dedalus_tui.local.refusals import ProblemError
from dedalus_tui.local.routes import decode
from dedalus_tui.local.routes.machines import machine_id
from dedalus_tui.local.routes.mutation import mutate, world_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_SETTING = "organization_autoresizing"


async def get_of_machine(request: Request) -> Response:
    """GET …/autoresizing of a machine."""
    machine = world_of(request).machines.get(machine_id(request))
    return JSONResponse({"enabled": machine.is_autoresizing})


async def put_of_machine(request: Request) -> Response:
    """PUT …/autoresizing of a machine."""
    world = world_of(request)

    def rule(body: bytes) -> Answer:
        wanted = machine_id(request)
        if world.machines.get(wanted).desired_state == "destroyed":
            raise ProblemError(409, "machine is being destroyed and cannot be updated")
        enabled = _enabled(request, body)
        world.machines.update(wanted, {"is_autoresizing": enabled})
        return Answer(200, {"enabled": enabled})

    return await mutate(request, rule, needs_key=False)


async def get_of_all(request: Request) -> Response:
    """GET /v1/organization/autoresizing."""
    return JSONResponse({"enabled": world_of(request).database.setting(_SETTING) == "true"})


async def put_of_all(request: Request) -> Response:
    """PUT /v1/organization/autoresizing."""
    world = world_of(request)

    def rule(body: bytes) -> Answer:
        enabled = _enabled(request, body)
        world.database.remember(_SETTING, "true" if enabled else "false")
        return Answer(200, {"enabled": enabled})

    return await mutate(request, rule, needs_key=False)


def _enabled(request: Request, body: bytes) -> bool:
    wish = decode.json_object(request, body)
    enabled: bool = decode.checked(wish, {"enabled": decode.boolean}, required=("enabled",))[
        "enabled"
    ]
    return enabled
