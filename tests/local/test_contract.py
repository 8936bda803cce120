"""Whatever is asked, the answer is one that the description of the service allows.

Every test of this room that uses the `cloud` fixtures has its answers checked as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from starlette.routing import Route

from dedalus_tui.local.routes import table
from tests.local import contract, runs, wishes
from tests.local.harness import start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedalus_tui.local.world import Generation
    from tests.local.harness import RunningCloud

EXAMPLES = 8
"""Of each operation; with about thirty operations a few seconds."""

_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)


def _described(generation: Generation) -> dict[str, Any]:
    """The part of the description that the generation serves, but for its streams."""
    whole = contract.specification()
    served = {
        (route.path, method.lower())
        for route in table.routes(generation)
        if isinstance(route, Route) and not route.path.endswith("/stream")
        for method in route.methods or ()
    }
    paths: dict[str, Any] = {}
    for path, operations in whole["paths"].items():
        kept = {name: each for name, each in operations.items() if (path, name) in served}
        if kept:
            paths[path] = kept
    return {**whole, "paths": paths}


@pytest.mark.parametrize("generation", ["2026-05", "2026-07", "2026-09"])
def test_any_request_gets_a_described_answer(tmp_path: Path, generation: Generation) -> None:
    # Half a second to import: only who runs this test pays it.
    import schemathesis
    from schemathesis import checks
    from schemathesis.core.result import Ok

    checks.load_all_checks()
    description = _described(generation)
    cloud = start(tmp_path, generation=generation)
    try:
        ids = list(_inhabitants(cloud))
        schema = schemathesis.openapi.from_dict(description)
        for number, result in enumerate(schema.get_all_operations()):
            assert isinstance(result, Ok)
            _hammer(cloud, result.ok(), ids, number, checks.CHECKS.get_by_names(_CHECKS))
    finally:
        cloud.stop_now()


def _inhabitants(cloud: RunningCloud) -> Iterator[dict[str, str]]:
    """A few machines in different states, with things on them."""
    awake = wishes.create(cloud, autosleep="never")["machine_id"]
    done = runs.shell(cloud, awake, "echo hello; exit 3")
    yield {"machine_id": awake, "execution_id": done["execution_id"]}
    asleep = wishes.create(cloud)["machine_id"]
    wishes.act(cloud, asleep, "sleep")
    yield {"machine_id": asleep}
    gone = wishes.create(cloud)["machine_id"]
    wishes.destroy(cloud, gone)
    yield {"machine_id": gone}


def _hammer(
    cloud: RunningCloud, operation: Any, ids: list[dict[str, str]], offset: int, wanted: Any
) -> None:
    turn = offset

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        nonlocal turn
        turn += 1
        # Invented ids find nothing: three of four requests are about something that exists.
        if turn % 4:
            case.path_parameters |= {
                name: value
                for name, value in ids[turn % len(ids)].items()
                if name in case.path_parameters
            }
        case.headers.pop("X-Dedalus-Org-Id", None)
        if isinstance(case.body, dict) and case.body.get("command"):
            # What runs here runs for real.
            case.body["command"] = ["true"]
        headers = {"Authorization": f"Bearer {cloud.api_key}"}
        response = case.call(base_url=cloud.base_url, headers=headers)
        case.validate_response(response, checks=wanted, headers=headers)

    one()


def test_refusals_of_every_kind_are_as_described(cloud: RunningCloud) -> None:
    # The fixture checks each answer; here they are only provoked.
    machine_id = wishes.create(cloud)["machine_id"]
    path = f"/v1/machines/{machine_id}"
    key = wishes.key()
    wrong = {"Authorization": "Bearer wrong"}
    for status, request in [
        (401, ("GET", path, None, wrong)),
        (403, ("GET", path, None, {"X-Dedalus-Org-Id": "other"})),
        (404, ("GET", "/v1/machines/dm-none", None, {})),
        (409, ("POST", f"{path}/wake", None, wishes.key())),
        (409, ("POST", f"{path}/sleep", None, {**wishes.key(), "If-Match": "0"})),
        (422, ("PATCH", path, {"vcpu": "two"}, wishes.key())),
        (200, ("POST", f"{path}/sleep", None, key)),
        (200, ("POST", f"{path}/sleep", None, key)),
        (409, ("POST", f"{path}/wake", None, key)),
    ]:
        method, where, body, headers = request
        assert cloud.ask(method, where, body, headers=headers)[0] == status
