"""Every request the client can send is one the contract's OpenAPI describes."""

from __future__ import annotations

import inspect
import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

import pytest
import yaml
from jsonschema import Draft202012Validator

from dedalus_tui.api.client import CloudClient
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.domain.execution import ExecutionSpec
from dedalus_tui.domain.machine import MachineChange, MachineSpec
from dedalus_tui.domain.preview import PreviewSpec
from dedalus_tui.domain.terminal import TerminalSpec
from tests.api.scripted_server import Reply, ScriptedServer, event_stream

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.api.scripted_server import Asked

OPENAPI = Path(__file__).parents[2].parent / "shared" / "api" / "openapi.yml"
M = "dm-019fd32e-40e9-72f4-9cb4-007ed53735ba"
KEY = "019fd32e40e972f49cb4007ed53735ba"
GROUPS = (
    "machines",
    "executions",
    "terminals",
    "previews",
    "ports",
    "networks",
    "ssh",
    "artifacts",
    "usage",
    "autoresizing",
)
NOT_REQUESTS_OF_THE_API = {"terminals.connect", "artifacts.download"}


async def walked(pages: Any) -> None:
    async for _ in pages:
        pass


CALLS: dict[str, Callable[[CloudClient], Awaitable[object]]] = {
    "machines.pages": lambda c: walked(c.machines.pages(limit=20)),
    "machines.get": lambda c: c.machines.get(M),
    "machines.raw": lambda c: c.machines.raw(M),
    "machines.create": lambda c: c.machines.create(
        MachineSpec(vcpu=0.5, memory_mib=512, storage_gib=10, autosleep="7d3h4s"), key=KEY
    ),
    "machines.change": lambda c: c.machines.change(
        M, MachineChange(vcpu=4, memory_mib=8192, storage_gib=20, autosleep="never"), key=KEY
    ),
    "machines.sleep": lambda c: c.machines.sleep(M, key=KEY),
    "machines.wake": lambda c: c.machines.wake(M, key=KEY),
    "machines.destroy": lambda c: c.machines.destroy(M, key=KEY),
    "machines.reboot": lambda c: c.machines.reboot(M, key=KEY, force=True),
    "machines.watch": lambda c: walked(c.machines.watch(M, last_event_id="7")),
    "autoresizing.of": lambda c: c.autoresizing.of(M),
    "autoresizing.set": lambda c: c.autoresizing.set(M, enabled=True, key=KEY),
    "autoresizing.of_all": lambda c: c.autoresizing.of_all(),
    "autoresizing.set_for_all": lambda c: c.autoresizing.set_for_all(enabled=True, key=KEY),
    "executions.pages": lambda c: walked(c.executions.pages(M)),
    "executions.get": lambda c: c.executions.get(M, "e-1"),
    "executions.start": lambda c: c.executions.start(
        M,
        ExecutionSpec(command=("ls", "-l"), cwd="/", env=(("A", "b"),), stdin="x", timeout_ms=1000),
        key=KEY,
    ),
    "executions.delete": lambda c: c.executions.delete(M, "e-1", key=KEY),
    "executions.output": lambda c: c.executions.output(M, "e-1"),
    "executions.logs": lambda c: c.executions.logs(M, "e-1"),
    "executions.events": lambda c: c.executions.events(M, "e-1", cursor="c", limit=5),
    "terminals.pages": lambda c: walked(c.terminals.pages(M)),
    "terminals.get": lambda c: c.terminals.get(M, "t-1"),
    "terminals.open": lambda c: c.terminals.open(
        M,
        TerminalSpec(width=80, height=24, cwd="/", env=(("A", "b"),), shell="/bin/sh"),
        key=KEY,
    ),
    "terminals.close": lambda c: c.terminals.close(M, "t-1", key=KEY),
    "previews.pages": lambda c: walked(c.previews.pages(M)),
    "previews.get": lambda c: c.previews.get(M, "p-1"),
    "previews.create": lambda c: c.previews.create(
        M, PreviewSpec(port=8080, protocol="http", visibility="private"), key=KEY
    ),
    "previews.delete": lambda c: c.previews.delete(M, "p-1", key=KEY),
    "ports.pages": lambda c: walked(c.ports.pages(M)),
    "ports.get": lambda c: c.ports.get(M, "p-1"),
    "ports.create": lambda c: c.ports.create(
        M, PreviewSpec(port=8080, protocol="http", visibility="private"), key=KEY
    ),
    "ports.delete": lambda c: c.ports.delete(M, "p-1", key=KEY),
    "networks.of_machine": lambda c: c.networks.of_machine(M),
    "networks.get": lambda c: c.networks.get("n-1"),
    "ssh.pages": lambda c: walked(c.ssh.pages(M)),
    "ssh.get": lambda c: c.ssh.get(M, "s-1"),
    "ssh.create": lambda c: c.ssh.create(M, "ssh-ed25519 AAAA me", key=KEY),
    "ssh.delete": lambda c: c.ssh.delete(M, "s-1", key=KEY),
    "artifacts.pages": lambda c: walked(c.artifacts.pages(M)),
    "artifacts.get": lambda c: c.artifacts.get(M, "a-1"),
    "artifacts.delete": lambda c: c.artifacts.delete(M, "a-1", key=KEY),
    "usage.summary": lambda c: c.usage.summary(date(2026, 11, 1)),
    "usage.compute": lambda c: c.usage.compute(
        period_start=date(2026, 11, 1),
        period_end=date(2026, 11, 22),
        machine_id=M,
        granularity="day",
    ),
    "usage.storage": lambda c: c.usage.storage(
        period_start=date(2026, 11, 1), period_end=date(2026, 11, 22), machine_id=M
    ),
    "usage.health": lambda c: c.usage.health(),
}


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    if not OPENAPI.exists():
        pytest.skip("the contract's OpenAPI is not here")
    document: dict[str, Any] = yaml.safe_load(OPENAPI.read_text())
    return document


def answer(asked: Asked) -> Reply | bytes:
    if asked.path.endswith("/status/stream"):
        return event_stream("")
    things = ("machine", "execution", "terminal", "preview", "port", "session", "artifact")
    return Reply(200, {f"{thing}_id": "x" for thing in (*things, "network")})


async def requests_of(name: str) -> list[Asked]:
    async with ScriptedServer(answer) as server:
        client = CloudClient(
            base_url=server.base_url,
            credentials=Credentials(api_key="key"),
            org_id="00000000-0000-7000-8000-000000000001",
        )
        async with client:
            await CALLS[name](client)
        return server.asked


def operation_of(spec: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """The operation whose path fits, a fixed path before one with placeholders."""
    fitting = []
    for template, item in spec["paths"].items():
        pattern = re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, asked.path) and asked.method.lower() in item:
            shared = item.get("parameters", [])
            fitting.append((template.count("{"), item[asked.method.lower()], shared))
    assert fitting, f"no operation for {asked.method} {asked.path}"
    _, operation, shared = min(fitting, key=lambda found: int(found[0]))
    return dict(operation) | {"parameters": [*shared, *operation.get("parameters", [])]}


def resolved(spec: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = spec
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def check(spec: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    Draft202012Validator(schema | {"components": spec["components"]}).validate(value)


def from_text(text: str, schema: dict[str, Any]) -> object:
    return json.loads(text) if schema.get("type") in {"integer", "boolean", "number"} else text


@pytest.mark.parametrize("name", CALLS)
async def test_the_request_is_in_the_contract(spec: dict[str, Any], name: str) -> None:
    (asked,) = await requests_of(name)
    operation = operation_of(spec, asked)
    parameters = [resolved(spec, part) for part in operation["parameters"]]
    sent = {key: values[0] for key, values in parse_qs(asked.query).items()}
    known = {part["name"]: part for part in parameters if part["in"] == "query"}
    assert set(sent) <= set(known)
    for key, text in sent.items():
        schema = resolved(spec, known[key]["schema"])
        check(spec, schema, from_text(text, schema))
    for part in parameters:
        if part["in"] == "header" and part.get("required"):
            assert part["name"].lower() in asked.headers
    if asked.method != "GET":
        assert asked.headers["idempotency-key"] == KEY
    wanted = operation.get("requestBody")
    if wanted is None:
        assert asked.body == b""
    else:
        assert asked.headers["content-type"] == "application/json"
        schema = resolved(spec, wanted)["content"]["application/json"]["schema"]
        body = json.loads(asked.body)
        check(spec, schema, body)
        properties = resolved(spec, schema)["properties"]
        assert set(body) <= set(properties), "requests are strict"
    assert unquote(asked.path).startswith("/v1/")


async def test_every_call_of_the_client_is_checked() -> None:
    client = CloudClient(base_url="http://127.0.0.1:1", credentials=Credentials())
    async with client:
        offered = {
            f"{group}.{name}"
            for group in GROUPS
            for name, _ in inspect.getmembers(getattr(client, group), inspect.ismethod)
            if not name.startswith("_")
        }
    assert offered - NOT_REQUESTS_OF_THE_API == set(CALLS)
