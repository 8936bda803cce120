"""Short ways to ask the local cloud for machines, in the words of the API."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.local.harness import CloudControl

SIZE = {"vcpu": 1, "memory_mib": 1024, "storage_gib": 10}
_numbers = count(1)


def key() -> dict[str, str]:
    """A header with a fresh Idempotency-Key."""
    return {"Idempotency-Key": f"test-{next(_numbers):08d}"}


def create(cloud: CloudControl, **fields: Any) -> dict[str, Any]:
    """Create a machine; the answered document."""
    status, _, document = cloud.ask("POST", "/v1/machines", {**SIZE, **fields}, headers=key())
    assert status in (200, 202), document
    return dict(document)


def machine(cloud: CloudControl, machine_id: str) -> dict[str, Any]:
    """GET one machine."""
    status, _, document = cloud.ask("GET", f"/v1/machines/{machine_id}")
    assert status == 200, document
    return dict(document)


def phase(cloud: CloudControl, machine_id: str) -> str:
    """The phase a machine is in."""
    return str(machine(cloud, machine_id)["status"]["phase"])


def act(
    cloud: CloudControl, machine_id: str, action: str, **headers: str
) -> tuple[int, dict[str, str], Any]:
    """POST sleep, wake or reboot."""
    return cloud.ask("POST", f"/v1/machines/{machine_id}/{action}", headers={**key(), **headers})


def destroy(cloud: CloudControl, machine_id: str) -> tuple[int, dict[str, str], Any]:
    """DELETE a machine."""
    return cloud.ask("DELETE", f"/v1/machines/{machine_id}", headers=key())
