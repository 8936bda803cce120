"""The execution routes (contract section 8).

Output is bytes and JSON is text, which the contract leaves open. Here `chunk`, `stdout` and
`stderr` are the output read as UTF-8; where that is not exact (the program wrote other bytes) the
text has U+FFFD in their place and a field `chunk_base64`, `stdout_base64` or `stderr_base64`
beside it carries the exact bytes. Who ignores the extra field reads what the contract promises.

`/events` gives `next_cursor` with every page but an empty one and the last of all, so a follower
goes on from the newest cursor and never reads an event twice.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dedalus_tui.local.clock import rfc3339
from dedalus_tui.local.execution import ExecutionWish
from dedalus_tui.local.executions import RETRY_AFTER_MS
from dedalus_tui.local.idempotency import Answer
from dedalus_tui.local.routes import decode
from dedalus_tui.local.routes.machines import machine_id, spoken_id
from dedalus_tui.local.routes.mutation import mutate, world_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from dedalus_tui.local.execution import Execution
    from dedalus_tui.local.output_log import LoggedEvent
    from dedalus_tui.local.world import Generation

_LONGEST_TIMEOUT_MS = 7 * 86_400_000
_CAPTURE = {"state": "unavailable", "code": "not_configured"}
"""How far the log of any run got to the host that publishes logs: there is none here."""


def _command(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("expected a list with at least the program")
    arguments = tuple(decode.text(each) for each in value)
    if not arguments[0]:
        raise ValueError("the program must not be empty")
    return arguments


def environment(value: Any) -> dict[str, str]:
    """NAME → value."""
    if not isinstance(value, dict):
        raise ValueError("expected object")
    for name in value:
        if not name or "=" in name or "\0" in name:
            raise ValueError("names must not be empty nor hold = or NUL")
    return {name: decode.text(each) for name, each in value.items()}


def _any_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("expected string")
    return value


_FIELDS = {
    "command": _command,
    "cwd": decode.text,
    "env": environment,
    "stdin": _any_text,
    "timeout_ms": decode.integer(1, _LONGEST_TIMEOUT_MS),
}


async def list_executions(request: Request) -> Response:
    """GET …/executions: newest first."""
    world = world_of(request)
    limit, before = decode.page_query(request)
    found = world.executions.page(machine_id(request), before=before, limit=limit + 1)
    document: dict[str, Any] = {
        "items": [document_of(each, world.generation) for _, each in found[:limit]]
    }
    if len(found) > limit:
        document["next_cursor"] = decode.cursor_at(found[limit - 1][0])
    return JSONResponse(document)


async def create_execution(request: Request) -> Response:
    """POST …/executions."""
    world = world_of(request)

    def rule(body: bytes) -> Answer:
        wanted = machine_id(request)
        world.machines.get(wanted)
        given = decode.json_object(request, body)
        wish = ExecutionWish(**decode.checked(given, _FIELDS, required=("command",)))
        execution = world.executions.create(wanted, wish)
        return Answer(200, document_of(execution, world.generation))

    return await mutate(request, rule)


async def get_execution(request: Request) -> Response:
    """GET …/executions/{execution_id}."""
    world = world_of(request)
    execution = world.executions.get(machine_id(request), _execution_id(request))
    return JSONResponse(document_of(execution, world.generation))


async def delete_execution(request: Request) -> Response:
    """DELETE …/executions/{execution_id}: cancels one under way, else drops the record."""
    world = world_of(request)

    def rule(_body: bytes) -> Answer:
        execution = world.executions.delete(machine_id(request), _execution_id(request))
        return Answer(200, document_of(execution, world.generation))

    return await mutate(request, rule, needs_key=False)


async def get_output(request: Request) -> Response:
    """GET …/executions/{execution_id}/output."""
    world = world_of(request)
    wanted, execution_id = machine_id(request), _execution_id(request)
    execution = world.executions.get(wanted, execution_id)
    document: dict[str, Any] = {"execution_id": execution_id}
    if execution.started_at is None:
        return JSONResponse(document)
    totals = {"stdout": execution.stdout_bytes, "stderr": execution.stderr_bytes}
    cut = {"stdout": execution.stdout_truncated, "stderr": execution.stderr_truncated}
    for stream, (data, is_partial) in world.executions.output(wanted, execution_id).items():
        document |= _text_of(data, stream)
        document[f"{stream}_bytes"] = totals[stream]
        document[f"{stream}_truncated"] = cut[stream] or is_partial
    return JSONResponse(document)


async def list_events(request: Request) -> Response:
    """GET …/executions/{execution_id}/events."""
    world = world_of(request)
    limit, after = decode.page_query(request)
    events, may_follow = world.executions.events(
        machine_id(request), _execution_id(request), after=after or 0, limit=limit
    )
    document: dict[str, Any] = {"items": [_event(each) for each in events]}
    if events and may_follow:
        document["next_cursor"] = decode.cursor_at(events[-1].sequence)
    return JSONResponse(document)


async def get_logs(request: Request) -> Response:
    """GET …/executions/{execution_id}/logs (latest generation): nothing is published from here."""
    execution_id = _execution_id(request)
    world_of(request).executions.get(machine_id(request), execution_id)
    return JSONResponse({"execution_id": execution_id, "capture": _CAPTURE})


def document_of(execution: Execution, generation: Generation) -> dict[str, Any]:
    """An execution as the API words it."""
    document: dict[str, Any] = {
        "execution_id": execution.execution_id,
        "machine_id": spoken_id(execution.machine_id, generation),
        "status": execution.status,
        "command": list(execution.command),
        "created_at": rfc3339(execution.created_at),
        "env_keys": list(execution.env_keys),
    }
    if execution.status == "wake_in_progress":
        document["retry_after_ms"] = RETRY_AFTER_MS
    for name in ("started_at", "completed_at"):
        moment: float | None = getattr(execution, name)
        if moment is not None:
            document[name] = rfc3339(moment)
    for name in ("cwd", "exit_code", "signal", "error_code", "error_message"):
        value = getattr(execution, name)
        if value is not None:
            document[name] = value
    if execution.started_at is not None:
        for stream in ("stdout", "stderr"):
            document[f"{stream}_bytes"] = getattr(execution, f"{stream}_bytes")
            document[f"{stream}_truncated"] = getattr(execution, f"{stream}_truncated")
    if execution.artifacts:
        document["artifacts"] = [
            {"artifact_id": artifact_id, "name": name} for artifact_id, name in execution.artifacts
        ]
    if generation == "2026-09":
        document["log_capture"] = _CAPTURE
    return document


def _event(event: LoggedEvent) -> dict[str, Any]:
    document: dict[str, Any] = {
        "sequence": event.sequence,
        "type": event.kind,
        "at": rfc3339(event.at),
    }
    if event.kind == "lifecycle":
        return document | event.lifecycle()
    return document | _text_of(event.data, "chunk")


def _text_of(data: bytes, name: str) -> dict[str, str]:
    """The data as text, and exactly where the text is not exact."""
    try:
        return {name: data.decode()}
    except UnicodeDecodeError:
        return {
            name: data.decode(errors="replace"),
            f"{name}_base64": base64.b64encode(data).decode(),
        }


def _execution_id(request: Request) -> str:
    execution_id: str = request.path_params["execution_id"]
    return execution_id
