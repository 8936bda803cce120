"""A machine as commands to paste elsewhere. Keys never appear: they stay in the environment."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from dedalus_tui.actions.action import Action, Scope

if TYPE_CHECKING:
    from dedalus_tui.domain.machine import Machine, MachineSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyChoice:
    """One thing the copy menu offers."""

    title: str
    text: str


def choices(machine: Machine, base_url: str) -> tuple[CopyChoice, ...]:
    """Every way to copy one machine; the id comes first."""
    found = [CopyChoice(title="id", text=machine.machine_id)]
    for verb in ("retrieve", "sleep", "wake"):
        found += (
            CopyChoice(title=f"dedalus CLI: {verb}", text=cli(verb, machine.machine_id)),
            CopyChoice(title=f"curl: {verb}", text=curl(verb, machine.machine_id, base_url)),
            CopyChoice(title=f"Python SDK: {verb}", text=python(verb, machine.machine_id)),
        )
    return tuple(found)


def cli(verb: str, machine_id: str) -> str:
    """A command of the official CLI."""
    return f"dedalus machines {verb} --machine-id {shlex.quote(machine_id)}"


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
        lines.append('  -H "Idempotency-Key: $(uuidgen)"')
    return " \\\n".join(lines)


def python(verb: str, machine_id: str) -> str:
    """Three lines for the official Python SDK; the key comes from the environment."""
    return (
        "from dedalus_sdk import Dedalus\n\n"
        "client = Dedalus()\n"
        f"machine = client.machines.{verb}(machine_id={json.dumps(machine_id)})"
    )


def create_curl(spec: MachineSpec, base_url: str) -> str:
    """A curl command that creates such a machine."""
    body: dict[str, float | str] = {
        "vcpu": spec.vcpu,
        "memory_mib": spec.memory_mib,
        "storage_gib": spec.storage_gib,
    }
    if spec.autosleep is not None:
        body["autosleep"] = spec.autosleep
    return " \\\n".join(
        (
            f"curl -sS -X POST {shlex.quote(base_url.rstrip('/') + '/v1/machines')}",
            '  -H "Authorization: Bearer $DEDALUS_API_KEY"',
            '  -H "Idempotency-Key: $(uuidgen)"',
            '  -H "Content-Type: application/json"',
            f"  -d {shlex.quote(json.dumps(body))}",
        )
    )


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
