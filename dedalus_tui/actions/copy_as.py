"""A machine as commands to paste elsewhere. Keys never appear: they stay in the environment."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from dedalus_tui.actions.action import Action, Scope
from dedalus_tui.config.settings import DEFAULT_BASE_URL

if TYPE_CHECKING:
    from dedalus_tui.domain.machine import Machine
    from dedalus_tui.domain.network import NetworkPlace

_FRESH_KEY = "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')"
"""32 hex digits, made anew whenever the command runs; uuidgen is not everywhere."""


class CopyChoice(NamedTuple):
    """One thing the copy menu offers."""

    title: str
    text: str


def choices(
    machine: Machine, base_url: str, network: NetworkPlace | None = None
) -> tuple[CopyChoice, ...]:
    """Every way to copy one machine; the id comes first, where it is in its network last."""
    machine_id = machine.machine_id
    found = [CopyChoice(title="id", text=machine_id)]
    for verb in ("retrieve", "sleep", "wake"):
        found += (
            CopyChoice(title=f"dedalus CLI: {verb}", text=cli(verb, machine_id, base_url)),
            CopyChoice(title=f"curl: {verb}", text=curl(verb, machine_id, base_url)),
            CopyChoice(title=f"Python SDK: {verb}", text=python(verb, machine_id, base_url)),
        )
    return (*found, *_network_choices(network))


def _network_choices(place: NetworkPlace | None) -> tuple[CopyChoice, ...]:
    """What the overview shows of the network, each by itself."""
    if place is None:
        return ()
    machine = place.machine
    named = (
        ("network", machine.network_name or machine.network_id),
        ("hostname", machine.hostname),
        ("private IPv4", machine.private_ipv4),
        ("private IPv6", machine.private_ipv6),
        *((f"gateway: {each.kind or each.protocol}", each.address) for each in place.gateways),
    )
    return tuple(CopyChoice(title, text) for title, text in named if text)


def cli(verb: str, machine_id: str, base_url: str) -> str:
    """A command of the official CLI, in the words that its versions share."""
    place = "" if _is_usual(base_url) else f"DEDALUS_BASE_URL={shlex.quote(base_url)} "
    return f"{place}dedalus machines {verb} --machine-id {shlex.quote(machine_id)}"


def curl(verb: str, machine_id: str, base_url: str) -> str:
    """A curl command; the key comes from $DEDALUS_API_KEY when it runs."""
    path = f"/v1/machines/{quote(machine_id, safe='')}"
    method = "GET"
    if verb != "retrieve":
        path, method = f"{path}/{verb}", "POST"
    lines = [
        f"curl -sS -X {method} {shlex.quote(base_url.rstrip('/') + path)}",
        '  -H "Authorization: Bearer $DEDALUS_API_KEY"',
    ]
    if method != "GET":
        lines.append(f'  -H "Idempotency-Key: {_FRESH_KEY}"')
    return " \\\n".join(lines)


def python(verb: str, machine_id: str, base_url: str) -> str:
    """Three lines for the official Python SDK; the key comes from the environment."""
    place = "" if _is_usual(base_url) else f"base_url={json.dumps(base_url)}"
    return (
        "from dedalus_sdk import Dedalus\n\n"
        f"client = Dedalus({place})\n"
        f"machine = client.machines.{verb}(machine_id={json.dumps(machine_id)})"
    )


def _is_usual(base_url: str) -> bool:
    return base_url.rstrip("/") == DEFAULT_BASE_URL


ACTIONS: tuple[Action, ...] = (
    Action(
        id="machine.copy_id",
        label="Copy id",
        footer="copy",
        help="Copy the machine's id; of marked machines, all ids.",
        keys=("c",),
        scope=Scope.MACHINE,
        group="Copy",
        takes_marks=True,
        needs_target=True,
    ),
    Action(
        id="machine.copy_as",
        label="Copy as",
        footer="",
        help="Copy a command for this machine: dedalus CLI, curl, Python SDK.",
        keys=("C",),
        scope=Scope.MACHINE,
        group="Copy",
        needs_target=True,
    ),
)
