"""The rules that keep a person from losing something by accident."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from dedalus_tui.actions.outcome import Done, Refused, Stopped
from dedalus_tui.actions.question import QuestionKind
from dedalus_tui.actions.registry import by_id
from dedalus_tui.actions.runner import AT_ONCE, Runner
from dedalus_tui.domain.activity import ActivityKind
from dedalus_tui.domain.execution import ExecutionSpec
from dedalus_tui.domain.label import Label
from dedalus_tui.domain.machine import MachineChange, MachineSpec
from tests.actions.answers import destroyed
from tests.store.living import create, living_store, shown, until
from tests.store.stepped_clock import HastyClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dedalus_tui.actions.undo import Undo
    from dedalus_tui.store.cloud import Store
    from dedalus_tui.store.record import MachineRecord
    from tests.local.harness import RunningCloud

SLEEP = by_id("machine.sleep")
WAKE = by_id("machine.wake")
RESIZE = by_id("machine.resize")
AUTOSLEEP = by_id("machine.autosleep")
DESTROY = by_id("machine.destroy")
PIN = by_id("machine.pin")


@asynccontextmanager
async def fleet(
    cloud: RunningCloud, count: int, *, has_grace: bool = False, is_read_only: bool = False
) -> AsyncIterator[tuple[Store, Runner, list[MachineRecord]]]:
    """Some running machines, seen by a store."""
    ids = [await create(cloud) for _ in range(count)]
    async with living_store(cloud, client_clock=HastyClock()) as store:
        runner = Runner(store, has_grace=has_grace, is_read_only=is_read_only)
        records = [await shown(store, machine_id, "running") for machine_id in ids]
        try:
            yield store, runner, records
        finally:
            await runner.aclose()


def now(store: Store, record: MachineRecord) -> MachineRecord:
    """The record as it is now."""
    found = store.machines.get(record.machine_id)
    assert found is not None
    return found


def next_undo(runner: Runner) -> Undo:
    """What would be taken back now."""
    undo = runner.next_undo
    assert undo is not None
    return undo


async def test_sleep_starts_at_once_when_nothing_runs(cloud: RunningCloud) -> None:
    """No question for what loses nothing."""
    async with fleet(cloud, 1) as (_, runner, records):
        assert await runner.question(SLEEP, records) is None


async def test_sleep_asks_when_something_runs(cloud: RunningCloud) -> None:
    """And lists what would end."""
    async with fleet(cloud, 2) as (store, runner, records):
        spec = ExecutionSpec(command=("sleep", "600"))
        await store.client.executions.start(records[0].machine_id, spec, key="an-execution")
        question = await runner.question(SLEEP, records)
        assert question is not None
        assert question.kind is QuestionKind.WOULD_END
        (ending,) = question.ends
        assert ending.machine_id == records[0].machine_id
        assert ending.activity.kind is ActivityKind.EXECUTION
        assert ending.activity.title == "sleep 600"
        assert len(question.machines) == 2


async def test_sleep_asks_when_nobody_can_tell(cloud: RunningCloud) -> None:
    """What cannot be seen is said to be unseen, never called nothing."""
    async with fleet(cloud, 1) as (_, runner, records):
        await cloud.fault(
            path="/executions$",
            status=403,
            body={
                "error_code": "AUTH_SCOPE_FORBIDDEN",
                "message": "no",
                "retryable": False,
            },
        )
        question = await runner.question(SLEEP, records)
        assert question is not None
        assert question.unseen == (records[0].machine_id,)


async def test_destroy_always_asks(cloud: RunningCloud) -> None:
    """One machine: its name, if it has one, is the word."""
    async with fleet(cloud, 1) as (store, runner, records):
        question = await runner.question(DESTROY, records)
        assert question is not None
        assert question.kind is QuestionKind.DESTROY
        assert question.word == "destroy"
        assert question.grace_seconds == 5
        store.label(records[0].machine_id, Label(name="scraper"))
        question = await runner.question(DESTROY, [now(store, records[0])])
        assert question is not None
        assert question.word == "scraper"


async def test_destruction_in_bulk_leaves_pinned_machines_out(cloud: RunningCloud) -> None:
    """In the question, and again when it is done."""
    async with fleet(cloud, 3) as (store, runner, records):
        await runner.perform(PIN, records[:1])
        current = [now(store, record) for record in records]
        question = await runner.question(DESTROY, current)
        assert question is not None
        assert [left.machine_id for left in question.left_out] == [records[0].machine_id]
        assert question.word == "destroy 2"
        summary = await runner.perform(DESTROY, answered=question._replace(machines=tuple(current)))
        assert summary.of(Refused) == (
            Refused(machine_id=records[0].machine_id, reason="it is pinned"),
        )
        assert len(summary.of(Done)) == 2


async def test_bulk_sleep_can_be_stopped(cloud: RunningCloud) -> None:
    """Within its grace; nothing was sent."""
    async with fleet(cloud, 2, has_grace=True) as (store, runner, records):
        performing = asyncio.create_task(runner.perform(SLEEP, records))
        await until(store, lambda: runner.pending)
        (pending,) = runner.pending
        assert (pending.due_at - store.clock.now()).total_seconds() <= SLEEP.bulk_grace_seconds
        assert runner.why_not(WAKE, now(store, records[0])) is not None
        assert runner.stop() is pending
        summary = await performing
        assert len(summary.of(Stopped)) == 2
        assert runner.pending == ()
        assert {each.method for each in store.exchanges.entries()} == {"GET"}


async def test_one_machine_sleeps_without_grace(cloud: RunningCloud) -> None:
    """Reversible and single: at once."""
    async with fleet(cloud, 1, has_grace=True) as (store, runner, records):
        assert (await runner.perform(SLEEP, records)).is_well
        await shown(store, records[0].machine_id, "sleeping")


async def test_destroy_waits_out_its_grace_and_can_be_stopped(cloud: RunningCloud) -> None:
    """Also a single machine."""
    async with fleet(cloud, 1, has_grace=True) as (store, runner, records):
        question = await runner.question(DESTROY, records)
        performing = asyncio.create_task(runner.perform(DESTROY, answered=question))
        await until(store, lambda: runner.pending)
        runner.stop()
        summary = await performing
        assert summary.outcomes == (Stopped(machine_id=records[0].machine_id),)
        assert now(store, records[0]).machine.phase == "running"


async def test_bulk_runs_where_it_can_with_one_summary(cloud: RunningCloud) -> None:
    """At most six calls in flight."""
    async with fleet(cloud, 9) as (store, runner, records):
        await runner.perform(SLEEP, records[:1])
        await shown(store, records[0].machine_id, "sleeping")
        await cloud.fault(path="/sleep$", delay_ms=60)
        most = 0

        def count(_: object) -> None:
            nonlocal most
            most = max(most, sum(bool(record.intents) for record in store.machines.records()))

        store.changes.listen(count)
        before = len(runner.notices.after(0))
        summary = await runner.perform(SLEEP, [now(store, record) for record in records])
        assert summary.of(Refused) == (
            Refused(machine_id=records[0].machine_id, reason="it is asleep"),
        )
        assert len(summary.of(Done)) == 8
        assert most == AT_ONCE
        assert len(runner.notices.after(before)) == 1


async def test_the_rest_of_a_bulk_can_be_stopped(cloud: RunningCloud) -> None:
    """While calls are on their way; those done can be taken back afterwards."""
    async with fleet(cloud, AT_ONCE + 3) as (store, runner, records):
        await cloud.fault(path="/sleep$", delay_ms=300)
        performing = asyncio.create_task(runner.perform(SLEEP, records))
        await until(store, lambda: runner.under_way and runner.under_way[0].asked == AT_ONCE)
        (bulk,) = runner.under_way
        assert bulk.left == 3
        assert runner.stop() is bulk
        assert bulk.is_stopped
        assert not runner.can_stop, "calls that were made are not cut"
        summary = await performing
        assert len(summary.of(Done)) == AT_ONCE
        assert len(summary.of(Stopped)) == 3
        assert runner.under_way == ()
        posted = [each for each in store.exchanges.entries() if each.path.endswith("/sleep")]
        assert len(posted) == AT_ONCE
        assert len(next_undo(runner).arguments) == AT_ONCE


async def test_undo_sends_the_inverse(cloud: RunningCloud) -> None:
    """Of sleep, of a new size, of autosleep; one step for a whole bulk."""
    async with fleet(cloud, 2) as (store, runner, records):
        await runner.perform(SLEEP, records)
        for record in records:
            await shown(store, record.machine_id, "sleeping")
        assert next_undo(runner).action is WAKE
        undone = await runner.undo()
        assert undone is not None
        assert undone.is_well
        for record in records:
            await shown(store, record.machine_id, "running")
        assert runner.next_undo is None
        one = now(store, records[0])
        await runner.perform(RESIZE, [one], MachineChange(vcpu=2, storage_gib=20))
        await until(store, lambda: now(store, one).confirmed.storage_gib == 20)
        assert "shrink" in next_undo(runner).caveat
        await runner.undo()
        await until(store, lambda: now(store, one).confirmed.vcpu == 1)
        assert now(store, one).confirmed.storage_gib == 20
        await runner.perform(AUTOSLEEP, [now(store, one)], MachineChange(autosleep="never"))
        await until(store, lambda: now(store, one).confirmed.autosleep_seconds == 0)
        await runner.undo()
        await until(store, lambda: now(store, one).confirmed.autosleep_seconds == 300)
        assert await runner.undo() is None


async def test_undoing_a_wake_asks_like_a_sleep(cloud: RunningCloud) -> None:
    """The inverse is no way around the question."""
    async with fleet(cloud, 1) as (store, runner, records):
        await runner.perform(SLEEP, records)
        await shown(store, records[0].machine_id, "sleeping")
        await runner.perform(WAKE, [now(store, records[0])])
        await shown(store, records[0].machine_id, "running")
        spec = ExecutionSpec(command=("sleep", "600"))
        await store.client.executions.start(records[0].machine_id, spec, key="an-execution")
        question = await runner.undo_question()
        assert question is not None
        assert question.ends


async def test_nothing_is_destroyed_unasked(cloud: RunningCloud) -> None:
    """Not even by a mistake in a screen."""
    async with fleet(cloud, 1) as (store, runner, records):
        summary = await runner.perform(DESTROY, records)
        assert summary.outcomes == (
            Refused(machine_id=records[0].machine_id, reason="nobody confirmed it"),
        )
        assert {each.method for each in store.exchanges.entries()} == {"GET"}


async def test_destruction_has_no_undo(cloud: RunningCloud) -> None:
    """Nothing is offered that cannot be."""
    async with fleet(cloud, 1) as (_, runner, records):
        await destroyed(runner, records)
        assert runner.next_undo is None


async def test_read_only_mode_refuses_whatever_changes_something(cloud: RunningCloud) -> None:
    """Even when a key gets through."""
    async with fleet(cloud, 1, is_read_only=True) as (store, runner, records):
        for action in (SLEEP, WAKE, RESIZE, DESTROY, PIN, by_id("machine.create")):
            targets = records if action.needs_target else []
            if action is DESTROY:
                assert await runner.question(action, targets) is None
                summary = await destroyed(runner, targets)
            else:
                summary = await runner.perform(action, targets, MachineChange(vcpu=2))
            assert [type(outcome) for outcome in summary.outcomes] == [Refused]
        assert {each.method for each in store.exchanges.entries()} == {"GET"}


async def test_rows_from_last_time_are_not_acted_on(cloud: RunningCloud) -> None:
    """Not before they were seen live."""
    async with fleet(cloud, 1) as (_, runner, records):
        assert "remembered" in str(runner.why_not(SLEEP, records[0]._replace(is_stale=True)))


async def test_nothing_is_sent_without_a_line(cloud: RunningCloud) -> None:
    """The reason is given instead."""
    async with fleet(cloud, 1) as (store, runner, records):
        await cloud.fault(drop="before")
        await until(store, lambda: store.health.state.line == "offline")
        assert runner.why_not(SLEEP, records[0]) == "there is no connection to the service"


async def test_a_machine_is_created_and_shown(cloud: RunningCloud) -> None:
    """With its sizes, at once."""
    async with fleet(cloud, 0) as (store, runner, _):
        await until(store, lambda: store.health.state.line == "talking")
        spec = MachineSpec(vcpu=2, memory_mib=2048, storage_gib=12, autosleep="1h")
        summary = await runner.perform(by_id("machine.create"), arguments=spec)
        (outcome,) = summary.of(Done)
        record = await shown(store, outcome.machine_id, "running")
        assert record.machine.vcpu == 2
        assert record.machine.autosleep_seconds == 3600


async def test_a_wish_outlives_the_screen_that_asked(cloud: RunningCloud) -> None:
    """Cancelling whoever waits does not cut the call in two."""
    async with fleet(cloud, 1) as (store, runner, records):
        await cloud.fault(path="/sleep$", delay_ms=100, times=1)
        performing = asyncio.create_task(runner.perform(SLEEP, records))
        await until(store, lambda: now(store, records[0]).asking)
        performing.cancel()
        record = await shown(store, records[0].machine_id, "sleeping")
        assert not record.is_unsure
        await store.changes.idle()
        assert runner.notices.after(0)[-1].summary.is_well


async def test_pins_and_labels_are_shown_and_undone(cloud: RunningCloud) -> None:
    """They live on this computer."""
    async with fleet(cloud, 1) as (store, runner, records):
        await runner.perform(PIN, records)
        assert now(store, records[0]).label.is_pinned
        label = Label(name="api", note="mine", tags=("ci",), is_pinned=True)
        await runner.perform(by_id("machine.label"), [now(store, records[0])], label)
        assert now(store, records[0]).label == label
        await runner.undo()
        await runner.undo()
        assert now(store, records[0]).label == Label()
