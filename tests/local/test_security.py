"""Nobody but the holder of the key on this computer reaches a shell or a file."""

from __future__ import annotations

import re
import socket
import stat
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from starlette.routing import Route

from dedalus_tui.local.directories import Directories, StateInUseError
from dedalus_tui.local.routes import table
from tests.local import runs, shells, wishes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.local.harness import RunningCloud

_PARAMETER = re.compile(r"\{[a-z_:]+\}")


def _every_request() -> Iterator[tuple[str, str]]:
    for route in [*table.routes("2026-05"), *table.routes("2026-07"), *table.routes("2026-09")]:
        if isinstance(route, Route):
            path = _PARAMETER.sub("dm-abc123", route.path)
            for method in sorted(route.methods or ()):
                yield method, path


def _status(
    cloud: RunningCloud, method: str, path: str, headers: list[tuple[str, str]]
) -> tuple[int, str]:
    """Status and content type of a request whose every header is given."""
    connection = HTTPConnection(cloud.base_url.removeprefix("http://"), timeout=20)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    with connection.getresponse() as answer:
        connection.close()
        return answer.status, answer.getheader("content-type", "")


def test_every_route_needs_the_key(cloud: RunningCloud) -> None:
    host = ("Host", cloud.base_url.removeprefix("http://"))
    wrong = [
        [],
        [("Authorization", "Bearer wrong")],
        [("Authorization", f"Basic {cloud.api_key}")],
        [("Authorization", cloud.api_key)],
        [("x-api-key", cloud.api_key[:-1])],
        [("x-api-key", cloud.api_key), ("Authorization", "Bearer wrong")],
    ]
    for method, path in sorted(set(_every_request())):
        for headers in wrong[: 2 if method != "GET" else None]:
            status, kind = _status(cloud, method, path, [host, *headers])
            assert (status, kind) == (401, "application/json"), (method, path, headers)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Host", "evil.example", 421),
        ("Host", "127.0.0.1", 421),
        ("Host", "127.0.0.1.evil.example:{port}", 421),
        ("Host", "0.0.0.0:{port}", 421),
        ("Origin", "http://evil.example", 403),
        ("Origin", "https://127.0.0.1:{port}", 403),
        ("Origin", "null", 403),
        ("X-Dedalus-Org-Id", "someone-else", 403),
    ],
)
def test_foreign_hosts_origins_and_organisations_are_refused(
    cloud: RunningCloud, name: str, value: str, status: int
) -> None:
    own = cloud.base_url.removeprefix("http://")
    headers = {"Host": own, "Authorization": f"Bearer {cloud.api_key}"}
    headers[name] = value.format(port=own.partition(":")[2])
    for method, path in [("GET", "/v1/machines"), ("POST", "/_local/reset")]:
        assert _status(cloud, method, path, list(headers.items()))[0] == status
    assert _status(cloud, "GET", "/v1/machines", [("Host", own)])[0] == 401


def test_either_header_and_the_own_origin_are_welcome(cloud: RunningCloud) -> None:
    own = cloud.base_url.removeprefix("http://")
    port = own.partition(":")[2]
    for headers in (
        [("Host", own), ("x-api-key", cloud.api_key)],
        [("Host", f"localhost:{port}"), ("Authorization", f"bearer {cloud.api_key}")],
        [
            ("Host", own),
            ("x-api-key", cloud.api_key),
            ("Authorization", f"Bearer {cloud.api_key}"),
            ("Origin", cloud.base_url),
            ("X-Dedalus-Org-Id", cloud.org_id),
        ],
    ):
        assert _status(cloud, "GET", "/v1/machines", headers)[0] == 200


def test_it_listens_on_loopback_only(cloud: RunningCloud) -> None:
    port = int(cloud.base_url.rpartition(":")[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: only asks which address would be used.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this computer has no other address")
        address = probe.getsockname()[0]
    if address.startswith("127."):
        pytest.skip("this computer has no other address")
    with pytest.raises(OSError), socket.create_connection((address, port), timeout=5):  # noqa: PT011
        pass


@pytest.mark.parametrize(
    "trick",
    [
        "..",
        "../../etc",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "%2fetc",
        "dm-%00",
        "dm-a%0ab",
        "dm-*",
        "dm-' OR '1'='1",
        "state.sqlite3",
    ],
)
def test_path_tricks_reach_nothing(cloud: RunningCloud, trick: str) -> None:
    machine_id = wishes.create(cloud)["machine_id"]
    done = runs.shell(cloud, machine_id, "true")
    execution_id = done["execution_id"]
    name = quote(trick, safe="%")
    headers = wishes.key()
    for method, path in [
        ("GET", f"/v1/machines/{name}"),
        ("DELETE", f"/v1/machines/{name}"),
        ("GET", f"/v1/machines/{name}/executions/{execution_id}/output"),
        ("GET", f"/v1/machines/{machine_id}/executions/{name}/output"),
        ("DELETE", f"/v1/machines/{machine_id}/executions/{name}"),
        ("DELETE", f"/v1/machines/{machine_id}/terminals/{name}"),
        ("GET", f"/_local/machines/{name}"),
    ]:
        status, _, _ = cloud.ask(method, path, headers=headers)
        assert status in (404, 405), (method, path)
    assert wishes.phase(cloud, machine_id) == "running"
    assert runs.get(cloud, done)["status"] == "succeeded"


def test_an_execution_is_reached_only_through_its_machine(cloud: RunningCloud) -> None:
    mine, other = (wishes.create(cloud)["machine_id"] for _ in range(2))
    done = runs.shell(cloud, mine, "true")
    terminal = shells.post(cloud, mine)
    for part in ("", "/output", "/events"):
        path = f"/v1/machines/{other}/executions/{done['execution_id']}{part}"
        assert cloud.ask("GET", path)[0] == 404
    assert cloud.ask("GET", f"/v1/machines/{other}/terminals/{terminal['terminal_id']}")[0] == 404


def test_the_state_is_for_its_owner_only(cloud: RunningCloud, tmp_path: Path) -> None:
    machine_id = wishes.create(cloud)["machine_id"]
    state = tmp_path / "local-cloud"
    directory = Path(cloud.ask("GET", f"/_local/machines/{machine_id}")[2]["directory"])
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert directory.is_relative_to(state)
    for path in state.rglob("*"):
        if path.is_file():
            assert cloud.api_key.encode() not in path.read_bytes()


def test_a_readable_state_directory_is_made_private(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o755)
    directories = Directories(state)
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    with pytest.raises(StateInUseError):
        Directories(state)
    directories.close()
    Directories(state).close()
