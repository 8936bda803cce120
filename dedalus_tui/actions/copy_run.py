"""A run as commands to paste elsewhere. Keys and values of variables never appear."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING
from urllib.parse import quote

from dedalus_tui.actions.copy_as import CopyChoice

if TYPE_CHECKING:
    from dedalus_tui.domain.execution import Execution


def choices(execution: Execution, base_url: str) -> tuple[CopyChoice, ...]:
    """Every way to copy one run; the command comes first."""
    return (
        CopyChoice(title="the command", text=shlex.join(execution.command)),
        CopyChoice(title="the run's id", text=execution.execution_id),
        CopyChoice(title="dedalus CLI: run it", text=cli(execution)),
        CopyChoice(title="curl: run it", text=curl(execution, base_url)),
        CopyChoice(title="Python SDK: run it", text=python(execution)),
        CopyChoice(title="curl: its output", text=output_curl(execution, base_url)),
    )


def cli(execution: Execution) -> str:
    """A command of the official CLI."""
    words = ["dedalus", "machines", "executions", "create", "--machine-id", execution.machine_id]
    for word in execution.command:
        words += ["--command", word]
    if execution.cwd:
        words += ["--cwd", execution.cwd]
    return shlex.join(words)


def _body(execution: Execution) -> dict[str, object]:
    body: dict[str, object] = {"command": list(execution.command)}
    if execution.cwd:
        body["cwd"] = execution.cwd
    return body


def curl(execution: Execution, base_url: str) -> str:
    """A curl command that runs it; the key comes from $DEDALUS_API_KEY."""
    path = f"/v1/machines/{quote(execution.machine_id, safe='')}/executions"
    return " \\\n".join(
        (
            f"curl -sS -X POST {shlex.quote(base_url.rstrip('/') + path)}",
            '  -H "Authorization: Bearer $DEDALUS_API_KEY"',
            '  -H "Idempotency-Key: $(uuidgen)"',
            '  -H "Content-Type: application/json"',
            f"  -d {shlex.quote(json.dumps(_body(execution)))}",
        )
    )


def output_curl(execution: Execution, base_url: str) -> str:
    """A curl command that reads what it wrote."""
    machine, run = (quote(each, safe="") for each in (execution.machine_id, execution.execution_id))
    url = f"{base_url.rstrip('/')}/v1/machines/{machine}/executions/{run}/output"
    return f'curl -sS {shlex.quote(url)} \\\n  -H "Authorization: Bearer $DEDALUS_API_KEY"'


def python(execution: Execution) -> str:
    """A few lines for the official Python SDK."""
    cwd = f", cwd={json.dumps(execution.cwd)}" if execution.cwd else ""
    return (
        "from dedalus_sdk import Dedalus\n\n"
        "client = Dedalus()\n"
        "execution = client.machines.executions.create(\n"
        f"    machine_id={json.dumps(execution.machine_id)},\n"
        f"    command={json.dumps(list(execution.command))}{cwd},\n"
        ")"
    )
