"""Short ways to run commands on local machines, in the words of the API."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any

from tests.local import wishes

if TYPE_CHECKING:
    from tests.local.harness import RunningCloud

TERMINAL = {"succeeded", "failed", "cancelled", "expired"}


def post(cloud: RunningCloud, machine_id: str, *command: str, **fields: Any) -> dict[str, Any]:
    """Create an execution; the answered document."""
    body = {"command": list(command), **fields}
    path = f"/v1/machines/{machine_id}/executions"
    status, _, document = cloud.ask("POST", path, body, headers=wishes.key())
    assert status == 200, document
    return dict(document)


def shell(cloud: RunningCloud, machine_id: str, script: str, **fields: Any) -> dict[str, Any]:
    """Run `sh -c script` to its end; the final document."""
    return finished(cloud, post(cloud, machine_id, "sh", "-c", script, **fields))


def get(cloud: RunningCloud, execution: dict[str, Any], part: str = "") -> Any:
    """The execution as it is now, or its `/output` or `/events`."""
    status, _, document = cloud.ask("GET", url(execution) + part)
    assert status == 200, document
    return document


def url(execution: dict[str, Any]) -> str:
    """The path of an execution."""
    return f"/v1/machines/{execution['machine_id']}/executions/{execution['execution_id']}"


def wait_for(cloud: RunningCloud, execution: dict[str, Any], *statuses: str) -> dict[str, Any]:
    """Poll until the execution has one of the statuses; fails after 20 s."""
    deadline = time.monotonic() + 20
    while True:
        now: dict[str, Any] = get(cloud, execution)
        if now["status"] in statuses:
            return now
        assert time.monotonic() < deadline, now
        time.sleep(0.005)


def finished(cloud: RunningCloud, execution: dict[str, Any]) -> dict[str, Any]:
    """The execution once it is over."""
    return wait_for(cloud, execution, *TERMINAL)


def all_events(cloud: RunningCloud, execution: dict[str, Any], limit: int = 7) -> list[Any]:
    """Every event of a finished execution, page by page."""
    events: list[Any] = []
    query = f"/events?limit={limit}"
    while True:
        page = get(cloud, execution, query)
        events += page["items"]
        if not page.get("next_cursor"):
            return events
        query = f"/events?limit={limit}&cursor={page['next_cursor']}"


def bytes_of(events: list[Any], stream: str) -> bytes:
    """The exact bytes of one stream."""
    return b"".join(
        base64.b64decode(each["chunk_base64"]) if "chunk_base64" in each else each["chunk"].encode()
        for each in events
        if each["type"] == stream
    )
