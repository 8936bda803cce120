"""Every row of the table in design 3.2, against the local cloud."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from dedalus_tui.actions.outcome import Done, Failed, Overtaken, Unknown
from dedalus_tui.actions.registry import by_id
from dedalus_tui.actions.runner import Runner
from dedalus_tui.domain.faults import (
    KeyReused,
    NotAuthenticated,
    NotValid,
    ServiceBroken,
    SleepHeld,
)
from dedalus_tui.domain.machine import MachineChange
from tests.actions.answers import destroyed
from tests.store.living import ask, create, living_store, shown, until
from tests.store.stepped_clock import HastyClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.record import MachineRecord
    from tests.local.harness import RunningCloud

SLEEP = by_id("machine.sleep")
WAKE = by_id("machine.wake")
RESIZE = by_id("machine.resize")
DESTROY = by_id("machine.destroy")


@asynccontextmanager
async def acting(
    cloud: RunningCloud, *, is_running: bool = True, send_if_match: bool = False
) -> AsyncIterator[tuple[Store, Runner, MachineRecord]]:
    """A store with one running machine, and a runner without graces."""
    machine_id = await create(cloud)
    async with living_store(
        cloud, client_clock=HastyClock(), is_running=is_running, send_if_match=send_if_match
    ) as store:
        runner = Runner(store, has_grace=False)
        if is_running:
            record = await shown(store, machine_id, "running")
        else:
            await store.lookups.fetch(machine_id)
            found = store.machines.get(machine_id)
            assert found is not None
            record = found
        try:
            yield store, runner, record
        finally:
            await runner.aclose()


def refusal(code: str, *, retryable: bool = False, **more: Any) -> dict[str, Any]:
    """The service's own envelope."""
    return {"error_code": code, "message": "said no", "retryable": retryable, **more}


def wish_keys(store: Store, ending: str) -> list[str | None]:
    """The idempotency keys of all attempts at paths with that ending."""
    return [each.wish_key for each in store.exchanges.entries() if each.path.endswith(ending)]


async def test_accepted(cloud: RunningCloud) -> None:
    """The wish shows at once, and the row settles by itself."""
    async with acting(cloud) as (store, runner, record):
        await cloud.fault(path="/sleep$", delay_ms=150, times=1)
        performing = asyncio.create_task(runner.perform(SLEEP, [record]))
        await until(store, lambda: store.machines.get(record.machine_id).asking)  # type: ignore[union-attr]
        meanwhile = store.machines.get(record.machine_id)
        assert meanwhile is not None
        assert meanwhile.machine.desired_state == "sleeping"
        assert meanwhile.confirmed.desired_state == "running"
        assert runner.why_not(SLEEP, meanwhile) == "it is still going to sleep"
        summary = await performing
        assert summary.outcomes == (Done(machine_id=record.machine_id),)
        await shown(store, record.machine_id, "sleeping")
        assert [notice.summary for notice in runner.notices.after(0)] == [summary]
        assert store.journal.history.actions()[-1].outcome == "done"
        causes = [each.cause for each in store.history_of(record.machine_id)]
        assert causes[-1] == "machine.sleep"


async def test_accepted_by_the_later_generation(later_cloud: RunningCloud) -> None:
    """Its answer is thin: the wish stays on top until the full truth is there."""
    seen_desired: list[str] = []
    async with acting(later_cloud) as (store, runner, record):

        def note(_: object) -> None:
            held = store.machines.get(record.machine_id)
            if held:
                seen_desired.append(held.machine.desired_state)

        store.changes.listen(note)
        summary = await runner.perform(SLEEP, [record])
        assert summary.is_well
        await shown(store, record.machine_id, "sleeping")
        assert "running" not in seen_desired[seen_desired.index("sleeping") :]


async def test_revision_mismatch_and_already_as_wished(cloud: RunningCloud) -> None:
    """Somebody else put it to sleep: done."""
    async with acting(cloud, is_running=False, send_if_match=True) as (_, runner, record):
        await ask(cloud, "POST", f"/v1/machines/{record.machine_id}/sleep")
        summary = await runner.perform(SLEEP, [record])
        assert summary.outcomes == (Done(machine_id=record.machine_id, was_already=True),)


async def test_revision_mismatch_and_harmless(cloud: RunningCloud) -> None:
    """Once more, with the new revision, under a new key."""
    async with acting(cloud, is_running=False, send_if_match=True) as (store, runner, record):
        path = f"/v1/machines/{record.machine_id}"
        await ask(cloud, "PATCH", path, {"autosleep": "1h"})
        summary = await runner.perform(SLEEP, [record])
        assert summary.outcomes == (Done(machine_id=record.machine_id),)
        keys = wish_keys(store, "/sleep")
        assert len(keys) == len(set(keys)) == 2


async def test_revision_mismatch_and_it_matters(cloud: RunningCloud) -> None:
    """Asked anew, with what changed."""
    async with acting(cloud, is_running=False, send_if_match=True) as (_, runner, record):
        path = f"/v1/machines/{record.machine_id}"
        await ask(cloud, "PATCH", path, {"memory_mib": 2048})
        summary = await runner.perform(RESIZE, [record], MachineChange(vcpu=2))
        (outcome,) = summary.outcomes
        assert isinstance(outcome, Overtaken)
        assert outcome.changes == ("memory_mib",)
        assert outcome.now is not None
        assert outcome.now.machine.memory_mib == 2048
        assert outcome.now.intents == ()


async def test_destroy_reads_before_it_acts(cloud: RunningCloud) -> None:
    """Changed while the person decided: nothing is sent."""
    async with acting(cloud, is_running=False) as (store, runner, record):
        await ask(cloud, "PATCH", f"/v1/machines/{record.machine_id}", {"memory_mib": 2048})
        summary = await destroyed(runner, [record])
        (outcome,) = summary.outcomes
        assert isinstance(outcome, Overtaken)
        assert outcome.changes == ("memory_mib",)
        assert {each.method for each in store.exchanges.entries()} == {"GET"}


@pytest.mark.parametrize("send_if_match", [False, True])
async def test_destroy(cloud: RunningCloud, send_if_match: bool) -> None:
    """Unchanged: it is destroyed."""
    async with acting(cloud, send_if_match=send_if_match) as (store, runner, record):
        summary = await destroyed(runner, [record])
        assert summary.outcomes == (Done(machine_id=record.machine_id),)
        await until(
            store,
            lambda: (
                (held := store.machines.get(record.machine_id)) is None
                or held.confirmed.phase == "destroyed"
            ),
        )


async def test_destroy_of_what_is_gone(cloud: RunningCloud) -> None:
    """404 is the wish come true."""
    async with acting(cloud) as (_, runner, record):
        await cloud.fault(
            path=f"{record.machine_id}$",
            status=404,
            body={"title": "Not Found", "status": 404, "detail": "no such machine"},
        )
        summary = await destroyed(runner, [record])
        assert summary.outcomes == (Done(machine_id=record.machine_id, was_already=True),)


async def test_a_reused_key_is_a_bug_of_ours(cloud: RunningCloud) -> None:
    """Dropped, and said."""
    async with acting(cloud) as (store, runner, record):
        body = refusal("IDEMPOTENCY_KEY_REUSED")
        await cloud.fault(path="/sleep$", status=409, body=body)
        (outcome,) = (await runner.perform(SLEEP, [record])).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.fault, KeyReused)
        assert store.machines.get(record.machine_id).intents == ()  # type: ignore[union-attr]


async def test_woken_too_recently(cloud: RunningCloud) -> None:
    """The hold window is told with its times and not waited out."""
    async with acting(cloud) as (store, runner, record):
        body = refusal(
            "SLEEP_HOLD_WINDOW_ACTIVE",
            retryable=True,
            retry_after_ms=120_000,
            details={"remaining_ms": "120000"},
        )
        await cloud.fault(path="/sleep$", status=409, body=body)
        (outcome,) = (await runner.perform(SLEEP, [record])).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.fault, SleepHeld)
        assert len(wish_keys(store, "/sleep")) == 1


async def test_not_possible_in_this_state(cloud: RunningCloud) -> None:
    """A stale picture: it sleeps already, which is what was wished; waking it twice is too."""
    async with acting(cloud, is_running=False) as (_, runner, record):
        await ask(cloud, "POST", f"/v1/machines/{record.machine_id}/sleep")
        summary = await runner.perform(SLEEP, [record])
        assert isinstance(summary.outcomes[0], Done)


async def test_key_in_flight(cloud: RunningCloud) -> None:
    """Wait what it says, same key."""
    async with acting(cloud) as (store, runner, record):
        body = refusal("RATE_LIMITED", retryable=True, retry_after_ms=250)
        await cloud.fault(path="/sleep$", status=429, body=body, times=2)
        summary = await runner.perform(SLEEP, [record])
        assert summary.outcomes == (Done(machine_id=record.machine_id),)
        keys = wish_keys(store, "/sleep")
        assert len(keys) == 3
        assert len(set(keys)) == 1


async def test_a_lost_answer(cloud: RunningCloud) -> None:
    """The service did it and the answer was lost: same key again, done once."""
    async with acting(cloud) as (store, runner, record):
        await cloud.fault(path="/sleep$", drop="after", times=1)
        summary = await runner.perform(SLEEP, [record])
        assert summary.outcomes == (Done(machine_id=record.machine_id),)
        keys = wish_keys(store, "/sleep")
        assert len(keys) == 2
        assert len(set(keys)) == 1


@pytest.mark.parametrize("happened", [True, False])
async def test_no_answer_at_all(cloud: RunningCloud, happened: bool) -> None:
    """Unknown, not failed; the next sightings decide, and it is told."""
    async with acting(cloud) as (store, runner, record):
        await cloud.fault(path="/sleep$", drop="after" if happened else "before")
        await cloud.fault(method="GET", path=f"{record.machine_id}$", delay_ms=200, times=1)
        summary = await runner.perform(SLEEP, [record])
        (outcome,) = summary.outcomes
        assert isinstance(outcome, Unknown)
        unsure = store.machines.get(record.machine_id)
        assert unsure is not None
        assert unsure.is_unsure
        assert unsure.machine.desired_state == "sleeping"
        await until(store, lambda: len(runner.notices.after(0)) == 2)
        late = runner.notices.after(0)[-1]
        assert late.is_late
        assert isinstance(late.summary.outcomes[0], Done if happened else Failed)
        settled = store.machines.get(record.machine_id)
        assert settled is not None
        assert settled.intents == ()
        assert settled.machine.desired_state == ("sleeping" if happened else "running")


async def test_locked_out(cloud: RunningCloud) -> None:
    """The wish is dropped and the line says why."""
    async with acting(cloud) as (store, runner, record):
        await cloud.fault(path="/v1/machines", status=401, body=refusal("AUTH_INVALID"))
        (outcome,) = (await runner.perform(SLEEP, [record])).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.fault, NotAuthenticated)
        await until(store, lambda: store.health.state.line == "locked_out")
        held = store.machines.get(record.machine_id)
        assert held is not None
        assert held.intents == ()
        assert runner.why_not(WAKE, held) == "the service does not accept the key"


async def test_other_refusals(cloud: RunningCloud) -> None:
    """The fault comes through with the fields it names."""
    async with acting(cloud) as (store, runner, record):
        body = {
            "title": "Unprocessable Entity",
            "status": 422,
            "errors": [{"location": "body.vcpu", "message": "too many", "value": 99}],
        }
        await cloud.fault(method="PATCH", status=422, body=body)
        (outcome,) = (await runner.perform(RESIZE, [record], MachineChange(vcpu=99))).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.fault, NotValid)
        assert outcome.fault.field_errors[0].location == "body.vcpu"
        held = store.machines.get(record.machine_id)
        assert held is not None
        assert held.machine.vcpu == 1


async def test_broken_service(cloud: RunningCloud) -> None:
    """Told at once when the service says that asking again is useless."""
    async with acting(cloud) as (store, runner, record):
        await cloud.fault(path="/sleep$", status=500, body=refusal("INTERNAL"))
        (outcome,) = (await runner.perform(SLEEP, [record])).outcomes
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.fault, ServiceBroken)
        assert len(wish_keys(store, "/sleep")) == 1
        assert store.machines.get(record.machine_id).intents == ()  # type: ignore[union-attr]
