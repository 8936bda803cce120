"""JSON → domain values: a malformed field costs that field, never a machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.api.decode import Decoder, json_in
from dedalus_tui.domain.execution import ArtifactReference, Execution, ExecutionEvent
from dedalus_tui.domain.faults import NotUnderstood
from dedalus_tui.domain.machine import UNKNOWN, Machine
from dedalus_tui.domain.ssh import SshSession
from dedalus_tui.domain.usage import ComputeUsage, UsageSummary

MACHINES = Decoder(Machine, id_field="machine_id")
EXECUTIONS = Decoder(Execution, id_field="execution_id")
REQUEST = "GET /v1/machines"

NESTED: dict[str, Any] = {
    "machine_id": "dm-1",
    "vcpu": 2,
    "memory_mib": 4096,
    "storage_gib": 10,
    "desired_state": "running",
    "autosleep_seconds": 300,
    "created_at": "2026-08-05T10:00:00Z",
    "status": {
        "phase": "running",
        "reason": "DesiredStateReached",
        "retryable": False,
        "revision": "7",
        "last_transition_at": "2026-08-05T10:00:34.091276598Z",
        "last_progress_at": "2026-08-05T10:00:35+02:00",
    },
}


def machine(**fields: Any) -> Machine:
    value = MACHINES.value(fields)
    assert value is not None
    return value


def test_the_nested_shape() -> None:
    found = machine(**NESTED, configured_at="2026", unheard_of={"x": [1]})
    assert found.phase == "running"
    assert found.vcpu == 2.0
    assert found.revision == "7"
    assert found.status is not None
    assert found.status.last_transition_at == datetime(2026, 8, 5, 10, 0, 34, 91276, tzinfo=UTC)


def test_the_flat_shape_is_thin() -> None:
    found = machine(machine_id="1", phase="sleeping", desired_state="sleeping", vcpu=0.5)
    assert found.phase == "sleeping"
    assert found.is_thin
    assert found.autosleep_seconds is None


def test_unknown_phases_and_states_survive_as_text() -> None:
    found = machine(machine_id="1", phase="hibernating", desired_state="frozen")
    assert (found.phase, found.desired_state) == ("hibernating", "frozen")


def test_null_is_absent_at_every_depth() -> None:
    found = machine(machine_id="1", phase=None, status={"phase": "running", "reason": None})
    assert found.phase == "running"
    assert found.status is not None
    assert found.status.reason == ""
    assert machine(machine_id="1", status=None).status is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vcpu", "many"),
        ("vcpu", 1e999),
        ("memory_mib", [1]),
        ("storage_gib", {}),
        ("created_at", "yesterday"),
        ("autosleep_seconds", 1.5),
        ("desired_state", 3),
    ],
)
def test_a_malformed_field_is_dropped_and_the_rest_kept(field: str, value: Any) -> None:
    found = machine(**{**NESTED, field: value})
    assert getattr(found, field) in {None, UNKNOWN}
    assert found.revision == "7"
    kept = {"memory_mib": 4096, "storage_gib": 10, "vcpu": 2} | {field: None}
    for name, expected in kept.items():
        if expected is not None:
            assert getattr(found, name) == expected


def test_malformed_parts_of_the_status_are_dropped_one_by_one() -> None:
    status = {**NESTED["status"], "phase": 3, "revision": 7, "last_progress_at": "?"}
    found = machine(**{**NESTED, "status": status})
    assert found.status is not None
    assert found.status.phase == UNKNOWN
    assert found.status.revision is None
    assert found.status.last_progress_at is None
    assert found.status.reason == "DesiredStateReached"


def test_a_status_that_is_no_object_is_dropped() -> None:
    assert machine(machine_id="1", phase="running", status="fine").phase == "running"


def test_a_time_without_a_zone_is_taken_as_utc() -> None:
    found = machine(machine_id="1", created_at="2026-08-05T10:00:00")
    assert found.created_at == datetime(2026, 8, 5, 10, tzinfo=UTC)
    found = machine(machine_id="1", status={"last_progress_at": "2026-08-05T10:00:00"})
    assert found.status is not None
    assert found.status.last_progress_at == datetime(2026, 8, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize("bad", [None, "", 3, True, "a/b", ".", "..", "a\nb", ["x"], {}])
def test_a_row_without_a_usable_id_is_skipped_and_counted(bad: Any) -> None:
    rows = [{"machine_id": bad}, {"machine_id": "ok"}, "nonsense", None, {}]
    page = MACHINES.page(json.dumps({"items": rows}).encode(), request=REQUEST)
    assert [row.machine_id for row in page.items] == ["ok"]
    assert page.skipped == 4


@pytest.mark.parametrize(
    ("body", "cursor"),
    [
        ({"items": None}, None),
        ({}, None),
        ({"items": [], "next_cursor": ""}, None),
        ({"items": [], "next_cursor": None}, None),
        ({"items": [], "next_cursor": 3}, None),
        ({"items": [], "next_cursor": "c"}, "c"),
    ],
)
def test_the_end_of_a_list_has_many_spellings(body: dict[str, Any], cursor: str | None) -> None:
    page = MACHINES.page(json.dumps(body).encode(), request=REQUEST)
    assert page.items == ()
    assert page.next_cursor == cursor


@pytest.mark.parametrize("body", [b"", b" ", b"<html>", b"[]", b"3", b'{"items": 3}', b"\xff"])
def test_what_is_no_page_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstood) as caught:
        MACHINES.page(body, request=REQUEST)
    assert caught.value.request == REQUEST


def test_a_single_value_may_leave_out_what_the_request_said() -> None:
    found = MACHINES.one(b'{"phase": "stopping"}', request=REQUEST, known={"machine_id": "dm-1"})
    assert found.machine_id == "dm-1"
    with pytest.raises(NotUnderstood, match="machine_id"):
        MACHINES.one(b'{"phase": "stopping"}', request=REQUEST)


def test_an_accepted_wish_may_be_answered_with_nothing() -> None:
    request = "DELETE /v1/machines/dm-1"
    found = MACHINES.one(b"", request=request, known={"machine_id": "dm-1"})
    assert (found.machine_id, found.phase, found.is_thin) == ("dm-1", UNKNOWN, True)
    for body, asked, known in (
        (b"", "GET /v1/machines/dm-1", {"machine_id": "dm-1"}),
        (b"<html>", request, {"machine_id": "dm-1"}),
        (b"", "POST /v1/machines", None),
    ):
        with pytest.raises(NotUnderstood):
            MACHINES.one(body, request=asked, known=known)


def test_lists_may_be_null_and_their_broken_items_are_dropped() -> None:
    found = EXECUTIONS.value({"execution_id": "e", "command": None, "env_keys": None})
    assert found is not None
    assert found.command == ()
    artifacts = [{"name": 3}, {"artifact_id": "a", "name": 3}, {"artifact_id": "b", "name": "n"}, 7]
    found = EXECUTIONS.value(
        {"execution_id": "e", "command": ["ls", None, "-l"], "artifacts": artifacts, "signal": [9]}
    )
    assert found is not None
    assert found.command == ("ls", "-l")
    assert found.artifacts == (
        ArtifactReference(artifact_id="a"),
        ArtifactReference(artifact_id="b", name="n"),
    )
    assert found.signal is None


def test_a_signal_may_be_a_number_or_a_name() -> None:
    for signal in (9, "SIGKILL"):
        found = EXECUTIONS.value({"execution_id": "e", "signal": signal})
        assert found is not None
        assert found.signal == signal


def test_events_are_ordered_by_a_number() -> None:
    page = Decoder(ExecutionEvent, id_field="sequence").page(
        b'{"items": [{"sequence": 0, "type": "stdout"}, {"type": "stdout"}]}', request=REQUEST
    )
    assert [event.sequence for event in page.items] == [0]
    assert page.skipped == 1


def test_an_ssh_connection_survives_a_broken_part() -> None:
    found = Decoder(SshSession, id_field="session_id").value(
        {
            "session_id": "s",
            "connection": {"endpoint": "h", "port": "x", "host_trust": {"kind": "cert_authority"}},
        }
    )
    assert found is not None
    assert found.connection is not None
    assert found.connection.endpoint == "h"
    assert found.connection.port is None
    assert found.connection.host_trust is not None


def test_values_without_an_id() -> None:
    assert Decoder(UsageSummary).one(b'{"plan_slug": "pro"}', request=REQUEST).plan_slug == "pro"
    found = Decoder(ComputeUsage).one(
        b'{"rows": [{"machine_id": "m", "awake_seconds": "x",'
        b' "bucket_start": "2026-08-05T10:00:00"}]}',
        request=REQUEST,
    )
    assert found.rows[0].machine_id == "m"
    assert found.rows[0].awake_seconds is None
    assert found.rows[0].bucket_start == datetime(2026, 8, 5, 10, tzinfo=UTC)
    assert Decoder(ComputeUsage).one(b'{"rows": null}', request=REQUEST).rows == ()


def test_any_json_is_json() -> None:
    assert json_in(b"[1]", request=REQUEST) == [1]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["phase", "reason", "revision", "artifact_id", "name", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(
    fields=st.dictionaries(
        st.sampled_from([*NESTED, "execution_id", "artifacts", "command", "signal", "exit_code"]),
        anything,
        max_size=8,
    )
)
def test_a_row_with_an_id_is_never_lost(fields: dict[str, Any]) -> None:
    data = json.loads(json.dumps(fields | {"machine_id": "dm-1", "execution_id": "e-1"}))
    found = MACHINES.value(dict(data))
    assert found is not None
    assert found.machine_id == "dm-1"
    ran = EXECUTIONS.value(dict(data))
    assert ran is not None
    assert ran.execution_id == "e-1"
