"""The network routes (contract section 10): what is true of machines that share one computer.

All of them are on its loopback device, and on nothing else. The gateways are the ssh server, once
it listens, and the proxies of ports, each of which has a port of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dedalus_tui.local.refusals import no_such
from dedalus_tui.local.routes.machines import machine_id, spoken_id
from dedalus_tui.local.routes.mutation import world_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

NETWORK_ID = "net-loopback"
_NAME = "loopback"
_IPV4, _IPV6, _HOSTNAME = "127.0.0.1", "::1", "localhost"


async def get_of_machine(request: Request) -> Response:
    """GET /v1/machines/{machine_id}/network."""
    world = world_of(request)
    machine = world.machines.get(machine_id(request))
    return JSONResponse(
        {
            "machine_id": spoken_id(machine.machine_id, world.generation),
            "network_id": NETWORK_ID,
            "network_name": _NAME,
            "private_ipv4": _IPV4,
            "private_ipv6": _IPV6,
            "hostname": _HOSTNAME,
        }
    )


async def get_network(request: Request) -> Response:
    """GET /v1/networks/{network_id}."""
    world = world_of(request)
    if request.path_params["network_id"] != NETWORK_ID:
        raise no_such("network")
    gateways: list[dict[str, Any]] = []
    if world.ssh.gate is not None:
        port = world.ssh.gate.port
        gateways.append({"kind": "ssh", "protocol": "ssh", "hostname": _IPV4, "port": port})
    gateways.append({"kind": "port", "protocol": "https", "hostname": _IPV4})
    return JSONResponse({"network_id": NETWORK_ID, "name": _NAME, "gateways": gateways})
