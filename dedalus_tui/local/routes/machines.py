"""The machine routes (contract section 4), in every generation's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from starlette.responses import JSONResponse

from dedalus_tui.local import autosleep, lifecycle
from dedalus_tui.local.clock import rfc3339
from dedalus_tui.local.idempotency import Answer
from dedalus_tui.local.machine import Size
from dedalus_tui.local.routes import decode
from dedalus_tui.local.routes.mutation import mutate, world_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from dedalus_tui.local.machine import Machine
    from dedalus_tui.local.world import Generation

Form = Literal["one", "row", "mutation"]

_LARGEST_VCPU = 64
_LARGEST_MEMORY_MIB = 524_288
_LARGEST_STORAGE_GIB = 16_384
_DEFAULTS: dict[str, Any] = {"vcpu": 1.0, "memory_mib": 4096, "storage_gib": 10}
_SIZES = tuple(_DEFAULTS)


def _autosleep(value: Any) -> int:
    return autosleep.seconds_of(decode.text(value))


_FIELDS = {
    "vcpu": decode.number(0.125, _LARGEST_VCPU),
    "memory_mib": decode.integer(128, _LARGEST_MEMORY_MIB),
    "storage_gib": decode.integer(1, _LARGEST_STORAGE_GIB),
    "autosleep": _autosleep,
}


async def list_machines(request: Request) -> Response:
    """GET /v1/machines: every machine, oldest first."""
    world = world_of(request)
    limit, after = decode.page_query(request)
    start = after or 0
    found = [each for each in world.machines.all() if each.seq > start][: limit + 1]
    document: dict[str, Any] = {
        "items": [document_of(each, world.generation, "row") for each in found[:limit]]
    }
    if len(found) > limit:
        document["next_cursor"] = decode.cursor_at(found[limit - 1].seq)
    return JSONResponse(document)


async def create_machine(request: Request) -> Response:
    """POST /v1/machines."""
    world = world_of(request)

    def rule(body: bytes) -> Answer:
        is_latest = world.generation == "2026-09"
        # The latest generation lets every field, and so the body, be left out.
        given = {} if is_latest and not body else decode.json_object(request, body)
        wish = decode.checked(given, _FIELDS, required=() if is_latest else _SIZES)
        size = Size(**{name: wish.get(name, _DEFAULTS[name]) for name in _SIZES})
        window = wish.get("autosleep", autosleep.DEFAULT_SECONDS)
        return _accepted(world.machines.create(size, window), world.generation)

    return await mutate(request, rule)


async def get_machine(request: Request) -> Response:
    """GET /v1/machines/{machine_id}."""
    world = world_of(request)
    machine = world.machines.get(machine_id(request))
    headers = {"ETag": f'"{machine.revision}"'}
    return JSONResponse(document_of(machine, world.generation, "one"), headers=headers)


async def update_machine(request: Request) -> Response:
    """PATCH /v1/machines/{machine_id}."""
    world = world_of(request)

    def rule(body: bytes) -> Answer:
        wanted = machine_id(request)
        world.machines.get(wanted)
        changes = decode.checked(decode.json_object(request, body), _FIELDS)
        if "autosleep" in changes:
            changes["autosleep_seconds"] = changes.pop("autosleep")
        machine = world.machines.update(wanted, changes, if_match=_if_match(request))
        return _accepted(machine, world.generation)

    return await mutate(request, rule)


async def delete_machine(request: Request) -> Response:
    """DELETE /v1/machines/{machine_id}."""
    world = world_of(request)

    def rule(_body: bytes) -> Answer:
        machine = world.machines.destroy(machine_id(request), if_match=_if_match(request))
        return _accepted(machine, world.generation)

    return await mutate(request, rule)


async def sleep_machine(request: Request) -> Response:
    """POST /v1/machines/{machine_id}/sleep."""
    world = world_of(request)

    def rule(_body: bytes) -> Answer:
        machine = world.machines.sleep(machine_id(request), if_match=_if_match(request))
        return _accepted(machine, world.generation)

    return await mutate(request, rule)


async def wake_machine(request: Request) -> Response:
    """POST /v1/machines/{machine_id}/wake."""
    world = world_of(request)

    def rule(_body: bytes) -> Answer:
        machine = world.machines.wake(machine_id(request), if_match=_if_match(request))
        return _accepted(machine, world.generation)

    return await mutate(request, rule)


async def reboot_machine(request: Request) -> Response:
    """POST /v1/machines/{machine_id}/reboot (latest generation)."""
    world = world_of(request)

    def rule(_body: bytes) -> Answer:
        machine = world.machines.reboot(machine_id(request), if_match=_if_match(request))
        return _accepted(machine, world.generation)

    return await mutate(request, rule)


def machine_id(request: Request) -> str:
    """The id in the path, as the state file spells it: the `dm-` may be left out later on."""
    given: str = request.path_params["machine_id"]
    if world_of(request).generation == "2026-09":
        return "dm-" + given.removeprefix("dm-")
    return given


def spoken_id(internal_id: str, generation: Generation) -> str:
    """The id as answers spell it: a bare UUID in the latest generation."""
    return internal_id.removeprefix("dm-") if generation == "2026-09" else internal_id


def document_of(machine: Machine, generation: Generation, form: Form) -> dict[str, Any]:
    """A machine as the generation words it: later rows and mutation answers carry a bare phase."""
    document: dict[str, Any] = {
        "machine_id": spoken_id(machine.machine_id, generation),
        "vcpu": machine.vcpu,
        "memory_mib": machine.memory_mib,
        "storage_gib": machine.storage_gib,
        "autosleep_seconds": machine.autosleep_seconds,
        "desired_state": machine.desired_state,
    }
    if form == "row":
        document["created_at"] = rfc3339(machine.created_at)
    if generation != "2026-05" and form != "one":
        document["phase"] = machine.phase
        return document
    status: dict[str, Any] = {
        "phase": machine.phase,
        "reason": machine.reason,
        "retryable": machine.retryable,
        "revision": str(machine.revision),
        "last_transition_at": rfc3339(machine.last_transition_at),
        "last_progress_at": rfc3339(machine.last_progress_at),
    }
    if machine.last_error is not None:
        status["last_error"] = machine.last_error
    if generation == "2026-09":
        status["memory_configured_mib"] = machine.memory_mib
    document["status"] = status
    return document


def _accepted(machine: Machine, generation: Generation) -> Answer:
    """200 when the machine is already where it is wanted, else 202."""
    settled = lifecycle.is_settled(machine.phase, machine.desired_state)
    headers = {"ETag": f'"{machine.revision}"'}
    if generation == "2026-09":
        headers["Location"] = f"/v1/machines/{spoken_id(machine.machine_id, generation)}"
    document = document_of(machine, generation, "mutation")
    return Answer(200 if settled else 202, document, headers)


def _if_match(request: Request) -> str | None:
    return request.headers.get("if-match")
