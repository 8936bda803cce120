"""Every route of all generations, as data. What a generation lacks is simply not routed (404)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route, WebSocketRoute

from dedalus_tui.local.routes import (
    artifacts,
    autoresizing,
    control,
    executions,
    machines,
    networks,
    previews,
    ssh,
    status_stream,
    terminal_stream,
    terminals,
    usage,
)

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from dedalus_tui.local.world import Generation

_MACHINE = "/v1/machines/{machine_id}"
_ARTIFACT = _MACHINE + "/artifacts/{artifact_id}"
_EXECUTION = _MACHINE + "/executions/{execution_id}"

_COMMON: list[BaseRoute] = [
    Route("/v1/machines", machines.list_machines, methods=["GET"]),
    Route("/v1/machines", machines.create_machine, methods=["POST"]),
    Route(_MACHINE, machines.get_machine, methods=["GET"]),
    Route(_MACHINE, machines.update_machine, methods=["PATCH"]),
    Route(_MACHINE, machines.delete_machine, methods=["DELETE"]),
    Route(f"{_MACHINE}/sleep", machines.sleep_machine, methods=["POST"]),
    Route(f"{_MACHINE}/wake", machines.wake_machine, methods=["POST"]),
    Route(f"{_MACHINE}/ssh", ssh.list_sessions, methods=["GET"]),
    Route(f"{_MACHINE}/ssh", ssh.create_session, methods=["POST"]),
    Route(f"{_MACHINE}/ssh/{{session_id}}", ssh.get_session, methods=["GET"]),
    Route(f"{_MACHINE}/ssh/{{session_id}}", ssh.delete_session, methods=["DELETE"]),
    Route(f"{_MACHINE}/executions", executions.list_executions, methods=["GET"]),
    Route(f"{_MACHINE}/executions", executions.create_execution, methods=["POST"]),
    Route(_EXECUTION, executions.get_execution, methods=["GET"]),
    Route(_EXECUTION, executions.delete_execution, methods=["DELETE"]),
    Route(f"{_EXECUTION}/output", executions.get_output, methods=["GET"]),
    Route(f"{_EXECUTION}/events", executions.list_events, methods=["GET"]),
]

_TERMINAL = _MACHINE + "/terminals/{terminal_id}"

_UNTIL_2026_07: list[BaseRoute] = [
    Route(f"{_MACHINE}/terminals", terminals.list_terminals, methods=["GET"]),
    Route(f"{_MACHINE}/terminals", terminals.create_terminal, methods=["POST"]),
    Route(_TERMINAL, terminals.get_terminal, methods=["GET"]),
    Route(_TERMINAL, terminals.delete_terminal, methods=["DELETE"]),
    WebSocketRoute(f"{_TERMINAL}/stream", terminal_stream.connect_terminal),
    Route(f"{_MACHINE}/status/stream", status_stream.watch_machine, methods=["GET"]),
    Route(f"{_MACHINE}/artifacts", artifacts.list_artifacts, methods=["GET"]),
    Route(_ARTIFACT, artifacts.get_artifact, methods=["GET"]),
    Route(_ARTIFACT, artifacts.delete_artifact, methods=["DELETE"]),
    Route(f"{_ARTIFACT}/content", artifacts.get_content, methods=["GET"]),
    Route("/v1/usage", usage.summary, methods=["GET"]),
    Route("/v1/usage/machines/compute", usage.compute, methods=["GET"]),
    Route("/v1/usage/machines/storage", usage.storage, methods=["GET"]),
]

_ONLY_2026_05: list[BaseRoute] = [
    *previews.PREVIEWS.under(_MACHINE),
    Route("/v1/metering/health", usage.health, methods=["GET"]),
]

_ONLY_2026_07: list[BaseRoute] = [
    *previews.PORTS.under(_MACHINE),
    Route(f"{_MACHINE}/network", networks.get_of_machine, methods=["GET"]),
    Route("/v1/networks/{network_id}", networks.get_network, methods=["GET"]),
]

_ONLY_2026_09: list[BaseRoute] = [
    Route(f"{_EXECUTION}/logs", executions.get_logs, methods=["GET"]),
    Route(f"{_MACHINE}/reboot", machines.reboot_machine, methods=["POST"]),
    Route(f"{_MACHINE}/autoresizing", autoresizing.get_of_machine, methods=["GET"]),
    Route(f"{_MACHINE}/autoresizing", autoresizing.put_of_machine, methods=["PUT"]),
    Route("/v1/organization/autoresizing", autoresizing.get_of_all, methods=["GET"]),
    Route("/v1/organization/autoresizing", autoresizing.put_of_all, methods=["PUT"]),
]


def routes(generation: Generation) -> list[BaseRoute]:
    """The routes of one generation, the control routes included."""
    own = {
        "2026-05": (*_UNTIL_2026_07, *_ONLY_2026_05),
        "2026-07": (*_UNTIL_2026_07, *_ONLY_2026_07),
        "2026-09": _ONLY_2026_09,
    }
    return [*_COMMON, *own[generation], *control.ROUTES]
