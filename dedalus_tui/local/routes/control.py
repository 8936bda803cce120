"""`/_local`: the strings that tests and demos pull. Never used by the product, never faulted.

All take and give JSON, need the key, and answer 200 with `{}` unless said otherwise.

POST   /_local/pace        {"pace": "instant" | "quick" | "real"}
    How long phases last, from now on and for machines under way.
POST   /_local/clock       {"step_seconds"?: number, "frozen"?: bool}
    `frozen` first, then the step. A step plays everything due in order. → {"now", "frozen"}
POST   /_local/faults      → {"fault_id"}; any of the following, by default for every request:
    "method": regex of the whole method ("POST"; WebSocket upgrades are GET),
    "path": regex found in the path, "times": how many requests it hits (absent or null: all),
    "skip": how many matching requests pass before, and what happens:
    "delay_ms": wait first (a mutation waits while it holds its Idempotency-Key),
    "status" + "body" (JSON value, or a string sent as text/html) + "headers": answer this instead,
        also to a WebSocket upgrade,
    "cut_after_bytes": send so much of the body (or of the WebSocket's text), then cut,
    "close_code": a WebSocket cut so is closed with this code instead of no word (1006),
    "garble": spoil every byte of the body, "drop": "before" (reset before the rule runs) or
        "after" (the rule runs, its answer is lost).
GET    /_local/faults      → {"items": [{"fault_id", "method", "path", "hits"}]}
DELETE /_local/faults      Let everything through again, forget planned failures.
POST   /_local/refuse      {"seconds": number}
    Reset all connections, this one after its answer, and refuse new ones for that long.
POST   /_local/fail-next   {"machine_id"?, "phase"?, "reason"?, "last_error"?, "retryable"?}
    The next transition (of that machine, out of that phase) ends in phase `failed`.
POST   /_local/load        {"machines": n}  → {"machines": total}
    Add n synthetic machines in all phases: rows without directory or processes.
POST   /_local/reset       {} Forget everything, as if started afresh; the pace stays.
GET    /_local/machines/{machine_id}  → {"directory", "pids", "users"} of one machine.
"""

from __future__ import annotations

import asyncio
import re
from itertools import count
from typing import TYPE_CHECKING, Any

from starlette.background import BackgroundTask
from starlette.responses import JSONResponse
from starlette.routing import Route

from dedalus_tui.local import lifecycle
from dedalus_tui.local.clock import rfc3339
from dedalus_tui.local.faults import Fault
from dedalus_tui.local.mishaps import Mishap
from dedalus_tui.local.refusals import FieldError, invalid
from dedalus_tui.local.routes import decode
from dedalus_tui.local.routes.machines import machine_id
from dedalus_tui.local.routes.mutation import world_of
from dedalus_tui.local.seed import synthetic_fleet

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

_LONGEST_STEP = 10 * 365 * 86_400.0
_MOST_MACHINES = 100_000
_fault_numbers = count(1)


def _optional(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else check(value)


def _pattern(value: Any) -> re.Pattern[str]:
    try:
        return re.compile(decode.text(value))
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None


def _anything(value: Any) -> Any:
    return value


def _headers(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("expected object")
    return {decode.text(name): decode.text(each) for name, each in value.items()}


_WHOLE = decode.integer(0, 2**53)
_FAULT_FIELDS: dict[str, Callable[[Any], Any]] = {
    "method": _pattern,
    "path": _pattern,
    "times": _optional(_WHOLE),
    "skip": _WHOLE,
    "delay_ms": _WHOLE,
    "status": _optional(decode.integer(200, 599)),
    "body": _anything,
    "headers": _headers,
    "cut_after_bytes": _optional(_WHOLE),
    "close_code": _optional(decode.integer(1000, 4999)),
    "garble": decode.boolean,
    "drop": _optional(decode.one_of("before", "after")),
}
_PHASE_NAMES = tuple(lifecycle.DWELL_SECONDS["real"])


async def _given(
    request: Request, fields: dict[str, Callable[[Any], Any]], *required: str
) -> dict[str, Any]:
    body = await decode.raw_body(request)
    value = decode.json_object(request, body) if body else {}
    return decode.checked(value, fields, required=required)


async def set_pace(request: Request) -> Response:
    """POST /_local/pace."""
    given = await _given(request, {"pace": decode.one_of(*lifecycle.PACES)}, "pace")
    world_of(request).machines.pace = given["pace"]
    return JSONResponse({})


async def set_clock(request: Request) -> Response:
    """POST /_local/clock."""
    fields = {"step_seconds": decode.number(0, _LONGEST_STEP), "frozen": decode.boolean}
    given = await _given(request, fields)
    world = world_of(request)
    if "frozen" in given:
        if given["frozen"]:
            world.clock.freeze()
        else:
            world.clock.thaw()
    world.step(given.get("step_seconds", 0.0))
    return JSONResponse({"now": rfc3339(world.clock.now()), "frozen": world.clock.is_frozen})


async def add_fault(request: Request) -> Response:
    """POST /_local/faults."""
    given = await _given(request, _FAULT_FIELDS)
    fault = Fault(
        fault_id=next(_fault_numbers),
        method=given.get("method", re.compile(".*")),
        path=given.get("path", re.compile("")),
        times=given.get("times"),
        skip=given.get("skip", 0),
        delay_ms=given.get("delay_ms", 0),
        status=given.get("status"),
        body=given.get("body"),
        headers=given.get("headers", {}),
        cut_after_bytes=given.get("cut_after_bytes"),
        close_code=given.get("close_code"),
        garble=given.get("garble", False),
        drop=given.get("drop"),
    )
    world_of(request).faults.active.append(fault)
    return JSONResponse({"fault_id": fault.fault_id})


async def list_faults(request: Request) -> Response:
    """GET /_local/faults."""
    items = [
        {
            "fault_id": each.fault_id,
            "method": each.method.pattern,
            "path": each.path.pattern,
            "hits": each.hits,
        }
        for each in world_of(request).faults.active
    ]
    return JSONResponse({"items": items})


async def clear_faults(request: Request) -> Response:
    """DELETE /_local/faults."""
    world = world_of(request)
    world.faults.clear()
    world.machines.mishaps.forget()
    return JSONResponse({})


async def refuse(request: Request) -> Response:
    """POST /_local/refuse."""
    given = await _given(request, {"seconds": decode.number(0, 3600)}, "seconds")
    world = world_of(request)

    async def begin() -> None:
        # In a task of its own: this request's task dies with its connection.
        world.spawn(world.refuse_connections(given["seconds"]), "refuse")
        await asyncio.sleep(0)

    return JSONResponse({}, background=BackgroundTask(begin))


async def fail_next(request: Request) -> Response:
    """POST /_local/fail-next."""
    fields = {
        "machine_id": _optional(decode.text),
        "phase": _optional(decode.one_of(*_PHASE_NAMES)),
        "reason": decode.text,
        "last_error": decode.text,
        "retryable": decode.boolean,
    }
    given = await _given(request, fields)
    world = world_of(request)
    wanted = given.get("machine_id")
    if wanted is not None and world.generation == "2026-09":
        wanted = "dm-" + wanted.removeprefix("dm-")
    mishap = Mishap(
        machine_id=wanted,
        phase=given.get("phase"),
        reason=given.get("reason", "NoReadyHosts"),
        last_error=given.get("last_error", "no host could take the machine"),
        retryable=given.get("retryable", False),
    )
    world.machines.mishaps.plan(mishap)
    return JSONResponse({})


async def load(request: Request) -> Response:
    """POST /_local/load."""
    given = await _given(request, {"machines": decode.integer(0, _MOST_MACHINES)}, "machines")
    world = world_of(request)
    with world.database.transaction():
        synthetic_fleet(world.machines, given["machines"], world.clock.now())
    return JSONResponse({"machines": len(world.machines.all())})


async def reset(request: Request) -> Response:
    """POST /_local/reset."""
    await _given(request, {})
    world_of(request).reset()
    return JSONResponse({})


async def inspect(request: Request) -> Response:
    """GET /_local/machines/{machine_id}."""
    world = world_of(request)
    machine = world.machines.get(machine_id(request))
    if machine.is_synthetic:
        raise invalid([FieldError("path.machine_id", "a synthetic machine has no insides")])
    return JSONResponse(
        {
            "directory": str(world.directories.machine(machine.machine_id)),
            "pids": world.processes.belonging_to(machine.machine_id),
            "users": world.activity.users(machine.machine_id),
        }
    )


ROUTES = [
    Route("/_local/pace", set_pace, methods=["POST"]),
    Route("/_local/clock", set_clock, methods=["POST"]),
    Route("/_local/faults", add_fault, methods=["POST"]),
    Route("/_local/faults", list_faults, methods=["GET"]),
    Route("/_local/faults", clear_faults, methods=["DELETE"]),
    Route("/_local/refuse", refuse, methods=["POST"]),
    Route("/_local/fail-next", fail_next, methods=["POST"]),
    Route("/_local/load", load, methods=["POST"]),
    Route("/_local/reset", reset, methods=["POST"]),
    Route("/_local/machines/{machine_id}", inspect, methods=["GET"]),
]
